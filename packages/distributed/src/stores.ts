import type { Embedding, RecordLayout, RunObserver, Transform, VectorStoreV1 } from '@vsm/core';
import { wrapCollection, wrapStore } from '@vsm/core/adapter';
import type { FleetHeader } from './model.ts';

/** Both stores of a run, as this process opens them, and the functions of the run. */
export interface FleetStores {
  readonly source: VectorStoreV1;
  readonly target: VectorStoreV1;
  readonly transform?: Transform | undefined;
  readonly embed?: Embedding | undefined;
  readonly layout?: RecordLayout | undefined;
  /** Compared with those that the run was started with. */
  readonly versions?: Readonly<Record<string, string>> | undefined;
  readonly observer?: RunObserver | undefined;
}

/**
 * Opens the stores of a run; only those that this process itself was told of, for whoever can write to the ledger must not be able to
 * have a key sent to a place of his choice. Throws where it may not or cannot.
 */
export type StoreResolver = (header: FleetHeader) => Promise<FleetStores>;

/** The store, asking before each request that changes something whether it may still be sent. */
export function checkedStore(store: VectorStoreV1, check: () => void): VectorStoreV1 {
  const checked =
    <Words extends readonly unknown[], Result>(call: (...words: Words) => Promise<Result>) =>
    async (...words: Words): Promise<Result> => {
      check();
      return call(...words);
    };
  return wrapStore(store, {
    createCollection: checked,
    dropCollection: checked,
    openCollection: (open) => async (name, options) =>
      wrapCollection(await open(name, options), {
        upsert: checked,
        delete: checked,
        makeScope: checked,
        complete: checked,
        flush: checked,
        beginBulkLoad: checked,
        endBulkLoad: checked,
      }),
  });
}
