import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemory } from '@vsm/adapter-memory';
import { createSqlite } from '@vsm/adapter-sqlite';
import type { MigrationResult, VectorRecord, VectorStoreV1 } from '@vsm/core';
import { createEngine, createLedger, startRun, work, type FleetStores } from '@vsm/distributed';
import { memoryQueue, memoryStorage } from '@vsm/distributed/memory';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { alterCollections } from './stores.ts';

// What several workers read is put together before it is held against the figures of the store.

const RECORDS = 3000;

let folder: string;
let store: VectorStoreV1;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-shared-proof-'));
  store = createSqlite({ path: join(folder, 'docs.db') });
  await store.createCollection({
    name: 'docs',
    vectors: { '': { kind: 'dense', dimension: 2, metric: 'euclidean' } },
    fields: { year: 'integer' },
  });
  const docs = await store.openCollection('docs');
  await docs.upsert(
    Array.from({ length: RECORDS }, (_, at) => ({
      id: String(at),
      vectors: { '': [at, 1] },
      metadata: { year: at },
      document: `text ${at}`,
    })),
  );
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

type Reading = (records: readonly VectorRecord[]) => VectorRecord[];

let scanned = 0;

/** The source, read by both of its roads as `reading` makes of it. */
function misread(reading: Reading): VectorStoreV1 {
  return alterCollections(store, (collection) => ({
    async scan(request, options) {
      const page = await collection.scan(request, options);
      if (request.include.includes('vectors')) scanned += page.records.length;
      return { ...page, records: reading(page.records) };
    },
    fetch: async (ids, options) => reading(await collection.fetch(ids, options)),
  }));
}

async function moved(source: VectorStoreV1): Promise<MigrationResult> {
  const target = createMemory();
  const [ledger, queue] = [createLedger(memoryStorage()), memoryQueue()];
  const stores = async (): Promise<FleetStores> => ({ source, target });
  const { runId } = await startRun({
    ledger,
    queue,
    source,
    target,
    sourceCollection: 'docs',
    batchSize: 100,
    parts: 6,
  });
  const onProblem = ({ error }: { readonly error: unknown }): never => {
    throw error;
  };
  await Promise.all(
    ['one', 'two'].map((name) =>
      work({
        ledger,
        queue,
        engine: createEngine({ ledger, stores, slots: 2 }),
        slots: 2,
        until: runId,
        name,
        onProblem,
      }),
    ),
  );
  const { value } = await ledger.results(runId, 'conclude')[Symbol.asyncIterator]().next();
  return value as MigrationResult;
}

const change =
  (altered: (record: VectorRecord) => VectorRecord): Reading =>
  (records) =>
    records.map((record) => (record.id === '1234' ? altered(record) : record));

it('agrees where all was read as it is, once to copy and once to compare', async () => {
  scanned = 0;
  const { success, verification } = await moved(misread((records) => [...records]));
  // The plan samples some beside. Sums that were not put together would not agree, and all be read once more.
  expect(scanned).toBeLessThan(2.5 * RECORDS);
  expect(success).toBe(true);
  const [source] = verification?.values ?? [];
  expect(source?.problems).toEqual([]);
  expect(source?.figures).toBeGreaterThan(4);
  expect(verification?.roads.map(({ side, compared }) => [side, compared > 0])).toEqual([
    ['source', true],
    ['target', true],
  ]);
});

it.each<[string, Reading]>([
  ['another number', change((record) => ({ ...record, metadata: { year: 7 } }))],
  ['no document', change((record) => ({ ...record, document: undefined }))],
  ['a shorter text', change((record) => ({ ...record, document: 'text' }))],
  ['another vector', change((record) => ({ ...record, vectors: { '': [1, 1] } }))],
])('does not pass where both roads read %s', async (_what, reading) => {
  const { success, verification } = await moved(misread(reading));
  expect(success).toBe(false);
  expect(verification).toMatchObject({ passed: false, missing: 0, extra: 0, changed: 0 });
  expect(verification?.values[0]?.problems.length).toBeGreaterThan(0);
});

it('does not pass where a record is left out of every scan', async () => {
  const { success, verification } = await moved(misread((records) => records.filter(({ id }) => id !== '1234')));
  expect(success).toBe(false);
  expect(verification?.passed).toBe(false);
});
