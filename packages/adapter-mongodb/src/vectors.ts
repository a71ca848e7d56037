import {
  bytesVector,
  vectorBytesProblem,
  vectorFromBytes,
  vectorToBytes,
  type Datatype,
  type DenseVector,
  asFloats,
  vectorFromBits,
} from '@vsm/core/adapter';
import { BSON } from 'mongodb';
import { TYPE, viewOf, type Element } from './bson-values.ts';

/** How a vector lies in a document: numbers of BSON, a binary vector (subtype 9) of one type, or plain bytes of float32. */
export type VectorForm = 'array' | 'float32' | 'int8' | 'bit' | 'bytes';

export const FORM_DATATYPES: Readonly<Record<VectorForm, Datatype | undefined>> = {
  array: 'float64',
  float32: undefined,
  int8: 'int8',
  bit: 'bit',
  bytes: undefined,
};

export function formFor(datatype: Datatype | undefined): VectorForm {
  if (datatype === 'float64') return 'array';
  return datatype === 'int8' || datatype === 'bit' ? datatype : 'float32';
}

/** The first byte of a binary vector: https://github.com/mongodb/specifications/blob/master/source/bson-binary-vector/bson-binary-vector.md */
const DTYPES: Readonly<Record<number, VectorForm>> = { 0x03: 'int8', 0x27: 'float32', 0x10: 'bit' };

export interface FoundVector {
  readonly vector: DenseVector;
  readonly form: VectorForm;
}

/** `undefined` for what is no dense vector. */
export function readVector(element: Element): FoundVector | undefined {
  if (element.type === TYPE.array) {
    const vector = readNumbers(element);
    return vector === undefined ? undefined : { vector, form: 'array' };
  }
  if (element.type !== TYPE.binary) return undefined;
  const { bytes, from, length } = element;
  const data = bytes.subarray(from + 5, from + length);
  if (bytes[from + 4] === BSON.Binary.SUBTYPE_VECTOR) return readBinary(data);
  const vector = bytesVector(data);
  return vector === undefined ? undefined : { vector, form: 'bytes' };
}

function readBinary(data: Uint8Array): FoundVector | undefined {
  const [dtype = 0, padding = 0] = data;
  const form = DTYPES[dtype]; // own key: a number
  const values = data.subarray(2);
  if (form === undefined || padding > 7 || (padding > 0 && (form !== 'bit' || values.length === 0))) return undefined;
  const vector =
    form === 'bit'
      ? vectorFromBits(values, values.length * 8 - padding)
      : vectorFromBytes(values, form as 'float32' | 'int8');
  return vector === undefined ? undefined : { vector, form };
}

/** The numbers of an array, read where they lie: as objects of the library they would take ten times as long. */
function readNumbers(element: Element): number[] | undefined {
  const { bytes, from, length } = element;
  const view = viewOf(element);
  const numbers: number[] = [];
  for (let at = 4; at < length - 1;) {
    const type = bytes[from + at];
    // Its name, a number of few digits.
    do at += 1;
    while (bytes[from + at] !== 0);
    at += 1;
    if (type === TYPE.double) numbers.push(view.getFloat64(at, true));
    else if (type === TYPE.int) numbers.push(view.getInt32(at, true));
    else if (type === TYPE.long) numbers.push(Number(view.getBigInt64(at, true)));
    else return undefined;
    at += type === TYPE.int ? 4 : 8;
  }
  return numbers.length === 0 ? undefined : numbers;
}

/** Why a vector would not come back as it is; `undefined` where it would. */
export function vectorProblem(vector: DenseVector, form: VectorForm): string | undefined {
  if (form === 'int8') return vectorBytesProblem(vector, 'int8');
  if (form !== 'bit') return undefined;
  const at = Array.prototype.findIndex.call(vector, (value: number) => !Object.is(value, 0) && value !== 1);
  return at === -1 ? undefined : `component ${at} is ${vector[at]}, which is no bit`;
}

export function writeVector(vector: DenseVector, form: VectorForm): unknown {
  switch (form) {
    case 'array':
      return doublesOf(vector);
    case 'float32':
      return BSON.Binary.fromFloat32Array(asFloats(vector));
    case 'int8':
      return BSON.Binary.fromInt8Array(new Int8Array(vector));
    case 'bit':
      return BSON.Binary.fromBits([...vector]);
    case 'bytes':
      return new BSON.Binary(vectorToBytes(vector, 'float32'));
  }
}

function doublesOf(vector: DenseVector): unknown[] {
  const doubles: unknown[] = [];
  for (let at = 0; at < vector.length; at += 1) {
    const value = vector[at] as number;
    // A fraction is a double by itself, which is many times as fast.
    doubles.push(Number.isInteger(value) ? new BSON.Double(value) : value);
  }
  return doubles;
}
