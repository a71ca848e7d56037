import type { SourceRead } from '@vsm/core';
import type { RecordShape } from '../records.ts';
import type { StoreSpec } from './stores.ts';

export interface Job {
  readonly what: 'migrate' | 'read' | 'write' | 'loop' | 'fill' | 'parse' | 'print' | 'drop';
  readonly source: StoreSpec;
  readonly target: StoreSpec;
  readonly sourceCollection: string;
  readonly targetCollection: string;
  /** Parts at once. @default as the migrator has it */
  readonly concurrency?: number | undefined;
  readonly records: number;
  readonly shape: RecordShape;
  /** Runs that do not count, before the one that does. @default 0 */
  readonly warmUps?: number | undefined;
  /** Runs of which the mean counts. @default 1 */
  readonly runs?: number | undefined;
  /** Drop the target collection in the end; a process of its own for that takes longer than many a measurement. */
  readonly dropAfter?: boolean | undefined;
  /** For `migrate`: verify at level `values` afterwards. */
  readonly verify?: boolean | undefined;
  /** For `migrate`. @default 'twice' */
  readonly sourceRead?: SourceRead | undefined;
}

export interface Measured {
  readonly records: number;
  readonly seconds: number;
  /** Of this process, all threads. */
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly verifySeconds?: number | undefined;
}
