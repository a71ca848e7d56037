import { memoryStorage } from '@vsm/distributed/memory';
import { back, createJournal, next, TIMINGS, type Journal, type MoveHeader } from '@vsm/live';
import { beforeEach, describe, expect, test } from 'vitest';

let now = 0;
let journal: Journal;
beforeEach(async () => {
  journal = createJournal(memoryStorage({ now: () => now }), 'move');
  await journal.create({ version: 1, move: 'move' } as MoveHeader);
});

describe('a switch whose command was killed', () => {
  beforeEach(async () => {
    const holdMs = TIMINGS.hold;
    await journal.change(1, { phase: 'switching', from: 'canary', to: 'switched', percent: 5, holdMs });
  });

  test('falls back by the next step, if its time is over', async () => {
    now += TIMINGS.hold + 1;
    const { row, blocked } = await next(journal);
    expect(row).toMatchObject({ phase: 'canary', percent: 5 });
    expect(blocked).toEqual([expect.stringContaining('fell back in time')]);
  });

  test('is not called back before', async () => {
    const { row, blocked } = await back(journal);
    expect(row.phase).toBe('switching');
    expect(blocked).toEqual(['a switch is on its way, and ends by itself: try again in 5 s']);
    now += TIMINGS.hold + 1;
    expect(await back(journal)).toMatchObject({ row: { phase: 'canary' }, blocked: [] });
  });
});

test('a step that another one was ahead of is none', async () => {
  await journal.change(1, { phase: 'drain' });
  const before = await journal.seen();
  await journal.change(2, { phase: 'shadow' });
  const { row, blocked } = await back({ ...journal, seen: async () => before });
  expect(row.phase).toBe('shadow');
  expect(blocked).toEqual(['the phase changed meanwhile']);
});
