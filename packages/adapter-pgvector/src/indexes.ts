import {
  PLAIN_INDEX_TYPES,
  setOwn,
  type JsonObject,
  type JsonValue,
  type MetadataIndex,
  type Metric,
} from '@vsm/core/adapter';
import type { Table } from './catalog.ts';
import { fieldTypeOf, metricOfOperatorClass } from './column.ts';
import type { Connection } from './client.ts';

/** An index that searches vectors, as a table of other names can take it over. */
export interface VectorIndex {
  /** Name of the vector, not of the column. */
  readonly vector: string;
  readonly method: string;
  readonly operatorClass: string;
  /** `m`, `ef_construction`, `lists`: what was set, as text. */
  readonly options: Readonly<Record<string, string>>;
}

export interface TableIndexes {
  readonly vectors: readonly VectorIndex[];
  /** The metric of each vector that has an index; a column itself has none. */
  readonly metrics: Readonly<Record<string, Metric>>;
  /** On plain columns. */
  readonly fields: readonly MetadataIndex[];
  /** Operator class of a GIN index on the whole metadata column. */
  readonly metadata: string | undefined;
  /** Definitions of search indexes that only this very table can have. */
  readonly others: readonly string[];
}

interface IndexRow {
  readonly method: string;
  /** `null` for an expression. */
  readonly column: string | null;
  readonly columns: number;
  readonly operatorClass: string;
  readonly options: string;
  readonly partial: boolean;
  readonly definition: string;
}

export async function readIndexes(connection: Connection, table: Table): Promise<TableIndexes> {
  const { layout } = table;
  const rows = await connection.run<IndexRow>(
    `cannot read the indexes of "${table.name}"`,
    `SELECT m.amname AS method, a.attname AS column, x.indnkeyatts AS columns, o.opcname AS "operatorClass",
       COALESCE(array_to_json(i.reloptions), '[]')::text AS options, x.indpred IS NOT NULL AS partial,
       pg_get_indexdef(i.oid) AS definition
     FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am m ON m.oid = i.relam
       JOIN pg_opclass o ON o.oid = x.indclass[0]
       LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[0]
     WHERE x.indrelid = $1::oid AND NOT x.indisprimary AND x.indisvalid ORDER BY i.oid`,
    [table.oid],
  );
  const names = new Map(Object.entries(layout.vectors).map(([name, column]) => [column.name, name]));
  const vectors: VectorIndex[] = [];
  const metrics: Record<string, Metric> = {};
  const fields: MetadataIndex[] = [];
  const others: string[] = [];
  let metadata: string | undefined;
  for (const row of rows) {
    const simple = row.column !== null && row.columns === 1 && !row.partial;
    const vector = names.get(row.column ?? '');
    if (row.method === 'hnsw' || row.method === 'ivfflat') {
      const metric = metricOfOperatorClass(row.operatorClass);
      if (vector !== undefined && metric !== undefined && !Object.hasOwn(metrics, vector))
        setOwn(metrics, vector, metric);
      if (simple && vector !== undefined) vectors.push({ vector, ...kindOf(row) });
      else others.push(row.definition);
    } else if (simple && row.method === 'gin' && row.column === layout.metadata?.name) metadata = row.operatorClass;
    else if (simple && row.method === 'btree') fields.push(...fieldIndex(row, table));
  }
  return { vectors, metrics, fields, metadata, others };
}

function kindOf({ method, operatorClass, options }: IndexRow): Omit<VectorIndex, 'vector'> {
  const entries = (JSON.parse(options) as string[]).map((option) => {
    const equals = option.indexOf('=');
    return [option.slice(0, equals), option.slice(equals + 1)] as const;
  });
  return { method, operatorClass, options: Object.fromEntries(entries) };
}

const INDEX_TYPES: Readonly<Record<string, MetadataIndex['type']>> = {
  ...PLAIN_INDEX_TYPES,
  datetime: 'datetime',
  uuid: 'uuid',
};

function fieldIndex({ column, definition }: IndexRow, { layout }: Table): MetadataIndex[] {
  const field = layout.fields.find(({ name }) => name === column);
  const type = field === undefined ? undefined : INDEX_TYPES[fieldTypeOf(field) ?? ''];
  return field === undefined || type === undefined ? [] : [{ path: field.name, type, native: { definition } }];
}

/** What another table of this kind of store takes over. */
export function nativeOf({ vectors, metadata }: TableIndexes): JsonObject | undefined {
  if (vectors.length === 0 && metadata === undefined) return undefined;
  return {
    ...(vectors.length > 0 && { indexes: vectors.map((index) => ({ ...index })) }),
    ...(metadata !== undefined && { metadataIndex: metadata }),
  };
}

/** Reads back {@link nativeOf}; what is not of that form is left out. */
export function indexesFromNative(native: JsonObject | undefined): readonly VectorIndex[] {
  const indexes = native?.['indexes'];
  return Array.isArray(indexes) ? indexes.filter(isVectorIndex) : [];
}

function isVectorIndex(value: JsonValue): value is JsonObject & VectorIndex {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { vector, method, operatorClass, options } = value as JsonObject;
  return (
    typeof vector === 'string' &&
    (method === 'hnsw' || method === 'ivfflat') &&
    typeof operatorClass === 'string' &&
    typeof options === 'object' &&
    options !== null &&
    // Numbers and names alone: they become part of a statement.
    Object.entries(options).every(
      ([name, text]) => /^[a-z_]+$/.test(name) && typeof text === 'string' && /^[a-z0-9_.]+$/.test(text),
    )
  );
}
