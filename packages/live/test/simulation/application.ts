import type { CollectionV1, VectorRecord } from '@vsm/core';
import { joinMove, type Journal, type SendGuard } from '@vsm/live';
import type { Clock } from '@vsm/distributed';
import { isMarked } from '../../src/model.ts';
import type { Process, Scheduler } from '../../../distributed/test/simulation/scheduler.ts';
import type { Hostile } from './hostile.ts';

export interface SimApplication {
  readonly scheduler: Scheduler;
  readonly process: Process;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly source: CollectionV1;
  readonly target: CollectionV1;
  readonly ids: readonly Pick<VectorRecord, 'id' | 'namespace'>[];
  readonly nextValue: () => number;
  readonly stopped: () => boolean;
  /** Told of every write that was acknowledged. */
  readonly onDone: () => void;
  /** Writes with marks that take longer to prepare than a begin is good for. */
  readonly slow: { asked: number; done: number };
  readonly hostile: Hostile;
  /** Whether it writes on without the journal, and how many ids it remembers then. */
  readonly records: number | undefined;
}

const WRITERS = 2;

export function recordOf(name: Pick<VectorRecord, 'id' | 'namespace'>, value: number): VectorRecord {
  return { ...name, vectors: { '': [1] }, metadata: { value } };
}

/** A process of the application, until it dies: some writers over few records, so that they meet. */
export async function simApplication(app: SimApplication): Promise<void> {
  const { journal, clock, process, records } = app;
  const whenJournalIsDown = records === undefined ? 'refuse-writes' : 'record-gap';
  for (;;) {
    try {
      const live = await joinMove(journal, { clock, name: process.name, whenJournalIsDown, mostUntold: records });
      for (let writer = 0; writer < WRITERS; writer += 1) void write(app, live);
      return;
    } catch {
      // The journal is away: it starts again, as whatever looks after it would have it.
      await clock.sleep(300);
    }
  }
}

async function write(app: SimApplication, live: Awaited<ReturnType<typeof joinMove>>): Promise<void> {
  const { scheduler, clock, ids, source, target, nextValue, stopped, onDone, process, slow, hostile } = app;
  const { lease, late } = live.journal.timings;
  const { embeds: prepared = 0.1, embedLeases, pauseMs = [50, 700] } = hostile;
  // Some of those take longer than anything that was sent may take to land.
  const embeds = (): number => {
    if (embedLeases !== undefined) return scheduler.between(...embedLeases) * lease;
    return scheduler.chance(0.1) ? scheduler.between(1.5, 4) * (lease + late) : scheduler.between(0, 2.5 * lease);
  };
  while (!stopped()) {
    await clock.sleep(scheduler.between(...pauseMs));
    if (stopped()) return;
    const count = scheduler.chance(0.3) ? 2 : 1;
    const first = Math.floor(scheduler.random() * ids.length);
    const chosen = Array.from({ length: count }, (_, at) => ids[(first + at) % ids.length] ?? { id: '' });
    const deletes = scheduler.chance(1 / 3);
    const embedMs = scheduler.chance(prepared) ? embeds() : 0;
    const isLong = (): boolean => embedMs > 1.1 * lease && isMarked({ phase: live.phase() ?? 'off' });
    const long = isLong();
    if (long) slow.asked += 1;
    const stopsBefore = scheduler.chance(0.02);
    const send = async (collection: CollectionV1, guard: SendGuard): Promise<void> => {
      if (embedMs > 0) await clock.sleep(embedMs);
      if (stopsBefore) {
        process.stoppedUntil = scheduler.now + scheduler.between(0, 6 * lease);
        await clock.sleep(0);
      }
      if (!deletes) {
        guard();
        await collection.upsert(chosen.map((name) => recordOf(name, nextValue())));
        return;
      }
      for (const { id, namespace } of chosen) {
        guard();
        await collection.delete([id], { namespace });
      }
    };
    try {
      await live.write(chosen, { source: (guard) => send(source, guard), target: (guard) => send(target, guard) });
    } catch {
      // As an application has it that goes on with the next one.
      continue;
    }
    onDone();
    if (long && isLong()) slow.done += 1;
  }
}
