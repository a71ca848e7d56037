import { ValidationError } from '../errors.ts';
import type { RunObserver } from '../progress/observer.ts';
import type { ProgressListener } from '../progress/progress.ts';
import type { ProgressTracker } from '../progress/tracker.ts';
import { fileCheckpoints } from '../runs/file-checkpoints.ts';
import type { CheckpointStore } from '../runs/log.ts';
import type { VectorStoreV1 } from '../spec/v1.ts';
import type { RetryPolicy } from '../store/retry.ts';
import { retryingStore } from '../store/retrying-store.ts';
import type { VectorStoreMigratorOptions } from './options.ts';
import { atLeast } from './settings.ts';

/** Two stores and how they are to be treated, checked once. */
export interface Session {
  readonly source: VectorStoreV1;
  readonly target: VectorStoreV1;
  /** Both again, for a plan: whoever waits for its answer would rather hear soon that a server is not there. */
  readonly planned: { readonly source: VectorStoreV1; readonly target: VectorStoreV1 };
  readonly validate: boolean;
  readonly retry: RetryPolicy;
  /** The runs that go on now: each is told when a call pauses, since any of them may be waiting for it. */
  readonly trackers: Set<ProgressTracker>;
  readonly onProgress: ProgressListener | undefined;
  readonly observer: RunObserver | undefined;
  /** Absent where no run is to be remembered. */
  readonly checkpoints: CheckpointStore | undefined;
}

const PLAN_RETRIES = 3;
const RUN_RETRIES = 8;

/** @throws ValidationError for a setting that makes no sense */
export function openSession(options: VectorStoreMigratorOptions): Session {
  const trackers = new Set<ProgressTracker>();
  const retry: RetryPolicy = {
    onWait: ({ ms }) => {
      for (const tracker of trackers) tracker.waits(ms);
    },
    maxRetries: atLeast('maxRetries', options.maxRetries ?? RUN_RETRIES, 0),
    retryDelaySeconds: atLeast('retryDelaySeconds', options.retryDelaySeconds ?? 1, 0),
    retryBackoff: atLeast('retryBackoff', options.retryBackoff ?? 2, 1),
  };
  const brief = { ...retry, maxRetries: options.maxRetries ?? PLAN_RETRIES };
  const where = options.checkpoints ?? process.env['VSM_RUN_DIR'] ?? '.vsm';
  return {
    source: retryingStore(options.source, retry, 'no-scans'),
    target: retryingStore(options.target, retry, 'no-scans'),
    planned: {
      source: retryingStore(options.source, brief, 'scans'),
      target: retryingStore(options.target, brief, 'scans'),
    },
    validate: options.validate ?? true,
    retry,
    trackers,
    onProgress: options.onProgress,
    observer: options.observer,
    checkpoints: where === false ? undefined : typeof where === 'string' ? fileCheckpoints(where) : where,
  };
}

/** @throws ValidationError where no run is remembered */
export function rememberedRuns({ checkpoints }: Session): CheckpointStore {
  if (checkpoints !== undefined) return checkpoints;
  throw new ValidationError('No runs are remembered: checkpoints is false.');
}
