import { compareRecords } from '../verify/compare.ts';
import { decodeRecord } from '../mapping/envelope.ts';
import { fetchStored, vectorTolerances, type TargetSide } from '../verify/values.ts';
import { recordKey } from '../spec/record.ts';
import type { StoreFacts } from '../spec/v1.ts';
import type { Selected } from '../copy/part.ts';
import type { MappedRecord } from '../mapping/page.ts';
import type { Compared } from '../runs/log.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';

/** What a synchronisation found and did. */
export interface SyncCounts extends Compared {
  /** Records of the target that the source does not have, and that were deleted. */
  removed: number;
}

interface SyncSides extends TargetSide {
  readonly plan: MigrationPlan;
  readonly targetStore: StoreFacts;
  readonly computedVector: string | undefined;
}

/** Picks the records that the target lacks or has otherwise. One fetch a page; nothing is kept. */
export function differingRecords(sides: SyncSides): (records: readonly MappedRecord[]) => Promise<Selected> {
  const tolerances = vectorTolerances(sides.plan, sides.targetStore, sides.computedVector);
  return async (records) => {
    const compared: Compared = { added: 0, changed: 0, equal: 0 };
    const wanted = records.map((record) => record.stored);
    const found = await fetchStored(wanted, sides);
    const differing = records.filter(({ original, stored }) => {
      const present = found.get(recordKey(stored));
      if (present === undefined) {
        compared.added += 1;
        return true;
      }
      const same = compareRecords(original, decodeRecord(present), tolerances).length === 0;
      compared[same ? 'equal' : 'changed'] += 1;
      return !same;
    });
    return { records: differing, compared };
  };
}
