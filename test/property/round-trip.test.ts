import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChroma } from '@vsm/adapter-chroma';
import { createFile } from '@vsm/adapter-file';
import { createLanceDb } from '@vsm/adapter-lancedb';
import { createMemory } from '@vsm/adapter-memory';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createPinecone } from '@vsm/adapter-pinecone';
import { createQdrant } from '@vsm/adapter-qdrant';
import { float, VectorStoreMigrator, type MetadataValue, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { startPineconeEmulator, type PineconeEmulator } from '@vsm/emulator-pinecone';
import { startQdrantEmulator, type QdrantEmulator } from '@vsm/emulator-qdrant';
import { startChroma, type ChromaServer } from '@vsm/service-chroma';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allRecords, filledMemory } from '../engine/stores.ts';

let server: ChromaServer;
let folder: string;
let qdrant: QdrantEmulator;
let pinecone: PineconeEmulator;
let postgres: VectorStoreV1;
beforeAll(async () => {
  [server, qdrant, pinecone, folder] = await Promise.all([
    startChroma(),
    startQdrantEmulator(),
    startPineconeEmulator(),
    mkdtemp(join(tmpdir(), 'vsm-property-')),
  ]);
  postgres = createPgvector({ dataDir: join(folder, 'db') });
});
afterAll(async () => {
  await Promise.all([postgres.close(), server.stop(), qdrant.close(), pinecone.close()]);
  await rm(folder, { recursive: true, force: true });
});

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.string({ unit: 'grapheme', maxLength: 12 }));
const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(float),
  fc.integer({ min: -1000, max: 1000 }).map(float),
);
const { value } = fc.letrec<{ value: MetadataValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(text, { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const key = fc.oneof(
  text,
  fc.constantFrom('title', 'text', 'a.b', '__vsm', '$x', '#y', 'chroma:z', 'document', 'constructor'),
);
const id = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
  fc.uuid(),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
);
const component = fc.float({ noNaN: true, noDefaultInfinity: true });
const vector = fc.array(component, { minLength: 3, maxLength: 3 });
const batchOf = (vectors: fc.Arbitrary<readonly number[]>): fc.Arbitrary<VectorRecord[]> => {
  const record: fc.Arbitrary<VectorRecord> = fc.record(
    {
      id,
      vectors: vectors.map((components) => ({ '': components })),
      metadata: fc.dictionary(key, value, { maxKeys: 6, noNullPrototype: true }),
      document: text,
      uri: text,
    },
    { requiredKeys: ['id', 'vectors', 'metadata'] },
  );
  return fc.uniqueArray(record, { minLength: 50, maxLength: 50, selector: (item) => item.id });
};
/** Fifty records a case: the 64 cases make 3,200. */
const batch = batchOf(vector);
/** Pinecone refuses vectors of zeros, and takes what is smaller than this for zero. */
const batchWithoutZeros = batchOf(vector.filter((components) => components.some((item) => Math.abs(item) >= 1e-8)));

interface Target {
  readonly open: () => VectorStoreV1;
  readonly runs: number;
  readonly records?: fc.Arbitrary<VectorRecord[]>;
}
const targets: Record<string, Target> = {
  Chroma: { open: () => createChroma({ url: server.url }), runs: 14 },
  Postgres: { open: () => postgres, runs: 14 },
  Qdrant: { open: () => createQdrant({ url: qdrant.url }), runs: 8 },
  Pinecone: {
    open: () => createPinecone({ controllerHost: pinecone.url, apiKey: 'any' }),
    runs: 8,
    records: batchWithoutZeros,
  },
  LanceDB: { open: () => createLanceDb({ uri: join(folder, 'lance') }), runs: 8 },
  'a Parquet file': { open: () => createFile({ path: join(folder, 'parquet'), format: 'parquet' }), runs: 6 },
  'a JSON Lines file': { open: () => createFile({ path: join(folder, 'jsonl'), format: 'jsonl' }), runs: 6 },
};

/** The same cases in every run; VSM_SEED asks for others. */
const seed = Number(process.env['VSM_SEED'] ?? 20261124);

let collections = 0;

it.each(Object.entries(targets))(
  'whatever goes into %s comes back as it was',
  async (_name, { open, runs, records: batches = batch }) => {
    await fc.assert(
      fc.asyncProperty(batches, async (records) => {
        collections += 1;
        const name = `batch-${collections}`;
        const schema = { name, vectors: { '': { kind: 'dense', dimension: 3, metric: 'euclidean' } } } as const;
        const source = await filledMemory(records, schema);
        const middle = open();
        const there = await new VectorStoreMigrator({ source, target: middle, checkpoints: false }).migrate({
          sourceCollection: name,
        });
        expect(there.rejected).toEqual([]);
        expect(there.verification?.differences).toEqual([]);
        const restored = createMemory();
        await new VectorStoreMigrator({
          source: middle,
          target: restored,
          checkpoints: false,
          validate: false,
        }).migrate({ sourceCollection: name });
        const byId = (list: readonly VectorRecord[]): Map<string, VectorRecord> =>
          new Map(list.map((item) => [item.id, item]));
        expect(byId(await allRecords(restored, name))).toEqual(byId(await allRecords(source, name)));
        await middle.dropCollection?.(name);
        if (middle !== postgres) await middle.close();
      }),
      // Each run holds fifty records, so shrinking would take minutes and say little.
      { numRuns: runs, endOnFailure: true, seed },
    );
  },
  120_000,
);
