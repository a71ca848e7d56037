import {
  UnsupportedError,
  VsmError,
  type CollectionSchema,
  type MetadataIndex,
  type TableManifest,
  type VectorSchema,
  type Warning,
} from '@vsm/core/adapter';
import { MAX_INDEXED_DIMENSIONS } from './capabilities.ts';
import { readExtension, type Extension } from './catalog.ts';
import { MAX_SPARSE_DIMENSION, metricOfOperatorClass, operatorClass, type VectorType } from './column.ts';
import type { Connection } from './client.ts';
import { givenColumns, givenIndexes, givenTable, givenVector, givenWarnings, namedTables } from './given-table.ts';
import { indexesFromNative, type VectorIndex } from './indexes.ts';
import { identifier, literal, MAX_IDENTIFIER_BYTES } from './sql.ts';
import { ZEROS_COLUMN } from './table.ts';

interface NewVector {
  readonly name: string;
  readonly column: string;
  readonly schema: VectorSchema;
  readonly type: VectorType;
}

/** Makes a table whose comment says what its columns cannot. Indexes are made with it; a bulk load puts them off. */
export async function createTable(
  connection: Connection,
  schema: string,
  wanted: CollectionSchema,
): Promise<Warning[]> {
  const what = `cannot create table "${wanted.name}"`;
  if (Buffer.byteLength(wanted.name) > MAX_IDENTIFIER_BYTES) {
    throw new VsmError(
      'INVALID_OPTIONS',
      `pgvector: ${what}: Postgres cuts names of over ${MAX_IDENTIFIER_BYTES} bytes`,
      {
        adapter: 'pgvector',
      },
    );
  }
  const given = givenTable(wanted);
  const vectors = given === undefined ? newVectors(wanted, what) : [];
  const path = `${identifier(schema)}.${identifier(wanted.name)}`;
  await connection.run(what, MAKE_EXTENSION);
  const extension = await readExtension(connection);
  if (extension === undefined)
    throw new VsmError('UNSUPPORTED', `pgvector: ${what}: the database has no extension "vector"`);

  if (given !== undefined) {
    const [name, vector] = givenVector(given, wanted);
    const warnings = givenWarnings(wanted);
    const dimension = vector.kind === 'dense' ? vector.dimension : undefined;
    const type = given.vector.type ?? 'vector';
    const column = { name, column: given.vector.column, schema: vector, type };
    const columns = givenColumns(given, dimension, { schema, extensionSchema: extension.schema });
    for (const sql of [
      ...namedTables(given, schema),
      `CREATE TABLE ${path} (${columns.join(', ')})`,
      ...givenIndexes(given, path),
      ...vectorIndexSql(column, wanted, extension, path, warnings),
    ]) {
      await connection.run(what, sql);
    }
    return warnings;
  }

  const warnings: Warning[] = [];
  const statements = [
    ...vectors.map((vector) => vectorIndexSql(vector, wanted, extension, path, warnings)),
    ...metadataIndexSql(wanted, path),
  ];
  const indexes = (wanted.indexes ?? []).map((index) => ({ index, sql: fieldIndexSql(index, path) }));
  for (const { index, sql } of indexes) {
    if (sql !== undefined) continue;
    const detail = `metadata "${index.path}" gets no index of type ${index.type}: there is none that fits every value a record may have there`;
    warnings.push({ type: 'unsupported', feature: 'index', detail });
  }
  const manifest: TableManifest = {
    vsm: 1,
    vectors: Object.fromEntries(vectors.map(({ name, column }) => [name, column])),
    metrics: Object.fromEntries(
      vectors.flatMap(({ name, schema: vector }) =>
        vector.kind === 'dense' && vector.metric !== undefined ? [[name, vector.metric]] : [],
      ),
    ),
    namespaces: wanted.namespaces,
    fields: wanted.fields,
    indexes:
      wanted.indexes === undefined
        ? undefined
        : indexes.flatMap(({ index, sql }) => (sql === undefined ? [] : [index])),
  };
  await connection.run(what, `CREATE TABLE ${path} (${columnDefinitions(wanted, vectors, extension).join(', ')})`);
  await connection.run(what, `COMMENT ON TABLE ${path} IS ${literal(JSON.stringify(manifest))}`);
  for (const sql of [...statements.flat(), ...indexes.map(({ sql: one }) => one)]) {
    if (sql !== undefined) await connection.run(what, sql);
  }
  return warnings;
}

