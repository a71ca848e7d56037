import { VsmError, type RemoteError } from '../errors.ts';
import type { VectorRecord } from '../spec/record.ts';
import type { CollectionV1, Rejection, UpsertResult } from '../spec/v1.ts';
import type { WritePace } from './pacing.ts';
import type { ProgressTracker } from '../progress/tracker.ts';
import { isThrottled, withRetry, type RetryPolicy } from '../store/retry.ts';
import { recordBytes } from '../scan/record-bytes.ts';
import { timed } from '../scan/timed.ts';
import { finishWithin } from '../guard/within.ts';

export interface WriteSettings {
  readonly pace: WritePace;
  readonly retry: RetryPolicy;
  readonly signal: AbortSignal;
  readonly tracker: ProgressTracker;
}

/**
 * How long an interrupted run waits for writes that are under way, in milliseconds. What is not answered by then is written again
 * by whoever resumes the run.
 */
const GRACE_MS = 4000;

/** Writes records until each is accepted or rejected by name. A batch that is too large is halved. */
export async function writeRecords(
  target: CollectionV1,
  records: readonly VectorRecord[],
  settings: WriteSettings,
): Promise<UpsertResult> {
  if (records.length === 0) return { accepted: 0, rejected: [] };
  const { pace, retry, signal, tracker } = settings;
  const size = {
    records: records.length,
    bytes: () => records.reduce((total, record) => total + recordBytes(record), 0),
  };
  // Without the signal: a write that is under way is let finish, so that what is counted is true.
  const write = async (): Promise<UpsertResult> => {
    // It may have waited for its turn until now.
    if (signal.aborted) throw new VsmError('ABORTED', 'The write was not begun.', { cause: signal.reason });
    return timed(
      () => finishWithin(GRACE_MS, target.upsert(records), signal, 'The write that was under way did not end in time.'),
      () => records.length,
      (call) => tracker.observe({ ...call, store: 'target', operation: 'upsert' }),
    );
  };
  const attempt = (): Promise<UpsertResult> => pace.run(size, signal, write);
  try {
    const result = await withRetry(attempt, retry, signal, (error) => {
      pace.onError(error);
      tracker.retried({ store: 'target', throttled: isThrottled(error) });
    });
    return checkAccount(result, records);
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    return halve(target, records, settings, error);
  }
}

async function halve(
  target: CollectionV1,
  records: readonly VectorRecord[],
  settings: WriteSettings,
  error: RemoteError,
): Promise<UpsertResult> {
  const [only] = records;
  if (records.length === 1 && only !== undefined) {
    const rejection: Rejection = { id: only.id, namespace: only.namespace, reason: 'too-large', detail: error.message };
    return { accepted: 0, rejected: [rejection] };
  }
  const middle = Math.ceil(records.length / 2);
  const first = await writeRecords(target, records.slice(0, middle), settings);
  const second = await writeRecords(target, records.slice(middle), settings);
  return { accepted: first.accepted + second.accepted, rejected: [...first.rejected, ...second.rejected] };
}

/** Whether fewer records at once may be taken. */
export function isTooLarge(error: unknown): error is RemoteError {
  return VsmError.isInstance(error) && 'tooLarge' in error && error.tooLarge === true;
}

/** @throws VsmError where a record was neither accepted nor rejected */
export function checkAccount(result: UpsertResult, records: readonly VectorRecord[]): UpsertResult {
  if (result.accepted + result.rejected.length === records.length) return result;
  throw new VsmError(
    'MIGRATION_FAILED',
    `Of ${records.length} records written, the target accepted ${result.accepted} and refused ${result.rejected.length}; ` +
      'the rest is unaccounted for.',
  );
}
