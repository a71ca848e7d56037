import type { Datatype, FieldType, Metric } from '@vsm/core/adapter';
import { TYPES, type FieldSchema } from './grpc/schema.ts';

/** One field of a collection, by what its schema says. */
export interface MilvusField {
  readonly name: string;
  readonly type: number;
  /** Of the values of an array. */
  readonly element: number;
  readonly key: boolean;
  readonly nullable: boolean;
  /** Holds the keys of records that have no field of their own. */
  readonly dynamic: boolean;
  readonly computed: boolean;
  readonly dimension: number | undefined;
  /** Bytes of a text. */
  readonly longest: number;
}

/** How the values of a type are, and what they are to others. */
interface TypeFacts {
  readonly name: string;
  readonly as: FieldType;
  /** The server prints its values in a form of its own, so that a text that is written does not come back. */
  readonly readOnly?: boolean | undefined;
}

const SCALARS: Readonly<Record<number, TypeFacts>> = {
  [TYPES.bool]: { name: 'BOOL', as: 'boolean' },
  [TYPES.int8]: { name: 'INT8', as: 'integer' },
  [TYPES.int16]: { name: 'INT16', as: 'integer' },
  [TYPES.int32]: { name: 'INT32', as: 'integer' },
  [TYPES.int64]: { name: 'INT64', as: 'integer' },
  [TYPES.float]: { name: 'FLOAT', as: 'float' },
  [TYPES.double]: { name: 'DOUBLE', as: 'float' },
  [TYPES.varchar]: { name: 'VARCHAR', as: 'string' },
  [TYPES.json]: { name: 'JSON', as: 'json' },
  [TYPES.geometry]: { name: 'GEOMETRY', as: 'string', readOnly: true },
  [TYPES.timestamptz]: { name: 'TIMESTAMPTZ', as: 'string', readOnly: true },
};

interface VectorFacts {
  readonly name: string;
  readonly kind: 'dense' | 'sparse';
  readonly datatype: Datatype;
  readonly metrics: readonly Metric[];
  /** What a new one is indexed by. */
  readonly index: Readonly<Record<string, string>>;
}

const FLOAT_METRICS: readonly Metric[] = ['cosine', 'euclidean', 'dot'];
export const VECTORS: Readonly<Record<number, VectorFacts>> = {
  [TYPES.floatVector]: vector('FLOAT_VECTOR', 'float32'),
  [TYPES.float16Vector]: vector('FLOAT16_VECTOR', 'float16'),
  [TYPES.bfloat16Vector]: vector('BFLOAT16_VECTOR', 'bfloat16'),
  // The one index that takes them: https://milvus.io/docs/hnsw.md
  [TYPES.int8Vector]: vector('INT8_VECTOR', 'int8', 'HNSW', { params: '{"M":16,"efConstruction":200}' }),
  [TYPES.binaryVector]: { ...vector('BINARY_VECTOR', 'bit', 'BIN_FLAT'), metrics: ['hamming', 'jaccard'] },
  [TYPES.sparseVector]: {
    ...vector('SPARSE_FLOAT_VECTOR', 'float32', 'SPARSE_INVERTED_INDEX'),
    kind: 'sparse',
    metrics: ['dot'],
  },
};

function vector(name: string, datatype: Datatype, type = 'AUTOINDEX', more: object = {}): VectorFacts {
  return { name, kind: 'dense', datatype, metrics: FLOAT_METRICS, index: { index_type: type, ...more } };
}

export const METRIC_TYPES: Readonly<Record<string, Metric>> = {
  COSINE: 'cosine',
  L2: 'euclidean',
  IP: 'dot',
  HAMMING: 'hamming',
  JACCARD: 'jaccard',
};

export function metricType(metric: Metric): string | undefined {
  return Object.keys(METRIC_TYPES).find((type) => METRIC_TYPES[type] === metric);
}

/** The type of a vector of this datatype; `undefined` where there is none. */
export function vectorType(kind: 'dense' | 'sparse', datatype: Datatype): number | undefined {
  const found = Object.entries(VECTORS).find(
    ([, facts]) => facts.kind === kind && (kind === 'sparse' || facts.datatype === datatype),
  );
  return found === undefined ? undefined : Number(found[0]);
}

export function readField(schema: FieldSchema): MilvusField {
  const params = new Map(schema.typeParams.map(({ key, value }) => [key, value]));
  const dimension = params.get('dim');
  return {
    name: schema.name,
    type: schema.dataType,
    element: schema.elementType,
    key: schema.isPrimaryKey,
    nullable: schema.nullable,
    dynamic: schema.isDynamic,
    computed: schema.isFunctionOutput,
    dimension: dimension === undefined ? undefined : Number(dimension),
    longest: Number(params.get('max_length') ?? 65_535),
  };
}

/** The type in the words of Milvus; `undefined` for one that is not known here. */
export function typeName({ type, element }: MilvusField): string | undefined {
  if (type === TYPES.array) {
    const item = SCALARS[element]?.name;
    return item === undefined ? undefined : `ARRAY of ${item}`;
  }
  return SCALARS[type]?.name ?? VECTORS[type]?.name;
}

export function isReadOnly({ type }: Pick<MilvusField, 'type'>): boolean {
  return SCALARS[type]?.readOnly === true;
}

export function fieldType({ type, element }: MilvusField): FieldType {
  const item = SCALARS[element]?.as ?? 'json';
  return type === TYPES.array && item !== 'json' ? (`${item}[]` as FieldType) : (SCALARS[type]?.as ?? 'json');
}
