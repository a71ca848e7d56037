import type { DataType, Schema } from 'apache-arrow';
import { vectorColumns, type CollectionSchema, type FieldType, own } from '@vsm/core/adapter';
import { arrow } from './arrow.ts';
import {
  columnTypes,
  fieldType,
  typeOf,
  vectorField,
  vectorShape,
  type FieldKind,
  type VectorColumn,
} from './columns.ts';
import { invalidOptions } from './errors.ts';
import type { LanceDbOptions } from './options.ts';

/** Key in the table's own metadata under which we keep what Arrow types do not tell. */
const OWN = 'vsm';
const VERSION = 1;

interface Own {
  readonly version: number;
  readonly schema: CollectionSchema;
  /** Vector name → column. */
  readonly vectors: Readonly<Record<string, string>>;
}

interface FieldColumn {
  readonly column: string;
  readonly type: FieldType;
  readonly arrowType: DataType;
}

/** Which column of a table is what. */
export interface Layout {
  readonly schema: Schema;
  /** `undefined` for a table made by others. */
  readonly own: CollectionSchema | undefined;
  readonly id: string;
  readonly namespace: string | undefined;
  readonly document: string | undefined;
  readonly uri: string | undefined;
  readonly vectors: readonly VectorColumn[];
  readonly fields: readonly FieldColumn[];
  /** JSON text with all metadata that has no column of its own. */
  readonly rest: string | undefined;
  readonly notes: readonly string[];
}

const OWN_COLUMNS = ['id', 'namespace', 'document', 'uri', 'metadata'];
/** Names that the engine gives to columns of its own begin with an underscore. */
const PLAIN_KEY = /^[A-Za-z][A-Za-z0-9_]*$/;
const NOT_PLAIN = /[^A-Za-z0-9_]/g;

/** The Arrow schema of a new table: vectors, texts, a column for each field of known type, and JSON for everything else. */
export function newSchema(collection: CollectionSchema): Schema {
  const vectors = vectorColumns(Object.keys(collection.vectors), NOT_PLAIN);
  const taken = new Set([...OWN_COLUMNS, ...Object.values(vectors)]);
  const text = (name: string): InstanceType<typeof arrow.Field> => new arrow.Field(name, new arrow.Utf8(), true);
  const fields = Object.entries(collection.fields ?? {}).flatMap(([key, type]) => {
    const kind = kindOfField(type);
    return kind === undefined || taken.has(key) || !PLAIN_KEY.test(key)
      ? []
      : [new arrow.Field(key, columnTypes[kind](), true)];
  });
  const kept: Own = { version: VERSION, schema: collection, vectors };
  return new arrow.Schema(
    [
      new arrow.Field('id', new arrow.Utf8(), false),
      ...(collection.namespaces === true ? [new arrow.Field('namespace', new arrow.Utf8(), false)] : []),
      ...Object.entries(collection.vectors).flatMap(([name, vector]) =>
        vector.kind === 'sparse' || vector.dimension === undefined
          ? []
          : [vectorField(own(vectors, name) as string, { ...vector, dimension: vector.dimension })],
      ),
      text('document'),
      text('uri'),
      ...fields,
      text('metadata'),
    ],
    new Map([[OWN, JSON.stringify(kept)]]),
  );
}

function kindOfField(type: FieldType): FieldKind | undefined {
  switch (type) {
    case 'string':
    case 'datetime':
    case 'uuid':
      return 'string';
    case 'integer':
    case 'float':
    case 'boolean':
    case 'string[]':
    case 'integer[]':
    case 'float[]':
    case 'boolean[]':
      return type;
    case 'json':
      return undefined;
  }
}

export function layoutOf(table: string, schema: Schema, options: LanceDbOptions): Layout {
  const text = schema.metadata.get(OWN);
  return text === undefined ? foreignLayout(table, schema, options) : ownLayout(schema, JSON.parse(text) as Own);
}

function ownLayout(schema: Schema, kept: Own): Layout {
  const vectors = Object.entries(kept.schema.vectors).flatMap(([name, vector]): VectorColumn[] => {
    const column = own(kept.vectors, name) ?? name;
    if (vector.kind === 'sparse') return [];
    const type = typeOf(schema, column);
    return [
      { name, column, kind: vector.kind, dimension: type === undefined ? undefined : vectorShape(type)?.dimension },
    ];
  });
  const taken = new Set([...OWN_COLUMNS, ...vectors.map(({ column }) => column)]);
  return {
    schema,
    own: kept.schema,
    id: 'id',
    namespace: typeOf(schema, 'namespace') === undefined ? undefined : 'namespace',
    document: 'document',
    uri: 'uri',
    vectors,
    fields: fieldColumns(schema, taken),
    rest: 'metadata',
    notes: ['a table made by vsm'],
  };
}

function foreignLayout(table: string, schema: Schema, options: LanceDbOptions): Layout {
  const names = schema.fields.map(({ name }) => name);
  const chosen = (option: string, wanted: string | undefined, defaults: readonly string[]): string | undefined => {
    if (wanted === undefined || names.includes(wanted)) return wanted ?? defaults.find((name) => names.includes(name));
    throw invalidOptions(
      `table "${table}" has no column "${wanted}" (option "${option}"). It has: ${names.join(', ')}`,
    );
  };
  const id = chosen('idColumn', options.idColumn, ['id', '_id', 'ID']);
  if (id === undefined) {
    throw invalidOptions(
      `table "${table}" has no column "id", "_id" or "ID", and LanceDB has no primary key. Name the column with the option "idColumn". It has: ${names.join(', ')}`,
    );
  }
  const found = schema.fields.flatMap(({ name, type }) => {
    const shape = vectorShape(type);
    return shape === undefined ? [] : [{ column: name, ...shape }];
  });
  const vectors = found.map((vector) => ({ ...vector, name: found.length === 1 ? '' : vector.column }));
  const texts = ['document', 'text', 'content'].filter((name) => arrow.DataType.isUtf8(typeOf(schema, name)));
  const document = chosen('documentColumn', options.documentColumn, texts);
  const namespace = chosen('namespaceColumn', options.namespaceColumn, []);
  const taken = new Set([id, document ?? id, namespace ?? id, ...vectors.map(({ column }) => column)]);
  const fields = fieldColumns(schema, taken);
  return {
    schema,
    own: undefined,
    id,
    namespace,
    document,
    uri: undefined,
    vectors,
    fields,
    rest: undefined,
    notes: [
      `id: column "${id}"; LanceDB does not make sure that it is unique`,
      ...vectors.map(
        ({ name, column, kind, dimension }) => `vector "${name}": column "${column}" (${kind}, ${dimension})`,
      ),
      document === undefined ? 'document: none' : `document: column "${document}"`,
      `metadata: ${fields.map(({ column }) => `"${column}"`).join(', ') || 'none'}; null means absent`,
    ],
  };
}

function fieldColumns(schema: Schema, taken: ReadonlySet<string>): readonly FieldColumn[] {
  return schema.fields
    .filter(({ name }) => !taken.has(name))
    .map(({ name, type }) => ({ column: name, type: fieldType(type), arrowType: type }));
}
