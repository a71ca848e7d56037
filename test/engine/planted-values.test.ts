import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChroma } from '@vsm/adapter-chroma';
import { createFile } from '@vsm/adapter-file';
import { createLanceDb } from '@vsm/adapter-lancedb';
import { createMemory } from '@vsm/adapter-memory';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createQdrant } from '@vsm/adapter-qdrant';
import { createSqlite } from '@vsm/adapter-sqlite';
import { createWeaviate } from '@vsm/adapter-weaviate';
import { migrate, type CollectionSchema, type MigrationResult, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { startQdrantEmulator, type QdrantEmulator } from '@vsm/emulator-qdrant';
import { startWeaviateEmulator, type WeaviateEmulator } from '@vsm/emulator-weaviate';
import { startChroma, type ChromaServer } from '@vsm/service-chroma';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPglite } from '../../packages/adapter-pgvector/test/pglite.ts';
import { alterCollections, filledMemory } from './stores.ts';

// What a reader of a store may get wrong, planted past its adapter: in one of its two roads, or in both.

const schema: CollectionSchema = {
  name: 'docs',
  vectors: { '': { kind: 'dense', dimension: 4, metric: 'euclidean' } },
  fields: { year: 'integer', title: 'string' },
};
const records: VectorRecord[] = Array.from({ length: 120 }, (_, at) => ({
  id: String(at + 1),
  vectors: { '': [0.5 + at, 0.25, -at, at / 8] },
  metadata: {
    year: 1900 + at,
    title: `title ${at}`,
    ...(at % 10 === 3 && { note: 'rare' }),
    ...(at % 10 === 3 && { tags: ['a', 'b'] }),
  },
  document: `text ${at}`,
}));

type Change = (record: VectorRecord) => VectorRecord;
const inSome =
  (change: Change): Change =>
  (record) =>
    record.id === '64' ? change(record) : record;

const MISREADINGS: Readonly<Record<string, Change>> = {
  'drops a metadata field': inSome((record) => {
    const { note: _note, ...metadata } = record.metadata;
    return { ...record, metadata };
  }),
  'makes up a metadata field': inSome((record) => ({ ...record, metadata: { ...record.metadata, made: 'up' } })),
  'reads another number': inSome((record) => ({ ...record, metadata: { ...record.metadata, year: 7 } })),
  'cuts a text': inSome((record) => ({ ...record, metadata: { ...record.metadata, title: 'title 6' } })),
  'drops the document': inSome((record) => ({ ...record, document: undefined })),
  'reads another last component': inSome((record) => ({ ...record, vectors: { '': [63.5, 0.25, -63, 7.5] } })),
  'drops the vector': inSome((record) => ({ ...record, vectors: {} })),
  'reads another middle component': inSome((record) => ({ ...record, vectors: { '': [63.5, 0.75, -63, 7.875] } })),
  'swaps two middle components': inSome((record) => ({ ...record, vectors: { '': [63.5, -63, 0.25, 7.875] } })),
  'reads another letter of the document': inSome((record) => ({ ...record, document: 'text 36' })),
  'reads another item of a list': inSome((record) => ({
    ...record,
    metadata: { ...record.metadata, tags: ['a', 'c'] },
  })),
};

type Road = 'scan' | 'fetch' | 'both';

function planted(store: VectorStoreV1, change: Change, road: Road): VectorStoreV1 {
  return alterCollections(store, (collection) => ({
    ...(road !== 'fetch' && {
      async scan(request, options) {
        const page = await collection.scan(request, options);
        const whole = request.include.includes('vectors') && request.include.includes('metadata');
        return whole ? { ...page, records: page.records.map(change) } : page;
      },
    }),
    ...(road !== 'scan' && {
      fetch: async (ids, options) => (await collection.fetch(ids, options)).map(change),
    }),
  }));
}

/** Which of them does not matter, as ids are encoded in some stores. */
function lossy(store: VectorStoreV1): VectorStoreV1 {
  let lost: string | undefined;
  return alterCollections(store, (collection) => ({
    async scan(request, options) {
      const page = await collection.scan(request, options);
      lost ??= page.records[7]?.id;
      return { ...page, records: page.records.filter(({ id }) => id !== lost) };
    },
  }));
}

