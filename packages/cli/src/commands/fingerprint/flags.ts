import type { OutputOptions } from '../../run.ts';
import type { Flags } from '../../selection.ts';

export interface FingerprintFlags extends OutputOptions, Flags<'batchSize' | 'concurrency' | 'maxBytesInFlight'> {
  /** The file that it is written to. */
  readonly out?: string;
  readonly namespace?: string[];
}
