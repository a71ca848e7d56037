import type { PGlite } from '@electric-sql/pglite';
import { createMemory } from '@vsm/adapter-memory';
import { createPgvector } from '@vsm/adapter-pgvector';
import { VectorStoreMigrator, type MigrationResult, type VectorStoreV1 } from '@vsm/core';
import { createEngine, createLedger, startRun, TIMINGS, work } from '@vsm/distributed';
import { memoryQueue, memoryStorage } from '@vsm/distributed/memory';
import { createLayout } from '@vsm/layouts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createPglite } from '../../packages/adapter-pgvector/test/pglite.ts';
import { allRecords } from './stores.ts';

// Rows of LlamaIndex that share a node lie anywhere in its table: whoever reads one of them knows whether it is the newest.

const NODES = 400;
const TIMES = 3;

let database: PGlite;
let folder: string;
let target: VectorStoreV1;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-older-'));
  database = await createPglite();
  await database.exec(`CREATE EXTENSION vector;
    CREATE TABLE data_twice (id bigserial PRIMARY KEY, text varchar NOT NULL, metadata_ json, node_id varchar, embedding vector(2));
    INSERT INTO data_twice (text, metadata_, node_id, embedding)
      SELECT 'text ' || at || ' of time ' || time, json_build_object('_node_type', 'TextNode', '_node_content', json_build_object('id_', 'n' || at)::text),
        'n' || at, '[1,0]' FROM generate_series(1, ${TIMES}) AS time, generate_series(1, ${NODES}) AS at ORDER BY time, at`);
});
beforeEach(() => {
  target = createMemory();
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

function moving() {
  const source = createPgvector({ client: database });
  const layout = createLayout({
    source,
    target,
    sourceCollection: 'data_twice',
    from: 'llamaindex-py',
    to: 'llamaindex-py:store=chroma',
  });
  const names = { sourceCollection: 'data_twice', targetCollection: 'docs' };
  return {
    source,
    target,
    layout,
    ...names,
    metric: 'cosine',
    allowLoss: ['superseded-records'],
    batchSize: 50,
  } as const;
}

const COUNTED = {
  vectorsMigrated: NODES,
  vectorsFailed: NODES * (TIMES - 1),
  verification: { passed: true, expectedCount: NODES, targetCount: NODES },
} as const;
const NEWEST = new Set(Array.from({ length: NODES }, (_, at) => `text ${at + 1} of time ${TIMES}`));

async function textsIn(store: VectorStoreV1): Promise<ReadonlySet<string | undefined>> {
  return new Set((await allRecords(store)).map(({ document }) => document));
}

it('of a shared run, every worker takes the newest alone', async () => {
  const { layout, ...job } = moving();
  const timings = { ...TIMINGS, lease: 20_000 };
  const [ledger, queue] = [createLedger(memoryStorage(), { timings }), memoryQueue()];
  const stores = async () => ({ source: job.source, target, layout });
  const { runId } = await startRun({ ledger, queue, ...job, layout, parts: 4 });
  const worker = (name: string) =>
    work({ ledger, queue, engine: createEngine({ ledger, stores, slots: 2 }), slots: 2, until: runId, name });
  await Promise.all([worker('one'), worker('two')]);
  await queue.close();
  const { value } = await ledger.results(runId, 'conclude')[Symbol.asyncIterator]().next();
  const result = value as MigrationResult;
  expect(result).toMatchObject(COUNTED);
  expect(result.rejected.every(({ reason }) => reason === 'superseded')).toBe(true);
  expect(await textsIn(target)).toEqual(NEWEST);
});

it('a run that was stopped goes on with the newest alone', async () => {
  const { source, layout, ...move } = moving();
  const migrator = () => new VectorStoreMigrator({ source, target, checkpoints: join(folder, 'runs') });
  const stop = new AbortController();
  const onProgress = ({ vectorsProcessed }: { readonly vectorsProcessed: number }): void => {
    if (vectorsProcessed >= NODES + 100) stop.abort();
  };
  const stopped = migrator().migrate({ ...move, layout, concurrency: 1, signal: stop.signal, onProgress });
  const { runId } = await stopped.then(
    () => {
      throw new Error('it was not stopped');
    },
    (error: { readonly runId: string }) => error,
  );
  expect(await migrator().resume(runId, { layout })).toMatchObject(COUNTED);
  expect(await textsIn(target)).toEqual(NEWEST);
});

it('a synchronisation takes what is newest now, and deletes nothing for an older row', async () => {
  const { source, layout, ...move } = moving();
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
  await migrator.migrate({ ...move, layout });
  await database.exec(`INSERT INTO data_twice (text, metadata_, node_id, embedding)
    SELECT 'newer still', metadata_, node_id, embedding FROM data_twice WHERE id = 1`);
  const result = await migrator.migrate({ ...move, layout, mode: 'sync', deleteExtra: true });
  await database.exec(`DELETE FROM data_twice WHERE text = 'newer still'`);
  expect(result.verification).toMatchObject({ passed: true, expectedCount: NODES, targetCount: NODES });
  const records = await allRecords(target);
  expect(records.filter(({ document }) => document === 'newer still').map(({ id }) => id)).toEqual(['n1']);
});