let chroma: ChromaServer;
let qdrant: QdrantEmulator;
let weaviate: WeaviateEmulator;
let folder: string;
let number = 0;
const open: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  [chroma, qdrant, weaviate, folder] = await Promise.all([
    startChroma(),
    startQdrantEmulator({ grpc: true }),
    startWeaviateEmulator(),
    mkdtemp(join(tmpdir(), 'vsm-planted-')),
  ]);
});
afterAll(async () => {
  for (const one of open) await one.close();
  await Promise.all([chroma.stop(), qdrant.close(), weaviate.close(), rm(folder, { recursive: true, force: true })]);
});

const kept = <Store extends { close(): Promise<void> }>(store: Store): Store => {
  open.push(store);
  return store;
};
const place = (ending: string): string => join(folder, `${(number += 1)}${ending}`);
const pglite = async (): Promise<VectorStoreV1> => {
  const database = kept(await createPglite());
  return createPgvector({ client: database });
};

const STORES: Readonly<Record<string, () => Promise<VectorStoreV1>>> = {
  sqlite: async () => kept(createSqlite({ path: place('.db') })),
  pgvector: pglite,
  chroma: async () => kept(createChroma({ url: chroma.url })),
  qdrant: async () => kept(createQdrant({ url: qdrant.url, grpcPort: false })),
  'qdrant over gRPC': async () => kept(createQdrant({ url: qdrant.url })),
  parquet: async () => kept(createFile({ path: place('') })),
  jsonl: async () => kept(createFile({ path: place(''), format: 'jsonl' })),
  lancedb: async () => kept(createLanceDb({ uri: place('') })),
};

interface Filled {
  readonly store: VectorStoreV1;
  readonly collection: string;
}

const sources = new Map<string, Promise<Filled>>();
/** One of each kind, which is only read. */
const filled = (name: string): Promise<Filled> => {
  const known = sources.get(name) ?? fill(name);
  sources.set(name, known);
  return known;
};

async function fill(name: string): Promise<Filled> {
  const store = await (STORES[name] as () => Promise<VectorStoreV1>)();
  const collection = `planted-${(number += 1)}`;
  const { errors } = await migrate({
    source: await filledMemory(records, schema),
    sourceCollection: 'docs',
    target: store,
    targetCollection: collection,
    checkpoints: false,
    validate: false,
  });
  expect(errors).toEqual([]);
  return { store, collection };
}

const out = async (source: VectorStoreV1, collection: string): Promise<MigrationResult> =>
  migrate({
    source,
    sourceCollection: collection,
    target: createMemory(),
    targetCollection: 'docs',
    metric: 'euclidean',
    checkpoints: false,
  });

const ALL = Object.keys(MISREADINGS);
/** Of what the store counts over all records, a change that leaves counts, lengths and sums as they were is none. */
const COUNTED = [
  'drops a metadata field',
  'reads another number',
  'cuts a text',
  'drops the document',
  'reads another last component',
  'drops the vector',
];
/** What is told of a misreading that scan and fetch share: by the store's own figures, and by its own road to single records. */
const SEEN: Readonly<Record<string, { readonly figures: readonly string[]; readonly own: readonly string[] }>> = {
  sqlite: { figures: COUNTED, own: ALL },
  pgvector: { figures: COUNTED, own: ALL },
  jsonl: { figures: COUNTED, own: ALL },
  qdrant: {
    figures: ['drops a metadata field', 'makes up a metadata field', 'drops the document', 'drops the vector'],
    own: ALL,
  },
  'qdrant over gRPC': { figures: [...COUNTED, 'makes up a metadata field'], own: ALL },
  lancedb: {
    figures: ['drops a metadata field', 'drops the document', 'drops the vector'],
    own: [
      'reads another last component',
      'drops the vector',
      'reads another middle component',
      'swaps two middle components',
    ],
  },
  parquet: {
    figures: ['drops a metadata field', 'reads another number', 'drops the document', 'drops the vector'],
    own: ALL,
  },
  chroma: { figures: [], own: ALL },
};

