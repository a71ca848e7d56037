import type { ObservedRun, RunFigures } from '../progress/observer.ts';
import type { ProgressTracker } from '../progress/tracker.ts';
import type { VerificationReport } from '../verify/verify.ts';
import type { MigrationResult } from './result.ts';
import type { Session } from './session.ts';

interface RunToObserve<Result> {
  readonly tracker: ProgressTracker;
  readonly run: Pick<ObservedRun, 'kind' | 'runId' | 'dryRun' | 'remembered'>;
  readonly sourceCollection: string;
  readonly targetCollection?: string | undefined;
  readonly figures: (result: Result) => RunFigures;
}

/** Does the work of a run while its tracker hears of pauses, and the observer, if there is one, of all of it, however it ends. */
export async function observed<Result>(
  session: Session,
  run: RunToObserve<Result>,
  work: () => Promise<Result>,
): Promise<Result> {
  session.trackers.add(run.tracker);
  try {
    return await watched(session, run, work);
  } finally {
    session.trackers.delete(run.tracker);
  }
}

async function watched<Result>(
  { source, target, observer }: Session,
  { tracker, run, sourceCollection, targetCollection = sourceCollection, figures }: RunToObserve<Result>,
  work: () => Promise<Result>,
): Promise<Result> {
  if (observer === undefined) return work();
  tracker.begin(observer, {
    ...run,
    source: { adapter: source.adapter, location: source.location, collection: sourceCollection },
    target: { adapter: target.adapter, location: target.location, collection: targetCollection },
  });
  try {
    const result = await work();
    tracker.end({ result: figures(result) });
    return result;
  } catch (error) {
    tracker.end({ error });
    throw error;
  }
}

export function migrationFigures(result: MigrationResult): RunFigures {
  const { success, runId, vectorsMigrated, vectorsFailed, verification } = result;
  return { success, runId, written: vectorsMigrated, rejected: vectorsFailed, differences: verification };
}

export function verificationFigures(report: VerificationReport): RunFigures {
  return { success: report.passed, runId: undefined, written: 0, rejected: 0, differences: report };
}
