import { setTimeout as delay } from 'node:timers/promises';
import { createMemory } from '@vsm/adapter-memory';
import type { CollectionV1, VectorRecord, VectorStoreV1 } from '@vsm/core';
import { wrapCollection } from '@vsm/core/adapter';
import { back } from '@vsm/live';
import { liveCollection, type LiveCollection } from '@vsm/live/vsm';
import { describe, expect, test, vi } from 'vitest';
import { move, reach, reachEmpty } from './quick-move.ts';

const SCHEMA = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } } as const;

function record(id: string, version: number): VectorRecord {
  return {
    id,
    vectors: { '': new Float32Array([version + 1, 1]) },
    metadata: { version },
    document: `text ${version}`,
  };
}

async function all(collection: CollectionV1): Promise<ReadonlyMap<string, VectorRecord>> {
  const { records } = await collection.scan({ limit: 10_000, include: ['vectors', 'metadata'] });
  return new Map(records.map((one) => [one.id, one]));
}

/** Writes, deletes and reads until it is stopped, and knows what it was told. */
function application(docs: LiveCollection) {
  const told = new Map<string, VectorRecord | undefined>();
  const so = { written: 0, stopped: false };
  const loop = async (own: number): Promise<void> => {
    for (let turn = 0; !so.stopped; turn += 1) {
      const id = `w${own}-${turn % 40}`;
      if (turn % 3 === 2) {
        await docs.delete([id]);
        told.set(id, undefined);
      } else {
        const written = record(id, turn);
        await docs.upsert([written]);
        told.set(id, written);
      }
      so.written += 1;
      await delay(1);
    }
  };
  const loops = [0, 1, 2].map(loop);
  return {
    told,
    /** Once so many more writes were acknowledged. */
    async goesOn(count = 60) {
      const until = so.written + count;
      await vi.waitUntil(() => so.written >= until, { timeout: 300_000, interval: 1 });
    },
    async stop() {
      so.stopped = true;
      await Promise.all(loops);
    },
  };
}

describe('a move while an application writes, deletes and reads', () => {
  test('goes there, switches, and comes back, and the last word of the application is in both stores', async () => {
    const [source, target] = [createMemory(), createMemory()];
    await source.createCollection(SCHEMA);
    const a = await source.openCollection('docs');
    await a.upsert(Array.from({ length: 300 }, (_, at) => record(`old-${at}`, at)));
    const { journal, live, stop } = await move(source, target);
    const app = application(await liveCollection(live, { source, target }));

    await reach(journal, 'canary');
    await app.goesOn();
    await reach(journal, 'switched');
    const b = await target.openCollection('docs');
    await app.goesOn();
    await reach(journal, 'drain', back);
    await app.goesOn();
    await reach(journal, 'canary');
    await reach(journal, 'switched');
    await app.goesOn();
    await app.stop();
    await reachEmpty(journal);
    await stop();

    expect(app.told.size).toBeGreaterThan(0);
    const [inSource, inTarget] = [await all(a), await all(b)];
    for (const [id, written] of app.told) {
      expect(inTarget.get(id)).toEqual(written);
      expect(inSource.get(id)).toEqual(written);
    }
    expect(inTarget.size).toBe(inSource.size);
  });
});

test('a copy ends with its phase', async () => {
  const [source, target] = [createMemory(), createMemory()];
  await source.createCollection(SCHEMA);
  const count = 20_000;
  const a = await source.openCollection('docs');
  await a.upsert(Array.from({ length: count }, (_, at) => record(`${at}`, at)));
  const gate = Promise.withResolvers<void>();
  let written = 0;
  const gated: VectorStoreV1 = {
    ...target,
    openCollection: async (name) =>
      wrapCollection(await target.openCollection(name), {
        upsert: (upsert) => async (records, options) => {
          written += records.length;
          await gate.promise;
          return upsert(records, options);
        },
      }),
  };
  let doing = '';
  const { journal, stop } = await move(source, gated, (said) => {
    doing = said;
  });
  await reach(journal, 'backfill');
  await vi.waitUntil(() => written > 0, { timeout: 300_000, interval: 1 });
  await back(journal);
  await vi.waitUntil(() => doing === 'waiting', { timeout: 300_000, interval: 1 });
  gate.resolve();
  await reach(journal, 'drain');
  await stop();
  // What was on its way, and all of it once.
  expect(written).toBeLessThan(2 * count);
  expect(await (await target.openCollection('docs')).count()).toMatchObject({ value: count });
});
