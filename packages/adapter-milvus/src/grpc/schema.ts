import { bool, bytes, double, float, int32, int64, list, maybe, message, one, string, type Message } from './wire.ts';

// Field numbers as in https://github.com/milvus-io/milvus-proto/blob/master/proto/schema.proto and common.proto. What is not used is left
// out; lists of floats are declared as the bytes that they are, so that a vector is copied and never looked at.

export interface KeyValue {
  readonly key: string;
  readonly value: string;
}
export const KeyValue: Message<KeyValue> = message<KeyValue>({ key: one(1, string, ''), value: one(2, string, '') });

export interface FieldSchema {
  readonly name: string;
  readonly isPrimaryKey: boolean;
  readonly description: string;
  readonly dataType: number;
  readonly typeParams: KeyValue[];
  readonly autoId: boolean;
  readonly elementType: number;
  readonly isDynamic: boolean;
  readonly isPartitionKey: boolean;
  readonly isClusteringKey: boolean;
  readonly nullable: boolean;
  readonly isFunctionOutput: boolean;
}
export const FieldSchema: Message<FieldSchema> = message<FieldSchema>({
  name: one(2, string, ''),
  isPrimaryKey: one(3, bool, false),
  description: one(4, string, ''),
  dataType: one(5, int32, 0),
  typeParams: list(6, () => KeyValue.type),
  autoId: one(8, bool, false),
  elementType: one(10, int32, 0),
  isDynamic: one(12, bool, false),
  isPartitionKey: one(13, bool, false),
  isClusteringKey: one(14, bool, false),
  nullable: one(15, bool, false),
  isFunctionOutput: one(16, bool, false),
});

export interface FunctionSchema {
  readonly name: string;
  readonly type: number;
  readonly inputs: string[];
  readonly outputs: string[];
}
const FunctionSchema: Message<FunctionSchema> = message<FunctionSchema>({
  name: one(1, string, ''),
  type: one(4, int32, 0),
  inputs: list(5, () => string),
  outputs: list(7, () => string),
});

interface StructField {
  readonly name: string;
}
const StructField: Message<StructField> = message<StructField>({ name: one(2, string, '') });

export interface CollectionSchema {
  readonly name: string;
  readonly description: string;
  readonly autoId: boolean;
  readonly fields: FieldSchema[];
  readonly dynamic: boolean;
  readonly functions: FunctionSchema[];
  readonly structs: StructField[];
}
export const CollectionSchema: Message<CollectionSchema> = message<CollectionSchema>({
  name: one(1, string, ''),
  description: one(2, string, ''),
  autoId: one(3, bool, false),
  fields: list(4, () => FieldSchema.type),
  dynamic: one(5, bool, false),
  functions: list(7, () => FunctionSchema.type),
  structs: list(9, () => StructField.type),
});

interface Data<Value> {
  readonly data: Value[];
}
interface PackedFloats {
  readonly data: Uint8Array;
}
const NOTHING = new Uint8Array(0);
const PackedFloats: Message<PackedFloats> = message<PackedFloats>({ data: one(1, bytes, NOTHING) });
const Bools: Message<Data<boolean>> = message<Data<boolean>>({ data: list(1, () => bool) });
const Ints: Message<Data<number>> = message<Data<number>>({ data: list(1, () => int32) });
const Longs: Message<Data<bigint>> = message<Data<bigint>>({ data: list(1, () => int64) });
const Floats: Message<Data<number>> = message<Data<number>>({ data: list(1, () => float) });
const Doubles: Message<Data<number>> = message<Data<number>>({ data: list(1, () => double) });
const Strings: Message<Data<string>> = message<Data<string>>({ data: list(1, () => string) });
const Blobs: Message<Data<Uint8Array>> = message<Data<Uint8Array>>({ data: list(1, () => bytes) });
const Arrays: Message<Data<ScalarField> & { readonly elementType: number }> = message({
  data: list(1, () => ScalarField.type),
  elementType: one(2, int32, 0),
});

/** One of these is there. */
export interface ScalarField {
  readonly bools: Data<boolean> | undefined;
  readonly ints: Data<number> | undefined;
  readonly longs: Data<bigint> | undefined;
  readonly floats: Data<number> | undefined;
  readonly doubles: Data<number> | undefined;
  readonly strings: Data<string> | undefined;
  readonly arrays: (Data<ScalarField> & { readonly elementType: number }) | undefined;
  readonly json: Data<Uint8Array> | undefined;
  /** As well-known text. */
  readonly geometries: Data<string> | undefined;
}
const ScalarField: Message<ScalarField> = message<ScalarField>({
  bools: maybe(1, () => Bools),
  ints: maybe(2, () => Ints),
  longs: maybe(3, () => Longs),
  floats: maybe(4, () => Floats),
  doubles: maybe(5, () => Doubles),
  strings: maybe(6, () => Strings),
  arrays: maybe(8, () => Arrays),
  json: maybe(9, () => Blobs),
  geometries: maybe(12, () => Strings),
});

/** The vectors of all rows, one behind the other. One of the forms is there. */
export interface VectorField {
  readonly dim: bigint;
  readonly floats: PackedFloats | undefined;
  readonly binary: Uint8Array;
  readonly float16: Uint8Array;
  readonly bfloat16: Uint8Array;
  readonly sparse: { readonly contents: Uint8Array[]; readonly dim: bigint } | undefined;
  readonly int8: Uint8Array;
}
const SparseRows: Message<{ readonly contents: Uint8Array[]; readonly dim: bigint }> = message({
  contents: list(1, () => bytes),
  dim: one(2, int64, 0n),
});
const VectorField: Message<VectorField> = message<VectorField>({
  dim: one(1, int64, 0n),
  floats: maybe(2, () => PackedFloats),
  binary: one(3, bytes, NOTHING),
  float16: one(4, bytes, NOTHING),
  bfloat16: one(5, bytes, NOTHING),
  sparse: maybe(6, () => SparseRows),
  int8: one(7, bytes, NOTHING),
});

/** One field of many rows. */
export interface FieldData {
  readonly type: number;
  readonly name: string;
  readonly scalars: ScalarField | undefined;
  readonly vectors: VectorField | undefined;
  readonly isDynamic: boolean;
  /** Of a nullable field: which rows have a value. */
  readonly valid: boolean[];
}
export const FieldData: Message<FieldData> = message<FieldData>({
  type: one(1, int32, 0),
  name: one(2, string, ''),
  scalars: maybe(3, () => ScalarField),
  vectors: maybe(4, () => VectorField),
  isDynamic: one(6, bool, false),
  valid: list(7, () => bool),
});

export interface Ids {
  readonly ints: Data<bigint> | undefined;
  readonly strings: Data<string> | undefined;
}
export const Ids: Message<Ids> = message<Ids>({ ints: maybe(1, () => Longs), strings: maybe(2, () => Strings) });

/** `DataType` of schema.proto. */
export const TYPES = {
  bool: 1,
  int8: 2,
  int16: 3,
  int32: 4,
  int64: 5,
  float: 10,
  double: 11,
  varchar: 21,
  array: 22,
  json: 23,
  geometry: 24,
  timestamptz: 26,
  binaryVector: 100,
  floatVector: 101,
  float16Vector: 102,
  bfloat16Vector: 103,
  sparseVector: 104,
  int8Vector: 105,
} as const;
