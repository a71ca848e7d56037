import type { Answer } from './control-handlers.ts';
import { compileFilter } from './filter.ts';
import { positionOf, type Namespace } from './namespace.ts';
import { Problem } from './problem.ts';
import { searchRecords } from './query.ts';
import {
  isObject,
  printRecord,
  readDense,
  readId,
  readMetadata,
  readNamespace,
  readRecord,
  readSparse,
  type IndexShape,
  type JsonObject,
  type StoredRecord,
} from './record.ts';
import { listedNamespaces, namespaceOf, type IndexState, type State } from './state.ts';

interface DataCall {
  readonly state: State;
  readonly index: IndexState;
  readonly shape: IndexShape;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
  readonly item: string;
}

export type DataHandler = (call: DataCall) => Answer;

const BATCH = 1000;
const PAGE = 100;

export const upsert: DataHandler = ({ state, index, shape, body }) => {
  const vectors = body['vectors'];
  if (!Array.isArray(vectors) || vectors.length === 0) throw new Problem(400, 'No vectors were given');
  if (vectors.length > BATCH) {
    throw new Problem(400, `Vectors in one request must be at most ${BATCH}, got ${vectors.length}`);
  }
  const records = vectors.map((vector) => readRecord(vector, shape));
  const namespace = namespaceOf(state, index, readNamespace(body['namespace']));
  const lsn = namespace.write((visible) => {
    for (const record of records) visible.set(record.id, record);
  });
  return written(lsn, `{"upsertedCount":${records.length}}`);
};

export const fetchByIds: DataHandler = ({ index, query }) => {
  const ids = query.getAll('ids').map(readId);
  if (ids.length === 0) throw new Problem(400, 'At least one id must be given');
  if (ids.length > BATCH) throw new Problem(400, `At most ${BATCH} ids can be fetched at once, got ${ids.length}`);
  const { name, namespace } = readable(index, query.get('namespace'));
  const found = ids.flatMap((id) => namespace?.records().get(id) ?? []);
  return read(namespace, `{"vectors":${printMap(found)},"namespace":${print(name)},"usage":{"readUnits":1}}`);
};

export const fetchByMetadata: DataHandler = ({ index, body }) => {
  const matches = compileFilter(body['filter']);
  const limit = readLimit(body['limit'], BATCH);
  const { name, namespace } = readable(index, body['namespace']);
  const ids = namespace?.ids() ?? [];
  const found: StoredRecord[] = [];
  let at = body['paginationToken'] === undefined ? 0 : positionOf(ids, `${readToken(body['paginationToken'])}\0`);
  for (; at < ids.length && found.length < limit; at += 1) {
    const record = namespace?.records().get(ids[at] ?? '');
    if (record !== undefined && matches(record.metadata ?? {})) found.push(record);
  }
  const next = at < ids.length ? `,"pagination":{"next":${print(token(found.at(-1)?.id ?? ''))}}` : '';
  return read(namespace, `{"vectors":${printMap(found)},"namespace":${print(name)}${next},"usage":{"readUnits":1}}`);
};

export const list: DataHandler = ({ index, query }) => {
  if (index.model.deployment['deployment_type'] === 'pod') {
    throw new Problem(400, 'List is supported only for serverless indexes');
  }
  const prefix = query.get('prefix') ?? '';
  const limit = readLimit(query.get('limit') ?? undefined, PAGE);
  const { name, namespace } = readable(index, query.get('namespace'));
  const ids = namespace?.ids() ?? [];
  const from = query.get('paginationToken');
  const start = from === null ? positionOf(ids, prefix) : positionOf(ids, `${readToken(from)}\0`);
  const page: string[] = [];
  let at = start;
  for (; page.length < limit && ids[at]?.startsWith(prefix) === true; at += 1) page.push(ids[at] ?? '');
  const more = ids[at]?.startsWith(prefix) === true;
  const next = more ? `,"pagination":{"next":${print(token(page.at(-1) ?? ''))}}` : '';
  const vectors = page.map((id) => `{"id":${print(id)}}`).join(',');
  return read(namespace, `{"vectors":[${vectors}],"namespace":${print(name)}${next},"usage":{"readUnits":1}}`);
};

export const search: DataHandler = ({ index, shape, body }) => {
  const { name, namespace } = readable(index, body['namespace']);
  const parts = { values: body['includeValues'] === true, metadata: body['includeMetadata'] === true };
  const found = searchRecords(namespace?.records() ?? new Map(), body, shape);
  const matches = found.map(({ record, score }) => `{"score":${score},${printRecord(record, parts)}}`);
  return read(namespace, `{"matches":[${matches.join(',')}],"namespace":${print(name)},"usage":{"readUnits":1}}`);
};

export const update: DataHandler = ({ state, index, shape, body }) => {
  const id = readId(body['id']);
  const values = body['values'] === undefined ? undefined : readDense(body['values'], shape.dimension);
  const sparse = body['sparseValues'] === undefined ? undefined : readSparse(body['sparseValues'], shape);
  const metadata = readMetadata(body['setMetadata']);
  const namespace = namespaceOf(state, index, readNamespace(body['namespace']));
  const lsn = namespace.write((visible) => {
    const old = visible.get(id);
    if (old === undefined) return;
    visible.set(id, {
      id,
      values: values ?? old.values,
      sparse: sparse ?? old.sparse,
      metadata: metadata === undefined ? old.metadata : { ...old.metadata, ...metadata },
    });
  });
  return written(lsn, '{}');
};

