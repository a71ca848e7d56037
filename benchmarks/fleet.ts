// npm run bench:fleet: 1, 2 and 4 workers over a target that answers every write after 50 ms, and 4 under a cap. The workers run in one
// process, each with claims, pace and stores of its own, so that what is measured is how they share the work. Ends with 1 where two are
// not 1.8 times as fast as one, four not 3.2 times, or the cap is missed by more than a tenth.
import { setTimeout as delay } from 'node:timers/promises';
import { createMemory } from '@vsm/adapter-memory';
import { wrapCollection, type VectorStoreV1 } from '@vsm/core/adapter';
import { createEngine, createLedger, startRun, work } from '@vsm/distributed';
import { memoryQueue, memoryStorage } from '@vsm/distributed/memory';
import { makeRecord } from './records.ts';

const RECORDS = 24_000;
const LATENCY_MS = 50;
const BATCH = 200;
const SLOTS = 2;
const CAP = 3000;
const LEAST = new Map([
  [2, 1.8],
  [4, 3.2],
]);

const source = createMemory();
await source.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 4, metric: 'cosine' } } });
const docs = await source.openCollection('docs');
const all = Array.from({ length: RECORDS }, (_, index) => makeRecord(index, { dimension: 4, metadataBytes: 0 }));
await docs.upsert(all);

/** A store at the other end of a slow line. */
function slow(store: VectorStoreV1): VectorStoreV1 {
  return {
    ...store,
    async openCollection(name, options) {
      return wrapCollection(await store.openCollection(name, options), {
        upsert: (call) => async (records, given) => {
          await delay(LATENCY_MS);
          return call(records, given);
        },
      });
    },
  };
}

/** Records a second while all workers copy. */
async function measure(workers: number, maxRecordsPerSecond?: number): Promise<number> {
  const ledger = createLedger(memoryStorage());
  const queue = memoryQueue();
  const target = slow(createMemory());
  const asked = {
    ledger,
    queue,
    source,
    target,
    sourceCollection: 'docs',
    parts: 80,
    batchSize: BATCH,
    validate: false,
  };
  const { runId } = await startRun({ ...asked, maxRecordsPerSecond });
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  const timed = (): void => {
    first = Math.min(first, performance.now());
    last = performance.now();
  };
  const stores = async () => ({
    source,
    target: {
      ...target,
      openCollection: async (...words: Parameters<VectorStoreV1['openCollection']>) =>
        wrapCollection(await target.openCollection(...words), {
          upsert: (call) => async (records, given) => {
            first = Math.min(first, performance.now());
            const result = await call(records, given);
            timed();
            return result;
          },
        }),
    },
  });
  await Promise.all(
    Array.from({ length: workers }, () => {
      const engine = createEngine({ ledger, stores, slots: SLOTS });
      return work({ ledger, queue, engine, slots: SLOTS, until: runId });
    }),
  );
  await queue.close();
  const { state } = await ledger.run(runId);
  if (state !== 'done') throw new Error(`the run ended as ${state}`);
  return RECORDS / ((last - first) / 1000);
}

const one = await measure(1);
console.log(`1 worker: ${Math.round(one)} records/s`);
for (const [workers, least] of LEAST) {
  const rate = await measure(workers);
  const ratio = rate / one;
  console.log(`${workers} workers: ${Math.round(rate)} records/s, ${ratio.toFixed(2)} times one (at least ${least})`);
  if (ratio < least) process.exitCode = 1;
}
for (const workers of [2, 4]) {
  const rate = await measure(workers, CAP);
  const off = Math.abs(rate / CAP - 1);
  console.log(
    `${workers} workers under a cap of ${CAP}: ${Math.round(rate)} records/s, ${(100 * off).toFixed(1)} % off (at most 10)`,
  );
  if (off > 0.1) process.exitCode = 1;
}
