import { recordKey, type VectorRecord } from '../spec/record.ts';
import type { Rejection, UpsertResult } from '../spec/v1.ts';
import { HashSet } from '../scan/hash-set.ts';
import { seededHash } from '../digest/seeded-hash.ts';

/**
 * Notices ids that came before, on this page or an earlier one, where the target can hold only one of the records: the one that is read
 * first, which of several parts that are read at once is as it happens. Of earlier pages it remembers about six million ids of this
 * process; what comes again beyond them, or after a run was taken up, is found by verification.
 */
export class RepeatedIds {
  readonly #seen: HashSet;
  readonly #hash = { high: 0, low: 0 };

  /** @param expected how many ids are to come, as far as is known */
  constructor(expected = 0) {
    this.#seen = new HashSet(undefined, expected);
  }

  /** Those records whose id came before: whatever became of the one that had it first. */
  of(page: readonly VectorRecord[]): ReadonlySet<VectorRecord> {
    const repeated = new Set<VectorRecord>();
    // Those that there was no room to remember.
    const here = new Set<string>();
    const hashes = this.#hashesOf(page);
    for (const [at, record] of page.entries()) {
      const isNew = this.#seen.add(hashes[2 * at] as number, hashes[2 * at + 1] as number);
      if (isNew === true) continue;
      const key = recordKey(record);
      if (isNew === false || here.has(key)) repeated.add(record);
      else here.add(key);
    }
    return repeated;
  }

  /** Of the whole page before the first is looked up: a large table is waited for, and so the waits for several overlap. */
  #hashesOf(page: readonly VectorRecord[]): Uint32Array {
    const hashes = new Uint32Array(2 * page.length);
    for (const [at, { id, namespace = '' }] of page.entries()) {
      seededHash(namespace, id, this.#hash);
      hashes[2 * at] = this.#hash.high;
      hashes[2 * at + 1] = this.#hash.low;
    }
    return hashes;
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
