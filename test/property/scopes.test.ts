import { createMemory } from '@vsm/adapter-memory';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createQdrant } from '@vsm/adapter-qdrant';
import {
  VectorStoreMigrator,
  VsmError,
  type CheckpointStore,
  type CollectionV1,
  type RecordLayout,
  type RejectedRecord,
  type RunEntry,
  type RunHeader,
  type VectorRecord,
  type VectorStoreV1,
} from '@vsm/core';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { allRecords, alterCollections } from '../engine/stores.ts';
import { share } from '../share.ts';
import { createPglite } from '../../packages/adapter-pgvector/test/pglite.ts';

// Several tenants share one collection. Whatever is done to one of them, however it ends, the records of the others stay as they are,
// byte for byte.

const TENANTS = ['a', 'b', 'c'] as const;
const IDS = Array.from({ length: 14 }, (_, at) => `3b6e2a52-6b0e-4d0c-8f7c-0a8c2a7d9e${String(at + 10)}`);

const step = fc.record({
  tenant: fc.constantFrom(...TENANTS),
  action: fc.constantFrom('copy', 'sync', 'mirror', 'mirror', 'out', 'replay' as const),
  ids: fc.subarray(IDS),
  version: fc.nat(3),
  batchSize: fc.integer({ min: 1, max: 5 }),
  concurrency: fc.integer({ min: 1, max: 3 }),
  /** Calls after which the process dies, of each life. */
  kills: fc.array(fc.record({ after: fc.integer({ min: 0, max: 12 }), done: fc.boolean() }), { maxLength: 2 }),
  /** Whether the collection is removed first, so that the run makes it. */
  fresh: fc.integer({ min: 0, max: 30 }).map((number) => number === 0),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** What a framework with tenants does: their records carry their name. */
function layoutInto(tenant: string): RecordLayout {
  return {
    description: { from: 'plain', to: `tenant ${tenant}`, namespaces: 'kept' },
    scopes: { target: { path: 'tenant', value: tenant } },
    adapt: (schema) => ({ schema }),
    change: (record) => ({ ...record, metadata: { ...record.metadata, tenant } }),
  };
}

function layoutOutOf(tenant: string): RecordLayout {
  return {
    description: { from: `tenant ${tenant}`, to: 'plain', namespaces: 'kept' },
    scopes: { source: { path: 'tenant', value: tenant } },
    adapt: (schema) => ({ schema }),
    change: ({ metadata: { tenant: _gone, ...metadata }, ...record }) => ({ ...record, metadata }),
  };
}

/** Runs in memory, that outlive the process that is killed. */
function memoryCheckpoints(): CheckpointStore {
  const runs = new Map<string, { header: RunHeader; entries: RunEntry[]; rejected: RejectedRecord[] }>();
  const open = (runId: string): ReturnType<CheckpointStore['open']> => {
    const run = runs.get(runId);
    if (run === undefined) throw new Error(`there is no run ${runId}`);
    return Promise.resolve({
      header: run.header,
      entries: [...run.entries],
      async append(entry, rejected = []) {
        run.entries.push(entry);
        run.rejected.push(...rejected);
      },
      async *readRejected() {
        yield* run.rejected;
      },
      async close() {},
    });
  };
  return {
    async create(header) {
      runs.set(header.runId, { header: JSON.parse(JSON.stringify(header)) as RunHeader, entries: [], rejected: [] });
      return open(header.runId);
    },
    open,
    list: () =>
      Promise.resolve(
        [...runs.keys()].map((runId) => ({ runId }) as Awaited<ReturnType<CheckpointStore['list']>>[number]),
      ),
  };
}

/** The store of a process that dies after so many calls: before the call does anything, or when it has done it. */
function mortal(store: VectorStoreV1, kill: Step['kills'][number] | undefined): VectorStoreV1 {
  let left = kill?.after ?? Number.POSITIVE_INFINITY;
  const die = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    left -= 1;
    if (left === -1 && kill?.done === true) await call();
    if (left < 0) throw new VsmError('CLOSED', 'killed');
    return call();
  };
  return alterCollections(store, (collection: CollectionV1) => ({
    upsert: (records, options) => die(() => collection.upsert(records, options)),
    delete: (ids, options) => die(() => collection.delete(ids, options)),
    fetch: (ids, options) => die(() => collection.fetch(ids, options)),
    scan: (request, options) => die(() => collection.scan(request, options)),
  }));
}

const schema = { vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } } as const;

