import type { ChildProcess } from 'node:child_process';
import { VsmError } from '@vsm/core';
import type { Ledger } from './ledger.ts';
import { lendQueue } from './lent-queue.ts';
import type { WorkQueue } from './queue.ts';
import { missSigns } from './signs-of-life.ts';
import { isOver } from './waves.ts';

export interface ProcessesOptions {
  readonly ledger: Ledger;
  /** Of this process, which lends it to the others. */
  readonly queue: WorkQueue;
  readonly runId: string;
  readonly processes: number;
  /** Starts a process with a channel to this one, which works with `borrowedQueue` until the run is over or the channel is closed. */
  readonly start: () => ChildProcess;
  readonly signal?: AbortSignal | undefined;
  /** Is told of a process that ended before the run did, and of how. */
  readonly onLost?: ((how: string) => void) | undefined;
}

/** So many are lost without a page in between, and no other one is begun. */
const MOST_LOST = 5;
/** How long one that was told to end may take to give back what it has, in milliseconds. */
const END_MS = 10_000;

/** Keeps so many processes at work on a run until it is over: one that is lost is replaced, and its items are handed out again. */
export async function workInProcesses(options: ProcessesOptions): Promise<void> {
  const { ledger, queue, runId, processes, signal } = options;
  signal?.throwIfAborted();
  await queue.add(await ledger.resume(runId));
  const lost = { count: 0, read: -1, how: '' };
  const over = new AbortController();
  const told = AbortSignal.any([over.signal, ...(signal === undefined ? [] : [signal])]);
  const isDone = async (): Promise<boolean> => signal?.aborted === true || isOver(await ledger.run(runId));
  const one = async (): Promise<void> => {
    // Those that do get on are not ended for the others: they may well finish the run.
    while (lost.count < MOST_LOST) {
      lost.how = await ended(options, told);
      if (await isDone()) {
        // One that stands still does not see by itself that the run is over.
        over.abort();
        return;
      }
      options.onLost?.(lost.how);
      const read = await readSoFar(ledger, runId);
      lost.count = read > lost.read ? 1 : lost.count + 1;
      lost.read = read;
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: processes }, one));
  for (const result of settled) if (result.status === 'rejected') throw result.reason;
  if (await isDone()) return;
  throw new VsmError(
    'ABORTED',
    `Run ${runId}: one process after the other ended without a page, the last one by ${lost.how}. What was copied stays, and resuming the run goes on from there.`,
  );
}

/** Starts a process, which ends at the signal at the latest, or when it stands still. @returns how it ended, in words */
async function ended({ ledger, queue, start }: ProcessesOptions, signal: AbortSignal): Promise<string> {
  const child = start();
  lendQueue(queue, child);
  const { promise, resolve } = Promise.withResolvers<string>();
  child.once('error', ({ message }) => resolve(message));
  child.once('exit', (code, by) => resolve(by === null ? `exit code ${code}` : `signal ${by}${silent}`));
  // If that is in the middle of a write to a ledger in a file, none of the others can write: it is ended before they must give up what they have.
  const silentMs = ledger.timings.lease / 2;
  let silent = '';
  const listened = missSigns(child, silentMs, () => {
    silent = `, since it had given no sign of life for ${silentMs / 1000} s`;
    child.kill('SIGKILL');
  });
  let late: NodeJS.Timeout | undefined;
  const stop = (): void => {
    listened();
    if (child.connected) child.disconnect();
    late = setTimeout(() => child.kill('SIGKILL'), END_MS);
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await promise;
  } finally {
    clearTimeout(late);
    listened();
    signal.removeEventListener('abort', stop);
  }
}

async function readSoFar(ledger: Ledger, runId: string): Promise<number> {
  let read = 0;
  for (const wave of ['copy', 'compare'] as const) {
    for await (const [, { seq }] of ledger.items(runId, wave)) read += seq;
  }
  return read;
}
