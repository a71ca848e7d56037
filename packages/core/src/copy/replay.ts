import { recordKey, type VectorRecord } from '../spec/record.ts';
import type { Rejection, VectorStoreV1 } from '../spec/v1.ts';
import { openEnd } from '../store/scope.ts';
import { withRetry, type RetryPolicy } from '../store/retry.ts';
import type { RunLog } from '../runs/log.ts';

export interface ReplayResult {
  /** Rejected records of the run that the target takes now. */
  readonly accepted: number;
  /** Those that it still rejects. */
  readonly rejected: readonly Rejection[];
}

const BATCH = 500;

/**
 * Writes the rejected records of a run again, as they were to be written; they stay in the run's log. One that was rejected for its id is
 * not among them: it would take the place of the record that has it.
 */
export async function replayRejected(log: RunLog, store: VectorStoreV1, retry: RetryPolicy): Promise<ReplayResult> {
  const target = await openEnd(store, log.header.plan.target);
  const rejected: Rejection[] = [];
  const seen = new Set<string>();
  let accepted = 0;
  let batch: VectorRecord[] = [];
  const write = async (): Promise<void> => {
    if (batch.length === 0) return;
    const records = batch;
    batch = [];
    const result = await withRetry(() => target.upsert(records), retry, undefined);
    accepted += result.accepted;
    rejected.push(...result.rejected);
  };
  for await (const { record, rejection, by } of log.readRejected()) {
    const why = rejection.reason === 'duplicate-id' ? rejection.reason : (by ?? '');
    const key = `${why}\0${recordKey(record)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (why !== '') {
      rejected.push(rejection);
      continue;
    }
    batch.push(record);
    if (batch.length === BATCH) await write();
  }
  await write();
  await target.flush?.();
  return { accepted, rejected };
}