export const remove: DataHandler = ({ state, index, body }) => {
  const { ids, deleteAll, filter } = body;
  const name = readNamespace(body['namespace']);
  if (!index.namespaces.has(name)) throw new Problem(404, 'Namespace not found');
  const namespace = namespaceOf(state, index, name);
  if (deleteAll === true)
    return written(
      namespace.write((visible) => visible.clear()),
      '{}',
    );
  if (filter !== undefined) {
    const matches = compileFilter(filter);
    const lsn = namespace.write((visible) => {
      for (const record of visible.values()) if (matches(record.metadata ?? {})) visible.delete(record.id);
    });
    return written(lsn, '{}');
  }
  if (!Array.isArray(ids) || ids.length === 0) throw new Problem(400, 'Either ids, filter or deleteAll must be given');
  if (ids.length > BATCH) throw new Problem(400, `At most ${BATCH} ids can be deleted at once, got ${ids.length}`);
  const wanted = ids.map(readId);
  return written(
    namespace.write((visible) => {
      for (const id of wanted) visible.delete(id);
    }),
    '{}',
  );
};

export const stats: DataHandler = ({ index, shape, body }) => {
  if (isObject(body['filter']) && Object.keys(body['filter']).length > 0) {
    throw new Problem(
      400,
      'Serverless and Starter indexes do not support describing index stats with metadata filtering',
    );
  }
  const listed = listedNamespaces(index);
  const namespaces = listed.map(({ name, namespace }) => [name, { vectorCount: namespace.records().size }] as const);
  return {
    status: 200,
    body: JSON.stringify({
      namespaces: Object.fromEntries(namespaces),
      ...(shape.dimension !== undefined && { dimension: shape.dimension }),
      indexFullness: 0,
      totalVectorCount: namespaces.reduce((total, [, { vectorCount }]) => total + vectorCount, 0),
      metric: shape.metric,
      vectorType: shape.dimension === undefined ? 'sparse' : 'dense',
    }),
  };
};

export const listNamespaces: DataHandler = ({ index, query }) => {
  const limit = readLimit(query.get('limit') ?? undefined, PAGE);
  const from = query.get('paginationToken');
  const all = listedNamespaces(index).filter(({ name }) => name.startsWith(query.get('prefix') ?? ''));
  const after = from === null ? all : all.filter(({ name }) => name > readToken(from));
  const page = after.slice(0, limit);
  const next = after.length > limit && { pagination: { next: token(page.at(-1)?.name ?? '') } };
  const namespaces = page.map(({ name, namespace }) => ({ name, record_count: namespace.records().size }));
  return { status: 200, body: JSON.stringify({ namespaces, ...next, total_count: all.length }) };
};

/** Since the API of 2025-10: https://docs.pinecone.io/guides/data/manage-namespaces */
export const makeNamespace: DataHandler = ({ state, index, body }) => {
  const name = readNamespace(body['name']);
  if (name === '') throw new Problem(400, 'The name of a namespace must be given');
  if (index.namespaces.has(name)) throw new Problem(409, `Namespace ${name} already exists`);
  namespaceOf(state, index, name);
  index.made.add(name);
  return { status: 200, body: JSON.stringify({ name, record_count: '0' }) };
};

export const dropNamespace: DataHandler = ({ index, item }) => {
  const name = readNamespace(item);
  if (!index.namespaces.delete(name)) throw new Problem(404, 'Namespace not found');
  index.made.delete(name);
  return { status: 200, body: '{}' };
};

/** Reading from a namespace that does not exist finds nothing. */
function readable(index: IndexState, given: unknown): { name: string; namespace: Namespace | undefined } {
  const name = readNamespace(given);
  return { name: name === '' ? '__default__' : name, namespace: index.namespaces.get(name) };
}

/** With the number of the last write that this answer knows of. */
const read = (namespace: Namespace | undefined, body: string): Answer => ({
  status: 200,
  body,
  headers: { 'x-pinecone-max-indexed-lsn': String(namespace?.indexedLsn() ?? 0) },
});

const written = (lsn: number, body: string): Answer => ({
  status: 200,
  body,
  headers: { 'x-pinecone-request-lsn': String(lsn) },
});

function printMap(records: readonly StoredRecord[]): string {
  const parts = { values: true, metadata: true };
  return `{${records.map((record) => `${print(record.id)}:{${printRecord(record, parts)}}`).join(',')}}`;
}

const print = (text: string): string => JSON.stringify(text);

function readLimit(limit: unknown, most: number): number {
  const value = limit === undefined ? PAGE : Number(limit);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new Problem(400, `limit must be between 1 and ${most}, got ${String(limit)}`);
}

const token = (last: string): string => Buffer.from(JSON.stringify({ skip_past: last })).toString('base64');

function readToken(text: unknown): string {
  try {
    const { skip_past: last } = JSON.parse(Buffer.from(String(text), 'base64').toString()) as { skip_past?: unknown };
    if (typeof last === 'string') return last;
  } catch {
    // Said below.
  }
  throw new Problem(400, 'Invalid pagination token');
}