/** Of two sessions that make it at once, Postgres refuses the second in spite of IF NOT EXISTS, when the first is done. */
const MAKE_EXTENSION = `DO $$ BEGIN
  CREATE EXTENSION IF NOT EXISTS vector;
EXCEPTION WHEN unique_violation OR duplicate_object THEN NULL;
END $$`;
const OWN_COLUMNS = ['id', 'namespace', 'document', 'metadata', ZEROS_COLUMN];
/** Columns that every table has, by Postgres. */
const SYSTEM_COLUMNS = ['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid'];

function newVectors({ vectors }: CollectionSchema, what: string): NewVector[] {
  const taken = new Set([...OWN_COLUMNS, ...SYSTEM_COLUMNS]);
  return Object.entries(vectors).map(([name, schema], index) => {
    const wish = name === '' ? 'embedding' : name;
    const column = taken.has(wish) || Buffer.byteLength(wish) > MAX_IDENTIFIER_BYTES ? `vector_${index}` : wish;
    if (/\0/.test(name) || taken.has(column)) {
      throw new UnsupportedError('vectors', `pgvector: ${what}: no column can be named after vector "${name}"`, {
        adapter: 'pgvector',
      });
    }
    taken.add(column);
    return { name, column, schema, type: columnTypeOf(name, schema, what) };
  });
}

function columnTypeOf(name: string, schema: VectorSchema, what: string): VectorType {
  if (schema.kind === 'sparse') return 'sparsevec';
  const onBits = schema.metric === 'hamming' || schema.metric === 'jaccard';
  const type =
    schema.datatype === 'bit' || (onBits && schema.datatype === undefined)
      ? 'bit'
      : schema.datatype === 'float16'
        ? 'halfvec'
        : 'vector';
  if (schema.metric !== undefined && operatorClass(type, schema.metric) === undefined) {
    throw new UnsupportedError(
      'metrics',
      `pgvector: ${what}: vector "${name}" of type ${type} cannot be compared by ${schema.metric}`,
      {
        adapter: 'pgvector',
      },
    );
  }
  if (type === 'bit' && schema.dimension === undefined) {
    throw new VsmError('INVALID_OPTIONS', `pgvector: ${what}: the number of bits of vector "${name}" must be known`, {
      adapter: 'pgvector',
    });
  }
  return type;
}

const ID_TYPES: Readonly<Partial<Record<NonNullable<CollectionSchema['ids']>, string>>> = {
  uuid: 'uuid',
  int64: 'bigint',
};

function columnDefinitions(wanted: CollectionSchema, vectors: readonly NewVector[], extension: Extension): string[] {
  const spaced = wanted.namespaces === true;
  return [
    // In the C collation, so that pages by id use the key's own index.
    `id ${(wanted.ids === undefined ? undefined : ID_TYPES[wanted.ids]) ?? 'text COLLATE "C"'} NOT NULL`,
    ...(spaced ? ['namespace text COLLATE "C" NOT NULL DEFAULT \'\''] : []),
    ...vectors.map(({ column, schema, type }) => {
      const dimension = schema.dimension ?? (type === 'sparsevec' ? MAX_SPARSE_DIMENSION : undefined);
      const length = dimension === undefined ? '' : `(${dimension})`;
      return `${identifier(column)} ${type === 'bit' ? 'bit' : `${identifier(extension.schema)}.${type}`}${length}`;
    }),
    'document text',
    "metadata jsonb NOT NULL DEFAULT '{}'",
    // A sparsevec drops explicit zeros.
    ...(vectors.some(({ type }) => type === 'sparsevec') ? [`${identifier(ZEROS_COLUMN)} jsonb`] : []),
    `PRIMARY KEY (${spaced ? 'namespace, ' : ''}id)`,
  ];
}

/** What the same kind of store had, else the default for the metric. */
function vectorIndexSql(
  { name, column, schema, type }: NewVector,
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
function metadataIndexSql({ native }: CollectionSchema, path: string): string[] {
  const given = native?.['pgvector']?.['metadataIndex'];
  return given === 'jsonb_path_ops' || given === 'jsonb_ops'
    ? [`CREATE INDEX ON ${path} USING gin (metadata ${given})`]
    : [];
}

/** An index that no value can be too long or of the wrong type for, so that it never makes a write fail. */
function fieldIndexSql({ path: field, type }: MetadataIndex, table: string): string | undefined {
  const key = literal(field);
  if (type === 'keyword' || type === 'uuid' || type === 'boolean') {
    return `CREATE INDEX ON ${table} USING gin ((metadata -> ${key}) jsonb_path_ops)`;
  }
  if (type !== 'integer' && type !== 'float') return undefined;
  return `CREATE INDEX ON ${table} ((CASE WHEN jsonb_typeof(metadata -> ${key}) = 'number' THEN (metadata ->> ${key})::numeric END))`;
}
