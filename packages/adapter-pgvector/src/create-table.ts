import {
  UnsupportedError,
  VsmError,
  type CollectionSchema,
  type TableManifest,
  type VectorSchema,
  type Warning,
} from '@vsm/core/adapter';
import { readExtension, type Extension } from './catalog.ts';
import { MAX_SPARSE_DIMENSION, operatorClass, type VectorType } from './column.ts';
import type { Connection } from './client.ts';
import { givenColumns, givenIndexes, givenTable, givenVector, givenWarnings, namedTables } from './given-table.ts';
import { fieldIndexSql, metadataIndexSql, vectorIndexSql, type IndexedVector } from './index-sql.ts';
import { identifier, literal, MAX_IDENTIFIER_BYTES } from './sql.ts';
import { ZEROS_COLUMN } from './table.ts';

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
    ...metadataIndexSql(wanted, path, 'metadata'),
  ];
  const indexes = (wanted.indexes ?? []).map((index) => ({ index, sql: fieldIndexSql(index, path, 'metadata') }));
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

function newVectors({ vectors }: CollectionSchema, what: string): IndexedVector[] {
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

function columnDefinitions(
  wanted: CollectionSchema,
  vectors: readonly IndexedVector[],
  extension: Extension,
): string[] {
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
