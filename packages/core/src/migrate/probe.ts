import { randomBytes } from 'node:crypto';
import { endingWith, VsmError, type VsmErrorCode } from '../errors.ts';
import type { CollectionV1, VectorStoreV1 } from '../spec/v1.ts';
import { durationOf, type MigrationEstimate } from '../plan/estimate.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import { ProgressTracker } from '../progress/tracker.ts';
import type { RetryPolicy } from '../store/retry.ts';
import { executeRun } from './run.ts';

export interface Probe {
  /** Records that were moved, over both sizes. */
  readonly records: number;
  /** How long a run over so many records takes. */
  readonly seconds: (records: number) => number;
}

/** The estimate of reading alone, made one of the whole run by what a probe measured. */
export function withProbe(reading: MigrationEstimate, probe: Probe): MigrationEstimate {
  const seconds = probe.seconds(reading.totalVectors);
  return {
    ...reading,
    ...durationOf(seconds),
    vectorsPerSecond: seconds > 0 ? reading.totalVectors / seconds : 0,
    basis:
      `${probe.records} records moved into scratch collections of the target, which were removed again: ` +
      'copied, indexed and verified as in the run itself, in two sizes',
  };
}

interface ProbeRequest {
  readonly source: VectorStoreV1;
  readonly target: VectorStoreV1;
  readonly plan: MigrationPlan;
  readonly batchSize: number;
  readonly concurrency: number;
  readonly maxBytesInFlight: number;
  readonly validate: boolean;
  readonly retry: RetryPolicy;
  readonly signal?: AbortSignal | undefined;
}

const CANNOT_CREATE: readonly VsmErrorCode[] = ['UNSUPPORTED', 'INVALID_OPTIONS', 'CONFLICT'];

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
  const times: Timing[] = [];
  for (const size of plan.totalVectors >= large ? [small, large] : [small]) {
    const name = `vsm-probe-${randomBytes(4).toString('hex')}`;
    try {
      // Without the signal: an interrupted estimate must not leave its scratch collection behind.
      const dropped = async (): Promise<void> => target.dropCollection?.(name);
      times.push(await endingWith(() => timeRun(request, name, size), dropped));
    } catch (error) {
      // A store of one file, say, takes no other collection: then reading is all that can be measured.
      if (VsmError.isInstance(error) && CANNOT_CREATE.includes(error.code)) return undefined;
      throw error;
    }
    signal?.throwIfAborted();
  }
  const [first, second = first] = times;
  return first === undefined || second === undefined ? undefined : extrapolate(first, second);
}

interface Timing {
  readonly records: number;
  /** Without building indexes. */
  readonly moveSeconds: number;
  readonly indexSeconds: number;
}

/** Moving grows with the number of records, on top of what every run costs; building an index grows faster than that. */
function extrapolate(first: Timing, second: Timing): Probe {
  const more = second.records - first.records;
  const perRecord =
    more > 0 ? Math.max(0, second.moveSeconds - first.moveSeconds) / more : first.moveSeconds / first.records;
  const fixed = Math.max(0, first.moveSeconds - perRecord * first.records);
  const measured = more > 0 && first.indexSeconds > 0;
  const power = measured
    ? Math.log(second.indexSeconds / first.indexSeconds) / Math.log(second.records / first.records)
    : 1;
  const exponent = Math.min(2, Math.max(1, power));
  return {
    records: more > 0 ? first.records + second.records : first.records,
    seconds: (records) =>
      fixed + perRecord * records + second.indexSeconds * (records / Math.max(1, second.records)) ** exponent,
  };
}

async function timeRun(request: ProbeRequest, name: string, size: number): Promise<Timing> {
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
  const { vectorsRead, indexSeconds } = result.metadata;
  return { records: vectorsRead, moveSeconds: (performance.now() - started) / 1000 - indexSeconds, indexSeconds };
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
        ...page,
        cursor: page.cursor === null || total >= share ? null : `${total} ${page.cursor}`,
      };
    },
  };
}
