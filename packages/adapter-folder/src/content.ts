import type { Capabilities, CollectionDescription, ScanRequest, VectorRecord } from '@vsm/core/adapter';

export type Include = ScanRequest['include'];

/** One collection of a folder. Each record has a place, a number that stays; there may be places without one. */
export interface Content {
  readonly description: CollectionDescription;
  readonly count: number;
  /** One past the last place. */
  readonly end: number;
  /** At most `limit` places with a record, in order, of those from `from` up to, but without, `to`. */
  places(from: number, to: number, limit: number): readonly number[];
  /** The records of these places, in their order. */
  at(places: readonly number[], include: Include): Promise<readonly VectorRecord[]>;
  /** The places of those ids that are there. */
  find(ids: readonly string[]): readonly number[] | Promise<readonly number[]>;
}

/** What lies in a folder of one kind, opened. */
export interface Shelf {
  readonly names: readonly string[];
  /** Files that are read again and again, and must stay as they were. */
  readonly files: readonly string[];
  /** `undefined` for a name that is not there. */
  open(name: string): Promise<Content | undefined>;
  close(): Promise<void>;
}

/** A format, recognised by its files. */
export interface Kind {
  /** In the messages for people. */
  readonly name: string;
  /** Whether a place is of this kind, by the names of the files in it; for a single file its own name alone. */
  readonly recognises: (files: ReadonlySet<string>, path: string) => boolean;
  /** What its records can have. */
  readonly capabilities: Capabilities;
  /** The name of the collection where its files tell that there is one. */
  readonly only?: (files: ReadonlySet<string>, path: string) => string | undefined;
  readonly open: (path: string, files: ReadonlySet<string>) => Promise<Shelf>;
}
