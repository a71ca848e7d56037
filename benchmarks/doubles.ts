// What each adapter claims about doubles (`metadata.numberParser`), measured against its real store: 200,000 random ones are written
// and read again, half of everyday size, half of any bits at all. None of those that the adapter takes may come back as another; those
// that it refuses, and the plan names as encoded, are counted. For Chroma these are written past the adapter as well, to see whether
// they really change. PGVECTOR_URL adds a server. Ends with 1 where a double changed.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChroma } from '@vsm/adapter-chroma';
import { createFile, createVdf } from '@vsm/adapter-file';
import { createLanceDb } from '@vsm/adapter-lancedb';
import { createMemory } from '@vsm/adapter-memory';
import { createPgvector } from '@vsm/adapter-pgvector';
import { metadataProblem, type VectorRecord, type VectorStoreV1 } from '@vsm/core/adapter';
import { startChroma } from '@vsm/service-chroma';
import { ChromaClient } from 'chromadb';

const DOUBLES = 200_000;
const A_RECORD = 200;
const BATCH = 100;

/** Nearly all of 17 digits. Whole numbers are left out: 1.0 and 1 are another matter. */
function randomDoubles(count: number): number[] {
  const doubles: number[] = [];
  const bits = new DataView(crypto.getRandomValues(new Uint8Array(65_536)).buffer);
  for (let at = 0; doubles.length < count; at += 8) {
    if (at >= bits.byteLength) {
      crypto.getRandomValues(new Uint8Array(bits.buffer));
      at = 0;
    }
    const everyday = (Number(bits.getBigUint64(at) >> 11n) / 2 ** 53 - 0.5) * 10 ** (bits.getUint8(at + 7) % 7);
    const value = doubles.length % 2 === 0 ? bits.getFloat64(at) : everyday;
    if (Number.isFinite(value) && !Number.isInteger(value)) doubles.push(value);
  }
  return doubles;
}

function recordsOf(values: readonly number[]): VectorRecord[] {
  return Array.from({ length: Math.ceil(values.length / A_RECORD) }, (_, at) => ({
    id: String(at + 1),
    vectors: { '': [1, 0] },
    metadata: Object.fromEntries(
      values.slice(at * A_RECORD, (at + 1) * A_RECORD).map((value, index) => [`double_${index}`, value]),
    ),
  }));
}

/** How many come back as other doubles. */
async function countChanged(store: VectorStoreV1, records: readonly VectorRecord[]): Promise<number> {
  const { metrics } = store.capabilities;
  await store.createCollection({
    name: 'doubles',
    vectors: { '': { kind: 'dense', dimension: 2, metric: metrics.find((metric) => metric === 'euclidean') } },
  });
  const collection = await store.openCollection('doubles');
  for (let at = 0; at < records.length; at += BATCH) {
    const { rejected } = await collection.upsert(records.slice(at, at + BATCH));
    if (rejected.length > 0) throw new Error(`${store.adapter}: ${rejected[0]?.detail}`);
  }
  await collection.flush?.();
  let changed = 0;
  let cursor: string | undefined;
  const given = new Map(records.map(({ id, metadata }) => [id, metadata]));
  do {
    const page = await collection.scan({ limit: BATCH, cursor, include: ['metadata'] });
    for (const { id, metadata } of page.records) {
      const before = given.get(id) ?? {};
      for (const key of Object.keys(before)) if (!Object.is(before[key], metadata[key])) changed += 1;
      given.delete(id);
    }
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  if (given.size > 0) throw new Error(`${store.adapter}: ${given.size} records did not come back`);
  return changed;
}

/** How many doubles change when they are written as any client would. */
async function countChangedInChroma(url: string, values: readonly number[]): Promise<number> {
  const { hostname, port } = new URL(url);
  const client = new ChromaClient({ host: hostname, port: Number(port) });
  const collection = await client.createCollection({ name: 'refused', embeddingFunction: null });
  let changed = 0;
  for (let at = 0; at < values.length; at += A_RECORD * BATCH) {
    const records = recordsOf(values.slice(at, at + A_RECORD * BATCH));
    const ids = records.map(({ id }) => id);
    const metadatas = records.map(({ metadata }) => metadata as Record<string, number>);
    await collection.upsert({ ids, metadatas, embeddings: records.map(() => [1, 0]) });
    const found = await collection.get({ ids, include: ['metadatas'] });
    const byId = new Map(found.ids.map((id, index) => [id, found.metadatas[index]]));
    for (const { id, metadata } of records) {
      changed += Object.keys(metadata).filter((key) => !Object.is(metadata[key], byId.get(id)?.[key])).length;
    }
  }
  return changed;
}

const folder = await mkdtemp(join(tmpdir(), 'vsm-doubles-'));
const chroma = await startChroma();
const server = process.env['PGVECTOR_URL'];
const stores: Readonly<Record<string, () => VectorStoreV1>> = {
  memory: () => createMemory(),
  'file, JSON Lines': () => createFile({ path: join(folder, 'doubles.jsonl') }),
  'file, Parquet': () => createFile({ path: join(folder, 'doubles.parquet') }),
  'file, VDF': () => createVdf({ path: join(folder, 'vdf') }),
  lancedb: () => createLanceDb({ uri: join(folder, 'lance') }),
  'pgvector, PGlite': () => createPgvector({ dataDir: join(folder, 'pglite') }),
  ...(server !== undefined && { 'pgvector, server': () => createPgvector({ url: server }) }),
  [`chroma ${chroma.version}`]: () => createChroma({ url: chroma.url }),
};
const doubles = randomDoubles(DOUBLES);
let wrong = 0;
try {
  for (const [name, open] of Object.entries(stores)) {
    const store = open();
    const { metadata } = store.capabilities;
    const taken = doubles.filter((value) => metadataProblem(value, metadata) === undefined);
    const refused = doubles.filter((value) => metadataProblem(value, metadata) !== undefined);
    const changed = await countChanged(store, recordsOf(taken));
    wrong += changed;
    const past = store.adapter === 'chroma' ? await countChangedInChroma(chroma.url, refused) : undefined;
    console.log(
      `${name.padEnd(18)} ${metadata.numberParser.padEnd(15)} ${String(taken.length).padStart(7)} taken, ${changed} changed; ` +
        `${refused.length} refused${past === undefined ? '' : `, of which ${past} change when written all the same`}`,
    );
    await store.dropCollection?.('doubles');
    await store.close();
  }
} finally {
  await chroma.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = wrong === 0 ? 0 : 1;
