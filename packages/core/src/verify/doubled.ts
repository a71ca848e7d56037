/**
 * Several records of a source may have one id. The target holds one of them, the others were rejected by name, and which one it is is a
 * matter of the order in which they were written: parts of a source are read at once. So these ids are kept out of the digests of both
 * sides, and looked at here.
 */
import { decodeRecord } from '../mapping/envelope.ts';
import { recordKey, recordOfKey, type VectorRecord } from '../spec/record.ts';
import { compareRecords } from './compare.ts';
import { doubledKeys, eachPage, EVERYTHING, expectedPairs, neededForIds, type Sides } from './ids.ts';
import { settledFetch, type Difference, type ReportDifference } from './values-pass.ts';
import { vectorTolerances } from './values.ts';

export interface DoubledCheck {
  /** Whether values count, or only that there is a record. */
  readonly values: boolean;
  readonly report: ReportDifference;
  /** Is told of each record of the source that the target holds, once an id. */
  readonly onFound?: ((original: VectorRecord, stored: VectorRecord, decoded: VectorRecord) => void) | undefined;
}

/** Reports each doubled id of which the target holds none of the records of the source. */
export async function compareDoubled(run: Sides, { values, report, onFound }: DoubledCheck): Promise<void> {
  // What is to be said of each, from the record of the source that is nearest to the one in the target.
  const open = new Map<string, readonly Difference[]>(
    doubledKeys(run).map((key) => [key, [{ kind: 'extra', ...named(key), field: 'the source no longer has it' }]]),
  );
  const looked = new Set<string>();
  if (open.size === 0) return;
  const tolerances = vectorTolerances(run.plan, run.targetStore, run.pipeline.computedVector);
  await eachPage(run, 'source', values ? EVERYTHING : neededForIds(run), async ({ records }) => {
    const { pairs } = await expectedPairs(records, { ...run, doubled: undefined });
    const candidates = pairs.filter(({ stored }) => open.has(recordKey(stored)));
    const wanted = new Map(candidates.map(({ stored }) => [recordKey(stored), stored]));
    const found = await settledFetch([...wanted.values()], run);
    for (const { original, stored } of candidates) {
      const key = recordKey(stored);
      if (!open.has(key)) continue;
      const { id, namespace } = original;
      const present = found.get(key);
      if (present === undefined) {
        open.set(key, [{ kind: 'missing', id, namespace }]);
        continue;
      }
      const actual = decodeRecord(present);
      const differences = values
        ? compareRecords(original, actual, tolerances).map((one): Difference => ({
            kind: 'changed',
            id,
            namespace,
            ...one,
          }))
        : [];
      if (differences.length > 0) {
        if (!looked.has(key) || differences.length < (open.get(key)?.length ?? 0)) open.set(key, differences);
        looked.add(key);
        continue;
      }
      open.delete(key);
      onFound?.(original, present, actual);
    }
  });
  for (const differences of open.values()) for (const difference of differences) report(difference);
}

function named(key: string): Pick<VectorRecord, 'id' | 'namespace'> {
  return recordOfKey(key) ?? { id: key };
}
