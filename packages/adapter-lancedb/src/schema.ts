import type { Table } from '@lancedb/lancedb';
import type { DataType, Schema } from 'apache-arrow';
import {
  own,
  understandFields,
  vectorColumns,
  type CollectionSchema,
  type FieldType,
  type Understood,
} from '@vsm/core/adapter';
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
import { factsOf } from './facts.ts';
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
  /** Of the metadata. */
  readonly key: string;
  readonly type: FieldType;
  readonly arrowType: DataType;
}

/** Which column of a table is what. */
export interface Layout {
  readonly schema: Schema;
  /** `undefined` for a table made by others. */
  readonly own: CollectionSchema | undefined;
  /** What the columns of a table made by others were read as. */
  readonly understood: Understood | undefined;
  /** Several make the id together; none where the engine's number of the row does. Only with one can be written. */
  readonly ids: readonly string[];
  readonly namespace: string | undefined;
  readonly document: string | undefined;
  readonly uri: string | undefined;
  readonly vectors: readonly VectorColumn[];
  readonly fields: readonly FieldColumn[];
  /** JSON text with all metadata that has no column of its own, or in a table made by others whatever holds the metadata. */
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

export async function layoutOf(table: Table, options: LanceDbOptions): Promise<Layout> {
  const schema = await table.schema();
  const text = schema.metadata.get(OWN);
  if (text !== undefined) return ownLayout(schema, JSON.parse(text) as Own);
  return foreignLayout(schema, understandFields(await factsOf(table, schema), { ...options, uri: options.uriField }));
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
    understood: undefined,
    ids: ['id'],
    namespace: typeOf(schema, 'namespace') === undefined ? undefined : 'namespace',
    document: 'document',
    uri: 'uri',
    vectors,
    fields: fieldColumns(schema, taken),
    rest: 'metadata',
    notes: ['a table made by vsm'],
  };
}

function foreignLayout(schema: Schema, understood: Understood): Layout {
  const { id: ids, namespace, document, uri, vectors, fields, metadata } = understood.layout;
  return {
    schema,
    own: undefined,
    understood,
    ids,
    namespace,
    document,
    uri,
    vectors,
    fields: fields.flatMap(({ column, key, type }) => {
      const arrowType = typeOf(schema, column);
      return arrowType === undefined ? [] : [{ column, key, type, arrowType }];
    }),
    rest: metadata,
    notes: ['LanceDB does not make sure that ids are unique'],
  };
}

function fieldColumns(schema: Schema, taken: ReadonlySet<string>): readonly FieldColumn[] {
  return schema.fields
    .filter(({ name }) => !taken.has(name))
    .map(({ name, type }) => ({ column: name, key: name, type: fieldType(type), arrowType: type }));
}
