import { VsmError } from '../errors.ts';
import type { CallOptions, CollectionSchema, CollectionV1, VectorStoreV1, Warning } from '../spec/v1.ts';
import { withRetry, type RetryPolicy } from './retry.ts';
import { wrapCollection, wrapStore } from './wrap.ts';

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
  return wrapStore(store, {
    effectiveCapabilities: (call) => (options) => retrying(() => call(options), options),
    listCollections: (call) => (options) => retrying(() => call(options), options),
    createCollection: () => (schema, options) => createOnce(store, policy, schema, options),
    openCollection: (call) => async (name, options) =>
      retryingCollection(await retrying(() => call(name, options), options), retrying, scans),
    room: (call) => (schema, options) => retrying(() => call(schema, options), options),
    dropCollection: (call) => (name, options) => retrying(() => call(name, options), options),
  });
}

type Retrying = <Result>(call: () => Promise<Result>, options: CallOptions | undefined) => Promise<Result>;

function retryingCollection(inner: CollectionV1, retrying: Retrying, scans: 'scans' | 'no-scans'): CollectionV1 {
  return wrapCollection(inner, {
    describe: (call) => (options) => retrying(() => call(options), options),
    identify: (call) => (options) => retrying(() => call(options), options),
    count: (call) => (request, options) => retrying(() => call(request, options), options),
    witness: (call) => (options) => retrying(() => call(options), options),
    witnessValues: (call) => (request, options) => retrying(() => call(request, options), options),
    witnessRecords: (call) => (request, options) => retrying(() => call(request, options), options),
    listNamespaces: (call) => (options) => retrying(() => call(options), options),
    listEmptyNamespaces: (call) => (options) => retrying(() => call(options), options),
    partition: (call) => (count, request, options) => retrying(() => call(count, request, options), options),
    ...(scans === 'scans' && {
      scan: (call: CollectionV1['scan']): CollectionV1['scan'] => {
        return (request, options) => retrying(() => call(request, options), options);
      },
    }),
    fetch: (call) => (ids, options) => retrying(() => call(ids, options), options),
    wouldReject: (call) => (records, options) => retrying(() => call(records, options), options),
    delete: (call) => (ids, options) => retrying(() => call(ids, options), options),
    query: (call) => (request, options) => retrying(() => call(request, options), options),
    listScopes: (call) => (path, options) => retrying(() => call(path, options), options),
    lacks: (call) => (schema, options) => retrying(() => call(schema, options), options),
    complete: (call) => (schema, options) => retrying(() => call(schema, options), options),
    makeScope: (call) => (scope, options) => retrying(() => call(scope, options), options),
    flush: (call) => (options) => retrying(() => call(options), options),
    prepareBulkLoad: (call) => (options) => retrying(() => call(options), options),
    beginBulkLoad: (call) => (token, options) => retrying(() => call(token, options), options),
    endBulkLoad: (call) => (token, options) => retrying(() => call(token, options), options),
  });
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
