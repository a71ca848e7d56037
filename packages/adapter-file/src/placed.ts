import type {
  CollectionDescription,
  RecordsRequest,
  RecordsWitness,
  ScanRequest,
  ValuesWitness,
  VectorRecord,
  Witness,
} from '@vsm/core/adapter';
import type { FilePage, Range } from './read.ts';

/** Records that lie one behind the other, by their places. */
export interface Placed {
  readonly place: { readonly name: string; readonly path: string };
  /** Another one as soon as a place has another meaning. */
  readonly generation: number;
  /** See {@link Medium.identify}. */
  identify(): Promise<string | undefined>;
  describe(): Promise<CollectionDescription>;
  count(): Promise<number>;
  /** Records by namespace. */
  namespaces(): Promise<ReadonlyMap<string, number>>;
  witness(): Promise<Witness | undefined>;
  witnessValues(): Promise<ValuesWitness | undefined>;
  witnessRecords(request: RecordsRequest): Promise<RecordsWitness | undefined>;
  split(target: number, namespace: string | undefined): Promise<readonly Range[]>;
  read(range: Range, limit: number, include: ScanRequest['include']): Promise<FilePage>;
  fetch(ids: readonly string[], namespace: string): Promise<VectorRecord[]>;
  /** Outside of which there is nothing of a namespace, where records are sorted. */
  rangeOf?(namespace: string): Range;
}
