import { closest } from '../suggest.ts';
import { CollectionNotFoundError, UnsupportedError, VsmError } from '../errors.ts';
import { isPushedWhole, matches, pushdown } from '../filter.ts';
import { recordKey, type VectorRecord } from '../spec/record.ts';
import type {
  CallOptions,
  Capabilities,
  CollectionDescription,
  CollectionSchema,
  CollectionV1,
  CountRequest,
  Rejection,
  ScanRequest,
  VectorSchema,
  VectorStoreV1,
} from '../spec/v1.ts';
import { recordProblem, vectorProblem } from './record-check.ts';

/**
 * Wraps an adapter with everything that core can do for all of them: argument checks, refusal of bad records before anything
 * is sent, batching to the store's limits, exact filter semantics, portable cursors, a closed state. Factories return this.
 */
export function guardStore(inner: VectorStoreV1): VectorStoreV1 {
  const { adapter, capabilities } = inner;
  let closed = false;
  const enter = (options?: CallOptions): void => {
    if (closed) throw new VsmError('CLOSED', `${adapter}: the store was closed`, { adapter });
    if (options?.signal?.aborted === true) {
      throw new VsmError('ABORTED', `${adapter}: aborted`, { adapter, cause: options.signal.reason });
    }
  };
  const writable = (): void => {
    if (capabilities.access === 'read-only') throw new UnsupportedError('access', `${adapter}: read only`, { adapter });
  };
  const drop = inner.dropCollection?.bind(inner);
  let asked: Promise<Capabilities> | undefined;
  const effective = async (options?: CallOptions): Promise<Capabilities> => {
    asked ??= inner.effectiveCapabilities?.(options) ?? Promise.resolve(capabilities);
    try {
      return await asked;
    } catch (error) {
      // A server that did not answer now may do so next time.
      asked = undefined;
      throw error;
    }
  };
  return {
    specificationVersion: 'v1',
    adapter,
    location: inner.location,
    capabilities,
    async effectiveCapabilities(options) {
      enter(options);
      return effective(options);
    },
    async listCollections(options) {
      enter(options);
      return inner.listCollections(options);
    },
    async createCollection(schema, options) {
      enter(options);
      writable();
      checkSchema(schema, adapter, await effective(options));
      return inner.createCollection(schema, options);
    },
    async openCollection(name, options) {
      enter(options);
      const collection = await inner.openCollection(name, options);
      return guardCollection(collection, adapter, await effective(options), enter, writable);
    },
    ...(drop !== undefined && {
      async dropCollection(name: string, options?: CallOptions) {
        enter(options);
        writable();
        await drop(name, options);
      },
    }),
    async close() {
      if (closed) return;
      closed = true;
      await inner.close();
    },
  };
}

/** The error of `openCollection` for a name that is not there; suggests the nearest of those that are. */
export function collectionNotFound(
  adapter: string,
  name: string,
  where: string,
  existing: readonly string[] = [],
  cause?: unknown,
): CollectionNotFoundError {
  const near = closest(name, existing);
  const others = existing.length > 0 ? `It has: ${existing.slice(0, 10).join(', ')}.` : 'It has none.';
  const hint = near === undefined ? others : `Did you mean "${near}"?`;
  return new CollectionNotFoundError(name, `${adapter}: there is no collection "${name}" in ${where}. ${hint}`, {
    adapter,
    cause,
  });
}

function checkSchema(schema: CollectionSchema, adapter: string, capabilities: Capabilities): void {
  const refuse = (capability: keyof Capabilities, what: string): never => {
    throw new UnsupportedError(capability, `${adapter}: cannot create collection "${schema.name}": ${what}`, {
      adapter,
    });
  };
  const names = Object.keys(schema.vectors);
  // A sparse vector goes by any name: where it lies beside a dense one, that is no second place of the same kind.
  const named = names.filter((name) => name !== '' && schema.vectors[name]?.kind !== 'sparse');
  if (named.length > 0 && !capabilities.vectors.includes('named')) {
    refuse('vectors', `it has no named vectors, but got "${named.join('", "')}"`);
  }
  if (schema.namespaces === true && !capabilities.namespaces) refuse('namespaces', 'it has no namespaces');
  for (const name of names) {
    const vector = schema.vectors[name] as VectorSchema;
    if (vector.kind !== 'dense' && !capabilities.vectors.includes(vector.kind)) {
      refuse('vectors', `it has no ${vector.kind} vectors`);
    }
    const { dimension } = vector;
    const { dimension: limit } = capabilities.limits;
    if (dimension !== undefined && (!Number.isInteger(dimension) || dimension < 1)) {
      throw new VsmError('INVALID_OPTIONS', `${adapter}: a dimension must be a positive integer, but is ${dimension}`, {
        adapter,
      });
    }
    if (dimension !== undefined && limit !== undefined && dimension > limit) {
      refuse('limits', `${dimension} dimensions are over its limit of ${limit}`);
    }
    if (vector.kind === 'sparse') continue;
    if (vector.metric !== undefined && !capabilities.metrics.includes(vector.metric)) {
      refuse('metrics', `it has no metric "${vector.metric}", only ${capabilities.metrics.join(', ')}`);
    }
    if (vector.datatype !== undefined && !capabilities.datatypes.includes(vector.datatype)) {
      refuse('datatypes', `it has no datatype "${vector.datatype}"`);
    }
  }
}

