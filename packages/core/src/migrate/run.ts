import { copyRecords, type CopySettings } from '../copy/copy.ts';
import { openTarget } from '../copy/open-target.ts';
import { Rejections } from '../runs/rejections.ts';
import type { RunLog } from '../runs/log.ts';
import { checkRemovable, removeExtra } from '../sync/remove-extra.ts';
import { concludeRun, type Conclusion } from './conclude.ts';
import { comparedSides, intoTarget, openSides, watchSource } from './ends.ts';
import type { MigrationResult } from './result.ts';

interface Run extends Conclusion, Pick<CopySettings, 'control' | 'maxRecordsPerSecond' | 'maxBytesPerSecond'> {
  readonly log: RunLog | undefined;
}

/** Carries a plan out: opens both sides, copies, verifies, and says what happened. */
export async function executeRun(run: Run): Promise<MigrationResult> {
  const { plan, log, tracker } = run;
  const deleteExtra = run.deleteExtra === true;
  if (deleteExtra) checkRemovable(plan);
  const ends = await openSides(run);
  const opened = run.dryRun === true ? undefined : await openTarget(run);
  const target = opened?.collection;
  const warnings = [...(run.warnings ?? []), ...plan.warnings, ...(opened?.warnings ?? [])];
  const sides = intoTarget(run, ends, target);

  const rejections = new Rejections();
  for await (const kept of log?.readRejected() ?? []) rejections.add([kept]);

  const watch = await watchSource(run, sides.source);
  tracker.enter('copying', plan.totalVectors, plan.sample.vectorsPerSecond);
  const copyStarted = performance.now();
  const counts = await copyRecords({
    ...sides,
    settings: run,
    tracker,
    log,
    onRejected: (records) => rejections.add(records),
  });
  const witness = await watch?.(counts.read);
  const removed =
    run.mode === 'sync' && target !== undefined && deleteExtra
      ? await removeExtra(comparedSides(run, sides, target, rejections), counts.read)
      : 0;
  const copySeconds = (performance.now() - copyStarted) / 1000;
  const sync = run.mode === 'sync' ? { ...counts.compared, removed } : undefined;
  const copied = { sides, target, counts, copySeconds, rejections, witness, sync };
  const result = await concludeRun({ ...run, warnings }, copied);
  await log?.append({ type: 'finished', success: result.success });
  return result;
}
