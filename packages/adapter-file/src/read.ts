import type { CollectionDescription, ScanRequest, VectorRecord } from '@vsm/core/adapter';

/** A place in a file: the row in Parquet, the byte offset of the line in JSON Lines, the line where a file cannot be sought. */
export type Position = number;

/** A half-open piece of a file. `count` is an estimate where the format does not tell. */
export interface Range {
  readonly from: Position;
  readonly to: Position;
  readonly count?: number | undefined;
}

export interface FilePage {
  readonly records: readonly VectorRecord[];
  /** Where each record lies. */
  readonly positions: readonly Position[];
  /** Where the next page begins; the end of the range was reached when absent. */
  readonly next: Position | undefined;
}

/** One file of records that somebody wrote before: what the two formats have in common. */
export interface RecordFile {
  describe(name: string): Promise<CollectionDescription>;
  count(): Promise<number>;
  /** About `target` pieces that cover the file; one where it cannot be split. */
  split(target: number): Promise<readonly Range[]>;
  read(range: Range, limit: number, include: ScanRequest['include']): Promise<FilePage>;
  /** Whole records at these places, which ascend, each looked up by the shortest way that the format has. */
  pick(positions: readonly Position[]): Promise<readonly VectorRecord[]>;
  close(): Promise<void>;
}

export const EVERYTHING: Range = { from: 0, to: Number.MAX_SAFE_INTEGER };
