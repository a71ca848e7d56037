import { own, setOwn } from '../spec/record.ts';
import type { JsonObject, JsonValue, Rejection, VectorRecord } from '../spec/v1.ts';
import type { Endpoint } from '../plan/parts.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { ScanPart } from '../scan/parts.ts';

/** What a run was started with; everything a later process needs but the stores and the functions. */
export interface RunHeader {
  readonly version: 1;
  readonly runId: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly plan: MigrationPlan;
  readonly settings: RunSettings;
  /** Whatever the starter of the run wants to find again. */
  readonly annotations?: JsonObject | undefined;
}

/** Settings that must be the same when a run is taken up again. Functions cannot be kept, so only their presence is. */
export interface RunSettings {
  readonly batchSize: number;
  readonly concurrency: number;
  readonly transform: boolean;
  readonly embed: boolean;
  readonly mode: 'copy' | 'sync';
  /** With `sync`: delete what the source does not have. */
  readonly deleteExtra: boolean;
  /** Add to the target what it lacks; runs of before this was there say nothing. */
  readonly completeTarget?: boolean | undefined;
}

/** How the records of the source compare with those of the target. */
export interface Compared {
  added: number;
  changed: number;
  equal: number;
}

/** What became of the records of a page. */
export interface PageCounts {
  readonly read: number;
  readonly written: number;
  readonly rejected: number;
  /** By reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** With `sync`, how its records compared with those of the target. */
  readonly compared?: Readonly<Compared> | undefined;
}

/** One step that is done for good. */
export type RunEntry =
  /** Written before the target collection is created, so that a later process knows it for its own. */
  | { readonly type: 'creating-target' }
  /** It was there, and held records, when it was to be created: it is not this run's, whoever takes the run up. */
  | { readonly type: 'target-of-others' }
  | { readonly type: 'parts'; readonly parts: readonly ScanPart[] }
  /** The index settings to restore. Written before they are changed. */
  | { readonly type: 'bulk-load'; readonly token: JsonValue }
  | { readonly type: 'bulk-load-ended' }
  /** Every record of `part` up to `cursor` is accounted for; `null` means the whole part. */
  | ({ readonly type: 'page'; readonly part: string; readonly cursor: string | null } & PageCounts)
  | { readonly type: 'finished'; readonly success: boolean }
  /** Another run, to the same target, was begun in place of this one. */
  | { readonly type: 'superseded'; readonly by: string };

/** Whether it is what the parts of a run that are taken up are told by; steps of other names are those of a newer version. */
export function isRunEntry(entry: unknown): entry is RunEntry {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return false;
  const { type, part, parts, cursor, read, written, rejected, dropped } = entry as Readonly<Record<string, unknown>>;
  if (type === 'parts')
    return Array.isArray(parts) && parts.every((one) => typeof (one as Partial<ScanPart> | null)?.key === 'string');
  if (type !== 'page') return typeof type === 'string';
  const counts = [read, written, rejected].every((count) => Number.isSafeInteger(count));
  const isPlace = typeof part === 'string' && (cursor === null || typeof cursor === 'string');
  return counts && isPlace && typeof dropped === 'object' && dropped !== null;
}

/** A record that was rejected, as it was to be written. */
export interface RejectedRecord {
  readonly rejection: Rejection;
  readonly record: VectorRecord;
  /** Who rejected it. By the layout: it is kept as it came to the layout, and cannot be offered to the target. @default the target */
  readonly by?: 'layout' | undefined;
}

/** The memory of one run. Held by one process at a time. */
export interface RunLog {
  readonly header: RunHeader;
  /** What was there when the log was opened. */
  readonly entries: readonly RunEntry[];
  /**
   * Resolves once the entry, and the records that were rejected on its page, survive a crash. Both or neither: a page that is lost
   * is written again, and the target may take then what it rejected before.
   */
  append(entry: RunEntry, rejected?: readonly RejectedRecord[]): Promise<void>;
  /** Those of the pages that are done, one after the other. */
  readRejected(): AsyncIterable<RejectedRecord>;
  /** Lets other processes have the run. */
  close(): Promise<void>;
}

export interface RunSummary {
  readonly runId: string;
  readonly startedAt: string;
  readonly source: string;
  readonly target: string;
  /** `damaged`: its files cannot be read, so that it can only be begun anew. */
  readonly state: 'unfinished' | 'done' | 'differences' | 'superseded' | 'damaged';
  readonly vectorsWritten: number;
  readonly vectorsRejected: number;
  readonly annotations?: JsonObject | undefined;
}

/** Where runs are remembered: never in the source or the target. */
export interface CheckpointStore {
  create(header: RunHeader): Promise<RunLog>;
  /** @throws VsmError `NOT_FOUND`, `CONFLICT` where another process has the run, `INVALID_DATA` where it was changed */
  open(runId: string): Promise<RunLog>;
  list(): Promise<readonly RunSummary[]>;
  /** The id of the newest run that began to move the one collection to the other, and has not ended. */
  unfinished?(from: Endpoint, to: Endpoint): Promise<string | undefined>;
}

export interface PageSums {
  read: number;
  written: number;
  rejected: number;
  /** By reason; of more than a hundred reasons, the rest together. */
  readonly dropped: Record<string, number>;
  readonly compared: Compared;
}

export function noPages(): PageSums {
  return { read: 0, written: 0, rejected: 0, dropped: {}, compared: { added: 0, changed: 0, equal: 0 } };
}

/** The sums of all pages of a log. */
export function sumPages(entries: readonly RunEntry[]): PageSums {
  const sums = noPages();
  for (const entry of entries) if (entry.type === 'page') addPage(sums, entry);
  return sums;
}

export function addPage(sums: PageSums, page: PageCounts): void {
  sums.read += page.read;
  sums.written += page.written;
  sums.rejected += page.rejected;
  sums.compared.added += page.compared?.added ?? 0;
  sums.compared.changed += page.compared?.changed ?? 0;
  sums.compared.equal += page.compared?.equal ?? 0;
  for (const [reason, count] of Object.entries(page.dropped)) {
    const listed = Object.hasOwn(sums.dropped, reason) || Object.keys(sums.dropped).length < LISTED_REASONS;
    const key = listed ? reason : 'other reasons';
    setOwn(sums.dropped, key, (own(sums.dropped, key) ?? 0) + count);
  }
}

/** Reasons may name a record each. */
const LISTED_REASONS = 100;
