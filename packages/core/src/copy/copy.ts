import { recordProblem } from '../store/record-check.ts';
import { VsmError } from '../errors.ts';
import { recordKey, type VectorRecord } from '../spec/record.ts';
import type { CollectionV1, Rejection, StoreFacts, UpsertResult } from '../spec/v1.ts';
import { ByteBudget } from '../scan/byte-budget.ts';
import { WritePace, type RateCaps } from './pacing.ts';
import type { MappedRecord, Pipeline } from '../mapping/pipeline.ts';
import type { MigrationPlan } from '../plan/plan.ts';
import type { ProgressTracker } from '../progress/tracker.ts';
import type { RetryPolicy } from '../store/retry.ts';
import type { RunControl } from '../scan/run-control.ts';
import { addPage, sumPages, type PageSums, type RunLog } from '../runs/log.ts';
import { forEachPart, scanPages, scanParts, type ScanPart } from '../scan/pages.ts';
import type { Selected } from '../sync/select.ts';
import { writeRecords } from './write.ts';

export interface CopySettings extends RateCaps {
  readonly batchSize: number;
  readonly concurrency: number;
  readonly maxBytesInFlight: number;
  readonly control?: RunControl | undefined;
  readonly retry: RetryPolicy;
  readonly signal?: AbortSignal | undefined;
}

export interface CopyRun {
  readonly plan: MigrationPlan;
  readonly source: CollectionV1;
  readonly targetStore: StoreFacts;
  /** Absent in a dry run: everything is mapped and checked, nothing is written. */
  readonly target: CollectionV1 | undefined;
  readonly pipeline: Pipeline;
  readonly settings: CopySettings;
  readonly tracker: ProgressTracker;
  /** Where the run is remembered; what an earlier process did is not done again. */
  readonly log: RunLog | undefined;
  readonly onRejected: (rejections: readonly Rejection[]) => void;
  /** Records that the layout has no form for, so that nothing of them was offered to the target. */
  readonly onUnformed: (rejections: readonly Rejection[]) => void;
  /** Leaves out records that need not be written. @default all of them are written */
  readonly select?: ((records: readonly MappedRecord[]) => Promise<Selected>) | undefined;
}

export interface CopyCounts extends PageSums {
  /** Approximate size in memory of the records that were read. */
  bytes: number;
  /** Spent on restoring the target's indexes. */
  indexSeconds: number;
}

/** Moves every selected record, and leaves the target's index settings as they were, whatever happens. */
export async function copyRecords(run: CopyRun): Promise<CopyCounts> {
  const { target, log, settings } = run;
  const { signal } = settings;
  const earlier = log?.entries ?? [];
  const done = sumPages(earlier);
  const counts: CopyCounts = { ...done, bytes: done.read * run.plan.sample.bytesPerRecord, indexSeconds: 0 };
  if (done.read > 0) run.tracker.advance({ records: done.read, bytes: counts.bytes, errors: done.rejected });

  const ended = earlier.some((entry) => entry.type === 'bulk-load-ended');
  let token = earlier.find((entry) => entry.type === 'bulk-load')?.token;
  // A collection that holds records may be in use, and searches need its indexes.
  if (token === undefined && target?.prepareBulkLoad !== undefined && run.plan.targetCount === 0) {
    token = await target.prepareBulkLoad({ signal });
    // Remembered before anything is changed: from here on, any process can restore the settings.
    await log?.append({ type: 'bulk-load', token });
  }
  try {
    if (token !== undefined && !ended) await target?.beginBulkLoad?.(token, { signal });
    await copyParts(run, counts);
    await target?.flush?.({ signal });
  } finally {
    // Also after a failure: the target must not be left without its index settings. Building an index may take hours, though, so
    // whoever interrupts a run that is remembered gets them back by resuming it.
    const later = signal?.aborted === true && log !== undefined;
    if (token !== undefined && target?.endBulkLoad !== undefined && !later) {
      const started = performance.now();
      await target.endBulkLoad(token);
      counts.indexSeconds = (performance.now() - started) / 1000;
      await log?.append({ type: 'bulk-load-ended' });
    }
  }
  return counts;
}

