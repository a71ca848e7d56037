import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RemoteError } from '../errors.ts';
import { withRetry, type RetryPolicy, type Wait } from './retry.ts';

vi.mock('node:timers/promises', () => ({ setTimeout: (ms: number) => pause(ms) }));

const pauses: number[] = [];
/** Time passes at once. */
const pause = async (ms: number): Promise<void> => {
  pauses.push(ms);
};

beforeEach(() => {
  pauses.length = 0;
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const busy = (retryAfterMs?: number): RemoteError =>
  new RemoteError('busy', { adapter: 'test', retryable: true, status: 429, retryAfterMs });
const policy = (changes: Partial<RetryPolicy> = {}): RetryPolicy => ({
  maxRetries: 3,
  retryDelaySeconds: 1,
  retryBackoff: 2,
  ...changes,
});

/** Fails so many times, then gives `done`. */
function failing(times: number, error: RemoteError, meanwhile?: () => Promise<unknown>): () => Promise<string> {
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls > times) return 'done';
    await meanwhile?.();
    throw error;
  };
}

describe('a call that fails for a passing reason', () => {
  it('is repeated as often as the policy says, and no more', async () => {
    expect(await withRetry(failing(3, busy()), policy(), undefined)).toBe('done');
    await expect(withRetry(failing(4, busy()), policy(), undefined)).rejects.toThrow('busy');
    await expect(withRetry(failing(1, busy(1)), policy({ maxRetries: 0 }), undefined)).rejects.toThrow('busy');
  });

  it('is obeyed without end while others get through, and only then', async () => {
    const shared = policy();
    const other = (): Promise<string> => withRetry(async () => 'through', shared, undefined);
    expect(await withRetry(failing(50, busy(30_000), other), shared, undefined)).toBe('done');
    expect(pauses).toStrictEqual(Array.from({ length: 50 }, () => 30_000));
    await expect(withRetry(failing(50, busy(30_000)), shared, undefined)).rejects.toThrow('busy');
  });

  it('waits no longer than ten minutes in vain, whatever is asked for', async () => {
    for (const asked of [86_400_000, 2 ** 31, Number.POSITIVE_INFINITY]) {
      pauses.length = 0;
      await expect(withRetry(failing(9, busy(asked)), policy({ maxRetries: 8 }), undefined)).rejects.toThrow('busy');
      expect(pauses).toStrictEqual([600_000]);
    }
  });

  it('tells of every pause before it', async () => {
    const waits: Wait[] = [];
    const onWait = (wait: Wait): void => {
      expect(pauses).toHaveLength(waits.length);
      waits.push(wait);
    };
    await withRetry(failing(2, busy(2500)), policy({ onWait }), undefined);
    await withRetry(failing(1, busy()), policy({ onWait: (wait) => waits.push(wait) }), undefined);
    expect(waits.map(({ ms, asked }) => [ms, asked])).toStrictEqual([
      [2500, true],
      [2500, true],
      [0, false],
    ]);
    expect(waits[0]?.error.message).toBe('busy');
  });
});
