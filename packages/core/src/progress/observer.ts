import type { TimedCall } from '../scan/timed.ts';
import type { MigrationPhase, MigrationProgress } from './progress.ts';

/** Watches runs while they go on. What it throws becomes one warning of the process, and never ends a run. */
export interface RunObserver {
  /** A run begins. What is returned is told of this run, and of no other. */
  runStarted(run: ObservedRun): RunWatch | undefined;
  /** A run that several processes share is watched from here, by one that need not work on it. @returns what ends that */
  sharedRunWatched?(run: ObservedSharedRun): () => void;
}

export interface ObservedSharedRun extends Pick<ObservedRun, 'source' | 'target'> {
  readonly runId: string;
  /** Where the run stands as a whole, as far as it is known here. */
  readonly progress: () => MigrationProgress | undefined;
}

/** What is told of one run. Nothing of it holds a record, but the text of an error may quote one. */
export interface RunWatch {
  phaseEntered?(phase: MigrationPhase): void;
  partBegun?(part: ObservedPart): void;
  /** Of the same object that was begun. */
  partEnded?(part: ObservedPart, error?: unknown): void;
  called?(call: ObservedCall): void;
  pageAccounted?(page: ObservedPage): void;
  /** A call failed for a passing reason, and will be repeated. */
  retried?(retry: ObservedRetry): void;
  /** The last that is told. */
  ended?(outcome: RunOutcome): void;
}

export interface ObservedRun {
  readonly kind: 'migrate' | 'resume' | 'verify';
  /** A verification by itself has none. */
  readonly runId: string | undefined;
  readonly dryRun: boolean;
  /** Whether every page that is accounted is kept, so that the run can be resumed from there. */
  readonly remembered: boolean;
  readonly source: ObservedStore;
  readonly target: ObservedStore;
  /** Where the run stands when it is asked: backlog, time left, permitted concurrency. */
  readonly progress: () => MigrationProgress;
}

export interface ObservedStore {
  readonly adapter: string;
  readonly location: string;
  readonly collection: string;
}

/** A part of a collection that is read by itself. Its key is left out: stores make keys of ids. */
export interface ObservedPart {
  readonly store: 'source' | 'target';
  /** From 0, among the parts that are read at once. */
  readonly index: number;
  /** As far as the store can tell. */
  readonly estimatedCount: number | undefined;
}

/** One try of a call that moves records; of a fetch, all of its tries. */
export interface ObservedCall extends TimedCall {
  readonly store: 'source' | 'target';
  readonly operation: 'scan' | 'fetch' | 'upsert';
}

export interface ObservedPage {
  readonly records: number;
  /** Approximate size in memory. */
  readonly bytes: number;
  readonly rejected: number;
}

export interface ObservedRetry {
  readonly store: 'source' | 'target';
  /** The store asked for fewer calls. */
  readonly throttled: boolean;
}

export type RunOutcome = { readonly result: RunFigures } | { readonly error: unknown };

export interface RunFigures {
  /** Another one than at the beginning where a run was taken up that had not ended. */
  readonly runId: string | undefined;
  readonly success: boolean;
  /** Since the run was first begun. */
  readonly written: number;
  readonly rejected: number;
  /** Absent where nothing was verified. */
  readonly differences: { readonly missing: number; readonly extra: number; readonly changed: number } | undefined;
}

/** What ends the watching, made harmless. */
export function watchSharedRun(observer: RunObserver, run: ObservedSharedRun): () => void {
  const attempt = harmless();
  const end = attempt(() => observer.sharedRunWatched?.(run));
  return () => attempt(() => end?.());
}

/** What the observer returns for the run, made harmless: once it threw, it is told nothing more. */
export function watchRun(observer: RunObserver, run: ObservedRun): RunWatch {
  const attempt = harmless();
  const watch = attempt(() => observer.runStarted(run));
  if (watch === undefined) return {};
  return {
    phaseEntered: (phase) => attempt(() => watch.phaseEntered?.(phase)),
    partBegun: (part) => attempt(() => watch.partBegun?.(part)),
    partEnded: (part, error) => attempt(() => watch.partEnded?.(part, error)),
    called: (call) => attempt(() => watch.called?.(call)),
    pageAccounted: (page) => attempt(() => watch.pageAccounted?.(page)),
    retried: (retry) => attempt(() => watch.retried?.(retry)),
    ended: (outcome) => attempt(() => watch.ended?.(outcome)),
  };
}

/** Tells an observer until that fails, which is said once. */
function harmless(): <Answer>(tell: () => Answer) => Answer | undefined {
  let broken = false;
  const give = (error: unknown): void => {
    if (broken) return;
    broken = true;
    process.emitWarning(`An observer failed, and is told no more of this run: ${String(error)}`, 'VsmWarning');
  };
  return (tell) => {
    if (broken) return undefined;
    try {
      const answer = tell();
      // A type that returns nothing still lets an async function through.
      if (answer instanceof Promise) answer.catch(give);
      return answer;
    } catch (error) {
      give(error);
      return undefined;
    }
  };
}
