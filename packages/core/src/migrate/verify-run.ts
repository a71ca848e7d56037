import { createPipeline } from '../mapping/pipeline.ts';
import { ProgressTracker } from '../progress/tracker.ts';
import { storeFacts } from '../store/facts.ts';
import { openEnd } from '../store/scope.ts';
import { verifyRecords, type VerificationReport } from '../verify/verify.ts';
import { decide } from './decide.ts';
import { observed, verificationFigures } from './observed.ts';
import type { VerifyOptions } from './options.ts';
import type { Session } from './session.ts';
import { checkLevel, checkPace } from './settings.ts';

/** Compares two collections without a run. Reads only. */
export async function verifyRun(session: Session, options: VerifyOptions): Promise<VerificationReport> {
  const pace = checkPace(options);
  const level = checkLevel(options.level ?? 'values');
  const { signal, sample } = options;
  const tracker = new ProgressTracker(session.onProgress, pace.batchSize);
  const run = { kind: 'verify', runId: undefined, dryRun: false, remembered: false } as const;
  return observed(session, { ...options, run, tracker, figures: verificationFigures }, async () => {
    const plan = { ...(await decide(session, options)), targetCount: 0 };
    const targetStore = await storeFacts(session.target, signal);
    return verifyRecords({
      ...pace,
      plan,
      source: await openEnd(session.source, plan.source, { signal }),
      target: await openEnd(session.target, plan.target, { signal }),
      targetStore,
      pipeline: createPipeline(plan, targetStore, options),
      transformed: options.transform !== undefined,
      retry: session.retry,
      level,
      sample,
      signal,
      tracker,
    });
  });
}
