import { setTimeout as delay } from 'node:timers/promises';
import { createQdrant } from '@vsm/adapter-qdrant';
import { memoryStorage } from '@vsm/distributed/memory';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import {
  back,
  createJournal,
  joinMove,
  next,
  planMove,
  runMove,
  startMove,
  type Journal,
  type Phase,
  type Timings,
} from '@vsm/live';
import { journaled } from '@vsm/live/qdrant';
import { QdrantClient } from '@qdrant/js-client-rest';
import { expect, onTestFinished, test, vi } from 'vitest';

/** Enough for a busy machine, and little to wait for. */
const QUICK: Timings = { lease: 1500, late: 20, poll: 5, hold: 5000, answer: 5000 };
const BATCH = 6;

async function openServer() {
  const emulator = await startQdrantEmulator();
  onTestFinished(() => emulator.close());
  return { client: new QdrantClient({ url: emulator.url }), store: createQdrant({ url: emulator.url }) };
}

const all = async (client: QdrantClient): Promise<ReadonlyMap<unknown, unknown>> => {
  const { points } = await client.scroll('docs', { limit: 1000 });
  return new Map(points.map(({ id, payload }) => [id, payload]));
};

/** Writes batches, deletes one half of each by a filter and a field of the other half by another one, and knows what is left. */
function application(docs: QdrantClient) {
  const told = new Map<number, object>();
  const so = { written: 0, stopped: false };
  const loop = async (own: number): Promise<void> => {
    for (let turn = 0; !so.stopped; turn += 1) {
      const batch = own * 10 + (turn % 10);
      const ids = Array.from({ length: BATCH }, (_, at) => batch * BATCH + at);
      const points = ids.map((id) => ({ id, vector: [id + 1, turn], payload: { batch, odd: id % 2 === 1, turn } }));
      await docs.upsert('docs', { points });
      const filterOf = (odd: boolean) => ({
        must: [
          { key: 'batch', match: { value: batch } },
          { key: 'odd', match: { value: odd } },
        ],
      });
      await docs.delete('docs', { filter: filterOf(true) });
      await docs.deletePayload('docs', { keys: ['odd'], filter: filterOf(false) });
      for (const id of ids.filter((one) => one % 2 === 0)) told.set(id, { batch, turn });
      so.written += 1;
    }
  };
  const loops = Promise.all([0, 1].map(loop));
  return {
    told,
    /** Once so many more were acknowledged; a failure is told of here. */
    async goesOn(count = 10) {
      const until = so.written + count;
      while (so.written < until) await Promise.race([delay(5), loops]);
    },
    async stop() {
      so.stopped = true;
      await loops;
    },
  };
}

async function reach(journal: Journal, phase: Phase, step: typeof next = next): Promise<void> {
  for (;;) {
    const { row, blocked } = await step(journal, { gates: false });
    if (row.phase === phase && blocked.length === 0) return;
    await delay(10);
  }
}

test('an application moves there and back with the client of the vendor, and both stores hold its last word', async () => {
  const [source, target] = [await openServer(), await openServer()];
  await source.client.createCollection('docs', { vectors: { size: 2, distance: 'Cosine' } });
  const journal = createJournal(memoryStorage(), 'docs', { timings: QUICK });
  const stores = { source: source.store, target: target.store };
  await startMove(journal, await planMove({ move: 'docs', ...stores, sourceCollection: 'docs', timings: QUICK }));
  const end = new AbortController();
  const running = runMove({ journal, stores, signal: end.signal, checkpoints: false });
  const live = await joinMove(journal);
  const app = application(journaled(source.client, live, { collection: 'docs', other: () => target.client }));

  await reach(journal, 'switched');
  await app.goesOn();
  await reach(journal, 'drain', back);
  await app.goesOn();
  await app.stop();
  await vi.waitUntil(async () => !(await journal.anyMarks()), { timeout: 20_000, interval: 10 });
  end.abort();
  await running;
  await live.close();

  expect(app.told.size).toBeGreaterThan(20);
  expect(await all(source.client)).toEqual(app.told);
  expect(await all(target.client)).toEqual(app.told);
});
