import type {
  CollectionDescription,
  Field,
  MetadataValue,
  RecordsWitness,
  ScanRequest,
  Understood,
  ValuesWitness,
  VectorRecord,
  Witness,
} from '@vsm/core/adapter';

/** A place in a file: the row in Parquet, the offset of the line in JSON Lines, counted in what a compressed file unpacks to. */
export type Position = number;

/** A half-open piece of a file. `count` is an estimate where the format does not tell. */
export interface Range {
  readonly from: Position;
  readonly to: Position;
  readonly count?: number | undefined;
}

/** Of a record that was read, where it lies. */
export interface PlacedId {
  readonly id: string;
  readonly position: Position;
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
  /** Counts past everything that reading is made of; `undefined` where there is no other road. */
  witness(): Promise<Witness | undefined>;
  /** The same of what stands in its records. */
  witnessValues(): Promise<ValuesWitness | undefined>;
  /** What stands at these places, which ascend, by a decoder that shares nothing with `read` and `pick`. */
  witnessRecords(places: readonly PlacedId[]): Promise<RecordsWitness | undefined>;
  /** About `target` pieces that cover the file; one where it cannot be split. */
  split(target: number): Promise<readonly Range[]>;
  read(range: Range, limit: number, include: ScanRequest['include']): Promise<FilePage>;
  /** Whole records at these places, which ascend, each looked up by the shortest way that the format has. */
  pick(positions: readonly Position[]): Promise<readonly VectorRecord[]>;
  close(): Promise<void>;
}

/** A file whose fields can be understood together with those of others. */
export interface PartOfMany extends RecordFile {
  /** What its fields are, with a sample of their values or without; none of a file that we wrote. */
  facts(sampled: boolean): Promise<readonly Field[]>;
  readAs(context: Context): void;
}

/** What reading a file needs to know beside the file. */
export interface Context {
  readonly understood: () => Promise<Understood>;
  /** Fields that all records of the file have alike, such as those in the name of its folder. */
  readonly constants: () => Promise<readonly (readonly [field: string, value: MetadataValue])[]>;
  /** Rows in the files before it, for ids that are row numbers. */
  readonly rowsBefore: () => Promise<number>;
}

export const EVERYTHING: Range = { from: 0, to: Number.MAX_SAFE_INTEGER };

/** Runs once, and again only after it failed. */
export function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let running: Promise<Result> | undefined;
  return () => {
    running ??= work().catch((cause: unknown) => {
      running = undefined;
      throw cause;
    });
    return running;
  };
}
