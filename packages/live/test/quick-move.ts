import { setTimeout as delay } from 'node:timers/promises';
import type { VectorStoreV1 } from '@vsm/core';
import { memoryStorage } from '@vsm/distributed/memory';
import {
  createJournal,
  joinMove,
  next,
  planMove,
  runMove,
  startMove,
  type Journal,
  type Phase,
  type Timings,
} from '@vsm/live';
import { vi } from 'vitest';

/** Enough for a busy machine, and little to wait for. */
const QUICK: Timings = { lease: 1500, late: 20, poll: 5, hold: 5000, answer: 5000 };

/** A move of `docs` that is run in this process, as the application in it takes part. */
export async function move(source: VectorStoreV1, target: VectorStoreV1, onDoing?: (doing: string) => void) {
  const journal = createJournal(memoryStorage(), 'docs', { timings: QUICK });
  await startMove(journal, await planMove({ move: 'docs', source, target, sourceCollection: 'docs', timings: QUICK }));
  const live = await joinMove(journal);
  const end = new AbortController();
  const running = runMove({
    journal,
    stores: { source, target },
    signal: end.signal,
    checkpoints: false,
    onDoing,
  });
  return {
    journal,
    live,
    stop: async (): Promise<void> => {
      end.abort();
      await running;
      await live.close();
    },
  };
}

/** Takes steps until the phase is reached; what blocks one is waited for. */
export async function reach(journal: Journal, phase: Phase, step: typeof next = next): Promise<void> {
  for (;;) {
    const { row, blocked } = await step(journal, { gates: false });
    if (row.phase === phase && blocked.length === 0) return;
    if (blocked.length > 0) await delay(10);
  }
}

/** Waits until all that is marked is drained. */
export async function reachEmpty(journal: Journal): Promise<void> {
  await vi.waitUntil(async () => !(await journal.anyMarks()), { timeout: 300_000, interval: 10 });
}
