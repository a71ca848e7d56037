import type { BucketId } from '../fingerprint/read.ts';
import { compareFingerprints, type FingerprintReport } from '../fingerprint/compare.ts';
import type { Fingerprint } from '../fingerprint/fingerprint.ts';
import { idsOfBuckets, takeFingerprint, type FingerprintWork } from '../fingerprint/read.ts';
import type { ProgressListener } from '../progress/progress.ts';
import { refuseUndecided } from '../plan/losses.ts';
import { ProgressTracker } from '../progress/tracker.ts';
import type { VectorStoreV1 } from '../spec/v1.ts';
import { storeFacts } from '../store/facts.ts';
import { retryingStore } from '../store/retrying-store.ts';
import type { RetryPolicy } from '../store/retry.ts';
import { checkPace, type Pace } from './settings.ts';

export interface FingerprintOptions extends Pace {
  readonly source: VectorStoreV1;
  readonly collection: string;
  /** Only these namespaces, `''` being the default one. @default all of them */
  readonly namespaces?: readonly string[] | undefined;
  readonly onProgress?: ProgressListener | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface VerifyFingerprintOptions extends Omit<FingerprintOptions, 'namespaces'> {
  /** What the collection should be, as {@link fingerprint} or `parseFingerprint` gave it. It is the source of the comparison. */
  readonly expected: Fingerprint;
}

export interface VerifyFingerprintReport extends FingerprintReport {
  /** Of the collection, in the same form as the expected one. */
  readonly found: Fingerprint;
  /** Records of the collection in buckets that differ, among which are those that were changed or added: the first 100. */
  readonly suspects: readonly BucketId[];
}

const RETRY: RetryPolicy = { maxRetries: 8, retryDelaySeconds: 1, retryBackoff: 2 };
const SUSPECTS = 100;

/**
 * A digest of a collection that is the same whichever store holds the same records, small enough to keep or to send. Reads all of it once.
 * @throws VsmError `NOT_FOUND`, `SCHEMA_INCOMPATIBLE` where it is not clear what the fields are, and `INVALID_DATA` where a record cannot be carried or the store counts other than it was read
 *
 * @example
 * ```ts
 * import { createChroma } from '@vsm/adapter-chroma';
 * import { fingerprint } from '@vsm/core';
 *
 * await using source = createChroma({ url: 'http://localhost:8000' });
 * const { digest, records } = await fingerprint({ source, collection: 'docs' });
 * console.log(digest, records);
 * ```
 */
export async function fingerprint(options: FingerprintOptions): Promise<Fingerprint> {
  return takeFingerprint(await workOf(options));
}

/** Takes the fingerprint of a collection and compares it with an earlier one, of whatever store. */
export async function verifyFingerprint(options: VerifyFingerprintOptions): Promise<VerifyFingerprintReport> {
  const { expected } = options;
  const work = { ...(await workOf({ ...options, namespaces: expected.of.namespaces })), like: expected };
  const found = await takeFingerprint(work);
  const report = compareFingerprints(expected, found);
  const buckets = new Set(report.differences.map(({ bucket }) => bucket));
  const bits = expected.bucketBits;
  const suspects = buckets.size === 0 ? [] : await idsOfBuckets(work, buckets, { bits, most: SUSPECTS });
  return { ...report, found, suspects };
}

async function workOf(options: FingerprintOptions): Promise<FingerprintWork> {
  const pace = checkPace(options);
  const { source, collection: name, namespaces, onProgress, signal } = options;
  const store = retryingStore(source, RETRY, 'no-scans');
  const collection = await store.openCollection(name, { signal });
  const description = await collection.describe({ signal });
  refuseUndecided(name, description.undecided ?? []);
  return {
    ...pace,
    collection,
    description,
    store: await storeFacts(store, signal),
    namespaces,
    retry: RETRY,
    tracker: new ProgressTracker(onProgress, pace.batchSize),
    signal,
  };
}