async function copyParts(run: CopyRun, counts: CopyCounts): Promise<void> {
  const { plan, source, settings, tracker, log } = run;
  const { retry, concurrency } = settings;
  const parts = await chooseParts(run);
  const cursors = new Map(log?.entries.flatMap((entry) => (entry.type === 'page' ? [[entry.part, entry.cursor]] : [])));
  const pace = new WritePace(concurrency, settings);
  const budget = new ByteBudget(settings.maxBytesInFlight, concurrency, plan.sample.bytesPerRecord);
  tracker.follow(parts, () => (run.target === undefined ? 0 : pace.concurrency));
  await forEachPart(parts, concurrency, settings.signal, async (part, signal) => {
    const reached = cursors.get(part.key);
    if (reached === null) return tracker.endPart(part.key);
    const pages = scanPages(
      source,
      part,
      {
        filter: plan.filter,
        limit: settings.batchSize,
        budget,
        include: ['vectors', 'metadata'],
        retry,
        signal,
        onRetry: tracker.retried,
        onRead: (milliseconds) => tracker.observe('read', milliseconds),
      },
      reached,
    );
    for await (const page of pages) {
      await settings.control?.whileRunning(signal);
      if (signal.aborted) throw new VsmError('ABORTED', 'The copy was aborted.', { cause: signal.reason });
      const { mapped, dropped, unformed } = await run.pipeline.map(page.records);
      const selected = await run.select?.(mapped);
      const records = (selected?.records ?? mapped).map(({ stored }) => stored);
      const outcome =
        run.target === undefined
          ? checkOnly(records, run)
          : await writeRecords(run.target, records, { pace, retry, signal, tracker });
      await keepRejected(run, records, outcome);
      if (unformed.length > 0) {
        run.onUnformed(unformed.map(({ rejection }) => rejection));
        await log?.keepRejected(unformed.map((entry) => ({ ...entry, unformed: true })));
      }
      const done = {
        read: page.records.length,
        written: outcome.accepted,
        rejected: outcome.rejected.length + unformed.length,
        dropped,
        compared: selected?.compared,
      };
      // The cursor is kept only after every record before it was accepted or refused by name.
      await log?.append({ type: 'page', part: part.key, cursor: page.cursor, ...done });
      addPage(counts, done);
      counts.bytes += page.bytes;
      if (page.cursor === null) tracker.endPart(part.key);
      tracker.advance({ records: done.read, bytes: page.bytes, errors: done.rejected, part: part.key });
    }
  });
}

/** The parts of the first process, where there was one: cursors are only good within the part they came from. */
async function chooseParts({ plan, source, settings, log }: CopyRun): Promise<readonly ScanPart[]> {
  const earlier = log?.entries.find((entry) => entry.type === 'parts');
  if (earlier !== undefined) return earlier.parts;
  const parts = await scanParts(source, settings.concurrency, { ...plan, ...settings });
  await log?.append({ type: 'parts', parts });
  return parts;
}

async function keepRejected(
  { log, onRejected }: CopyRun,
  records: readonly VectorRecord[],
  { rejected }: UpsertResult,
): Promise<void> {
  if (rejected.length === 0) return;
  onRejected(rejected);
  const byKey = new Map(records.map((record) => [recordKey(record), record]));
  await log?.keepRejected(
    rejected.flatMap((rejection) => {
      const record = byKey.get(recordKey(rejection));
      return record === undefined ? [] : [{ rejection, record }];
    }),
  );
}

function checkOnly(records: readonly VectorRecord[], { plan, targetStore }: CopyRun): UpsertResult {
  const rejected = records
    .map((record) => recordProblem(record, plan.schema, targetStore.capabilities))
    .filter((problem) => problem !== undefined);
  return { accepted: records.length - rejected.length, rejected };
}
