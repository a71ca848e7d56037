import { VsmError } from '../errors.ts';
import type { CallOptions, CollectionSchema, CollectionV1, VectorStoreV1, Warning } from '../spec/v1.ts';
import { withRetry, type RetryPolicy } from './retry.ts';
import { wrapCollection } from './wrap.ts';

/**
 * The same store, with every call repeated that fails for a passing reason: nobody else repeats them. Writes are left to the
 * caller, who paces them, and so are scans unless asked for: whoever reads many pages counts the repetitions.
 */
export function patientStore(store: VectorStoreV1, policy: RetryPolicy, scans: 'scans' | 'no-scans'): VectorStoreV1 {
  const patiently = <Result>(call: () => Promise<Result>, options: CallOptions | undefined): Promise<Result> =>
    withRetry(call, policy, options?.signal);
  const effective = store.effectiveCapabilities?.bind(store);
  const drop = store.dropCollection?.bind(store);
  return {
    specificationVersion: 'v1',
    adapter: store.adapter,
    location: store.location,
    capabilities: store.capabilities,
    ...(effective !== undefined && {
      effectiveCapabilities: (options?: CallOptions) => patiently(() => effective(options), options),
    }),
    listCollections: (options) => patiently(() => store.listCollections(options), options),
    createCollection: (schema, options) => createOnce(store, policy, schema, options),
    async openCollection(name, options) {
      return patientCollection(await patiently(() => store.openCollection(name, options), options), patiently, scans);
    },
    ...(drop !== undefined && {
      dropCollection: (name: string, options?: CallOptions) => patiently(() => drop(name, options), options),
    }),
    close: () => store.close(),
    [Symbol.asyncDispose]: () => store.close(),
  };
}

/**
 * The same store, whose reading calls are repeated up to three times when they fail for a passing reason. For calls outside a migration, which
 * is patient by itself.
 */
export function patient(store: VectorStoreV1): VectorStoreV1 {
  return patientStore(store, { maxRetries: 3, retryDelaySeconds: 1, retryBackoff: 2 }, 'scans');
}

type Patiently = <Result>(call: () => Promise<Result>, options: CallOptions | undefined) => Promise<Result>;

function patientCollection(inner: CollectionV1, patiently: Patiently, scans: 'scans' | 'no-scans'): CollectionV1 {
  return wrapCollection(inner, {
    describe: (call) => (options) => patiently(() => call(options), options),
    count: (call) => (request, options) => patiently(() => call(request, options), options),
    listNamespaces: (call) => (options) => patiently(() => call(options), options),
    partition: (call) => (count, request, options) => patiently(() => call(count, request, options), options),
    ...(scans === 'scans' && {
      scan: (call: CollectionV1['scan']): CollectionV1['scan'] => {
        return (request, options) => patiently(() => call(request, options), options);
      },
    }),
    fetch: (call) => (ids, options) => patiently(() => call(ids, options), options),
    delete: (call) => (ids, options) => patiently(() => call(ids, options), options),
    query: (call) => (request, options) => patiently(() => call(request, options), options),
    flush: (call) => (options) => patiently(() => call(options), options),
    prepareBulkLoad: (call) => (options) => patiently(() => call(options), options),
    beginBulkLoad: (call) => (token, options) => patiently(() => call(token, options), options),
    endBulkLoad: (call) => (token, options) => patiently(() => call(token, options), options),
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
