import type { Flags, Selection } from '../../selection.ts';

export interface DiffFlags extends Selection, Flags<'batchSize' | 'concurrency' | 'maxBytesInFlight'> {
  /** Differences that are listed. */
  readonly limit?: number;
}
