import { expect, it } from 'vitest';
import { inParallel } from './in-parallel.ts';

it('ends the others where one fails, and waits for them before it says so', async () => {
  const ended: string[] = [];
  const waiting = async (signal: AbortSignal): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    ended.push('the other');
    throw new Error('aborted, which nobody is to hear');
  };
  const failing = async (): Promise<void> => {
    throw new Error('the first');
  };
  await expect(inParallel(undefined, [waiting, failing])).rejects.toThrow('the first');
  expect(ended).toEqual(['the other']);
});

it('gives what each of them gave', async () => {
  const works = [async () => 1, async () => 'two'] as const;
  expect(await inParallel<[number, string]>(undefined, works)).toEqual([1, 'two']);
});
