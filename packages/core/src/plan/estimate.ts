import { decodeRecord } from '../mapping/envelope.ts';
import { parseFilter, type FilterShorthand } from '../filter/shorthand.ts';
import type { CallOptions, Scope, VectorSchema, VectorStoreV1 } from '../spec/v1.ts';
import { recordBytes, withoutDepths } from '../scan/record-bytes.ts';
import { inferVectors } from './infer.ts';
import type { Traffic } from './traffic.ts';
import { withRetry, type RetryPolicy } from '../store/retry.ts';
import { openEnd } from '../store/scope.ts';

/** How long a migration would take and how much it would move, measured on the source itself. */
export interface MigrationEstimate {
  /** With a filter an upper bound. */
  readonly totalVectors: number;
  readonly estimatedDurationSeconds: number;
  /** Between these, if the rest of the collection is like its beginning. */
  readonly durationRangeSeconds: readonly [number, number];
  readonly estimatedBatches: number;
  readonly vectorsPerSecond: number;
  /** Of the first dense vector; `undefined` where there is none. */
  readonly sourceDimension: number | undefined;
  /** Of the target collection, where a target was named and it exists. */
  readonly targetDimension: number | undefined;
  readonly compatible: boolean;
  readonly warnings: readonly string[];
  /** Approximate size in memory of everything that would be moved. */
  readonly bytes: number;
  /** What the run asks of both sides, where there is a target. */
  readonly traffic?: Traffic | undefined;
  /** What the numbers rest on. */
  readonly basis: string;
}

export interface ReadingOptions {
  /** Only this part of the collection. */
  readonly scope?: Scope | undefined;
  readonly filter?: FilterShorthand | undefined;
  /** @default 1000 */
  readonly batchSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Pages that are timed. The first one is not: it pays for connections and cold caches. */
const TIMED_PAGES = 3;

const ONCE: RetryPolicy = { maxRetries: 0, retryDelaySeconds: 0, retryBackoff: 1 };

/**
 * Times a few pages of a collection. Writes nothing.
 * @throws CollectionNotFoundError
 */
export async function estimateReading(
  store: VectorStoreV1,
  name: string,
  request: ReadingOptions = {},
  retry: RetryPolicy = ONCE,
): Promise<MigrationEstimate> {
  const { batchSize = 1000, signal } = request;
  const options = { signal };
  const filter = request.filter === undefined ? undefined : parseFilter(request.filter);
  const collection = await openEnd(store, { collection: name, scope: request.scope }, options);
  const described = await collection.describe(options);
  const { value: totalVectors, exact } = await collection.count({ filter }, options);
  let cursor: string | undefined;
  let timed = { records: 0, seconds: 0 };
  let sampled = { records: 0, bytes: 0 };
  let vectors: Readonly<Record<string, VectorSchema>> = described.vectors;
  for (let page = 0; page <= TIMED_PAGES; page += 1) {
    const started = performance.now();
    const from = cursor;
    const result = await withRetry(
      () => collection.scan({ cursor: from, limit: batchSize, include: ['vectors', 'metadata'], filter }, options),
      retry,
      signal,
    );
    const seconds = (performance.now() - started) / 1000;
    if (page > 0 || result.cursor === null) {
      timed = { records: timed.records + result.records.length, seconds: timed.seconds + seconds };
    }
    const records = withoutDepths(result.records).map(decodeRecord);
    vectors = inferVectors({ ...described, vectors }, records.slice(0, 1));
    sampled = {
      records: sampled.records + records.length,
      bytes: sampled.bytes + records.reduce((total, record) => total + recordBytes(record), 0),
    };
    if (result.cursor === null) break;
    cursor = result.cursor;
  }
  const vectorsPerSecond = timed.seconds > 0 ? timed.records / timed.seconds : 0;
  const warnings: string[] = [];
  if (!exact) warnings.push(`the count of ${totalVectors} is an upper bound`);
  if (timed.records === 0 && totalVectors > 0) warnings.push('nothing could be timed: no record was read');
  return {
    totalVectors,
    ...durationOf(vectorsPerSecond > 0 ? totalVectors / vectorsPerSecond : 0),
    estimatedBatches: Math.ceil(totalVectors / batchSize),
    vectorsPerSecond,
    sourceDimension: firstDimension(vectors),
    targetDimension: undefined,
    compatible: true,
    warnings,
    bytes: sampled.records === 0 ? 0 : Math.round((sampled.bytes / sampled.records) * totalVectors),
    basis:
      `${timed.records} records read from the source in ${timed.seconds.toFixed(2)} s, one page after the other; ` +
      'writing was not measured',
  };
}

/** What was measured on a few thousand records is within a factor of 1.5 on the stores that were tried. */
const UNCERTAINTY = 1.5;

export function durationOf(
  seconds: number,
): Pick<MigrationEstimate, 'estimatedDurationSeconds' | 'durationRangeSeconds'> {
  return { estimatedDurationSeconds: seconds, durationRangeSeconds: [seconds / UNCERTAINTY, seconds * UNCERTAINTY] };
}

function firstDimension(vectors: Readonly<Record<string, VectorSchema>>): number | undefined {
  const dense = Object.values(vectors).find((vector) => vector.kind === 'dense');
  return dense?.dimension;
}

/** The dimension of an existing target collection. */
export async function targetDimension(
  target: VectorStoreV1,
  name: string,
  options: CallOptions,
): Promise<number | undefined> {
  const names = await target.listCollections(options);
  if (!names.includes(name)) return undefined;
  return firstDimension((await (await target.openCollection(name, options)).describe(options)).vectors);
}
