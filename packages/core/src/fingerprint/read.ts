import type { ProgressTracker } from '../progress/tracker.ts';
import { VsmError } from '../errors.ts';
import { decodeRecord } from '../mapping/envelope.ts';
import type { MeasuredPage, ScanSettings } from '../scan/pages.ts';
import type { CollectionDescription, ReadableCollection, StoreFacts } from '../spec/v1.ts';
import type { RetryPolicy } from '../store/retry.ts';
import { readEachPage } from '../verify/each-page.ts';
import { watchReading } from '../verify/witness.ts';
import { bucketOfId, FingerprintMaker, type Fingerprint } from './fingerprint.ts';

/** A collection, and how it is to be read. */
export interface FingerprintWork {
  readonly collection: ReadableCollection;
  readonly description: CollectionDescription;
  readonly store: StoreFacts;
  readonly namespaces?: readonly string[] | undefined;
  /** Whose vector forms and number of buckets the new one is to have. */
  readonly like?: Fingerprint | undefined;
  readonly batchSize: number;
  readonly concurrency: number;
  readonly maxBytesInFlight: number;
  readonly retry: RetryPolicy;
  readonly tracker: ProgressTracker;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads all of the collection once.
 * @throws VsmError `INVALID_DATA` where reading did not give as many records as the store counts by a road of its own
 */
export async function takeFingerprint(work: FingerprintWork): Promise<Fingerprint> {
  const { collection, description, store, namespaces, like, tracker, signal } = work;
  const maker = new FingerprintMaker(description, store.capabilities, like);
  const watch = namespaces === undefined ? await watchReading(collection, signal) : undefined;
  const { value: total } = await collection.count({}, { signal });
  tracker.enter('verifying', total);
  await eachPage(work, ['vectors', 'metadata'], ({ records, bytes }) => {
    for (const record of records) maker.add(record);
    tracker.advance({ records: records.length, bytes });
  });
  const problem = (await watch?.(maker.records))?.problem;
  if (problem !== undefined) throw new VsmError('INVALID_DATA', `No fingerprint was made. ${problem}`);
  const of = { adapter: store.adapter, collection: collection.name, namespaces, at: new Date().toISOString() };
  return maker.finish(of, like?.bucketBits);
}

export interface BucketId {
  readonly id: string;
  readonly namespace?: string | undefined;
  readonly bucket: number;
}

/** The records of some buckets, by their ids: the first so many. */
export async function idsOfBuckets(
  work: FingerprintWork,
  buckets: ReadonlySet<number>,
  { bits, most }: { readonly bits: number; readonly most: number },
): Promise<BucketId[]> {
  const found: BucketId[] = [];
  // Original ids may lie in the metadata.
  await eachPage(work, ['metadata'], ({ records }) => {
    for (const record of records) {
      const { id, namespace } = decodeRecord(record);
      const bucket = bucketOfId(id, bits);
      if (buckets.has(bucket) && found.length < most) found.push({ id, namespace, bucket });
    }
  });
  return found.toSorted((one, other) => one.bucket - other.bucket);
}

/** Of a record in memory, as nobody has looked at one. */
const BYTES_PER_RECORD = 4096;

async function eachPage(
  work: FingerprintWork,
  include: ScanSettings['include'],
  look: (page: MeasuredPage) => void,
): Promise<void> {
  await readEachPage(work.collection, { ...work, side: 'source', include, bytesPerRecord: BYTES_PER_RECORD }, look);
}
