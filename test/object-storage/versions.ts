import type { VectorRecord } from '@vsm/core';
import { variedRecords } from '../fingerprint/records.ts';

export const DIMENSION = 8192;

/** What a collection holds in each version. A file of it goes to a bucket in two parts. */
export function recordsOf(version: number): VectorRecord[] {
  return variedRecords(300, DIMENSION).map((record, at) =>
    at % 50 === 0 ? { ...record, metadata: { version } } : record,
  );
}
