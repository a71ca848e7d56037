import type { VectorRecord } from '../spec/record.ts';
import type { Rejection, UpsertResult } from '../spec/v1.ts';
import { HashSet } from '../scan/hash-set.ts';
import { hashedKey, type HashedKey } from '../scan/key-hash.ts';

export interface RepeatedPage {
  /** Those records whose id came before: whatever became of the one that had it first. */
  readonly repeated: ReadonlySet<VectorRecord>;
  /** One for each record of the page. */
  readonly keys: readonly HashedKey[];
}

/**
 * Notices ids that came before, on this page or an earlier one, where the target can hold only one of the records. Of earlier pages it
 * remembers about six million ids of this process; what comes again beyond them, or after a run was taken up, is found by verification.
 */
export class RepeatedIds {
  readonly #seen = new HashSet();

  of(page: readonly VectorRecord[]): RepeatedPage {
    const repeated = new Set<VectorRecord>();
    // Those that there was no room to remember.
    const here = new Set<string>();
    const keys = page.map((record) => {
      const hashed = hashedKey(record);
      const { key, high, low } = hashed;
      const isNew = this.#seen.add(high, low);
      if (isNew === false || (isNew === undefined && here.has(key))) repeated.add(record);
      else if (isNew === undefined) here.add(key);
      return hashed;
    });
    return { repeated, keys };
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
