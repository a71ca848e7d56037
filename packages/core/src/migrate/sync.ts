import { compareRecords } from '../verify/compare.ts';
import { decodeRecord } from '../mapping/envelope.ts';

import { fetchStored, vectorTolerances } from '../verify/values.ts';
import { recordKey } from '../record.ts';
import type { CollectionV1, StoreFacts } from '../spec/v1.ts';
import type { MappedRecord } from './pipeline.ts';
import type { MigrationPlan } from './plan.ts';
import type { RetryPolicy } from './retry.ts';

/** What a synchronisation found. */
export interface SyncCounts {
  added: number;
  changed: number;
  equal: number;
  removed: number;
}

interface SyncSides {
  readonly plan: MigrationPlan;
  readonly target: CollectionV1;
  readonly targetStore: StoreFacts;
  readonly computedVector: string | undefined;
  readonly retry: RetryPolicy;
  readonly signal?: AbortSignal | undefined;
}

/** Picks the records that the target lacks or has otherwise. One fetch a page; nothing is kept. */
export function differingRecords(
  sides: SyncSides,
  counts: SyncCounts,
): (records: readonly MappedRecord[]) => Promise<readonly MappedRecord[]> {
  const tolerances = vectorTolerances(sides.plan, sides.targetStore, sides.computedVector);
  return async (records) => {
    const found = await fetchStored(
      records.map(({ stored }) => stored),
      sides,
    );
    return records.filter(({ original, stored }) => {
      const present = found.get(recordKey(stored));
      if (present === undefined) {
        counts.added += 1;
        return true;
      }
      const same = compareRecords(original, decodeRecord(present), tolerances).length === 0;
      counts[same ? 'equal' : 'changed'] += 1;
      return !same;
    });
  };
}
