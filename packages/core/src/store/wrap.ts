import type { CollectionV1, VectorStoreV1 } from '../spec/v1.ts';

type Verbs = Omit<CollectionV1, 'name'>;
type StoreVerbs = Omit<VectorStoreV1, 'specificationVersion' | 'adapter' | 'location' | 'capabilities'>;

/** For each verb that changes, a function from the verb as it is to the one that takes its place. */
type Changes<Whole> = {
  readonly [Name in keyof Whole]?: (verb: NonNullable<Whole[Name]>) => NonNullable<Whole[Name]>;
};

export type VerbChanges = Changes<Verbs>;
export type StoreVerbChanges = Changes<StoreVerbs>;

const VERBS: Readonly<Record<keyof Verbs, true>> = {
  describe: true,
  identify: true,
  count: true,
  witness: true,
  witnessValues: true,
  witnessRecords: true,
  listNamespaces: true,
  listEmptyNamespaces: true,
  partition: true,
  scan: true,
  upsert: true,
  wouldReject: true,
  fetch: true,
  delete: true,
  query: true,
  listScopes: true,
  lacks: true,
  makeScope: true,
  complete: true,
  flush: true,
  prepareBulkLoad: true,
  beginBulkLoad: true,
  endBulkLoad: true,
};

const STORE_VERBS: Readonly<Record<keyof StoreVerbs, true>> = {
  effectiveCapabilities: true,
  listCollections: true,
  createCollection: true,
  openCollection: true,
  room: true,
  dropCollection: true,
  close: true,
  [Symbol.asyncDispose]: true,
};

/** The same collection with some verbs changed. A verb that it does not have stays absent. */
export function wrapCollection(inner: CollectionV1, changes: VerbChanges): CollectionV1 {
  return { name: inner.name, ...changed(inner, VERBS, changes) } as CollectionV1;
}

/** The same store with some verbs changed. A verb that it does not have stays absent. */
export function wrapStore(inner: VectorStoreV1, changes: StoreVerbChanges): VectorStoreV1 {
  const { specificationVersion, adapter, location, capabilities } = inner;
  return {
    specificationVersion,
    adapter,
    location,
    capabilities,
    ...changed(inner, STORE_VERBS, changes),
  } as VectorStoreV1;
}

function changed(inner: object, verbs: object, changes: object): object {
  const of = inner as Readonly<Record<PropertyKey, ((...words: never) => unknown) | undefined>>;
  const by = changes as Readonly<Record<PropertyKey, ((verb: unknown) => unknown) | undefined>>;
  return Object.fromEntries(
    Reflect.ownKeys(verbs).flatMap((name): [PropertyKey, unknown][] => {
      const verb = of[name]?.bind(inner);
      if (verb === undefined) return [];
      return [[name, by[name]?.(verb) ?? verb]];
    }),
  );
}
