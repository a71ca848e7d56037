// What OpenSearch costs: records of 384 dimensions read from one index and written to another by a loop of the official client, by VSM's
// migration without verification, and by VSM's reading alone and writing alone, in turn and three times; the best time counts. On the
// server that OPENSEARCH_URL names. Prints ratios, and ends with 1 where a migration takes more than twice as long as the loop.
import { createElasticsearch } from '@vsm/adapter-elasticsearch';
import { createMemory } from '@vsm/adapter-memory';
import { VectorStoreMigrator, type VectorStoreV1 } from '@vsm/core';
import { Client } from '@opensearch-project/opensearch';
import { makeRecord } from './records.ts';

const RECORDS = Number(process.env['BENCH_RECORDS'] ?? 5000);
const DIMENSION = 384;
const PAGE = 500;
const ROUNDS = 3;
const MOST_RATIO = 2;

const url = process.env['OPENSEARCH_URL'];
if (url === undefined) {
  console.log('NOT RUN: set OPENSEARCH_URL');
  process.exit(0);
}
const [from, to] = [`vsm-bench-from-${process.pid}`, `vsm-bench-to-${process.pid}`];
const store = createElasticsearch({ url });
const memory = createMemory();
const client = new Client({ node: url });
const schema = { vectors: { '': { kind: 'dense', dimension: DIMENSION, metric: 'euclidean' } } } as const;

const fresh = async (where: VectorStoreV1, name: string): Promise<void> => {
  await where.dropCollection?.(name);
  await where.createCollection({ name, ...schema });
};
const move = async (source: VectorStoreV1, one: string, target: VectorStoreV1, other: string): Promise<void> => {
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: false, validate: false });
  await migrator.migrate({ sourceCollection: one, targetCollection: other });
};

/** What one writes with the client: a point in time, pages by what it calls the order, a bulk for each. */
async function loop(): Promise<void> {
  const { body: opened } = await client.createPit({ index: [from], keep_alive: '5m' });
  const pit = { id: opened.pit_id, keep_alive: '5m' };
  for (let after: string | undefined; ;) {
    const request = {
      size: PAGE,
      pit,
      sort: [{ _id: 'asc' as const }],
      ...(after !== undefined && { search_after: [after] }),
    };
    const { body: page } = await client.search({ body: request });
    const { hits } = page.hits;
    if (hits.length === 0) break;
    const operations = hits.flatMap((hit) => [{ index: { _index: to, _id: hit['_id'] } }, hit['_source'] ?? {}]);
    await client.bulk({ body: operations as Record<string, unknown>[] });
    after = hits.at(-1)?.['_id'];
  }
  await client.indices.refresh({ index: to });
}

const ways: Readonly<Record<string, readonly [prepare: () => Promise<void>, run: () => Promise<void>]>> = {
  'the loop of the official client': [() => fresh(store, to), loop],
  migration: [() => fresh(store, to), () => move(store, from, store, to)],
  'reading alone': [() => fresh(memory, 'read'), () => move(store, from, memory, 'read')],
  'writing alone': [() => fresh(store, to), () => move(memory, 'all', store, to)],
};

const best = new Map<string, number>();
try {
  await fresh(memory, 'all');
  const all = await memory.openCollection('all');
  for (let start = 0; start < RECORDS; start += PAGE) {
    await all.upsert(Array.from({ length: PAGE }, (_, at) => makeRecord(start + at, { dimension: DIMENSION })));
  }
  await fresh(store, from);
  await move(memory, 'all', store, from);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, [prepare, run]] of Object.entries(ways)) {
      await prepare();
      const started = performance.now();
      await run();
      best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, performance.now() - started));
    }
  }
} finally {
  for (const name of [from, to]) await store.dropCollection?.(name);
  await Promise.all([store.close(), client.close()]);
}
const seconds = (name: string): number => (best.get(name) ?? Number.NaN) / 1000;
const migration = seconds('migration');
for (const name of best.keys()) console.log(`${name}: ${seconds(name).toFixed(1)} s`);
const toLoop = migration / seconds('the loop of the official client');
const toFloor = migration / (seconds('reading alone') + seconds('writing alone'));
console.log(`migration: ${toLoop.toFixed(2)} of the loop, ${toFloor.toFixed(2)} of reading and writing alone`);
process.exitCode = toLoop > MOST_RATIO ? 1 : 0;
