import { createPipeline } from '../mapping/pipeline.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import { ProgressTracker } from '../progress/tracker.ts';
import { storeFacts } from '../store/facts.ts';
import { openEnd } from '../store/scope.ts';
import { verifyRecords, type VerificationReport } from '../verify/verify.ts';
import { decide } from './decide.ts';
import { observed, verificationFigures } from './observed.ts';
import type { VerifyOptions } from './options.ts';
import type { Session } from './session.ts';
import { atLeast, checkLevel, checkPace } from './settings.ts';

/** Compares two collections without a run. Reads only. `plan` decides how they are compared. */
export async function verifyRun(
  session: Session,
  options: VerifyOptions,
  plan: () => Promise<MigrationPlan> = () => decide(session, options),
): Promise<VerificationReport> {
  const pace = checkPace(options);
  const level = checkLevel(options.level ?? 'values');
  const { signal, sample, witness } = options;
  const limit = options.limit === undefined ? undefined : atLeast('limit', options.limit, 0);
  const tracker = new ProgressTracker(session.onProgress, pace.batchSize);
  const run = { kind: 'verify', runId: undefined, dryRun: false, remembered: false } as const;
  return observed(session, { ...options, run, tracker, figures: verificationFigures }, async () => {
    const decided = { ...(await plan()), targetCount: 0 };
    const targetStore = await storeFacts(session.target, signal);
    return verifyRecords({
      ...pace,
      plan: decided,
      source: await openEnd(session.source, decided.source, { signal }),
      target: await openEnd(session.target, decided.target, { signal }),
      targetStore,
      pipeline: createPipeline(decided, targetStore, options),
      transformed: options.transform !== undefined,
      retry: session.retry,
      level,
      sample,
      witness,
      limit,
      signal,
      tracker,
    });
  });
}
