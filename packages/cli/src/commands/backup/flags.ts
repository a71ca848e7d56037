import type { OutputOptions } from '../../run.ts';
import type { Flags } from '../../selection.ts';

export interface BackupFlags extends OutputOptions, Flags<'batchSize' | 'concurrency' | 'maxBytesInFlight'> {
  readonly takeOver?: boolean;
  readonly filter?: string;
  readonly namespace?: string[];
}
