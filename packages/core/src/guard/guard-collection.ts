import { UnsupportedError, VsmError } from '../errors.ts';
import { isPushedWhole, pushdown } from '../filter/asking.ts';
import { matches } from '../filter/matches.ts';
import { type VectorRecord, own } from '../spec/record.ts';
import type {
  CallOptions,
  Capabilities,
  CollectionDescription,
  CollectionV1,
  CountRequest,
  ScanRequest,
} from '../spec/v1.ts';
import { vectorProblem } from './record-check.ts';
import { encodeText } from '../store/encode-text.ts';
import { wrapCollection } from '../store/wrap.ts';
import { sift } from './sift.ts';
import type { Spelling } from './spelling.ts';

/** What {@link guardStore} does for each call on a collection. */
export function guardCollection(
  inner: CollectionV1,
  adapter: string,
  capabilities: Capabilities,
  enter: (options?: CallOptions) => void,
  writable: () => void,
  { checkNamespace, idsToAsk, filters }: Spelling,
): CollectionV1 {
  const { name } = inner;
  const cursorPrefix = `${adapter}/1/${encodeText(name)}/`;
  const invalid = (message: string): VsmError =>
    new VsmError('INVALID_OPTIONS', `${adapter}: ${name}: ${message}`, { adapter });

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
    filter: request?.filter === undefined ? undefined : pushdown(request.filter, filters),
  });
  return wrapCollection(inner, {
    describe: (read) => async (options) => {
      enter(options);
      return read(options);
    },
    identify: (read) => async (options) => {
      enter(options);
      return read(options);
    },
    count: (read) => async (request, options) => {
      enter(options);
      checkNamespace(request?.namespace);
      const counted = await read(pushed(request), options);
      return request?.filter === undefined ? counted : { ...counted, exact: false };
    },
    witness: (read) => async (options) => {
      enter(options);
      return read(options);
    },
    witnessValues: (read) => async (request, options) => {
      enter(options);
      return read(request, options);
    },
    witnessRecords: (read) => async (request, options) => {
      enter(options);
      checkNamespace(request.namespace);
      return read({ ...request, ids: idsToAsk(request.ids) }, options);
    },
    listNamespaces: (read) => async (options) => {
      enter(options);
      return read(options);
    },
    listEmptyNamespaces: (read) => async (options) => {
      enter(options);
      return read(options);
    },
    partition: (split) => async (target, request, options) => {
      enter(options);
      checkNamespace(request?.namespace);
      if (!Number.isInteger(target) || target < 1) throw invalid(`cannot split into ${target} partitions`);
      return split(target, pushed(request), options);
    },
    scan: (read) => async (request, options) => {
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
      const page = await read(innerScan(request, pushed(request), cursorPrefix), options);
      return {
        records: request.filter === undefined ? page.records : filtered(page.records, request),
        cursor: page.cursor === null ? null : cursorPrefix + page.cursor,
        ...(request.filter === undefined && page.witness !== undefined && { witness: page.witness }),
      };
    },
    upsert: (write) => async (records, options) => {
      enter(options);
      writable();
      if (options?.mode === 'insert-only' && !capabilities.insertOnly) {
        throw new UnsupportedError('insertOnly', `${adapter}: it cannot insert without replacing`, { adapter });
      }
      if (records.length === 0) return { accepted: 0, rejected: [] };
      const { good, rejected } = sift(records, await describe(options), capabilities);
      let accepted = 0;
      for (const batch of batches(good, capabilities.limits.upsertBatch)) {
        const result = await write(batch, options);
        accepted += result.accepted;
        rejected.push(...result.rejected);
      }
      return { accepted, rejected };
    },
    wouldReject: (foresee) => async (records, options) => {
      enter(options);
      const { good, rejected } = sift(records, await describe(options), capabilities);
      return good.length === 0 ? rejected : [...rejected, ...(await foresee(good, options))];
    },
    fetch: (read) => async (ids, options) => {
      enter(options);
      checkNamespace(options?.namespace);
      const found: VectorRecord[] = [];
      for (const batch of batches(idsToAsk(ids), capabilities.limits.fetchIds)) {
        found.push(...(await read(batch, options)));
      }
      return found;
    },
    delete: (remove) => async (ids, options) => {
      enter(options);
      writable();
      checkNamespace(options?.namespace);
      for (const batch of batches(idsToAsk(ids), capabilities.limits.fetchIds)) await remove(batch, options);
    },
    query: (search) => async (request, options) => {
      enter(options);
      checkNamespace(request.namespace);
      if (!Number.isInteger(request.topK) || request.topK < 1) throw invalid(`a topK of ${request.topK}`);
      if (request.exact === true && !capabilities.exactQuery) {
        throw new UnsupportedError('exactQuery', `${adapter}: it has no exact search`, { adapter });
      }
      if (request.filter !== undefined && !isPushedWhole(request.filter, filters)) {
        throw new UnsupportedError('filter', `${adapter}: it cannot search with this filter`, { adapter });
      }
      const { vectors } = await describe(options);
      const problem = vectorProblem(request.vector, own(vectors, request.using ?? ''), {
        ...capabilities,
        zeroVectors: true,
      });
      if (problem !== undefined) throw invalid(`cannot search: ${problem}`);
      return search(request, options);
    },
    listScopes: (read) => async (path, options) => {
      enter(options);
      return read(path, options);
    },
    lacks: (compare) => async (schema, options) => {
      enter(options);
      return compare(schema, options);
    },
    complete: (complete) => async (schema, options) => {
      enter(options);
      writable();
      await complete(schema, options);
    },
    makeScope: (make) => async (scope, options) => {
      enter(options);
      writable();
      await make(scope, options);
    },
    flush: (flush) => async (options) => {
      enter(options);
      await flush(options);
    },
    prepareBulkLoad: (prepare) => async (options) => {
      enter(options);
      return prepare(options);
    },
    beginBulkLoad: (begin) => async (token, options) => {
      enter(options);
      writable();
      await begin(token, options);
    },
    endBulkLoad: (end) => async (token, options) => {
      enter(options);
      writable();
      await end(token, options);
    },
  });
}

/** Pieces of at most `limit`, or all in one where none is known. */
function* batches<Item>(items: readonly Item[], limit: number | undefined): Generator<readonly Item[]> {
  if (limit === undefined || items.length <= limit) {
    if (items.length > 0) yield items;
    return;
  }
  for (let start = 0; start < items.length; start += limit) yield items.slice(start, start + limit);
}

function innerScan(request: ScanRequest, pushed: CountRequest, cursorPrefix: string): ScanRequest {
  // The filter is re-checked here, so its fields must be read even where the caller does not want them.
  const include: ScanRequest['include'] =
    request.filter === undefined || request.include.includes('metadata')
      ? request.include
      : [...request.include, 'metadata'];
  // Of records that a filter leaves out, figures are none.
  const witness = request.filter === undefined ? request.witness : undefined;
  return { ...request, ...pushed, include, witness, cursor: request.cursor?.slice(cursorPrefix.length) };
}

function filtered(records: readonly VectorRecord[], { filter, include }: ScanRequest): readonly VectorRecord[] {
  const kept = filter === undefined ? records : records.filter((record) => matches(filter, record.metadata));
  if (include.includes('metadata')) return kept;
  return kept.map((record) => ({ ...record, metadata: {}, document: undefined, uri: undefined }));
}
