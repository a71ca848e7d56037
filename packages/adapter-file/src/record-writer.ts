import type { VectorRecord } from '@vsm/core/adapter';
import type { Written } from './output-file.ts';

/** Writes one file of records from beginning to end. */
export interface RecordWriter {
  write(records: readonly VectorRecord[]): Promise<void>;
  /** On disk once this resolves. */
  finish(): Promise<Written>;
  /** Lets go of the file, which stays as it is: not whole, and not under its name. */
  abandon(): Promise<void>;
}
