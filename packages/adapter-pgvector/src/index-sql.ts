import type { CollectionSchema, MetadataIndex, VectorSchema, Warning } from '@vsm/core/adapter';
import { MAX_INDEXED_DIMENSIONS } from './capabilities.ts';
import type { Extension } from './catalog.ts';
import { metricOfOperatorClass, operatorClass, type VectorType } from './column.ts';
import { indexesFromNative, type VectorIndex } from './indexes.ts';
import { identifier, literal } from './sql.ts';

/** A vector and the column that holds it. */
export interface IndexedVector {
  readonly name: string;
  readonly column: string;
  readonly schema: VectorSchema;
  readonly type: VectorType;
}

/** What the same kind of store had, else the default for the metric. */
export function vectorIndexSql(
  { name, column, schema, type }: IndexedVector,
  wanted: CollectionSchema,
  extension: Extension,
  path: string,
  warnings: Warning[],
): string[] {
  const metric = schema.kind === 'dense' ? schema.metric : undefined;
  const given = indexesFromNative(wanted.native?.['pgvector']).filter((index) => {
    if (index.vector !== name || !index.operatorClass.startsWith(`${type}_`)) return false;
    return metric === undefined || metricOfOperatorClass(index.operatorClass) === metric;
  });
  const standard = metric === undefined ? undefined : operatorClass(type, metric);
  const indexes: readonly Omit<VectorIndex, 'vector'>[] =
    given.length > 0 || standard === undefined ? given : [{ method: 'hnsw', operatorClass: standard, options: {} }];
  const limit = type === 'sparsevec' ? Number.POSITIVE_INFINITY : MAX_INDEXED_DIMENSIONS[type];
  if (indexes.length > 0 && (schema.dimension ?? (type === 'sparsevec' ? 0 : limit + 1)) > limit) {
    const detail = `column "${column}" gets no index: pgvector indexes at most ${limit} dimensions of a ${type}, known beforehand`;
    warnings.push({ type: 'unsupported', feature: 'index', detail });
    return [];
  }
  return indexes.map(({ method, operatorClass: name_, options }) => {
    const settings = Object.entries(options).map(([option, value]) => `${identifier(option)} = ${literal(value)}`);
    return (
      `CREATE INDEX ON ${path} USING ${method} (${identifier(column)} ${identifier(extension.schema)}.${identifier(name_)})` +
      (settings.length > 0 ? ` WITH (${settings.join(', ')})` : '')
    );
  });
}

/** The GIN index on the whole metadata that the same kind of store had. */
export function metadataIndexSql({ native }: CollectionSchema, path: string, column: string): string[] {
  const given = native?.['pgvector']?.['metadataIndex'];
  return given === 'jsonb_path_ops' || given === 'jsonb_ops'
    ? [`CREATE INDEX ON ${path} USING gin (${identifier(column)} ${given})`]
    : [];
}

/** An index that no value can be too long or of the wrong type for, so that it never makes a write fail. */
export function fieldIndexSql({ path: field, type }: MetadataIndex, table: string, column: string): string | undefined {
  const [key, metadata] = [literal(field), identifier(column)];
  if (type === 'keyword' || type === 'uuid' || type === 'boolean') {
    return `CREATE INDEX ON ${table} USING gin ((${metadata} -> ${key}) jsonb_path_ops)`;
  }
  if (type !== 'integer' && type !== 'float') return undefined;
  return `CREATE INDEX ON ${table} ((CASE WHEN jsonb_typeof(${metadata} -> ${key}) = 'number' THEN (${metadata} ->> ${key})::numeric END))`;
}
