import { recordKey, type VectorRecord } from '../spec/record.ts';
import type { Rejection, UpsertResult } from '../spec/v1.ts';
import { HashSet } from '../scan/hash-set.ts';
import { keyHash } from '../scan/key-hash.ts';

/**
 * Notices ids that a page before had, where the target can hold only one of the two records. It remembers about six million ids of this
 * process; what comes again beyond them, or after a run was taken up, is found by verification.
 */
export class RepeatedIds {
  readonly #seen = new HashSet();

  /** Keys of those that came before. What a page holds twice itself is told by whoever writes it. */
  of(page: readonly VectorRecord[]): ReadonlySet<string> {
    const keys = new Set(page.map(recordKey));
    return new Set(
      [...keys].filter((key) => {
        const { high, low } = keyHash(key);
        return this.#seen.add(high, low) === false;
      }),
    );
  }
}

/** Writes all records but those that came before, which are rejected by name. */
export async function writeFirst(
  records: readonly VectorRecord[],
  repeated: ReadonlySet<string>,
  write: (records: readonly VectorRecord[]) => Promise<UpsertResult> | UpsertResult,
): Promise<UpsertResult> {
  if (repeated.size === 0) return write(records);
  const first = records.filter((record) => !repeated.has(recordKey(record)));
  const refused = records
    .filter((record) => repeated.has(recordKey(record)))
    .map(({ id, namespace }): Rejection => ({
      id,
      namespace,
      reason: 'duplicate-id',
      detail: 'the id came before, on another page; that record was written, and this one was not',
    }));
  const { accepted, rejected } = await write(first);
  return { accepted, rejected: [...rejected, ...refused] };
}
