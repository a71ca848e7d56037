/**
 * Moves the records of a plan: pages → pipeline → select → write → account, for several parts of the collection at once. It writes to
 * the target, which is open, and to the log of the run; the source is only read, and what a record becomes is not decided here.
 */
import { VsmError } from '../errors.ts';
import type { MappedRecord } from '../mapping/page.ts';
import type { Pipeline } from '../mapping/pipeline.ts';
import type { MigrationPlan } from '../plan/plan.ts';
import type { ProgressTracker } from '../progress/tracker.ts';
import type { Compared, RejectedRecord, RunLog } from '../runs/log.ts';
import { ByteBudget } from '../scan/byte-budget.ts';
import { scanPages, type ScanSettings } from '../scan/pages.ts';
import { forEachPart, scanParts, type ScanPart } from '../scan/parts.ts';
import type { RunControl } from '../scan/run-control.ts';
import type { VectorRecord } from '../spec/record.ts';
import type { CollectionV1, ReadableCollection, StoreFacts, UpsertResult } from '../spec/v1.ts';
import { recordProblem } from '../store/record-check.ts';
import { isThrottled, type RetryPolicy } from '../store/retry.ts';
import { withBulkLoad } from './bulk-load.ts';
import { WritePace, type RateCaps } from './pacing.ts';
import { PageAccount, type CopyCounts } from './page-account.ts';
import { RepeatedIds, writeFirst } from './repeated.ts';
import { writeRecords } from './write.ts';

export interface CopySettings extends RateCaps {
  readonly batchSize: number;
  readonly concurrency: number;
  readonly maxBytesInFlight: number;
  readonly control?: RunControl | undefined;
  readonly retry: RetryPolicy;
  readonly signal?: AbortSignal | undefined;
}

/** Which of a page's records are to be written, and how all of them compared with those of the target. */
export interface Selected {
  readonly records: readonly MappedRecord[];
  readonly compared: Readonly<Compared>;
}

export interface CopyRun {
  readonly plan: MigrationPlan;
  readonly source: ReadableCollection;
  readonly targetStore: StoreFacts;
  /** Absent in a dry run: everything is mapped and checked, nothing is written. */
  readonly target: CollectionV1 | undefined;
  readonly pipeline: Pipeline;
  readonly settings: CopySettings;
  readonly tracker: ProgressTracker;
  /** Where the run is remembered; what an earlier process did is not done again. */
  readonly log: RunLog | undefined;
  readonly onRejected: (records: readonly RejectedRecord[]) => void;
  /** Leaves out records that need not be written. @default all of them are written */
  readonly select?: ((records: readonly MappedRecord[]) => Promise<Selected>) | undefined;
}

/** Moves every selected record, and leaves the target's index settings as they were, whatever happens. */
export async function copyRecords(run: CopyRun): Promise<CopyCounts> {
  const { plan, target, log, settings } = run;
  const account = new PageAccount({ ...run, bytesPerRecord: plan.sample.bytesPerRecord });
  const inUse = plan.targetCount > 0 || plan.target.scope !== undefined;
  const load = { target, inUse, log, signal: settings.signal };
  account.counts.indexSeconds = await withBulkLoad(load, () => copyParts(run, account));
  return account.counts;
}

async function copyParts(run: CopyRun, account: PageAccount): Promise<void> {
  const { plan, source, pipeline, settings, tracker, log } = run;
  const { retry, concurrency, control } = settings;
  const parts = await chooseParts(run);
  const cursors = new Map(log?.entries.flatMap((entry) => (entry.type === 'page' ? [[entry.part, entry.cursor]] : [])));
  const repeated = new RepeatedIds();
  const pace = new WritePace(concurrency, settings);
  const budget = new ByteBudget(settings.maxBytesInFlight, concurrency, plan.sample.bytesPerRecord);
  const reading: ScanSettings = {
    filter: plan.filter,
    limit: settings.batchSize,
    budget,
    include: ['vectors', 'metadata'],
    retry,
    onRetry: (error) => tracker.retried({ store: 'source', throttled: isThrottled(error) }),
    onRead: (call) => tracker.observe({ ...call, store: 'source', operation: 'scan' }),
  };
  tracker.follow(parts, () => (run.target === undefined ? 0 : pace.concurrency));
  const open = parts.filter(({ key }) => cursors.get(key) !== null);
  for (const { key } of parts) if (cursors.get(key) === null) tracker.endPart(key);
  const work = async (part: ScanPart, signal: AbortSignal): Promise<void> => {
    const reached = cursors.get(part.key) ?? undefined;
    for await (const page of scanPages(source, part, { ...reading, signal }, reached)) {
      await control?.whileRunning(signal);
      if (signal.aborted) throw new VsmError('ABORTED', 'The copy was aborted.', { cause: signal.reason });
      const mapped = await pipeline.map(page.records);
      const selected = await run.select?.(mapped.mapped);
      const offered = (selected?.records ?? mapped.mapped).map(({ stored }) => stored);
      const again = repeated.of(mapped.mapped.map(({ stored }) => stored));
      const written = await writeFirst(offered, again, (records) =>
        run.target === undefined
          ? checkOnly(records, run)
          : writeRecords(run.target, records, { pace, retry, signal, tracker }),
      );
      await account.enter({ part, page, mapped, offered, written, compared: selected?.compared });
    }
  };
  await forEachPart(open, concurrency, settings.signal, work, tracker.partsOf('source'));
}

/** The parts of the first process, where there was one: cursors are only good within the part they came from. */
async function chooseParts({ plan, source, settings, log }: CopyRun): Promise<readonly ScanPart[]> {
  const earlier = log?.entries.find((entry) => entry.type === 'parts');
  if (earlier !== undefined) return earlier.parts;
  const parts = await scanParts(source, settings.concurrency, { ...plan, ...settings });
  await log?.append({ type: 'parts', parts });
  return parts;
}

function checkOnly(records: readonly VectorRecord[], { plan, targetStore }: CopyRun): UpsertResult {
  const rejected = records
    .map((record) => recordProblem(record, plan.schema, targetStore.capabilities))
    .filter((problem) => problem !== undefined);
  return { accepted: records.length - rejected.length, rejected };
}
