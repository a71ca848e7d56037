import { VsmError } from '../errors.ts';
import { checkStillThere, checkTakenUp } from '../copy/check-taken-up.ts';
import { copyRecords, type CopySettings } from '../copy/copy.ts';
import { openTarget } from '../copy/open-target.ts';
import { Rejections } from '../runs/rejections.ts';
import type { RunLog } from '../runs/log.ts';
import { checkRemovable, removeExtra } from '../sync/remove-extra.ts';
import type { Sides } from '../verify/ids.ts';
import { SourceReading } from '../verify/reading.ts';
import { shareOf, VERIFY_LEVELS } from '../verify/comparison.ts';
import { concludeRun, type Conclusion } from './conclude.ts';
import { comparedSides, intoTarget, openSides, watchSource } from './ends.ts';
import type { MigrationResult } from './result.ts';

interface Run extends Conclusion, Pick<CopySettings, 'control' | 'maxRecordsPerSecond' | 'maxBytesPerSecond'> {
  readonly log: RunLog | undefined;
}

/** Carries a plan out: opens both sides, copies, verifies, and says what happened. */
export async function executeRun(run: Run): Promise<MigrationResult> {
  const { plan, log } = run;
  if (run.deleteExtra === true) checkRemovable(plan);
  const ends = await openSides(run);
  await checkStillThere(run, log, { signal: run.signal });
  const opened = run.dryRun === true ? undefined : await openTarget(run);
  const target = opened?.collection;
  const warnings = [...(run.warnings ?? []), ...plan.warnings, ...(opened?.warnings ?? [])];
  const sides = intoTarget(run, ends, target);

  const rejections = new Rejections();
  for await (const kept of log?.readRejected() ?? []) rejections.add([kept]);
  await checkTakenUp(sides, { log, rejections, retry: run.retry, signal: run.signal });

  const once = onceOf(run);
  const reading =
    once.wanted && target !== undefined ? readingOf(run, comparedSides(run, sides, target, rejections)) : undefined;
  const watch = await watchSource(run, sides.source);
  const begun = { sides, target, rejections, reading, watch };
  return resumable(log, () => finish({ ...run, warnings: [...warnings, ...once.warnings] }, begun));
}

type Begun = Pick<Parameters<typeof concludeRun>[1], 'sides' | 'target' | 'rejections' | 'reading'> & {
  readonly watch: Awaited<ReturnType<typeof watchSource>>;
};

async function finish(run: Run, { watch, ...begun }: Begun): Promise<MigrationResult> {
  const { plan, log, tracker } = run;
  const { sides, target, rejections, reading } = begun;
  tracker.enter('copying', plan.totalVectors, plan.sample.vectorsPerSecond);
  const copyStarted = performance.now();
  const counts = await copyRecords({
    ...sides,
    onCopied: reading?.copied.bind(reading),
    settings: run,
    tracker,
    log,
    onRejected: (records) => rejections.add(records),
  });
  const witness = await watch?.(counts.read);
  const removed =
    run.mode === 'sync' && target !== undefined && run.deleteExtra === true
      ? await removeExtra(comparedSides(run, sides, target, rejections), counts.read)
      : 0;
  const copySeconds = (performance.now() - copyStarted) / 1000;
  const sync = run.mode === 'sync' ? { ...counts.compared, removed } : undefined;
  const result = await concludeRun(run, { ...begun, counts, copySeconds, witness, sync });
  await log?.append({ type: 'finished', success: result.success });
  return result;
}

/** An error of a run that has begun names it, for whoever resumes it. */
async function resumable<Result>(log: RunLog | undefined, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (log !== undefined && VsmError.isInstance(error)) error.runId ??= log.header.runId;
    throw error;
  }
}

/** Whether what the copy reads is to be compared, and why not where it was asked for and cannot be. */
function onceOf(run: Run): {
  readonly wanted: boolean;
  readonly warnings: readonly string[];
} {
  const { sourceRead, validate, dryRun, plan, deleteExtra, log } = run;
  if (sourceRead !== 'once' || !validate || dryRun === true) return { wanted: false, warnings: [] };
  const taken = log?.entries.some((entry) => entry.type === 'page') ?? false;
  const problem = taken
    ? 'what an earlier process read is not known any more'
    : plan.targetCount > 0 && deleteExtra !== true
      ? 'the target held other records before'
      : comparesValues(run) && shareOf({ plan, sample: run.verifySample }) < 1
        ? 'only a sample is compared'
        : undefined;
  if (problem === undefined) return { wanted: true, warnings: [] };
  return { wanted: false, warnings: [`to be verified, the source was read twice, not once: ${problem}`] };
}

function readingOf(run: Run, sides: Sides): SourceReading {
  return new SourceReading(sides, comparesValues(run) ? 'values' : 'ids');
}

function comparesValues({ verify }: Pick<Run, 'verify'>): boolean {
  return VERIFY_LEVELS.indexOf(verify ?? 'values') >= 2;
}
