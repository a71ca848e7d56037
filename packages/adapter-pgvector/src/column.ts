import { own, type Datatype, type FieldType, type Metric, type VectorSchema } from '@vsm/core/adapter';

/** A column as the catalog describes it. */
export interface Column {
  readonly name: string;
  /** As `format_type` prints it, such as `vector(384)` or `character varying(191)`. */
  readonly type: string;
  /** The type without its length. An explicit cast to one with a length would cut silently; an assignment refuses. */
  readonly base: string;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  /** `GENERATED ALWAYS AS (…) STORED`: the database computes it. */
  readonly generated: boolean;
  /** `''`, `'a'` (always) or `'d'` (by default), as in the catalog. */
  readonly identity: string;
  /** Whether the database numbers the rows in this column itself (serial, identity). */
  readonly serial: boolean;
  /** An index of the kind that searches vectors is on it. */
  readonly searched: boolean;
}

export type VectorType = 'vector' | 'halfvec' | 'sparsevec' | 'bit';

/** Hosted databases often keep the extension in a schema of its own, which `format_type` then prints. */
const VECTOR_TYPE = /^(?:(?:"(?:[^"]|"")+"|[^".]+)\.)?(vector|halfvec|sparsevec|bit)(?:\((\d+)\))?$/;

/** The most dimensions of a `sparsevec`. VSM makes such columns where it does not know better, so it says nothing. */
export const MAX_SPARSE_DIMENSION = 1_000_000_000;

export function vectorTypeOf(column: Column): { type: VectorType; dimension: number | undefined } | undefined {
  const [, type, length] = VECTOR_TYPE.exec(column.type) ?? [];
  if (type === undefined) return undefined;
  const dimension = length === undefined ? undefined : Number(length);
  return { type: type as VectorType, dimension };
}

export function schemaOfColumn(column: Column, metric: Metric | undefined): VectorSchema {
  const { type, dimension } = vectorTypeOf(column) ?? { type: 'vector', dimension: undefined };
  if (type === 'sparsevec') {
    return { kind: 'sparse', dimension: dimension === MAX_SPARSE_DIMENSION ? undefined : dimension };
  }
  return { kind: 'dense', dimension, metric, datatype: DATATYPES[type] };
}

const DATATYPES: Readonly<Record<VectorType, Datatype | undefined>> = {
  vector: undefined,
  halfvec: 'float16',
  sparsevec: undefined,
  bit: 'bit',
};

/** What an operator class is called after the type: `vector_cosine_ops`, `bit_hamming_ops`. */
const OPERATOR_CLASSES: Readonly<Record<Metric, string>> = {
  cosine: 'cosine',
  euclidean: 'l2',
  dot: 'ip',
  manhattan: 'l1',
  hamming: 'hamming',
  jaccard: 'jaccard',
};

export const OPERATORS: Readonly<Record<Metric, string>> = {
  cosine: '<=>',
  euclidean: '<->',
  dot: '<#>',
  manhattan: '<+>',
  hamming: '<~>',
  jaccard: '<%>',
};

export function metricOfOperatorClass(name: string): Metric | undefined {
  const [, word] = /^(?:vector|halfvec|sparsevec|bit)_([a-z0-9]+)_ops$/.exec(name) ?? [];
  return (Object.keys(OPERATOR_CLASSES) as Metric[]).find((metric) => OPERATOR_CLASSES[metric] === word);
}

/** The default of ivfflat is not printed by `pg_get_indexdef`, but the catalog has it. */
export function operatorClass(type: VectorType, metric: Metric): string | undefined {
  const onBits = metric === 'hamming' || metric === 'jaccard';
  return onBits === (type === 'bit') ? `${type}_${OPERATOR_CLASSES[metric]}_ops` : undefined;
}

/** Floating-point numbers, alone or in lists, which are printed as the session says. */
export function isFloatColumn({ base }: Pick<Column, 'base'>): boolean {
  return /^(?:real|double precision)(?:\[\])?$/.test(base);
}

const FIELD_TYPES: Readonly<Record<string, FieldType>> = {
  smallint: 'integer',
  integer: 'integer',
  bigint: 'integer',
  real: 'float',
  'double precision': 'float',
  boolean: 'boolean',
  text: 'string',
  'character varying': 'string',
  uuid: 'uuid',
  'timestamp with time zone': 'datetime',
  'timestamp without time zone': 'datetime',
  json: 'json',
  jsonb: 'json',
};
const LIST_TYPES: Readonly<Partial<Record<FieldType, FieldType>>> = {
  integer: 'integer[]',
  float: 'float[]',
  boolean: 'boolean[]',
  string: 'string[]',
};

/** `undefined` where VSM has no word for it; a `numeric` holds integers and fractions. */
export function fieldTypeOf({ base }: Pick<Column, 'base'>): FieldType | undefined {
  if (!base.endsWith('[]')) return own(FIELD_TYPES, base);
  const element = own(FIELD_TYPES, base.slice(0, -2));
  return element === undefined ? undefined : LIST_TYPES[element];
}
