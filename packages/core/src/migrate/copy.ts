import { recordProblem } from '../adapter/record-check.ts';
import { ValidationError, VsmError } from '../errors.ts';
import { decodeRecord, encodeRecord } from '../mapping/envelope.ts';
import type { VectorRecord } from '../record.ts';
import type { CollectionV1, Rejection, StoreFacts } from '../spec/v1.ts';
import { renameVectors, type MigrationPlan } from './plan.ts';
import type { ProgressTracker } from './progress.ts';
import { withRetry, type RetryPolicy } from './retry.ts';
import { forEachPart, scanPages, scanParts } from './scan.ts';

/** Changes a record on its way, or leaves it out with {@link dropRecord}. */
export type Transform = (record: VectorRecord) => VectorRecord | DroppedRecord | Promise<VectorRecord | DroppedRecord>;

export interface DroppedRecord {
  readonly dropped: string;
}

/** What a transform returns for a record that is to stay behind. Counted and reported, so `reason` is not optional. */
export function dropRecord(reason: string): DroppedRecord {
  return { dropped: reason };
}

export interface CopySettings {
  readonly batchSize: number;
  readonly concurrency: number;
  readonly retry: RetryPolicy;
  readonly transform?: Transform | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onRejected: (rejections: readonly Rejection[]) => void;
}

export interface CopyCounts {
  read: number;
  written: number;
  rejected: number;
  dropped: number;
  retries: number;
}

/** Pages are cut to about this many bytes, so that memory does not grow with the size of records. */
const PAGE_BYTES = 8 * 1024 * 1024;

/** How many records a page may have so that it stays within memory and within the caller's wish. */
export function pageLimit(batchSize: number, bytesPerRecord: number): number {
  return Math.max(1, Math.min(batchSize, Math.floor(PAGE_BYTES / Math.max(1, bytesPerRecord))));
}

/** Moves every selected record. Without a `target`, maps and checks them all and writes nothing. */
export async function copyRecords(
  plan: MigrationPlan,
  source: CollectionV1,
  targetStore: StoreFacts,
  target: CollectionV1 | undefined,
  settings: CopySettings,
  tracker: ProgressTracker,
): Promise<CopyCounts> {
  const counts: CopyCounts = { read: 0, written: 0, rejected: 0, dropped: 0, retries: 0 };
  const token = await target?.prepareBulkLoad?.({ signal: settings.signal });
  if (token !== undefined) await target?.beginBulkLoad?.(token, { signal: settings.signal });
  try {
    await copyParts(plan, source, targetStore, target, settings, tracker, counts);
    await target?.flush?.({ signal: settings.signal });
  } finally {
    // Also after a failure, and without the signal: the target must not be left without its index settings.
    if (token !== undefined) await target?.endBulkLoad?.(token);
  }
  return counts;
}

async function copyParts(
  plan: MigrationPlan,
  source: CollectionV1,
  targetStore: StoreFacts,
  target: CollectionV1 | undefined,
  settings: CopySettings,
  tracker: ProgressTracker,
  counts: CopyCounts,
): Promise<void> {
  const onRetry = (): void => {
    counts.retries += 1;
  };
  const parts = await scanParts(source, settings.concurrency, { ...plan, ...settings });
  await forEachPart(parts, settings.concurrency, settings.signal, async (part, signal) => {
    const pages = scanPages(source, part, {
      filter: plan.filter,
      limit: pageLimit(settings.batchSize, plan.sample.bytesPerRecord),
      include: ['vectors', 'metadata'],
      retry: settings.retry,
      signal,
      onRetry,
    });
    for await (const page of pages) {
      const mapped = await mapPage(page.records, plan, targetStore, settings.transform);
      const outcome =
        target === undefined
          ? checkOnly(mapped.records, plan, targetStore)
          : // Without the signal: a write that is under way is let finish, so that the counts stay true.
            await withRetry(() => target.upsert(mapped.records), settings.retry, signal, onRetry);
      if (outcome.accepted + outcome.rejected.length !== mapped.records.length) {
        throw new VsmError(
          'MIGRATION_FAILED',
          `${targetStore.adapter}: of ${mapped.records.length} records written, ${outcome.accepted} were accepted and ` +
            `${outcome.rejected.length} refused; the rest is unaccounted for`,
        );
      }
      if (outcome.rejected.length > 0) settings.onRejected(outcome.rejected);
      counts.read += page.records.length;
      counts.written += outcome.accepted;
      counts.rejected += outcome.rejected.length;
      counts.dropped += mapped.dropped;
      tracker.advance(page.records.length, outcome.rejected.length);
      if (signal.aborted) throw new VsmError('ABORTED', 'The copy was aborted.', { cause: signal.reason });
    }
  });
}

async function mapPage(
  records: readonly VectorRecord[],
  plan: MigrationPlan,
  target: StoreFacts,
  transform: Transform | undefined,
): Promise<{ records: VectorRecord[]; dropped: number }> {
  const mapped: VectorRecord[] = [];
  let dropped = 0;
  for (const record of records) {
    const changed = transform === undefined ? decodeRecord(record) : await transformed(decodeRecord(record), transform);
    if ('dropped' in changed) dropped += 1;
    else mapped.push(mapRecord(changed, plan, target));
  }
  return { records: mapped, dropped };
}

async function transformed(record: VectorRecord, transform: Transform): Promise<VectorRecord | DroppedRecord> {
  try {
    return await transform(record);
  } catch (cause) {
    throw new ValidationError(`The transform failed on record "${record.id}": ${String(cause)}`, { cause });
  }
}

/** A decoded source record as it is handed to the target. */
export function mapRecord(record: VectorRecord, plan: MigrationPlan, target: StoreFacts): VectorRecord {
  return encodeRecord(renameVectors(record, plan.vectorNames), {
    capabilities: target.capabilities,
    namespaces: plan.namespacePolicy,
  });
}

function checkOnly(
  records: readonly VectorRecord[],
  plan: MigrationPlan,
  target: StoreFacts,
): { accepted: number; rejected: Rejection[] } {
  const rejected = records
    .map((record) => recordProblem(record, plan.schema, target.capabilities))
    .filter((problem) => problem !== undefined);
  return { accepted: records.length - rejected.length, rejected };
}