function guardCollection(
  inner: CollectionV1,
  adapter: string,
  capabilities: Capabilities,
  enter: (options?: CallOptions) => void,
  writable: () => void,
): CollectionV1 {
  const { name } = inner;
  const cursorPrefix = `${adapter}/1/${encodeURIComponent(name)}/`;
  const invalid = (message: string): VsmError =>
    new VsmError('INVALID_OPTIONS', `${adapter}: ${name}: ${message}`, { adapter });
  const checkNamespace = (namespace: string | undefined): void => {
    if (namespace !== undefined && namespace !== '' && !capabilities.namespaces) {
      throw new UnsupportedError('namespaces', `${adapter}: it has no namespaces, but got "${namespace}"`, { adapter });
    }
  };

  // A collection that learns its dimension from the first record is asked again until it knows.
  let known: CollectionDescription | undefined;
  const describe = async (options?: CallOptions): Promise<CollectionDescription> => {
    if (known !== undefined) return known;
    const described = await inner.describe(options);
    const complete = Object.values(described.vectors).every(
      (vector) => vector.kind === 'sparse' || vector.dimension !== undefined,
    );
    if (complete) known = described;
    return described;
  };

  const pushed = (request: CountRequest | undefined): CountRequest => ({
    namespace: request?.namespace,
    filter: request?.filter === undefined ? undefined : pushdown(request.filter, capabilities.filter),
  });
  const listNamespaces = inner.listNamespaces?.bind(inner);
  const partition = inner.partition?.bind(inner);
  const flush = inner.flush?.bind(inner);
  const prepareBulkLoad = inner.prepareBulkLoad?.bind(inner);
  const beginBulkLoad = inner.beginBulkLoad?.bind(inner);
  const endBulkLoad = inner.endBulkLoad?.bind(inner);

  return {
    name,
    async describe(options) {
      enter(options);
      return inner.describe(options);
    },
    async count(request, options) {
      enter(options);
      checkNamespace(request?.namespace);
      const counted = await inner.count(pushed(request), options);
      return request?.filter === undefined ? counted : { ...counted, exact: false };
    },
    ...(inner.witness !== undefined && { witness: async (options) => (enter(options), inner.witness?.(options)) }),
    ...(listNamespaces !== undefined && {
      async listNamespaces(options?: CallOptions) {
        enter(options);
        return listNamespaces(options);
      },
    }),
    ...(partition !== undefined && {
      async partition(target: number, request?: CountRequest, options?: CallOptions) {
        enter(options);
        if (!Number.isInteger(target) || target < 1) throw invalid(`cannot split into ${target} partitions`);
        return partition(target, pushed(request), options);
      },
    }),
    async scan(request, options) {
      enter(options);
      checkNamespace(request.namespace);
      if (!Number.isInteger(request.limit) || request.limit < 1) throw invalid(`a scan limit of ${request.limit}`);
      if (request.cursor !== undefined && !request.cursor.startsWith(cursorPrefix)) {
        throw new VsmError(
          'INVALID_CURSOR',
          `${adapter}: the cursor "${request.cursor}" is not from a scan of "${name}" in this kind of store`,
          { adapter },
        );
      }
      const page = await inner.scan(innerScan(request, pushed(request), cursorPrefix), options);
      return {
        records: request.filter === undefined ? page.records : filtered(page.records, request),
        cursor: page.cursor === null ? null : cursorPrefix + page.cursor,
      };
    },
    async upsert(records, options) {
      enter(options);
      writable();
      if (options?.mode === 'insert-only' && !capabilities.insertOnly) {
        throw new UnsupportedError('insertOnly', `${adapter}: it cannot insert without replacing`, { adapter });
      }
      if (records.length === 0) return { accepted: 0, rejected: [] };
      const { good, rejected } = sift(records, await describe(options), capabilities);
      let accepted = 0;
      const size = capabilities.limits.upsertBatch ?? Math.max(good.length, 1);
      for (let start = 0; start < good.length; start += size) {
        const batch = good.length <= size ? good : good.slice(start, start + size);
        const result = await inner.upsert(batch, options);
        accepted += result.accepted;
        rejected.push(...result.rejected);
      }
      return { accepted, rejected };
    },
    async fetch(ids, options) {
      enter(options);
      checkNamespace(options?.namespace);
      const unique = [...new Set(ids)];
      const size = capabilities.limits.fetchIds ?? Math.max(unique.length, 1);
      const found: VectorRecord[] = [];
      for (let start = 0; start < unique.length; start += size) {
        found.push(...(await inner.fetch(unique.slice(start, start + size), options)));
      }
      return found;
    },
    async delete(ids, options) {
      enter(options);
      writable();
      checkNamespace(options?.namespace);
      const unique = [...new Set(ids)];
      const size = capabilities.limits.fetchIds ?? Math.max(unique.length, 1);
      for (let start = 0; start < unique.length; start += size) {
        await inner.delete(unique.slice(start, start + size), options);
      }
    },
    async query(request, options) {
      enter(options);
      checkNamespace(request.namespace);
      if (!Number.isInteger(request.topK) || request.topK < 1) throw invalid(`a topK of ${request.topK}`);
      if (request.exact === true && !capabilities.exactQuery) {
        throw new UnsupportedError('exactQuery', `${adapter}: it has no exact search`, { adapter });
      }
      if (request.filter !== undefined && !isPushedWhole(request.filter, capabilities.filter)) {
        throw new UnsupportedError('filter', `${adapter}: it cannot search with this filter`, { adapter });
      }
      const { vectors } = await describe(options);
      const schema = vectors[request.using ?? ''];
      const problem = vectorProblem(request.vector, schema, { ...capabilities, zeroVectors: true });
      if (problem !== undefined) throw invalid(`cannot search: ${problem}`);
      return inner.query(request, options);
    },
    ...(flush !== undefined && {
      async flush(options?: CallOptions) {
        enter(options);
        await flush(options);
      },
    }),
    ...(prepareBulkLoad !== undefined && {
      async prepareBulkLoad(options?: CallOptions) {
        enter(options);
        return prepareBulkLoad(options);
      },
    }),
    ...(beginBulkLoad !== undefined && {
      async beginBulkLoad(token, options) {
        enter(options);
        writable();
        await beginBulkLoad(token, options);
      },
    }),
    ...(endBulkLoad !== undefined && {
      async endBulkLoad(token, options) {
        enter(options);
        writable();
        await endBulkLoad(token, options);
      },
    }),
  } satisfies CollectionV1;
}

