import type { RejectedRecord } from '@vsm/core';
import type { ScanPart } from '@vsm/core/engine';
import type { Ledger, RunEngine } from '@vsm/distributed';
import type { HeldItem } from '../../src/held.ts';
import { copySums } from '../../src/ledger-rows.ts';
import type { ItemResult } from '../../src/model.ts';
import type { Process, Scheduler } from './scheduler.ts';

/** A target that loses its records when it is made, and its indexes when they are deferred. */
export class SimTarget {
  readonly records = new Set<number>();
  indexes: 'built' | 'deferred' = 'built';
  /** When the last write landed. */
  lastWrite = 0;
  /** When it was emptied last. */
  lastCleared = 0;
}

export interface SimWork {
  readonly scheduler: Scheduler;
  readonly process: Process;
  readonly target: SimTarget;
  readonly ledger: Ledger;
  readonly sizes: readonly number[];
  /** Whether it looks, before each write, at whether its claim is good. */
  readonly checks: boolean;
  /** The longest that a request takes. */
  readonly lateMs: number;
}

/** Every fifth record is one that the target rejects. */
export const isRejected = (record: number): boolean => record % 5 === 0;

/** The steps of a run, each a request that lands at some time, whatever has become of its sender by then. */
export function simEngine(work: SimWork): RunEngine {
  const { scheduler, process, target, ledger, sizes, checks, lateMs } = work;
  const request = async (item: HeldItem, land: () => void): Promise<void> => {
    if (item.claimed.ref.wave !== 'copy' && scheduler.chance(0.1)) {
      // Just here it stands still, for longer than it takes somebody else to do the same.
      process.stoppedUntil = scheduler.now + scheduler.between(0, 4 * lateMs);
      await scheduler.sleep(0, process);
    }
    if (checks) item.check();
    const ms = scheduler.chance(0.02) ? scheduler.between(0, lateMs) : scheduler.between(1, 200);
    scheduler.at(ms, () => {
      target.lastWrite = scheduler.now;
      land();
    });
    await scheduler.sleep(ms + scheduler.between(0, 1), process);
  };
  const startOf = (part: number): number => sizes.slice(0, part).reduce((sum, size) => sum + size, 0);

  const copy = async (item: HeldItem): Promise<ItemResult> => {
    const { parts, position } = item.claimed;
    for (let at = position.part; at < parts.length; at += 1) {
      const number = Number(parts[at]?.key);
      const end = startOf(number + 1);
      let next = at === position.part && position.cursor !== undefined ? Number(position.cursor) : startOf(number);
      while (next < end) {
        // Pages of two tries of an item are not cut alike.
        const page = Array.from(
          { length: Math.min(end - next, 1 + Math.floor(scheduler.random() * 4)) },
          (_, n) => next + n,
        );
        await scheduler.sleep(scheduler.between(1, 100), process);
        await request(item, () => {
          for (const record of page) if (!isRejected(record)) target.records.add(record);
        });
        next += page.length;
        const rejected = page.filter(isRejected);
        await item.append({
          position: next === end ? { part: at + 1 } : { part: at, cursor: String(next) },
          sums: { read: page.length, written: page.length - rejected.length, rejected: rejected.length, dropped: {} },
          bytes: page.length,
          rejected: rejected.map(asRejected),
        });
      }
    }
    return {};
  };

  return {
    admits: async () => true,
    async run(item) {
      const { wave, runId } = item.claimed.ref;
      switch (wave) {
        case 'prepare': {
          await item.append({ facts: { 'creating-target': true } });
          await request(item, () => {
            target.records.clear();
            target.lastCleared = scheduler.now;
          });
          await item.append({ facts: { 'bulk-load': true } });
          await request(item, () => {
            target.indexes = 'deferred';
          });
          return { next: sizes.map((_, number): ScanPart[] => [{ key: String(number) }]) };
        }
        case 'copy':
          return copy(item);
        case 'finish':
        case 'restore':
          await request(item, () => {
            target.indexes = 'built';
          });
          return {};
        case 'compare': {
          const number = Number(item.claimed.parts[0]?.key);
          let missing = 0;
          for (let record = startOf(number); record < startOf(number + 1); record += 1) {
            if (!isRejected(record) && !target.records.has(record)) missing += 1;
          }
          await scheduler.sleep(scheduler.between(1, 300), process);
          return { result: { missing } };
        }
        case 'conclude': {
          const sums = await copySums(ledger, runId);
          let missing = 0;
          for await (const found of ledger.results(runId, 'compare')) missing += (found as { missing: number }).missing;
          return { success: missing === 0, result: { read: sums.read, missing } };
        }
      }
    },
  };
}

function asRejected(record: number): RejectedRecord {
  const id = String(record);
  return {
    rejection: { id, namespace: undefined, reason: 'refused', detail: 'every fifth' },
    record: { id, vectors: {}, metadata: {} },
  };
}
