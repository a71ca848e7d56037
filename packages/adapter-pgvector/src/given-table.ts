import { UnsupportedError, VsmError, type CollectionSchema, type VectorSchema, type Warning } from '@vsm/core/adapter';
import { identifier, literal } from './sql.ts';

/**
 * The columns of a table that an application makes for itself, as `native.pgvector.table` of a schema asks for them, so that the
 * application finds its own table. Names are quoted and types are of a short list, since a schema may come out of anybody's file.
 */
export interface GivenTable {
  /** `unique: false`: several rows may have it, and it has an index that is not unique. */
  readonly id: GivenColumn & { readonly unique?: boolean | undefined };
  /** Ids are unique within its values; a row that names none has the default. */
  readonly namespace?: (GivenColumn & { readonly default: string }) | undefined;
  readonly document?: (GivenColumn & { readonly notNull?: boolean }) | undefined;
  readonly metadata: GivenColumn & {
    readonly index?: string | undefined;
    readonly keyIndexes?: readonly string[] | undefined;
  };
  readonly vector: { readonly column: string; readonly type?: 'vector' | 'halfvec' | undefined };
  /** A search vector of the document, with a GIN index: made by the database, or `filled` by whoever writes. */
  readonly search?:
    | { readonly column: string; readonly language: string; readonly filled?: boolean | undefined }
    | undefined;
  /** `serial` numbers the rows: it is the primary key then, and the id is unique beside it. */
  readonly fields?:
    | readonly (GivenColumn & { readonly serial?: boolean; readonly references?: NameTable | undefined })[]
    | undefined;
}

/** A table of names that the values of a column stand for. */
interface NameTable {
  readonly table: string;
  readonly key: string;
  readonly name: string;
  readonly metadata: string;
}

interface GivenColumn {
  readonly column: string;
  readonly type: string;
}

const TYPES =
  /^(?:uuid|text|(?:varchar|character varying)(?:\([1-9]\d{0,7}\))?|smallint|integer|bigint|real|double precision|numeric|boolean|date|timestamp with(?:out)? time zone|json|jsonb|bytea)(?:\[\])?$/;

/** @throws VsmError with code `INVALID_OPTIONS` for anything but names and known types */
export function givenTable(wanted: CollectionSchema): GivenTable | undefined {
  const given = wanted.native?.['pgvector']?.['table'] as Partial<GivenTable> | undefined;
  if (given === undefined) return undefined;
  const { id, namespace, document, metadata, vector, search, fields = [] } = given;
  const optional = [namespace, document].filter((column) => column !== undefined);
  const columns = [id, ...optional, metadata, ...fields];
  const fits =
    isName(vector?.column) &&
    (vector?.type === undefined || vector.type === 'vector' || vector.type === 'halfvec') &&
    columns.every((column) => isName(column?.column) && TYPES.test(String(column?.type))) &&
    (namespace === undefined || typeof namespace.default === 'string') &&
    (metadata?.index === undefined || isName(metadata.index)) &&
    (metadata?.keyIndexes ?? []).every(isName) &&
    (search === undefined || (isName(search.column) && /^[a-z_]+$/.test(search.language) && document !== undefined)) &&
    fields.every(({ references }) => references === undefined || isNameTable(references));
  if (fits && id !== undefined && metadata !== undefined && vector !== undefined) {
    return { id, namespace, document, metadata, vector, search, fields };
  }
  throw new VsmError(
    'INVALID_OPTIONS',
    `pgvector: cannot create table "${wanted.name}": native.pgvector.table must name columns for id, metadata and vector, of types such as uuid, text, jsonb`,
    { adapter: 'pgvector' },
  );
}

function isName(name: unknown): boolean {
  return typeof name === 'string' && name !== '' && !name.includes('\0');
}

function isNameTable({ table, key, name, metadata }: Partial<NameTable>): boolean {
  return [table, key, name, metadata].every(isName);
}

/** Statements that come before the table itself. */
export function namedTables({ fields = [] }: GivenTable, schema: string): string[] {
  return fields.flatMap(({ type, references }) =>
    references === undefined
      ? []
      : [
          `CREATE TABLE IF NOT EXISTS ${identifier(schema)}.${identifier(references.table)} (${identifier(references.key)} ${type} PRIMARY KEY, ` +
            `${identifier(references.name)} varchar NOT NULL UNIQUE, ${identifier(references.metadata)} json)`,
        ],
  );
}