function innerScan(request: ScanRequest, pushed: CountRequest, cursorPrefix: string): ScanRequest {
  // The filter is re-checked here, so its fields must be read even where the caller does not want them.
  const include: ScanRequest['include'] =
    request.filter === undefined || request.include.includes('metadata')
      ? request.include
      : [...request.include, 'metadata'];
  return { ...request, ...pushed, include, cursor: request.cursor?.slice(cursorPrefix.length) };
}

function filtered(records: readonly VectorRecord[], { filter, include }: ScanRequest): readonly VectorRecord[] {
  const kept = filter === undefined ? records : records.filter((record) => matches(filter, record.metadata));
  if (include.includes('metadata')) return kept;
  return kept.map((record) => ({ ...record, metadata: {}, document: undefined, uri: undefined }));
}

function sift(
  records: readonly VectorRecord[],
  schema: CollectionSchema,
  capabilities: Capabilities,
): { good: readonly VectorRecord[]; rejected: Rejection[] } {
  const rejected: Rejection[] = [];
  const seen = new Set<string>();
  const effective = learnDimensions(records, schema);
  const good = records.filter((record) => {
    const key = (record.namespace ?? '') === '' ? record.id : recordKey(record);
    const problem =
      recordProblem(record, effective, capabilities) ??
      (seen.has(key)
        ? ({
            id: record.id,
            namespace: record.namespace,
            reason: 'duplicate-id',
            detail: 'the id occurs twice in one batch',
          } as const)
        : undefined);
    if (problem !== undefined) rejected.push(problem);
    else seen.add(key);
    return problem === undefined;
  });
  return { good, rejected };
}

/** Where the collection does not know its dimension yet, the first record of the batch sets it, as it would in the store. */
function learnDimensions(records: readonly VectorRecord[], schema: CollectionSchema): CollectionSchema {
  const vectors: Record<string, VectorSchema> = { ...schema.vectors };
  let learned = false;
  for (const name of Object.keys(vectors)) {
    const vector = vectors[name];
    if (vector === undefined || vector.kind !== 'dense' || vector.dimension !== undefined) continue;
    const first = records.map((record) => record.vectors[name]).find((value) => value !== undefined);
    if (first === undefined || !('length' in first)) continue;
    vectors[name] = { ...vector, dimension: first.length };
    learned = true;
  }
  return learned ? { ...schema, vectors } : schema;
}
