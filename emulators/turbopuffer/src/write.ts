import { isMetadataArray, isMetadataObject, own, type MetadataValue } from '@vsm/core/adapter';
import { compileFilter } from './filter.ts';
import { Namespace, type Id, type Row } from './namespace.ts';
import { Problem } from './problem.ts';
import type { Body, State } from './state.ts';
import { checkValue, inferType, readVector, vectorLength } from './types.ts';

const METRICS = ['cosine_distance', 'euclidean_squared'];
const MOST_VECTORS = 8;

/** `POST /v2/namespaces/:namespace`: all of it or nothing. */
export function write(state: State, name: string, body: Body): object {
  if (!/^[A-Za-z0-9\-_.]{1,128}$/.test(name)) throw new Problem(400, `invalid namespace name ${JSON.stringify(name)}`);
  const known = state.namespaces.get(name);
  const given = rowsOf(body);
  if (known === undefined && given.length === 0)
    throw new Problem(404, `namespace ${JSON.stringify(name)} was not found`);
  const namespace = known ?? new Namespace();
  const before = new Map(namespace.schema);
  try {
    declareAll(namespace, body, given);
    const rows = given.map((row) => readRow(namespace, row));
    const ids = new Set(rows.map(({ id }) => String(id)));
    if (ids.size < rows.length) throw new Problem(400, 'duplicate document IDs in one write');
    const upsertTest = compileFilter(body['upsert_condition'], namespace);
    const deleteTest = compileFilter(body['delete_condition'], namespace);
    const upserts = rows.filter(({ id }) => meets(namespace.get(id), upsertTest, true));
    const deletes = listOf(body['deletes'])
      .map((id) => namespace.readId(id))
      .filter((id) => meets(namespace.get(id), deleteTest, false));
    namespace.apply(upserts, deletes);
    state.namespaces.set(name, namespace);
    return answer(upserts, deletes, body['return_affected_ids'] === true);
  } catch (error) {
    namespace.schema.clear();
    for (const [attribute, kept] of before) namespace.schema.set(attribute, kept);
    throw error;
  }
}

/** A condition is about the document that is there: without one, upserts go through and deletes do not. */
const meets = (old: Row | undefined, test: (row: Row) => boolean, isUpsert: boolean): boolean =>
  old === undefined ? isUpsert : test(old);

function answer(upserts: readonly Row[], deletes: readonly Id[], withIds: boolean): object {
  return {
    status: 'OK',
    message: 'documents were written',
    rows_affected: upserts.length + deletes.length,
    rows_upserted: upserts.length,
    rows_deleted: deletes.length,
    ...(withIds && upserts.length > 0 && { upserted_ids: upserts.map(({ id }) => id) }),
    ...(withIds && deletes.length > 0 && { deleted_ids: deletes }),
    billing: { billable_logical_bytes_written: 0 },
  };
}

function rowsOf(body: Body): readonly Body[] {
  const rows = listOf(body['upsert_rows']).map((row) => {
    if (!isMetadataObject(row)) throw new Problem(400, 'a row must be an object');
    return row;
  });
  const columns = body['upsert_columns'];
  if (columns === undefined) return rows;
  if (!isMetadataObject(columns)) throw new Problem(400, 'upsert_columns must be an object');
  const ids = listOf(columns['id']);
  for (const [name, column] of Object.entries(columns)) {
    if (!isMetadataArray(column) || column.length !== ids.length) {
      throw new Problem(400, `column ${JSON.stringify(name)} must have ${ids.length} values`);
    }
  }
  const entries = Object.entries(columns);
  return [
    ...rows,
    ...ids.map((_id, at) => Object.fromEntries(entries.map(([key, column]) => [key, listOf(column)[at] ?? null]))),
  ];
}

function declareAll(namespace: Namespace, body: Body, rows: readonly Body[]): void {
  const metric = textOf(body['distance_metric']);
  if (metric !== undefined && !METRICS.includes(metric)) throw new Problem(400, `invalid distance_metric ${metric}`);
  const ann = metric === undefined ? undefined : { distance_metric: metric };
  for (const [name, config] of Object.entries((body['schema'] ?? {}) as Body)) {
    const given = typeof config === 'string' ? { type: config } : (config as unknown as { type: string });
    const wanted = (given as { readonly ann?: unknown }).ann;
    const index =
      typeof wanted === 'object' ? (wanted as { distance_metric: string }) : wanted === true ? ann : undefined;
    namespace.declare(name, { ...given, ann: index });
  }
  const [first] = rows;
  if (first !== undefined && !namespace.schema.has('id')) {
    namespace.declare('id', { type: typeof first['id'] === 'string' ? 'string' : 'uint' });
  }
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      if (value === null || namespace.schema.has(name)) continue;
      if (name === 'vector') {
        if (ann === undefined) throw new Problem(400, 'distance_metric is required where vectors are written');
        const length = isMetadataArray(value) ? value.length : Buffer.from(textOf(value) ?? '', 'base64').length / 4;
        namespace.declare(name, { type: `[${length}]f32`, ann });
        continue;
      }
      const type = inferType(value);
      if (type === undefined) throw new Problem(400, `cannot infer the type of attribute ${JSON.stringify(name)}`);
      namespace.declare(name, { type });
    }
  }
  if (namespace.vectors().length > MOST_VECTORS)
    throw new Problem(400, `a namespace has at most ${MOST_VECTORS} vector attributes`);
}

function readRow(namespace: Namespace, row: Body): Row {
  const vectors = new Map<string, Float32Array>();
  for (const [name, { type }] of namespace.vectors()) {
    vectors.set(name, readVector(name, own(row, name) ?? undefined, vectorLength(type) ?? 0));
  }
  const attributes = new Map<string, MetadataValue>();
  for (const [name, value] of Object.entries(row)) {
    const attribute = namespace.schema.get(name);
    if (name === 'id' || value === null || attribute === undefined || vectors.has(name)) continue;
    attributes.set(name, checkValue(name, value, attribute));
  }
  return { id: namespace.readId(row['id']), vectors, attributes };
}

const listOf = (value: MetadataValue | undefined): readonly MetadataValue[] =>
  value !== undefined && isMetadataArray(value) ? value : [];

const textOf = (value: MetadataValue | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;
