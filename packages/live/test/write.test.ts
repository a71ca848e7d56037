import { createMemory } from '@vsm/adapter-memory';
import { memoryStorage } from '@vsm/distributed/memory';
import { createJournal, joinMove, moveStatus, planMove, TIMINGS, type Journal, type Live, type Phase } from '@vsm/live';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let now = 0;
const clock = {
  now: () => now,
  // What waits for time waits until the test is over.
  sleep: (_ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      signal?.addEventListener('abort', () => resolve());
    }),
};
let journal: Journal;
let live: Live;
beforeEach(async () => {
  const source = createMemory();
  const schema = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 1, metric: 'dot' } } } as const;
  await source.createCollection(schema);
  journal = createJournal(memoryStorage({ now: () => now }), 'move');
  await journal.create(await planMove({ move: 'move', source, target: createMemory(), sourceCollection: 'docs' }));
});
afterEach(() => live.close());

async function inPhase(phase: Phase): Promise<void> {
  await journal.change(1, { phase });
  live = await joinMove(journal, { clock });
}

const fails = async (): Promise<never> => {
  throw new Error('not this one');
};

describe('a write', () => {
  test('goes to the store that takes it, with a mark that is held until it is done', async () => {
    await inPhase('drain');
    let held = false;
    await live.write(['a'], {
      async source() {
        held = (await journal.marksOf(['/a'])).get('/a')?.open !== undefined;
      },
      target: fails,
    });
    expect(held).toBe(true);
    expect((await journal.marksOf(['/a'])).get('/a')).toMatchObject({ recheck: 0, open: {} });
  });

  test('goes to the target once it is switched, though the process has not heard of that', async () => {
    await inPhase('canary');
    await journal.change(2, { phase: 'switched' });
    expect(await live.write(['a'], { source: fails, target: async () => 'there' })).toBe('there');
  });

  test('that reached the source after the switch is not acknowledged, and is listed', async () => {
    await inPhase('canary');
    const late = live.write(['a'], {
      // It stands still here, longer than its mark is held, and the move goes on without it.
      async source() {
        now += TIMINGS.lease + TIMINGS.late + 1;
        const mark = { key: '/a', seq: (await journal.marksOf(['/a'])).get('/a')?.seq ?? '' };
        await journal.clear([mark], now);
        await journal.change(2, { phase: 'switched' });
      },
      target: fails,
    });
    await expect(late).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('source') });
    expect((await moveStatus(journal)).doubtful).toMatchObject([{ side: 'source', keys: ['/a'], answered: true }]);
    // What it has changed there, the drain back changes again.
    expect((await journal.marksOf(['/a'])).size).toBe(1);
  });

  test('without a mark that took as long is marked, where writes are by now', async () => {
    await inPhase('off');
    await live.write(['a'], {
      async source() {
        now += TIMINGS.lease + TIMINGS.late + 1;
        await journal.change(2, { phase: 'journal' });
      },
      target: fails,
    });
    expect((await journal.marksOf(['/a'])).size).toBe(1);
  });

  test('without a mark is not sent once its process was given up, even if it is heard of again', async () => {
    await inPhase('off');
    const late = live.write(['a'], {
      async source(guard) {
        now += TIMINGS.lease + TIMINGS.late + 1;
        await journal.change(2, { phase: 'drain' });
        await live.write(['b'], { source: async () => undefined, target: fails });
        guard();
      },
      target: fails,
    });
    await expect(late).rejects.toMatchObject({ code: 'ABORTED' });
  });

  test('that fails keeps its mark for as long as it may land', async () => {
    await inPhase('drain');
    await expect(live.write(['a'], { source: fails, target: fails })).rejects.toThrow('not this one');
    expect((await journal.marksOf(['/a'])).get('/a')?.recheck).toBe(now + TIMINGS.late);
  });

  test('of a client that repeats by itself keeps it too', async () => {
    await inPhase('drain');
    await live.write(['a'], { source: async () => undefined, target: fails, retries: 'client' });
    expect((await journal.marksOf(['/a'])).get('/a')?.recheck).toBe(now + TIMINGS.late);
  });

  test('that was long in preparation is not sent any more', async () => {
    await inPhase('drain');
    let sent = false;
    const written = live.write(['a'], {
      async source(guard) {
        now += TIMINGS.lease + 1;
        guard();
        sent = true;
      },
      target: fails,
    });
    await expect(written).rejects.toMatchObject({ code: 'ABORTED' });
    expect(sent).toBe(false);
  });

  test('is not sent without the journal', async () => {
    await inPhase('drain');
    const broken = await joinMove({ ...journal, begin: fails }, { clock });
    let sent = false;
    const written = broken.write(['a'], {
      async source() {
        sent = true;
      },
      target: fails,
    });
    await expect(written).rejects.toMatchObject({ code: 'REMOTE_FAILED' });
    expect(sent).toBe(false);
    await broken.close();
  });

  test('that names no ids is refused', async () => {
    await inPhase('drain');
    await expect(async () => live.write([], { source: fails, target: fails })).rejects.toThrow(
      'name those that it touches',
    );
  });
});
