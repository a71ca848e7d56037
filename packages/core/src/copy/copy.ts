/**
 * Moves the records of a plan, several parts of the collection at once, and keeps the books: the three pieces `beginLoad`, `copyPart`
 * and `endLoad`, called in a row. It writes to the target, which is open, and to the log of the run; the source is only read.
 */
import type { ProgressTracker } from '../progress/tracker.ts';
import type { RejectedRecord, RunLog } from '../runs/log.ts';
import { ByteBudget } from '../scan/byte-budget.ts';
import { forEachPart, scanParts, type ScanPart } from '../scan/parts.ts';
import type { RunControl } from '../scan/run-control.ts';
import type { RetryPolicy } from '../store/retry.ts';
import { holdsOthers, withBulkLoad } from './bulk-load.ts';
import { WritePace, type RateCaps } from './pacing.ts';
import { PageAccount, type CopyCounts } from './page-account.ts';
import { copyPart, type CopySides } from './part.ts';
import { RepeatedIds } from './repeated.ts';

export interface CopySettings extends RateCaps {
  readonly batchSize: number;
  readonly concurrency: number;
  readonly maxBytesInFlight: number;
  readonly control?: RunControl | undefined;
  readonly retry: RetryPolicy;
  readonly signal?: AbortSignal | undefined;
}

export interface CopyRun extends CopySides {
  readonly settings: CopySettings;
  readonly tracker: ProgressTracker;
  /** Where the run is remembered; what an earlier process did is not done again. */
  readonly log: RunLog | undefined;
  readonly onRejected: (records: readonly RejectedRecord[]) => void;
}

/** Moves every selected record, and leaves the target's index settings as they were, whatever happens. */
export async function copyRecords(run: CopyRun): Promise<CopyCounts> {
  const { plan, target, log, settings } = run;
  const account = new PageAccount({ ...run, bytesPerRecord: plan.sample.bytesPerRecord });
  const load = { target, inUse: holdsOthers(plan), log, signal: settings.signal };
  account.counts.indexSeconds = await withBulkLoad(load, () => copyParts(run, account));
  return account.counts;
}

async function copyParts(run: CopyRun, account: PageAccount): Promise<void> {
  const { plan, settings, tracker, log } = run;
  const { concurrency, batchSize, control, retry } = settings;
  const parts = await chooseParts(run);
  const cursors = new Map(log?.entries.flatMap((entry) => (entry.type === 'page' ? [[entry.part, entry.cursor]] : [])));
  const pace = new WritePace(concurrency, settings);
  const copy = {
    ...run,
    batchSize,
    control,
    retry,
    pace,
    budget: new ByteBudget(settings.maxBytesInFlight, concurrency, plan.sample.bytesPerRecord),
    repeated: new RepeatedIds(plan.totalVectors),
    onPage: account.enter.bind(account),
  };
  tracker.follow(parts, () => (run.target === undefined ? 0 : pace.concurrency));
  const open = parts.filter(({ key }) => cursors.get(key) !== null);
  for (const { key } of parts) if (cursors.get(key) === null) tracker.endPart(key);
  const work = (part: ScanPart, signal: AbortSignal): Promise<void> =>
    copyPart(part, cursors.get(part.key) ?? undefined, copy, signal);
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
