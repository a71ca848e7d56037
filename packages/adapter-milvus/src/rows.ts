import {
  checkObject,
  emptyRecord,
  fieldPuts,
  toRecord,
  WrongAnswer,
  type MetadataValue,
  type ScanRequest,
  type Vector,
  type VectorRecord,
} from '@vsm/core/adapter';
import { typeName, VECTORS, type MilvusField } from './fields.ts';
import type { FieldData } from './grpc/schema.ts';
import type { Sent } from './grpc/wire.ts';
import { decodeKey } from './keys.ts';
import { DYNAMIC, OURS, type Layout } from './layout.ts';
import { readScalars, writeScalars } from './values.ts';
import { readVectors, writeVectors } from './vectors.ts';

type Value = MetadataValue | Vector | undefined;

/** What has to be asked for so that records come with what is included. */
export function outputFields(layout: Layout, include: ScanRequest['include']): string[] {
  const puts = fieldPuts(layout.columns, include);
  const names = [...puts.keys()].filter((name) => {
    const field = layout.fields.get(name);
    return field !== undefined && !field.computed && typeName(field) !== undefined;
  });
  return [...new Set([layout.key.name, ...names, ...(layout.ours ? [OURS.absent] : [])])];
}

export interface Page {
  readonly records: readonly VectorRecord[];
  /** As the store has them, in the order of the answer. */
  readonly keys: readonly (string | bigint)[];
}

/** The records of an answer. `namespace`: that of the partition which was asked for. */
export function readPage(
  columns: readonly FieldData[],
  layout: Layout,
  include: ScanRequest['include'],
  namespace: string,
): Page {
  const puts = fieldPuts(layout.columns, include);
  const byName = new Map(columns.map((column) => [column.isDynamic ? DYNAMIC : column.name, column]));
  const keys = readKeys(columns, layout);
  const read = [...byName].flatMap(([name, column]) => {
    const field = layout.fields.get(name);
    const put = puts.get(name);
    return field === undefined || put === undefined ? [] : [{ put, values: readColumn(column, field, keys.length) }];
  });
  const absent = layout.ours ? byName.get(OURS.absent)?.scalars?.strings?.data : undefined;
  const records = keys.map((_, row) => {
    const flat = emptyRecord();
    for (const { put, values } of read) {
      const value = values[row];
      if (value !== undefined && value !== null) put(flat, value as MetadataValue);
    }
    const record = toRecord(flat, layout.columns, row);
    if (layout.ours) return withoutAbsent(record, layout, absent?.[row] ?? '');
    return namespace === '' ? record : { ...record, namespace };
  });
  return { records, keys };
}

/** The keys of an answer, in its order. */
export function readKeys(columns: readonly FieldData[], { key }: Layout): readonly (string | bigint)[] {
  const column = columns.find(({ name }) => name === key.name);
  return column?.scalars?.strings?.data ?? column?.scalars?.longs?.data ?? [];
}

function readColumn({ scalars, vectors, valid, name }: FieldData, field: MilvusField, rows: number): readonly Value[] {
  const values: readonly Value[] =
    field.type in VECTORS ? readVectors(field, vectors ?? {}) : readScalars(field.type, scalars ?? {}, name);
  const present = valid.filter(Boolean).length;
  if (valid.length === 0 || (present === rows && values.length === rows)) {
    if (values.length === rows) return values;
    // A column of nothing but the values that it has for want of any.
    if (values.length === 0 && field.nullable) return [];
    throw new WrongAnswer(`"${field.name}" must have ${rows} values, but has ${values.length}`);
  }
  // Some servers give a value where there is none, others only those that are there.
  const isWhole = values.length === rows;
  if (!isWhole && values.length !== present)
    throw new WrongAnswer(`"${field.name}" must have ${present} values, but has ${values.length}`);
  let at = 0;
  return valid.map((isThere, row) => (isThere ? values[isWhole ? row : at++] : undefined));
}

function withoutAbsent(record: VectorRecord, layout: Layout, absent: string): VectorRecord {
  const { id, namespace } = decodeKey(record.id, layout);
  const lacks = (field: string): boolean => absent.includes(`,${field},`);
  const vectors = layout.columns.vectors.flatMap(({ name, column }) => {
    const vector = Object.hasOwn(record.vectors, name) && !lacks(column) ? record.vectors[name] : undefined; // own key: checked
    return vector === undefined ? [] : [[name, vector] as const];
  });
  return {
    id,
    namespace,
    vectors: Object.fromEntries(vectors),
    metadata: checkObject(record.metadata, 'the metadata') as VectorRecord['metadata'],
    document: lacks(OURS.document) ? undefined : record.document,
  };
}

/** The columns of rows, each by the name of its field. */
export function writeColumns(rows: readonly ReadonlyMap<string, Value>[], layout: Layout): Sent<FieldData>[] {
  const written = [...layout.fields.values()].filter((field) => !field.computed && typeName(field) !== undefined);
  return written.map((field) => {
    const values = rows.map((row) => row.get(field.name));
    const { name, type, element, nullable, dynamic } = field;
    // Without a value, a nullable field has none in the column either.
    const given = nullable ? values.filter((value) => value !== undefined && value !== null) : values;
    const valid = nullable ? values.map((value) => value !== undefined && value !== null) : [];
    const common = { type, name: dynamic ? '' : name, isDynamic: dynamic, valid };
    if (type in VECTORS) return { ...common, vectors: writeVectors(field, given as (Vector | undefined)[]) };
    const scalars = writeScalars(type, element, given as MetadataValue[]);
    return { ...common, scalars };
  });
}
