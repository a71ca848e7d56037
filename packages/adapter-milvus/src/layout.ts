import {
  understandFields,
  type Field,
  type FieldLayout,
  type FieldReading,
  type ReadingOptions,
  type Understood,
} from '@vsm/core/adapter';
import { fieldType, readField, typeName, VECTORS, type MilvusField } from './fields.ts';
import { TYPES, type CollectionSchema, type FunctionSchema } from './grpc/schema.ts';
import { fromName, vectorName } from './names.ts';

/** The fields that a collection of ours has beside its vectors. */
export const OURS = {
  id: 'id',
  metadata: 'metadata',
  document: 'document',
  /** Which parts a record lacks that its row has to have, as `,document,title,`. */
  absent: 'vsm_absent',
  namespace: 'namespace',
} as const;
/** What the server calls the keys that have no field. */
export const DYNAMIC = '$meta';
const DEFAULT_PARTITION = '_default';

/** How the records of a collection lie in its rows. */
export interface Layout {
  readonly fields: ReadonlyMap<string, MilvusField>;
  readonly key: MilvusField;
  /** Made by us, so that metadata, document and what is absent have their places. */
  readonly ours: boolean;
  /** `key`: namespace and id make the key together. `partitions`: each named partition is one. */
  readonly namespaces: 'key' | 'partitions' | undefined;
  /** Whether the value of a field decides on the partition. */
  readonly splitByKey: boolean;
  /** Names of partitions that are namespaces. */
  readonly partitions: readonly string[];
  readonly columns: FieldLayout;
  readonly reading?: readonly FieldReading[] | undefined;
  readonly undecided: readonly string[];
}

/** @throws ValidationError where the user names a field that is not there */
export function readLayout(schema: CollectionSchema, partitions: readonly string[], options: ReadingOptions): Layout {
  const fields = schema.fields.map(readField);
  if (schema.dynamic && !fields.some(({ dynamic }) => dynamic)) fields.push(DYNAMIC_FIELD);
  const byName = new Map(fields.map((field) => [field.name, field]));
  const key = fields.find((field) => field.key);
  if (key === undefined) throw new TypeError('a schema without a primary key');
  const splitByKey = schema.fields.some(({ isPartitionKey }) => isPartitionKey);
  const common = { fields: byName, key, splitByKey, partitions: [] };
  if (byName.has(OURS.absent)) {
    const namespaces = byName.has(OURS.namespace) ? 'key' : undefined;
    return { ...common, ours: true, namespaces, columns: ourColumns(fields), undecided: [] };
  }
  const named = splitByKey ? [] : partitions.filter((name) => name !== DEFAULT_PARTITION);
  const { layout, reading = [], undecided = [] } = understand(fields, options);
  const structs = schema.structs.map(({ name }) => name);
  return {
    ...common,
    ours: false,
    namespaces: named.length > 0 ? 'partitions' : undefined,
    partitions: named.length > 0 ? [DEFAULT_PARTITION, ...named] : [],
    columns: layout,
    reading: [
      ...reading,
      ...fields.filter(({ computed }) => computed).map((field) => computedReading(field, schema.functions)),
    ],
    undecided: [...undecided, ...unreadable(fields, structs, options)],
  };
}

const DYNAMIC_FIELD: MilvusField = {
  name: DYNAMIC,
  type: TYPES.json,
  element: 0,
  key: false,
  nullable: false,
  dynamic: true,
  computed: false,
  dimension: undefined,
  longest: 65_535,
};

export const namespaceOfPartition = (partition: string): string =>
  partition === DEFAULT_PARTITION ? '' : fromName(partition);

function ourColumns(fields: readonly MilvusField[]): FieldLayout {
  return {
    id: [OURS.id],
    document: OURS.document,
    metadata: OURS.metadata,
    fields: [],
    vectors: fields.filter(isVector).map((field) => ({
      name: vectorName(field.name),
      column: field.name,
      kind: VECTORS[field.type]?.kind ?? 'dense',
      dimension: field.dimension,
      datatype: VECTORS[field.type]?.datatype,
    })),
  };
}

const isVector = ({ type }: MilvusField): boolean => type in VECTORS;

function understand(fields: readonly MilvusField[], options: ReadingOptions): Understood {
  const known = fields.filter((field) => !field.computed && typeName(field) !== undefined);
  const facts = known.map((field): Field => {
    const { name, type, key, dynamic, dimension } = field;
    const vector = VECTORS[type];
    const declared = key ? 'id' : vector !== undefined ? 'vector' : type === TYPES.varchar ? undefined : 'metadata';
    return {
      field: name,
      declared: dynamic ? undefined : declared,
      shape: type === TYPES.varchar ? 'text' : type === TYPES.json ? 'object' : 'other',
      container: dynamic,
      type: dynamic ? 'dynamic field' : (typeName(field) ?? ''),
      lengths: dimension === undefined ? undefined : { least: dimension, most: dimension },
      sampled: 0,
      present: 0,
      fieldType: fieldType(field),
      ...(vector !== undefined && { kind: vector.kind, dimension, datatype: vector.datatype }),
    };
  });
  const ignore = options.ignore?.filter((name) => known.some((field) => field.name === name));
  return understandFields(facts, { ...options, ignore });
}

function computedReading({ name }: MilvusField, functions: readonly FunctionSchema[]): FieldReading {
  const by = functions.find(({ outputs }) => outputs.includes(name));
  const evidence = `computed by the server${by === undefined ? '' : `, by the function ${by.name} of "${by.inputs.join('", "')}"`}`;
  return { field: name, role: 'ignored', basis: 'declared', evidence };
}

/** Fields of types that are not known here: somebody has to say that they may be left out. */
function unreadable(
  fields: readonly MilvusField[],
  structs: readonly string[],
  { ignore = [] }: ReadingOptions,
): string[] {
  const unknown = fields.filter((field) => typeName(field) === undefined);
  const what = [
    ...unknown.map(({ name, type }) => [name, `has the type ${type} of Milvus, which VSM does not know`] as const),
    ...structs.map((name) => [name, 'is an array of structs, which VSM does not carry'] as const),
  ];
  return what.flatMap(([name, why]) =>
    ignore.includes(name) ? [] : [`"${name}" ${why}: say ignore=${name} to leave it out`],
  );
}
