import { setTimeout as delay } from 'node:timers/promises';
import { createQdrant } from '@vsm/adapter-qdrant';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { back } from '@vsm/live';
import { journaled } from '@vsm/live/qdrant';
import { QdrantClient } from '@qdrant/js-client-rest';
import { expect, onTestFinished, test } from 'vitest';
import { move, reach, reachEmpty } from '../quick-move.ts';

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

test('an application moves there and back with the client of the vendor, and both stores hold its last word', async () => {
  const [source, target] = [await openServer(), await openServer()];
  await source.client.createCollection('docs', { vectors: { size: 2, distance: 'Cosine' } });
  const { journal, live, stop } = await move(source.store, target.store);
  const app = application(journaled(source.client, live, { collection: 'docs', other: () => target.client }));

  await reach(journal, 'switched');
  await app.goesOn();
  await reach(journal, 'drain', back);
  await app.goesOn();
  await app.stop();
  await reachEmpty(journal);
  await stop();

  expect(app.told.size).toBeGreaterThan(20);
  expect(await all(source.client)).toEqual(app.told);
  expect(await all(target.client)).toEqual(app.told);
});
