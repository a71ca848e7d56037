import { createMemory } from '@vsm/adapter-memory';
import { parseKept } from '@vsm/core/engine';
import { back, next, type DoubtfulWrite, type Journal } from '@vsm/live';
import { expect, test, vi } from 'vitest';
import { openRoutes } from '../src/route.ts';
import { Sampler } from '../src/sampler.ts';
import { move, reach, reachEmpty } from './quick-move.ts';

// Each waits for a move of its own.

const recordOf = (id: string, value: number) => ({ id, vectors: { '': new Float32Array([1]) }, metadata: { value } });

async function doubtsOf(journal: Journal): Promise<DoubtfulWrite[]> {
  const found: DoubtfulWrite[] = [];
  for await (const doubt of journal.doubtful()) found.push(doubt);
  return found;
}

async function moving() {
  const [source, target] = [createMemory(), createMemory()];
  await source.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 1, metric: 'dot' } } });
  const docs = await source.openCollection('docs');
  await docs.upsert(['a', 'b'].map((id) => recordOf(id, 1)));
  const moved = await move(source, target);
  const sample = async (from: 'source' | 'target'): Promise<void> => {
    const { journal } = moved;
    const routes = await openRoutes(await journal.header(), { source, target });
    const clock = { now: () => 0, sleep: async () => undefined };
    await new Sampler({ journal, routes, clock, settleMs: 0 }).look(from);
  };
  return { ...moved, docs, copy: () => target.openCollection('docs'), sample };
}

test.concurrent('a write around the journal is found after the verification, mended, and stands in the way until all is verified again', async () => {
  const { journal, docs, copy, sample, stop } = await moving();
  await reach(journal, 'canary');
  const { verified } = await journal.facts();
  await docs.upsert([recordOf('a', 2)]);
  await docs.delete(['b']);
  await sample('source');
  const { sampled } = await journal.facts();
  expect(sampled).toMatchObject({ differing: 2 });
  expect(new Set(sampled?.ids)).toEqual(new Set(['/a', '/b']));
  await reachEmpty(journal);
  expect(await (await copy()).fetch(['a', 'b'])).toMatchObject([{ id: 'a', metadata: { value: 2 } }]);
  // The runner verifies anew by itself.
  await vi.waitUntil(async () => ((await journal.facts()).verified?.at ?? 0) > (verified?.at ?? 0), {
    timeout: 300_000,
  });
  await reach(journal, 'switched');
  await stop();
});

test.concurrent('what is found blocks the switch before that', async () => {
  const { journal, stop } = await moving();
  await reach(journal, 'canary');
  await stop();
  const { verified } = await journal.facts();
  await journal.setFact('sampled', { at: 0, compared: 9, differing: 1, ids: ['/a'], foundAt: (verified?.at ?? 0) + 1 });
  expect((await next(journal)).blocked).toContainEqual(expect.stringContaining('differed without a mark, such as /a'));
});

test.concurrent('a write to the source after the switch is listed with both values before it is drained away', async () => {
  const { journal, docs, sample, stop } = await moving();
  await reach(journal, 'switched');
  await docs.upsert([recordOf('a', 3)]);
  await sample('target');
  const doubts = await doubtsOf(journal);
  expect(doubts).toMatchObject([{ side: 'source', keys: ['/a'], answered: false }]);
  const values = doubts[0]?.values?.['/a'];
  const valueOf = (text: string | undefined) => (parseKept(text ?? '') as ReturnType<typeof recordOf>).metadata.value;
  expect([valueOf(values?.source), valueOf(values?.target)]).toEqual([3, 1]);
  await reachEmpty(journal);
  expect(await docs.fetch(['a'])).toMatchObject([{ metadata: { value: 1 } }]);
  expect(await journal.settleDoubts(new Set(['/a']))).toBe(1);
  expect(await doubtsOf(journal)).toEqual([]);
  await stop();
});

test.concurrent('after a gap there is no way back before all that the target holds is verified to be in the source', async () => {
  const { journal, docs, copy, stop } = await moving();
  await reach(journal, 'switched');
  await (await copy()).upsert([recordOf('a', 5), recordOf('c', 5)]);
  await (await copy()).delete(['b']);
  const { now } = await journal.seen();
  await journal.setFact('gap', { at: now, why: 'an instance was gone' });
  expect((await back(journal)).blocked).toEqual(['it has to be verified first, for an instance was gone']);
  await reach(journal, 'drain', back);
  expect(await docs.fetch(['a', 'b', 'c'])).toMatchObject([
    { id: 'a', metadata: { value: 5 } },
    { id: 'c', metadata: { value: 5 } },
  ]);
  await stop();
});

test.concurrent('a late answer of a write to the source is kept with what both stores held when it was drained', async () => {
  const { journal, docs, stop } = await moving();
  await reach(journal, 'switched');
  await docs.upsert([recordOf('b', 7)]);
  await journal.done({ id: 'late', side: 'source', keys: ['/b'], at: 0 });
  await reachEmpty(journal);
  const [doubt] = await doubtsOf(journal);
  expect(doubt).toMatchObject({ id: 'late', answered: true });
  expect(Object.keys(doubt?.values ?? {})).toEqual(['/b']);
  expect(await docs.fetch(['b'])).toMatchObject([{ metadata: { value: 1 } }]);
  await stop();
});
