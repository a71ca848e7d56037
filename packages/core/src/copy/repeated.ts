import { recordKey, type VectorRecord } from '../spec/record.ts';
import type { Rejection, UpsertResult } from '../spec/v1.ts';
import { HashSet } from '../scan/hash-set.ts';
import { keyHash } from '../scan/key-hash.ts';

/**
 * Notices ids that came before, on this page or an earlier one, where the target can hold only one of the records. Of earlier pages it
 * remembers about six million ids of this process; what comes again beyond them, or after a run was taken up, is found by verification.
 */
export class RepeatedIds {
  readonly #seen = new HashSet();

  /** Those records whose id came before: whatever became of the one that had it first. */
  of(page: readonly VectorRecord[]): ReadonlySet<VectorRecord> {
    const here = new Set<string>();
    const again = page.filter((record) => {
      const key = recordKey(record);
      if (here.has(key)) return true;
      here.add(key);
      const { high, low } = keyHash(key);
      return this.#seen.add(high, low) === false;
    });
    return new Set(again);
  }
}

/** Writes all records but those whose id came before, which are rejected by name. */
export async function writeFirst(
  records: readonly VectorRecord[],
  repeated: ReadonlySet<VectorRecord>,
  write: (records: readonly VectorRecord[]) => Promise<UpsertResult> | UpsertResult,
): Promise<UpsertResult> {
  if (repeated.size === 0) return write(records);
  const first = records.filter((record) => !repeated.has(record));
  const refused = records
    .filter((record) => repeated.has(record))
    .map(({ id, namespace }): Rejection => ({
      id,
      namespace,
      reason: 'duplicate-id',
      detail: 'the id came before, and of several records with one id only the first is written',
    }));
  const { accepted, rejected } = await write(first);
  return { accepted, rejected: [...rejected, ...refused] };
}
