import { digestText, halfAt, wordAt } from '../digest/digest-text.ts';

/** Parts of one hash of the key of a record: `bucket` has none of the 64 bits of the others. */
export function keyHash(key: string): { bucket: number; high: number; low: number } {
  const digest = digestText('sha1', key);
  return { bucket: halfAt(digest, 0), high: wordAt(digest, 2), low: wordAt(digest, 6) };
}
