import { digestText, halfAt, wordAt } from '../digest/digest-text.ts';
import { recordKey, type VectorRecord } from '../spec/record.ts';

/** The key of a record and parts of one hash of it, made once for all who ask: `bucket` has none of the 64 bits of the others. */
export interface HashedKey {
  readonly key: string;
  readonly bucket: number;
  readonly high: number;
  readonly low: number;
}

export function hashedKey(record: Pick<VectorRecord, 'id' | 'namespace'>): HashedKey {
  return keyHash(recordKey(record));
}

export function keyHash(key: string): HashedKey {
  const digest = digestText('sha1', key);
  return { key, bucket: halfAt(digest, 0), high: wordAt(digest, 2), low: wordAt(digest, 6) };
}
