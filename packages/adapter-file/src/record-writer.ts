import type { VectorRecord } from '@vsm/core/adapter';
import type { Written } from './output-file.ts';

/** Writes a collection from beginning to end. */
export interface RecordWriter {
  write(records: readonly VectorRecord[]): Promise<void>;
  /** All files, on disk once this resolves. */
  finish(): Promise<readonly Written[]>;
  /** Lets go of the file, which stays as it is: not whole, and not under its name. */
  abandon(): Promise<void>;
}