async function sourceWith({ ids, version }: Step): Promise<VectorStoreV1> {
  const source = createMemory({ name: 'source' });
  await source.createCollection({ name: 'docs', ...schema });
  const records = ids.map((id, at): VectorRecord => ({ id, vectors: { '': [1, at] }, metadata: { version, at } }));
  await (await source.openCollection('docs')).upsert(records);
  return source;
}

async function digests(store: VectorStoreV1): Promise<Map<unknown, string[]>> {
  const names = await store.listCollections();
  const records = names.includes('shared') ? await allRecords(store, 'shared') : [];
  const found = new Map<unknown, string[]>();
  for (const record of records.toSorted((left, right) => (left.id < right.id ? -1 : 1))) {
    const { tenant, ...metadata } = record.metadata;
    const text = JSON.stringify([
      record.id,
      Object.entries(metadata).toSorted(([left], [right]) => (left < right ? -1 : 1)),
      record.vectors,
    ]);
    found.set(tenant, [...(found.get(tenant) ?? []), text]);
  }
  return found;
}

/** Carries a step out, dying and being resumed as it says. */
async function act(shared: VectorStoreV1, given: Step): Promise<void> {
  const { tenant, action, batchSize, concurrency, kills } = given;
  const checkpoints = memoryCheckpoints();
  const source = await sourceWith(given);
  const home = createMemory();
  const out = action === 'out';
  const layout = out ? layoutOutOf(tenant) : layoutInto(tenant);
  for (const kill of [...kills, undefined]) {
    const there = mortal(shared, kill);
    const migrator = new VectorStoreMigrator({
      ...(out ? { source: there, target: home } : { source, target: there }),
      checkpoints,
      maxRetries: 0,
    });
    try {
      const [earlier] = await checkpoints.list();
      if (earlier !== undefined) await migrator.resume(earlier.runId, { layout });
      else {
        await migrator.migrate({
          sourceCollection: out ? 'shared' : 'docs',
          targetCollection: out ? 'docs' : 'shared',
          layout,
          batchSize,
          concurrency,
          allowLoss: ['rejected-records'],
          ...(action === 'sync' && { mode: 'sync' }),
          ...(action === 'mirror' && { mode: 'sync', deleteExtra: true }),
        });
      }
      const [run] = await checkpoints.list();
      if (action === 'replay' && run !== undefined) await migrator.replayRejected(run.runId);
      return;
    } catch (error) {
      // Where every record belongs to somebody else, nothing is begun.
      if (VsmError.isInstance(error) && error.code === 'SCHEMA_INCOMPATIBLE') return;
      if (VsmError.isInstance(error) && error.code === 'NOT_FOUND' && out) return;
      if (kill === undefined) throw error;
    }
  }
}

/** Steps in each store, ten a case. */
const STORES = { memory: share(2000), pgvector: share(1000, 0.05), qdrant: share(2000, 0.05) };
let stores: Readonly<Record<keyof typeof STORES, VectorStoreV1>>;
let close: () => Promise<unknown>;
beforeAll(async () => {
  const [qdrant, database] = await Promise.all([startQdrantEmulator(), createPglite()]);
  stores = {
    memory: createMemory(),
    pgvector: createPgvector({ client: database }),
    qdrant: createQdrant({ url: qdrant.url }),
  };
  close = async () => {
    await Promise.all(Object.values(stores).map((store) => store.close()));
    await Promise.all([qdrant.close(), database.close()]);
  };
});
afterAll(() => close());

it.each(Object.entries(STORES))(
  'no record of another tenant changes in %s, in %d runs',
  async (name, runs) => {
    const shared = stores[name as keyof typeof STORES];
    let ofOthers = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 10 }), async (steps) => {
        for (const given of steps) {
          if (given.fresh) await shared.dropCollection?.('shared');
          const before = await digests(shared);
          await act(shared, given);
          const after = await digests(shared);
          for (const tenant of [...before.keys(), ...after.keys()]) {
            if (tenant === given.tenant) continue;
            ofOthers += before.get(tenant)?.length ?? 0;
            expect(after.get(tenant)).toStrictEqual(before.get(tenant));
          }
        }
      }),
      { numRuns: runs / 10, endOnFailure: true },
    );
    // They would stay as they are if there were none, too.
    expect(ofOthers).toBeGreaterThan(runs);
  },
  600_000,
);
