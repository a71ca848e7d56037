import { memoryStorage } from '@vsm/distributed/memory';
import { createJournal, joinMove, TIMINGS, type Live, type MoveHeader, type Phase } from '@vsm/live';
import { onTestFinished } from 'vitest';

/** What waits for time waits until the test is over. */
const clock = {
  now: () => 0,
  sleep: (_ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      signal?.addEventListener('abort', () => resolve());
    }),
};

/** A process of an application in a move that has come to a phase. */
export async function liveIn(phase: Phase, plan: object = {}) {
  const journal = createJournal(memoryStorage({ now: () => 0 }), 'move');
  await journal.create({
    version: 1,
    move: 'move',
    plan: { namespacePolicy: 'keep', encodings: {}, ...plan },
    timings: TIMINGS,
    settleMs: { source: 0, target: 0 },
  } as MoveHeader);
  await journal.change(1, { phase });
  const live: Live = await joinMove(journal, { clock, shadowShare: 1 });
  onTestFinished(() => live.close());
  /** The keys that are marked. */
  const marked = async (): Promise<readonly string[]> => {
    const keys: string[] = [];
    for await (const { key } of journal.marks()) keys.push(key);
    return keys.toSorted();
  };
  return { live, journal, marked };
}

/** All functions of an object and of the classes that made it. */
export function functionsOf(client: object): readonly string[] {
  const names = new Set<string>();
  for (let at: unknown = client; typeof at === 'object' && at !== null; at = Object.getPrototypeOf(at)) {
    if (at === Object.prototype) break;
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (typeof value === 'function' && name !== 'constructor') names.add(name);
    }
  }
  return [...names].toSorted();
}
