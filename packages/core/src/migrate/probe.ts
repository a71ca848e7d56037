import { randomBytes } from 'node:crypto';
import type { CollectionV1, VectorStoreV1 } from '../spec/v1.ts';
import type { MigrationPlan } from './plan.ts';
import { ProgressTracker } from './progress.ts';
import type { RetryPolicy } from './retry.ts';
import { executeRun } from './run.ts';

export interface Probe {
  readonly records: number;
  /** Copying, building indexes and verifying, without what every run spends whatever its size. */
  readonly secondsPerRecord: number;
  readonly fixedSeconds: number;
}

interface ProbeRequest {
  readonly source: VectorStoreV1;
  readonly target: VectorStoreV1;
  readonly plan: MigrationPlan;
  readonly batchSize: number;
  readonly concurrency: number;
  readonly validate: boolean;
  readonly retry: RetryPolicy;
  readonly signal?: AbortSignal | undefined;
}

/** Two sizes, so that what a run costs by itself can be told from what a record costs. */
const SIZES = [500, 2500] as const;

/**
 * Moves the first records into scratch collections, as the real run would, and removes these again.
 * `undefined` where the target cannot remove a collection, or there is too little to measure.
 */
export async function probeWriting(request: ProbeRequest): Promise<Probe | undefined> {
  const { target, plan, signal } = request;
  const [small, large] = SIZES;
  if (target.dropCollection === undefined || plan.totalVectors < small || plan.losses.length > 0) return undefined;
  const times: { readonly records: number; readonly seconds: number }[] = [];
  for (const size of plan.totalVectors >= large ? [small, large] : [small]) {
    const name = `vsm-probe-${randomBytes(4).toString('hex')}`;
    try {
      times.push(await timeRun(request, name, size));
    } finally {
      // Without the signal: an interrupted estimate must not leave its scratch collection behind.
      await target.dropCollection(name);
    }
    signal?.throwIfAborted();
  }
  const [first, second] = times;
  if (first === undefined) return undefined;
  if (second === undefined || second.records <= first.records) {
    return { records: first.records, secondsPerRecord: first.seconds / Math.max(1, first.records), fixedSeconds: 0 };
  }
  const slope = Math.max(0, second.seconds - first.seconds) / (second.records - first.records);
  return {
    records: first.records + second.records,
    secondsPerRecord: slope,
    fixedSeconds: Math.max(0, first.seconds - slope * first.records),
  };
}

async function timeRun(
  request: ProbeRequest,
  name: string,
  size: number,
): Promise<{ records: number; seconds: number }> {
  const { source, plan, concurrency } = request;
  const share = Math.ceil(size / concurrency);
  const started = performance.now();
  const result = await executeRun({
    ...request,
    source: {
      ...source,
      openCollection: async (collection, options) =>
        firstRecords(await source.openCollection(collection, options), share),
    },
    plan: {
      ...plan,
      target: { ...plan.target, collection: name },
      schema: { ...plan.schema, name },
      createTarget: true,
      targetCount: 0,
      totalVectors: size,
    },
    log: undefined,
    tracker: new ProgressTracker(undefined, request.batchSize),
    runId: name,
    startedAt: new Date(),
  });
  return { records: result.metadata.vectorsRead, seconds: (performance.now() - started) / 1000 };
}

/** The same collection, each part of which ends after `share` records. How many were read stands in the cursor. */
function firstRecords(collection: CollectionV1, share: number): CollectionV1 {
  return {
    ...collection,
    async scan(request, options) {
      const [, read = '0', inner] = /^(\d+) (.*)$/s.exec(request.cursor ?? '') ?? [];
      const left = share - Number(read);
      const page = await collection.scan({ ...request, cursor: inner, limit: Math.min(request.limit, left) }, options);
      const total = Number(read) + page.records.length;
      return {
        records: page.records,
        cursor: page.cursor === null || total >= share ? null : `${total} ${page.cursor}`,
      };
    },
  };
}
