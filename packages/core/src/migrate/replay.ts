import type { Rejection, VectorStoreV1 } from '../spec/v1.ts';
import { withRetry, type RetryPolicy } from './retry.ts';
import type { RunLog } from './run-log.ts';

export interface ReplayResult {
  /** Refused records of the run that the target takes now. */
  readonly accepted: number;
  /** Those that it still refuses. */
  readonly rejected: readonly Rejection[];
}

const BATCH = 500;

/** Writes the refused records of a run again, as they were to be written; they stay in the run's log. */
export async function replayRejected(log: RunLog, store: VectorStoreV1, retry: RetryPolicy): Promise<ReplayResult> {
  const target = await store.openCollection(log.header.plan.target.collection);
  const records = (await log.readRejected()).map(({ record }) => record);
  const rejected: Rejection[] = [];
  let accepted = 0;
  for (let start = 0; start < records.length; start += BATCH) {
    const batch = records.slice(start, start + BATCH);
    const result = await withRetry(() => target.upsert(batch), retry, undefined);
    accepted += result.accepted;
    rejected.push(...result.rejected);
  }
  await withRetry(async () => target.flush?.(), retry, undefined);
  return { accepted, rejected };
}