/** Indexes of the application's own. Their names are of the schema: where another table has one, it goes without. */
export function givenIndexes({ id, metadata, search }: GivenTable, path: string): string[] {
  const { column, index, keyIndexes = [] } = metadata;
  return [
    ...(index === undefined || metadata.type !== 'jsonb'
      ? []
      : [
          `CREATE INDEX IF NOT EXISTS ${identifier(index)} ON ${path} USING gin (${identifier(column)} jsonb_path_ops)`,
        ]),
    ...keyIndexes.map((key) => `CREATE INDEX ON ${path} ((${identifier(column)} ->> ${literal(key)}))`),
    ...(search === undefined ? [] : [`CREATE INDEX ON ${path} USING gin (${identifier(search.column)})`]),
    ...(id.unique === false ? [`CREATE INDEX ON ${path} (${identifier(id.column)})`] : []),
  ];
}

/** The one vector of such a table. */
export function givenVector(given: GivenTable, wanted: CollectionSchema): [string, VectorSchema] {
  const [only, ...more] = Object.entries(wanted.vectors);
  if (only !== undefined && more.length === 0 && only[1].kind === 'dense') return only;
  throw new UnsupportedError(
    'vectors',
    `pgvector: cannot create table "${wanted.name}": a table of the form that was asked for has one dense vector, in "${given.vector.column}", but the collection has ${Object.keys(wanted.vectors).join(', ') || 'none'}`,
    { adapter: 'pgvector' },
  );
}

export function givenColumns(
  given: GivenTable,
  dimension: number | undefined,
  { schema, extensionSchema }: { readonly schema: string; readonly extensionSchema: string },
): string[] {
  const { id, namespace, document, metadata, vector, search, fields = [] } = given;
  const numbered = fields.filter(({ serial }) => serial === true);
  const unique =
    id.unique === false
      ? ''
      : namespace !== undefined
        ? ' NOT NULL'
        : numbered.length > 0
          ? ' NOT NULL UNIQUE'
          : ' NOT NULL PRIMARY KEY';
  const collated = /^(?:text|varchar)/.test(id.type) ? ' COLLATE "C"' : '';
  const length = dimension === undefined ? '' : `(${dimension})`;
  return [
    ...numbered.map(
      ({ column, type }) => `${identifier(column)} ${type === 'bigint' ? 'bigserial' : 'serial'} PRIMARY KEY`,
    ),
    `${identifier(id.column)} ${id.type}${collated}${unique}${id.type === 'uuid' ? ' DEFAULT gen_random_uuid()' : ''}`,
    ...(namespace === undefined
      ? []
      : [
          `${identifier(namespace.column)} ${namespace.type} NOT NULL DEFAULT ${literal(namespace.default)}`,
          `UNIQUE (${identifier(namespace.column)}, ${identifier(id.column)})`,
        ]),
    ...(document === undefined
      ? []
      : [`${identifier(document.column)} ${document.type}${document.notNull === true ? ' NOT NULL' : ''}`]),
    `${identifier(metadata.column)} ${metadata.type}`,
    ...fields
      .filter(({ serial }) => serial !== true)
      .map(({ column, type, references }) => {
        if (references === undefined) return `${identifier(column)} ${type}`;
        const table = `${identifier(schema)}.${identifier(references.table)}`;
        return `${identifier(column)} ${type} REFERENCES ${table} (${identifier(references.key)}) ON DELETE CASCADE`;
      }),
    `${identifier(vector.column)} ${identifier(extensionSchema)}.${vector.type ?? 'vector'}${length}`,
    ...(search === undefined || document === undefined
      ? []
      : search.filled === true
        ? [`${identifier(search.column)} tsvector NOT NULL`]
        : [
            `${identifier(search.column)} tsvector GENERATED ALWAYS AS (to_tsvector(${literal(search.language)}::regconfig, ${identifier(document.column)})) STORED`,
          ]),
  ];
}

/** What such a table cannot have. */
export function givenWarnings({ indexes = [] }: CollectionSchema): Warning[] {
  return indexes.map(({ path }) => ({
    type: 'unsupported',
    feature: 'index',
    detail: `metadata "${path}" gets no index, since the table is the application's own: make the one it asks for`,
  }));
}
