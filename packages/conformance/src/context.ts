import { randomUUID } from 'node:crypto';
import {
  VsmError,
  type Capabilities,
  type CollectionSchema,
  type CollectionV1,
  type Metric,
  type VectorRecord,
  type VectorStoreV1,
} from '@vsm/core/adapter';
import { comparisonFor, type VectorComparison } from './compare.ts';
import { ExpectationError, expectThat } from './expectations.ts';
import type { ConformanceOptions, RawReader } from './options.ts';
import { DIMENSION, plainMetric } from './records.ts';

/** What a case works with: a connected store, and helpers that fit whatever its capabilities say. */
export interface ConformanceContext {
  readonly adapter: string;
  readonly store: VectorStoreV1;
  readonly capabilities: Capabilities;
  readonly raw: RawReader | undefined;
  readonly unreachable: ConformanceOptions['unreachable'];
  /** What the harness has for cases that need more than a store. */
  readonly offered: Pick<ConformanceOptions, 'locations' | 'givenClient' | 'busy' | 'rules'>;
  readonly secret: string | undefined;
  /** The metric of the collections made here; `undefined` where the store has none. */
  readonly metric: Metric | undefined;
  /** How vectors of the collections made here compare with what was written. */
  readonly comparison: VectorComparison;
  /** A collection name that nobody has; it will be dropped after the case. */
  readonly name: () => string;
  /** A further store, closed after the case. */
  readonly connect: () => Promise<VectorStoreV1>;
  /** A new connection to the same place, or the store itself where `connect` always leads to a new place. */
  readonly reconnect: () => Promise<VectorStoreV1>;
  /** A new collection, by default with one unnamed dense vector. */
  readonly create: (schema?: Partial<CollectionSchema>) => Promise<CollectionV1>;
  /** A new collection with these records; seeded from outside where the adapter cannot write. */
  readonly filled: (records: readonly VectorRecord[], schema?: Partial<CollectionSchema>) => Promise<CollectionV1>;
  /** Writes records, all of which must be accepted, and waits until they can be read. */
  readonly write: (collection: CollectionV1, records: readonly VectorRecord[]) => Promise<void>;
  /** Runs a check; where the store is eventually consistent, again and again until it holds or the time is up. */
  readonly settle: <Result>(check: () => Promise<Result>) => Promise<Result>;
  /** Drops every collection whose name was given out. Runs after every case, whatever its outcome. */
  readonly cleanUp: () => Promise<void>;
  /** Closes every store. */
  readonly close: () => Promise<void>;
}

export async function createContext(options: ConformanceOptions): Promise<ConformanceContext> {
  const stores: VectorStoreV1[] = [];
  const names: string[] = [];
  const connect = async (): Promise<VectorStoreV1> => {
    const opened = await options.connect();
    stores.push(opened);
    return opened;
  };
  const store = await connect();
  // An older server may do less than its adapter; the cases ask for what this one promises.
  const capabilities = (await store.effectiveCapabilities?.()) ?? store.capabilities;
  const metric = plainMetric(capabilities);
  const settle = settler(capabilities, options.settleMs ?? 10_000);

  const name = (): string => {
    const given = uniqueName();
    names.push(given);
    return given;
  };
  const schemaOf = (changes: Partial<CollectionSchema>): CollectionSchema => ({
    name: name(),
    vectors: { '': { kind: 'dense', dimension: DIMENSION, metric } },
    ...changes,
  });
  const create = async (changes: Partial<CollectionSchema> = {}): Promise<CollectionV1> => {
    const schema = schemaOf(changes);
    await store.createCollection(schema);
    return store.openCollection(schema.name);
  };
  const write = async (collection: CollectionV1, records: readonly VectorRecord[]): Promise<void> => {
    const { accepted, rejected } = await collection.upsert(records);
    const [refused] = rejected;
    expectThat(
      refused === undefined,
      `record "${refused?.id}" was refused as ${refused?.reason}: ${refused?.detail}; the capabilities promise that it can be held`,
    );
    expectThat(accepted === records.length, `${records.length} records were given, but ${accepted} accepted`);
    await collection.flush?.();
    if (capabilities.readAfterWrite === 'immediate') return;
    await settle(async () => {
      for (const [namespace, group] of Map.groupBy(records, (record) => record.namespace)) {
        const found = await collection.fetch(
          group.map(({ id }) => id),
          { namespace },
        );
        expectThat(found.length === group.length, `of ${group.length} records written, ${found.length} can be read`);
      }
    });
  };

  return {
    adapter: options.adapter,
    store,
    capabilities,
    raw: options.raw,
    unreachable: options.unreachable,
    offered: options,
    secret: options.secret,
    metric,
    comparison: comparisonFor(metric, capabilities),
    name,
    connect,
    settle,
    create,
    write,
    async reconnect() {
      const opened = await connect();
      return opened.location === store.location ? opened : store;
    },
    async filled(records, changes = {}) {
      if (capabilities.access === 'read-write') {
        const collection = await create(changes);
        await write(collection, records);
        return collection;
      }
      expectThat(
        options.seed !== undefined,
        'a read-only adapter is tested on data from outside: give the option `seed`',
      );
      return store.openCollection(await options.seed(store, schemaOf(changes), records));
    },
    async cleanUp() {
      if (names.length === 0 || capabilities.access === 'read-only' || store.dropCollection === undefined) return;
      const open = (await isOpen(store)) ? store : await connect();
      while (names.length > 0) await open.dropCollection?.(names.pop() as string);
    },
    async close() {
      for (const opened of stores) await opened.close();
    },
  };
}

/** Valid in every store we know: letters, digits and hyphens, a letter first, at most 45 characters. */
function uniqueName(): string {
  return `vsm-${randomUUID().slice(0, 23)}`;
}

/** A case may have closed its store. */
async function isOpen(store: VectorStoreV1): Promise<boolean> {
  try {
    await store.listCollections();
    return true;
  } catch (error) {
    if (VsmError.isInstance(error) && error.code === 'CLOSED') return false;
    throw error;
  }
}

function settler(capabilities: Capabilities, boundMs: number): ConformanceContext['settle'] {
  return async (check) => {
    const deadline = Date.now() + boundMs;
    for (let waitMs = 5; ; waitMs = Math.min(waitMs * 2, 250)) {
      try {
        return await check();
      } catch (error) {
        const over = capabilities.readAfterWrite === 'immediate' || Date.now() > deadline;
        if (over || !(error instanceof ExpectationError)) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  };
}
