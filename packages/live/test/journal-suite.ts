import { recordKey } from '@vsm/core';
import type { LedgerStorage } from '@vsm/distributed';
import {
  createJournal,
  TIMINGS,
  type Journal,
  type KeyedMark,
  type MoveHeader,
  type OpenWrite,
  type Phase,
} from '@vsm/live';
import { heldUntil } from '../src/model.ts';
import type { StorageUnderTest } from '../../distributed/test/storages.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

let moves = 0;
/** Past all that is held. */
const LATER = Number.MAX_SAFE_INTEGER;

/** What every storage has to do for a journal, tried through the journal. */
export function journalSuite({ name, open }: StorageUnderTest): void {
  describe(`a journal in ${name}`, () => {
    let storages: readonly [LedgerStorage, LedgerStorage];
    let journal: Journal;
    let other: Journal;
    /** The same, as if all that was sent had landed long ago. */
    let brief: Journal;
    beforeAll(async () => {
      storages = await open();
    });
    afterAll(async () => {
      for (const storage of new Set(storages)) await storage.close();
    });
    beforeEach(async () => {
      moves += 1;
      const move = `move-${process.pid}-${moves}`;
      journal = createJournal(storages[0], move);
      other = createJournal(storages[1], move);
      brief = createJournal(storages[1], move, { timings: { ...TIMINGS, lease: -1, late: -1 } });
      await journal.create({ version: 1, move } as MoveHeader);
      await goTo('journal');
    });

    const goTo = async (phase: Phase): Promise<number> => {
      const { row } = await journal.seen();
      return (await journal.change(row.version, { phase })).version;
    };
    const marks = async (): Promise<KeyedMark[]> => collect(journal.marks());
    const begun = async (one: Journal, keys: readonly string[]): Promise<OpenWrite> => {
      const answer = await one.begin('source', keys);
      if ('refused' in answer) throw new Error(`refused: ${answer.refused.phase}`);
      return answer;
    };
    /** As a drain does that fetches right now, or long after. */
    const clear = async (fetched?: number): Promise<number> => {
      const taken = await marks();
      await other.clear(taken, fetched ?? (await other.seen()).now + 1);
      return taken.length - (await marks()).length;
    };

    test('marks before a write, and clears once it is done and drained', async () => {
      const write = await begun(journal, ['/a', '/b']);
      expect((await marks()).map(({ key }) => key)).toEqual(['/a', '/b']);
      expect(await clear()).toBe(0);
      await journal.done(write);
      expect(await clear()).toBe(2);
      expect(await collect(journal.openWrites())).toEqual([]);
    });

    test('clears nothing that was taken before it changed', async () => {
      const write = await begun(journal, ['/a']);
      const taken = await marks();
      await journal.done(write);
      await other.clear(taken, LATER);
      expect(await marks()).toHaveLength(1);
    });

    test('uses no seq again, not even for a mark that was cleared and made anew', async () => {
      await journal.touched(['/a']);
      const taken = await marks();
      await other.clear(taken, LATER);
      await other.touched(['/a']);
      await other.clear(taken, LATER);
      expect(await marks()).toHaveLength(1);
    });

    test('clears by the time before the fetch', async () => {
      await brief.begin('source', ['/a']);
      const [mark] = await marks();
      expect(await clear(heldUntil(mark as KeyedMark))).toBe(0);
      expect(await clear()).toBe(1);
    });

    test('holds for the write that is not done, of two that overlap', async () => {
      const first = await begun(journal, ['/a']);
      const second = await begun(other, ['/a']);
      await other.done(second);
      expect(await clear()).toBe(0);
      await journal.done(first);
      expect(await clear()).toBe(1);
    });

    test('takes a begin that is repeated for the same write', async () => {
      const write = await begun(journal, ['/a']);
      const again = await journal.begin('source', ['/a'], write);
      expect(again).toEqual(write);
      await journal.done(write);
      expect(await clear()).toBe(1);
    });

    test('holds for as long as a write may land that was not answered', async () => {
      const write = await begun(journal, ['/a']);
      await journal.unanswered(write);
      expect(await clear()).toBe(0);
      expect(await clear(LATER)).toBe(1);
      expect((await collect(journal.openWrites())).map(({ id }) => id)).toEqual([write.id]);
    });

    test('makes marks anew that are gone', async () => {
      const write = await begun(journal, ['/a', '/b']);
      await other.clear(await marks(), LATER);
      expect(await marks()).toEqual([]);
      await journal.done(write);
      await other.clear(await marks(), LATER);
      await other.raise(['/b']);
      expect((await marks()).map(({ key }) => key)).toEqual(['/b']);
      expect(await clear()).toBe(0);
    });

    test('takes a new seq at a raise, also where the mark is held for longer', async () => {
      await journal.begin('source', ['/a']);
      const taken = await marks();
      await other.raise(['/a']);
      await other.clear(taken, LATER);
      expect(await marks()).toHaveLength(1);
    });

    test('keeps a mark after the write for a store that shows writes late', async () => {
      await journal.done(await begun(journal, ['/a']), 60_000);
      expect(await clear()).toBe(0);
      expect(await clear(LATER)).toBe(1);
    });

    test('refuses a begin for the store that takes no writes, and marks nothing', async () => {
      expect(await journal.begin('target', ['/a'])).toMatchObject({ refused: { phase: 'journal' } });
      await goTo('switching');
      expect(await other.begin('source', ['/a'])).toMatchObject({ refused: { phase: 'switching' } });
      expect(await marks()).toEqual([]);
    });

    test('keeps what is refused until it is written again or accepted by name', async () => {
      await journal.touched(['/a', '/b']);
      await other.refuse(
        (await marks()).map((mark) => ({ ...mark, why: 'too large' })),
        LATER,
      );
      expect((await marks()).map(({ refused }) => refused)).toEqual(['too large', 'too large']);
      await journal.begin('source', ['/a']);
      expect(await other.accept(['/a', '/b'])).toBe(1);
      expect((await marks()).map(({ key, refused }) => [key, refused])).toEqual([['/a', undefined]]);
      expect(await collect(journal.left())).toEqual([{ key: '/b', why: 'too large' }]);
    });

    test('takes ids of any text', async () => {
      const keys = ['a\0b', "it's", '"', 'ü\u{1F600}', '*?[x]', ' ', '\\', '%_'].map((id) =>
        recordKey({ id, namespace: 'n' }),
      );
      await journal.done(await begun(journal, keys));
      expect(new Set((await marks()).map(({ key }) => key))).toEqual(new Set(keys));
      expect([...(await other.marksOf(keys)).keys()].toSorted()).toEqual(keys.toSorted());
      expect(await clear()).toBe(keys.length);
    });

    test('lets many write the same ids at once, in any order', async () => {
      const keys = Array.from({ length: 20 }, (_, at) => `/id-${at}`);
      const one = async (own: Journal, turn: number): Promise<void> => {
        await own.done(await begun(own, turn % 2 === 0 ? keys : keys.toReversed()));
      };
      await Promise.all(Array.from({ length: 12 }, (_, turn) => one(turn % 3 === 0 ? journal : other, turn)));
      expect(await clear()).toBe(keys.length);
    });

    test('lists thousands of marks', async () => {
      const keys = Array.from({ length: 4100 }, (_, at) => `/id-${at}`);
      await journal.touched(keys);
      expect(new Set((await marks()).map(({ key }) => key)).size).toBe(keys.length);
    });

    describe('at the barrier', () => {
      const holding = async (): Promise<number> => {
        const { row } = await journal.seen();
        const hold = { phase: 'switching', from: 'canary', to: 'switched', holdMs: 60_000 } as const;
        return (await journal.change(row.version, hold)).version;
      };

      test('waits for marks, for instances and for the drainer, and switches once', async () => {
        await journal.touched(['/a']);
        await journal.beat({ id: 'one', name: 'one', ack: 1 });
        const version = await holding();
        const waiting = async () => (await other.commit(version)).waiting;
        expect(await waiting()).toEqual({ marks: true, instances: ['one'], drainer: true });
        await clear();
        expect(await waiting()).toEqual({ marks: false, instances: ['one'], drainer: true });
        await journal.beat({ id: 'one', name: 'one', ack: version });
        const { claim } = await other.lease({ holder: 'drainer' });
        await other.lease({ holder: 'drainer', claim, ack: version });
        expect(await other.commit(version)).toEqual({ row: expect.objectContaining({ phase: 'switched' }) });
        expect((await journal.commit(version)).row.version).toBe(version + 1);
      });

      test('takes no word for another attempt', async () => {
        const first = await holding();
        await journal.beat({ id: 'one', name: 'one', ack: first });
        const { claim } = await journal.lease({ holder: 'drainer' });
        await journal.lease({ holder: 'drainer', claim, ack: first });
        await goTo('canary');
        const second = await holding();
        expect((await journal.commit(second)).waiting).toEqual({ marks: false, instances: ['one'], drainer: true });
        expect((await journal.commit(first)).row.phase).toBe('switching');
      });

      test('counts an instance as gone only once nothing of it can land', async () => {
        await journal.beat({ id: 'one', name: 'one', ack: 1 });
        const version = await holding();
        expect((await journal.commit(version)).waiting?.instances).toEqual(['one']);
        expect((await brief.commit(version)).waiting?.instances).toEqual([]);
      });

      test.each([
        ['writes left no mark', 'gap', { at: 9, why: 'one has forgotten' }, 'one has forgotten'],
        [
          'a sample found a difference',
          'sampled',
          { at: 9, compared: 1, differing: 1, ids: ['/a'], foundAt: 9 },
          'records differed without a mark, such as /a',
        ],
        [
          'a verification found one',
          'verified',
          { at: 9, version: 1, compared: 1, differing: 1, ids: ['/b'] },
          'records differed without a mark, such as /b',
        ],
      ] as const)('falls back when it is told meanwhile that %s', async (_what, told, fact, unverified) => {
        await journal.setFact('verified', { at: 1, version: 1, compared: 1, differing: 0, ids: [] });
        const version = await holding();
        const { claim } = await journal.lease({ holder: 'drainer' });
        await journal.lease({ holder: 'drainer', claim, ack: version });
        await other.setFact(told, fact);
        expect(await journal.commit(version)).toMatchObject({
          row: { phase: 'canary', version: version + 1 },
          waiting: { unverified },
        });
      });

      test('falls back after its time, by whoever asks, and not before', async () => {
        const version = await holding();
        expect((await other.fallBack(version)).phase).toBe('switching');
        const { row } = await journal.seen();
        const over = { phase: 'switching', from: 'canary', to: 'switched', holdMs: -1 } as const;
        const late = (await journal.change(row.version, over)).version;
        expect(await other.fallBack(late)).toMatchObject({ phase: 'canary', version: late + 1 });
        expect((await journal.commit(late)).row.phase).toBe('canary');
      });

      test('lets no begin of many slip through', async () => {
        const { claim } = await journal.lease({ holder: 'drainer' });
        const before = (await journal.seen()).row.version;
        const begins = Array.from({ length: 30 }, (_, at) =>
          (at % 2 === 0 ? journal : other).begin('source', [`/${at}`]),
        );
        const version = await holding();
        expect(version).toBe(before + 1);
        await journal.lease({ holder: 'drainer', claim, ack: version });
        const [attempt, ...answers] = await Promise.all([journal.commit(version), ...begins]);
        const marked = answers.filter((answer) => !('refused' in answer)).length;
        expect(await marks()).toHaveLength(marked);
        expect(attempt.row.phase === 'switched').toBe(marked === 0);
      });
    });

    describe('of one drainer', () => {
      test('gives the lease to one, who keeps it', async () => {
        const { claim } = await journal.lease({ holder: 'one' });
        expect(await other.lease({ holder: 'two' })).not.toHaveProperty('claim');
        expect(await journal.lease({ holder: 'one', claim })).toMatchObject({ claim, waitMs: 0 });
      });

      test('has a new one wait for what the one before may have sent', async () => {
        await journal.lease({ holder: 'one' });
        const soon = createJournal(storages[1], journal.move, { timings: { ...TIMINGS, lease: -1 } });
        const { claim, waitMs } = await soon.lease({ holder: 'two' });
        expect(claim?.holder).toBe('two');
        expect(waitMs).toBeGreaterThan(TIMINGS.late - 10_000);
      });

      test('takes a drainer that was started again for a new one', async () => {
        const { claim } = await journal.lease({ holder: 'one' });
        expect(await other.lease({ holder: 'one' })).not.toHaveProperty('claim');
        await journal.release(claim ?? { holder: '', epoch: 0 });
        expect(await other.lease({ holder: 'one' })).toMatchObject({ claim: { epoch: 2 }, waitMs: 0 });
      });
    });
  });
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}
