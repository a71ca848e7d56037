import type { CollectionSchema, OpenedLocation, VectorRecord, VectorStoreV1 } from '@vsm/core/adapter';

/** Reads past the adapter, through the vendor's own client: an adapter must not be the only witness of its writes. */
export interface RawReader {
  /** The record as the database has it, `undefined` where it has none. `store` is the one under test. */
  read(
    collection: string,
    id: string,
    namespace: string | undefined,
    store: VectorStoreV1,
  ): Promise<VectorRecord | undefined>;
}

/** How the adapter is reached from a command line. */
export interface LocationHarness {
  /** What the package exports as `openLocation`, with the key that it needs. */
  readonly open: (location: string) => OpenedLocation;
  /** Spells a collection of the place that `connect` leads to. */
  readonly of?: ((collection: string) => string) | undefined;
  /** For stores of files: spells a collection in this folder, which may be relative, and missing. */
  readonly inFolder?: ((folder: string, collection: string) => string) | undefined;
}

/** A store on a client that the user made. */
export interface GivenClient {
  readonly store: VectorStoreV1;
  /** Asks the client itself. Anything thrown means that it is of no use any more. */
  readonly use: () => Promise<unknown>;
  /** Ends the client. */
  readonly end: () => Promise<unknown>;
}

/** A store that is in use by somebody else, throttles, or asks to come back. */
export interface BusyStore {
  readonly store: VectorStoreV1;
  /** The call that meets it. */
  readonly call: (store: VectorStoreV1) => Promise<unknown>;
}

/** What an empty collection with rules of its own, such as one that an application made, takes and refuses. Core knows no such rule. */
export interface RuledRecords {
  readonly fits: readonly VectorRecord[];
  /** Every check of core lets them through: one for each rule. */
  readonly unfit: readonly VectorRecord[];
}

export interface ConformanceOptions {
  /** The id that the adapter gives itself. */
  readonly adapter: string;
  /**
   * Opens a store; called at least once per case, and closed after it. All calls may reach one database: collections have
   * unique names and are dropped. A store that cannot drop collections needs a fresh place on every call.
   */
  readonly connect: () => VectorStoreV1 | Promise<VectorStoreV1>;
  readonly raw?: RawReader | undefined;
  /**
   * Puts a collection where a read-only `store` finds it, and returns the name to open. Called at most once per store, before
   * its first use. Not called for adapters that can write.
   */
  readonly seed?:
    | ((store: VectorStoreV1, schema: CollectionSchema, records: readonly VectorRecord[]) => Promise<string>)
    | undefined;
  /** Opens a store that nothing answers, such as a loopback port where nobody listens. For stores behind a network. */
  readonly unreachable?: (() => VectorStoreV1 | Promise<VectorStoreV1>) | undefined;
  readonly locations?: LocationHarness | undefined;
  /** For adapters that take a ready client. */
  readonly givenClient?: (() => Promise<GivenClient>) | undefined;
  /** For stores that may be busy. */
  readonly busy?: (() => Promise<BusyStore>) | undefined;
  /**
   * For adapters that refuse records which core lets through, as all do that have `wouldReject`: makes such a collection of this name where
   * `store` finds it. It is dropped after the case.
   */
  readonly rules?: ((store: VectorStoreV1, name: string) => Promise<RuledRecords>) | undefined;
  /** The key or password in use: it must not occur in any message. */
  readonly secret?: string | undefined;
  /** Known faults by case id, with reason and link. The case still runs, and must fail until the entry is removed. */
  readonly deviations?: Readonly<Record<string, string>> | undefined;
  /** How long an eventually consistent store may take to show a write, in milliseconds. Default: 10000. */
  readonly settleMs?: number | undefined;
  /** How long one case may take, in milliseconds. Default: 60000. */
  readonly timeoutMs?: number | undefined;
}
