import { lookup } from '../filter/matches.ts';
import { recordKey, type Metadata, type VectorRecord } from '../spec/record.ts';
import type {
  CallOptions,
  CollectionV1,
  CountRequest,
  Filter,
  Rejection,
  Scope,
  ScanRequest,
  VectorStoreV1,
} from '../spec/v1.ts';
import { fetchRecords } from './fetch-records.ts';
import { wrapCollection } from './wrap.ts';

/** One end of a migration as the plan names it. */
interface End {
  readonly collection: string;
  readonly scope?: Scope | undefined;
  readonly adapterOptions?: CallOptions['adapterOptions'];
}

/** The collection of a plan's end, or the part of it that the plan is about. Nobody else opens a collection for a plan. */
export async function openEnd(
  store: VectorStoreV1,
  { collection, scope, adapterOptions }: End,
  options?: CallOptions,
): Promise<CollectionV1> {
  const opened = await store.openCollection(collection, { ...options, adapterOptions });
  return scope === undefined ? opened : scopedCollection(opened, scope);
}

/**
 * The part of a collection that a scope names, as a collection of its own: what lies outside is not read, not counted, not deleted
 * and not replaced. It rests on no filter of the store, which may let more pass: every record is looked at here.
 */
export function scopedCollection(inner: CollectionV1, scope: Scope): CollectionV1 {
  const { path, value } = scope;
  const isInside = ({ metadata }: VectorRecord): boolean => value === undefined || scopeOf(metadata, path) === value;
  const narrow = <Request extends CountRequest>(request: Request): Request => ({
    ...request,
    filter: narrowed(request.filter, scope),
  });
  return wrapCollection(inner, {
    count: (count) => (request, options) => count(narrow(request ?? {}), options),
    // They count all of the collection.
    witness: () => async () => undefined,
    witnessValues: () => async () => undefined,
    partition: (split) => (target, request, options) => split(target, narrow(request ?? {}), options),
    scan: (read) => async (request, options) => {
      if (value === undefined) return read(request, options);
      const page = await read({ ...narrow(request), include: withMetadata(request.include) }, options);
      const records = page.records.filter(isInside).map((record) => asAsked(record, request.include));
      return { records, cursor: page.cursor };
    },
    fetch: (read) => async (ids, options) => (await read(ids, options)).filter(isInside),
    query: (search) => (request, options) => search(narrow(request), options),
    upsert: (write) => async (records, options) => {
      const present = await fetchRecords(inner, records, options);
      const rejected = records.flatMap((record) => foreign(record, present.get(recordKey(record)), scope) ?? []);
      if (rejected.length === 0) return write(records, options);
      const refused = new Set(rejected.map(recordKey));
      const own = records.filter((record) => !refused.has(recordKey(record)));
      const written = own.length === 0 ? { accepted: 0, rejected: [] } : await write(own, options);
      return { accepted: written.accepted, rejected: [...rejected, ...written.rejected] };
    },
    delete: (remove) => async (ids, options) => {
      const own = (await inner.fetch(ids, options)).filter(isInside).map(({ id }) => id);
      if (own.length > 0) await remove(own, options);
    },
  });
}

/** Why a record cannot be written into a scope, given what the store has under its id; `undefined` where nothing speaks against it. */
export function foreign(
  record: VectorRecord,
  present: VectorRecord | undefined,
  { path, value, name }: Scope,
): Rejection | undefined {
  const own = scopeOf(record.metadata, path);
  const wanted = value ?? own;
  const refuse = (detail: string): Rejection => ({
    id: record.id,
    namespace: record.namespace,
    reason: 'refused',
    detail,
  });
  if (own !== wanted) return refuse(`its "${path}" is ${quoted(own)}, so it is not of ${quoted(name ?? wanted)}`);
  if (present === undefined) return undefined;
  const other = scopeOf(present.metadata, path);
  if (other === wanted) return undefined;
  return refuse(`its id belongs to another scope: in the target, its "${path}" is ${quoted(other)}`);
}

/** Only a text is the name of a scope; a list that holds it, of which filters say it is equal, is not. */
function scopeOf(metadata: Metadata, path: string): string | undefined {
  const value = lookup(metadata, path);
  return typeof value === 'string' ? value : undefined;
}

function quoted(value: string | undefined): string {
  return value === undefined ? 'not there' : `"${value}"`;
}

function narrowed(filter: Filter | undefined, { path, value }: Scope): Filter | undefined {
  if (value === undefined) return filter;
  const own: Filter = { op: 'eq', path, value };
  return filter === undefined ? own : { op: 'and', of: [own, filter] };
}

function withMetadata(include: ScanRequest['include']): ScanRequest['include'] {
  return include.includes('metadata') ? include : [...include, 'metadata'];
}

function asAsked(record: VectorRecord, include: ScanRequest['include']): VectorRecord {
  return include.includes('metadata') ? record : { ...record, metadata: {}, document: undefined, uri: undefined };
}
