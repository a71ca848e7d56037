import { MigrationError, ValidationError } from '../errors.ts';
import { recordKey, type VectorRecord } from '../spec/record.ts';
import { compareIds, digestExpected, keepsNamespaces, type Sides } from '../verify/ids.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { CollectionV1 } from '../spec/v1.ts';

/** Ids of one delete call. */
const DELETE_BATCH = 1000;

/** @throws ValidationError where it could not be told what is extra, and what only was not asked for */
export function checkRemovable(plan: MigrationPlan): void {
  const { scope, collection } = plan.target;
  if (scope !== undefined && scope.value === undefined) {
    throw new ValidationError(
      `deleteExtra needs to know which part of "${collection}" is meant: others may share it, by their "${scope.path}". ` +
        'Add scope=… to the layout of the target, or scope=* where all of it is yours.',
    );
  }
  if (plan.namespaces === undefined || keepsNamespaces(plan)) return;
  throw new ValidationError(
    `deleteExtra needs all namespaces here: they are not kept apart in ${plan.target.adapter}, so records of the others could not be told from extra ones.`,
  );
}

/**
 * Deletes from the target what the source does not have; never a record of which a newer version was refused.
 * @param read how many records this run has read from the source
 * @throws MigrationError where the source says that it holds more
 */
export async function removeExtra(sides: Sides & { readonly target: CollectionV1 }, read: number): Promise<number> {
  const { source, target, signal } = sides;
  const isRefused = (stored: Pick<VectorRecord, 'id' | 'namespace'>): boolean => {
    const key = recordKey(stored);
    return sides.absent?.has(key) === true || sides.doubled?.has(key) === true;
  };
  await checkRead(sides, read);
  let removed = 0;
  for (let whole = false; !whole;) {
    const extra: { id: string; namespace?: string | undefined }[] = [];
    let again = 0;
    const expected = await digestExpected(sides, (records) => (again += records));
    // By this reading it is told what is extra.
    await checkRead(sides, again);
    if (expected.rejected > 0) {
      throw new MigrationError(
        `${expected.rejected} records of "${source.name}" have no form in the layout, and it cannot be told which records of the target they were before, so nothing was deleted from the target.`,
      );
    }
    const compared = await compareIds(sides, expected, ({ kind, stored }) => {
      if (kind === 'extra' && !isRefused(stored)) extra.push(stored);
    });
    ({ whole } = compared);
    if (compared.sourceChanged && extra.length > 0) {
      throw new MigrationError(
        `"${source.name}" gave other ids each time that it was read, so that it cannot be told what is extra, and no more was deleted from the target. ${AGAIN}`,
      );
    }
    for (const [namespace, group] of Map.groupBy(extra, (record) => record.namespace)) {
      for (let start = 0; start < group.length; start += DELETE_BATCH) {
        const ids = group.slice(start, start + DELETE_BATCH).map(({ id }) => id);
        await target.delete(ids, { namespace, signal });
        removed += ids.length;
      }
    }
    // Nothing to delete, and still not whole: what differs is missing, not extra.
    if (extra.length === 0) break;
  }
  // As after the copy: what was deleted is gone for whoever reads next, also after a restart.
  if (removed > 0) await target.flush?.({ signal });
  return removed;
}

/** @throws MigrationError where the source says that it holds more than was read of it */
async function checkRead(sides: Sides, read: number): Promise<void> {
  const { plan, source } = sides;
  let lacking = -read;
  for (const namespace of plan.namespaces ?? [undefined]) lacking += await countExactly(sides, namespace);
  if (lacking <= 0) return;
  throw new MigrationError(
    `"${source.name}" says that it holds ${lacking} records more than could be read from it, so nothing was deleted from the target. ${AGAIN}`,
  );
}

const AGAIN = 'If it is being written to, synchronise once more.';

/** 0 where the source only knows about how many there are. */
async function countExactly({ source, signal }: Sides, namespace: string | undefined): Promise<number> {
  const { value, exact } = await source.count({ namespace }, { signal });
  return exact ? value : 0;
}