describe.each(Object.keys(STORES))('%s', (name) => {
  it('passes without a fault, and says of each side what was witnessed by what', async () => {
    const { store, collection } = await filled(name);
    const { errors, verification } = await out(store, collection);
    expect(errors).toEqual([]);
    expect(verification?.roads).toMatchObject([
      { side: 'source', compared: 120, differing: 0 },
      { side: 'target', compared: 120, differing: 0 },
    ]);
    const [source] = verification?.values ?? [];
    expect(source?.problems).toEqual([]);
    expect(source?.unwitnessed.length).toBeGreaterThan(0);
    expect((source?.figures ?? 0) > 0).toBe(name !== 'chroma');
  });

  it.each(Object.keys(MISREADINGS))('as a source that %s in one road alone: the two do not agree', async (what) => {
    const { store, collection } = await filled(name);
    for (const road of ['scan', 'fetch'] as const) {
      const result = await out(planted(store, MISREADINGS[what] as Change, road), collection);
      expect(result).toMatchObject({ success: false, verification: { passed: false } });
      expect(result.verification?.roads[0]).toMatchObject({ side: 'source', differing: 1 });
      expect(result.errors.join('\n')).toMatch(
        /scan and fetch of the source do not agree on 1 of 120 records, such as 64 in \S/,
      );
    }
  });

  it.each(ALL)(
    'as a source that %s in both roads alike: told by what the store itself says, or said not to be',
    async (what) => {
      const { store, collection } = await filled(name);
      const result = await out(planted(store, MISREADINGS[what] as Change, 'both'), collection);
      const figures = SEEN[name]?.figures.includes(what) === true;
      const own = SEEN[name]?.own.includes(what) === true;
      const { values, roads } = result.verification ?? {};
      expect({
        success: result.success,
        figures: (values?.[0]?.problems.length ?? 0) > 0,
        own: (roads?.[0]?.own?.differing ?? 0) > 0,
      }).toEqual({ success: !figures && !own, figures, own });
      // In no case did the comparison of both sides see it.
      expect(result.verification).toMatchObject({ missing: 0, extra: 0, changed: 0 });
    },
  );

  it('as a source that leaves a record out of every scan: it counts more', async () => {
    const { store, collection } = await filled(name);
    const result = await out(lossy(store), collection);
    expect(result).toMatchObject({ success: false, vectorsMigrated: 119, verification: { passed: false } });
    expect(result.errors.join('\n')).toMatch(/source: reading "planted-\d+" gave 119 records, but .*counts 120/);
  });

  it('as a target whose scan alone reads a value wrongly: the two do not agree', async () => {
    const store = await (STORES[name] as () => Promise<VectorStoreV1>)();
    const result = await migrate({
      source: await filledMemory(records, schema),
      sourceCollection: 'docs',
      target: planted(store, MISREADINGS['reads another number'] as Change, 'scan'),
      targetCollection: `target-${(number += 1)}`,
      checkpoints: false,
    });
    expect(result).toMatchObject({ success: false, verification: { missing: 0, extra: 0, changed: 0, passed: false } });
    expect(result.verification?.roads[1]).toMatchObject({
      side: 'target',
      differing: 1,
      differences: [{ id: '64', field: 'metadata.year', scanned: '7', fetched: '1963' }],
    });
  });
});

it('the pages of Qdrant over gRPC are counted themselves, and with `witness` the server counts as well', async () => {
  const { store, collection } = await filled('qdrant over gRPC');
  const roads = async (witness: 'all' | undefined): Promise<(string | undefined)[] | undefined> => {
    const copy = { source: store, sourceCollection: collection, target: createMemory(), targetCollection: 'docs' };
    const { verification } = await migrate({ ...copy, metric: 'euclidean', checkpoints: false, witness });
    return verification?.values.map(({ by }) => by);
  };
  expect(await roads(undefined)).toEqual([expect.not.stringContaining('exact counts'), undefined]);
  expect(await roads('all')).toEqual([expect.stringMatching(/^the bytes of the pages.*; exact counts/), undefined]);
});

// Stores that have no figures of their own beside their count.
it.each<[string, () => Promise<VectorStoreV1>]>([
  ['memory', async () => createMemory()],
  ['weaviate', async () => kept(createWeaviate({ url: weaviate.url }))],
])('%s, as a source that leaves a record out of every scan: it counts more', async (_name, make) => {
  const store = await make();
  const moved = { source: await filledMemory(records, schema), sourceCollection: 'docs', target: store };
  expect((await migrate({ ...moved, targetCollection: 'Lossy', checkpoints: false })).errors).toEqual([]);
  const result = await out(lossy(store), 'Lossy');
  expect(result).toMatchObject({ success: false, vectorsMigrated: 119, verification: { passed: false } });
  expect(result.errors.join('\n')).toContain(
    'source: reading "Lossy" gave 119 records, but its own exact count counts 120',
  );
});
