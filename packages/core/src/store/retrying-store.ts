import { VsmError } from '../errors.ts';
import type { CallOptions, CollectionSchema, CollectionV1, VectorStoreV1, Warning } from '../spec/v1.ts';
import { withRetry, type RetryPolicy } from './retry.ts';

/** For calls outside a migration: whoever waits for one answer would rather hear soon that a server is not there. */
const BRIEF: RetryPolicy = { maxRetries: 3, retryDelaySeconds: 1, retryBackoff: 2 };

/**
 * The same store, with every call repeated that fails for a passing reason: nobody else repeats them. Writes are left to the
 * caller, who paces them, and so are scans unless asked for: whoever reads many pages counts the repetitions.
 */
export function retryingStore(
  store: VectorStoreV1,
  policy: RetryPolicy = BRIEF,
  scans: 'scans' | 'no-scans' = 'scans',
): VectorStoreV1 {
  const retrying = <Result>(call: () => Promise<Result>, options: CallOptions | undefined): Promise<Result> =>
    withRetry(call, policy, options?.signal);
  const effective = store.effectiveCapabilities?.bind(store);
  const drop = store.dropCollection?.bind(store);
  return {
    specificationVersion: 'v1',
    adapter: store.adapter,
    location: store.location,
    capabilities: store.capabilities,
    ...(effective !== undefined && {
      effectiveCapabilities: (options?: CallOptions) => retrying(() => effective(options), options),
    }),
    listCollections: (options) => retrying(() => store.listCollections(options), options),
    createCollection: (schema, options) => createOnce(store, policy, schema, options),
    async openCollection(name, options) {
      return retryingCollection(await retrying(() => store.openCollection(name, options), options), retrying, scans);
    },
    ...(drop !== undefined && {
      dropCollection: (name: string, options?: CallOptions) => retrying(() => drop(name, options), options),
    }),
    close: () => store.close(),
  };
}

type Retrying = <Result>(call: () => Promise<Result>, options: CallOptions | undefined) => Promise<Result>;

function retryingCollection(inner: CollectionV1, retrying: Retrying, scans: 'scans' | 'no-scans'): CollectionV1 {
  const listNamespaces = inner.listNamespaces?.bind(inner);
  const partition = inner.partition?.bind(inner);
  const flush = inner.flush?.bind(inner);
  const prepareBulkLoad = inner.prepareBulkLoad?.bind(inner);
  const beginBulkLoad = inner.beginBulkLoad?.bind(inner);
  const endBulkLoad = inner.endBulkLoad?.bind(inner);
  return {
    name: inner.name,
    describe: (options) => retrying(() => inner.describe(options), options),
    count: (request, options) => retrying(() => inner.count(request, options), options),
    ...(listNamespaces !== undefined && {
      listNamespaces: (options) => retrying(() => listNamespaces(options), options),
    }),
    ...(partition !== undefined && {
      partition: (count, request, options) => retrying(() => partition(count, request, options), options),
    }),
    scan: (request, options) =>
      scans === 'scans' ? retrying(() => inner.scan(request, options), options) : inner.scan(request, options),
    upsert: (records, options) => inner.upsert(records, options),
    fetch: (ids, options) => retrying(() => inner.fetch(ids, options), options),
    delete: (ids, options) => retrying(() => inner.delete(ids, options), options),
    query: (request, options) => retrying(() => inner.query(request, options), options),
    ...(flush !== undefined && { flush: (options) => retrying(() => flush(options), options) }),
    ...(prepareBulkLoad !== undefined && {
      prepareBulkLoad: (options) => retrying(() => prepareBulkLoad(options), options),
    }),
    ...(beginBulkLoad !== undefined && {
      beginBulkLoad: (token, options) => retrying(() => beginBulkLoad(token, options), options),
    }),
    ...(endBulkLoad !== undefined && {
      endBulkLoad: (token, options) => retrying(() => endBulkLoad(token, options), options),
    }),
  } satisfies CollectionV1;
}

/**
 * Creating is not idempotent: where the first answer was lost, the second says that the name is taken. What lies there then is
 * ours and empty, and may lack what comes after the creation, such as indexes, so it is made once more.
 */
async function createOnce(
  store: VectorStoreV1,
  policy: RetryPolicy,
  schema: CollectionSchema,
  options: CallOptions | undefined,
): Promise<readonly Warning[]> {
  let attempts = 0;
  return withRetry(
    async () => {
      attempts += 1;
      try {
        return await store.createCollection(schema, options);
      } catch (error) {
        const taken = VsmError.isInstance(error) && error.code === 'CONFLICT';
        if (!taken || attempts === 1 || store.dropCollection === undefined) throw error;
        const found = await store.openCollection(schema.name, options);
        if ((await found.count({}, options)).value > 0) throw error;
        await store.dropCollection(schema.name, options);
        return await store.createCollection(schema, options);
      }
    },
    policy,
    options?.signal,
  );
}
