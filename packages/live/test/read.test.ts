import { realClock } from '@vsm/distributed';
import { describe, expect, test } from 'vitest';
import type { Instance } from '../src/instance.ts';
import type { PhaseRow } from '../src/model.ts';
import { Reader } from '../src/read.ts';

function readerIn(row: Omit<PhaseRow, 'version' | 'since'>, { lagMs = 0, patienceMs = 60_000 } = {}): Reader {
  const phase = { ...row, version: 1, since: 0 };
  const instance = { phase: async () => phase, seen: phase, figures: { lagMs } } as unknown as Instance;
  return new Reader({ instance, clock: realClock, share: 1, patienceMs, random: () => 0 });
}

const answers = (source: readonly string[], target: () => Promise<readonly string[]>) => ({
  source: async () => source,
  target,
  ids: (answer: readonly string[]) => answer,
});

describe('reads', () => {
  test('are the source’s in a shadow, and compared after the reply', async () => {
    const reader = readerIn({ phase: 'shadow' });
    const late = Promise.withResolvers<readonly string[]>();
    expect(await reader.read(answers(['a', 'b'], () => late.promise))).toEqual(['a', 'b']);
    expect(reader.figures()).toBeUndefined();
    late.resolve(['b', 'c']);
    await reader.settle();
    expect(reader.figures()).toMatchObject({ samples: 1, overlap: 0.5, missingFirst: 1, errors: 0 });
  });

  test('fail for nobody where the target fails', async () => {
    const reader = readerIn({ phase: 'shadow' });
    const fails = answers(['a'], async () => {
      throw new Error('away');
    });
    expect(await reader.read(fails)).toEqual(['a']);
    await reader.settle();
    expect(reader.figures()).toMatchObject({ samples: 1, errors: 1 });
  });

  test('are the target’s in a canary, and the source’s where that fails or is too late', async () => {
    const canary = { phase: 'canary', percent: 100 } as const;
    expect(await readerIn(canary).read(answers(['a'], async () => ['b']))).toEqual(['b']);
    const failing = readerIn(canary);
    await failing.read(
      answers(['a'], async () => {
        throw new Error('away');
      }),
    );
    expect(failing.figures()?.fallbacks).toBe(1);
    const slow = readerIn(canary, { patienceMs: 1 });
    const first = Promise.withResolvers<readonly string[]>();
    expect(await slow.read(answers(['a'], () => first.promise))).toEqual(['a']);
    first.resolve([]);
    await slow.settle();
  });

  test('are the source’s in a canary while the drain is behind', async () => {
    const reader = readerIn({ phase: 'canary', percent: 100 }, { lagMs: 5000 });
    expect(await reader.read(answers(['a'], async () => ['b']))).toEqual(['a']);
    await reader.settle();
  });

  test('are the target’s once it is switched', async () => {
    const reader = readerIn({ phase: 'switched' });
    expect(await reader.read(answers(['a'], async () => ['b']))).toEqual(['b']);
  });
});
