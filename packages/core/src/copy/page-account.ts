import type { MappedPage, MappedRecord } from '../mapping/page.ts';
import type { ProgressTracker } from '../progress/tracker.ts';
import {
  addPage,
  sumPages,
  type Compared,
  type PageCounts,
  type PageSums,
  type RejectedRecord,
  type RunLog,
} from '../runs/log.ts';
import { hashedKey, type HashedKey } from '../digest/key-hash.ts';
import type { MeasuredPage } from '../scan/pages.ts';
import type { ScanPart } from '../scan/parts.ts';
import { recordKey, type VectorRecord } from '../spec/record.ts';
import type { UpsertResult } from '../spec/v1.ts';

export interface CopyCounts extends PageSums {
  /** Approximate size in memory of the records that were read. */
  bytes: number;
  /** Spent on restoring the target's indexes. */
  indexSeconds: number;
}

/** What became of the records of one page. */
export interface PageOutcome {
  readonly part: ScanPart;
  readonly page: MeasuredPage;
  readonly mapped: MappedPage;
  /** Those whose id came before. */
  readonly repeated: ReadonlySet<VectorRecord>;
  /** What the target was offered, and its answer. */
  readonly offered: readonly VectorRecord[];
  readonly written: UpsertResult;
  /** With `sync`, how the records compared with those of the target. */
  readonly compared: Readonly<Compared> | undefined;
}

/** A page that is done: from here on, whoever takes the part up begins at `cursor`. */
export interface PageResult {
  /** The key of its part. */
  readonly part: string;
  /** `null` after the last page of the part. */
  readonly cursor: string | null;
  /** Approximate size in memory of its records. */
  readonly bytes: number;
  readonly sums: PageCounts;
  readonly rejected: readonly RejectedRecord[];
  /** Keys of those of its records that the target holds now, written or found equal. */
  readonly held: () => readonly HashedKey[];
}

interface AccountSettings {
  readonly log: RunLog | undefined;
  readonly tracker: ProgressTracker;
  readonly onRejected: (records: readonly RejectedRecord[]) => void;
  /** Of a record in memory, as the plan's sample showed it: what an earlier process read is told by it. */
  readonly bytesPerRecord: number;
}

/** The books of a copy: a page is entered once, when each of its records was accepted or rejected by name. */
export class PageAccount {
  readonly counts: CopyCounts;
  readonly #settings: AccountSettings;

  constructor(settings: AccountSettings) {
    this.#settings = settings;
    const done = sumPages(settings.log?.entries ?? []);
    this.counts = { ...done, bytes: done.read * settings.bytesPerRecord, indexSeconds: 0 };
    if (done.read > 0) {
      settings.tracker.takeUp({ records: done.read, bytes: this.counts.bytes, errors: done.rejected });
    }
  }

  async enter(page: PageResult): Promise<void> {
    const { log, tracker, onRejected } = this.#settings;
    const { part, cursor, bytes, sums, rejected } = page;
    await log?.append({ type: 'page', part, cursor, ...sums }, rejected);
    onRejected(rejected);
    addPage(this.counts, sums);
    this.counts.bytes += bytes;
    if (cursor === null) tracker.endPart(part);
    tracker.advance({ records: sums.read, bytes, errors: sums.rejected, part });
  }
}

/** What is remembered of a page whose records were all accepted or rejected by name. */
export function pageResult({ part, page, mapped, repeated, offered, written, compared }: PageOutcome): PageResult {
  return {
    part: part.key,
    cursor: page.cursor,
    bytes: page.bytes,
    sums: {
      read: page.records.length,
      written: written.accepted,
      rejected: written.rejected.length + mapped.rejected.length,
      dropped: mapped.dropped,
      compared,
    },
    rejected: [...rejectedByTarget(offered, written), ...mapped.rejected.map(byLayout)],
    held: () => heldKeys(mapped.mapped, repeated, written),
  };
}

function heldKeys(
  mapped: readonly MappedRecord[],
  repeated: ReadonlySet<VectorRecord>,
  { rejected }: UpsertResult,
): readonly HashedKey[] {
  // One that was rejected for its id names the id of the one that is there.
  const refused = new Set(rejected.filter(({ reason }) => reason !== 'duplicate-id').map((one) => recordKey(one)));
  return mapped
    .filter(({ stored }) => !repeated.has(stored))
    .map(({ stored }) => hashedKey(stored))
    .filter(({ key }) => !refused.has(key));
}

function rejectedByTarget(offered: readonly VectorRecord[], { rejected }: UpsertResult): RejectedRecord[] {
  if (rejected.length === 0) return [];
  const byKey = Map.groupBy(offered, recordKey);
  return rejected.flatMap((rejection) => {
    const sameId = byKey.get(recordKey(rejection));
    // The first of several with one id may be rejected for what it is, each other one for its id.
    const record = rejection.reason === 'duplicate-id' ? sameId?.pop() : sameId?.[0];
    return record === undefined ? [] : [{ rejection, record }];
  });
}

function byLayout(rejected: MappedPage['rejected'][number]): RejectedRecord {
  return { ...rejected, by: 'layout' };
}
