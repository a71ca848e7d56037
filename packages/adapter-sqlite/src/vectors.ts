import { fromBrain, fromHalf, own, toBrain, toHalf, vectorFromBytes, vectorToBytes, filled } from '@vsm/core/adapter';
import type { Datatype, DenseVector } from '@vsm/core/adapter';

/** How the bytes of a vector column are to be read. All but the last two are libSQL's. */
export type VectorForm = 'f32' | 'f64' | 'f16' | 'fb16' | 'f8' | 'f1bit' | 'int8' | 'bit';

const DECLARED: Readonly<Record<string, VectorForm>> = {
  F32_BLOB: 'f32',
  FLOAT32: 'f32',
  F64_BLOB: 'f64',
  FLOAT64: 'f64',
  F16_BLOB: 'f16',
  FLOAT16: 'f16',
  FB16_BLOB: 'fb16',
  FLOATB16: 'fb16',
  F8_BLOB: 'f8',
  FLOAT8: 'f8',
  F1BIT_BLOB: 'f1bit',
  FLOAT1BIT: 'f1bit',
};

/** What libSQL calls a column type; `undefined` for all others. A bare FLOAT32 may be a column of numbers. */
export function declaredVector(type: string): { form: VectorForm; dimension: number | undefined } | undefined {
  const [, name = '', length] = /^(\w+)\s*(?:\(\s*(\d+)\s*\))?$/.exec(type.toUpperCase()) ?? [];
  const form = own(DECLARED, name);
  if (form === undefined || (length === undefined && !name.endsWith('_BLOB'))) return undefined;
  return { form, dimension: length === undefined ? undefined : Number(length) };
}

/** The type of a column that VSM makes. */
export function typeForDatatype(datatype: Datatype = 'float32'): string {
  return TYPES[datatype] ?? 'F32_BLOB';
}

const TYPES: Readonly<Partial<Record<Datatype, string>>> = {
  float64: 'F64_BLOB',
  float16: 'F16_BLOB',
  bfloat16: 'FB16_BLOB',
  bit: 'F1BIT_BLOB',
};

/** `undefined` for float32, and for what libSQL rounded by a scale of its own. */
export function datatypeOf(form: VectorForm): Datatype | undefined {
  return DATATYPES_OF[form];
}

const DATATYPES_OF: Readonly<Partial<Record<VectorForm, Datatype>>> = {
  f64: 'float64',
  f16: 'float16',
  fb16: 'bfloat16',
  int8: 'int8',
  f1bit: 'bit',
  bit: 'bit',
};

/** What is worth saying about a form whose numbers are not simply float32. */
export const FORM_NOTES: Readonly<Partial<Record<VectorForm, string>>> = {
  f8: 'eight bits a component, which libSQL rounded when they were written; read as what they stand for',
  f1bit: 'one bit a component, read as 1 and 0 (libSQL shows 1 and -1)',
};

/** By the last byte of libSQL's blobs of odd length. */
const TAGS: Readonly<Record<number, VectorForm>> = { 1: 'f32', 2: 'f64', 3: 'f1bit', 4: 'f8', 5: 'f16', 6: 'fb16' };

/**
 * The components of a stored vector. libSQL's columns take any bytes at all, whatever they are declared as: what is no vector comes
 * back empty, so that the record is rejected by its id and not left out.
 */
export function decodeVector(bytes: Uint8Array, form: VectorForm): DenseVector {
  if (form === 'int8') return vectorFromBytes(bytes, 'int8') ?? new Float32Array();
  if (form === 'bit') return bitsOf(bytes, bytes.length * 8);
  const found = bytes.length % 2 === 1 ? TAGS[bytes.at(-1) ?? 0] : 'f32';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const body = bytes.length % 2 === 1 ? bytes.length - 1 : bytes.length;
  const plain = (datatype: 'float64' | 'float32' | 'float16' | 'bfloat16'): DenseVector =>
    vectorFromBytes(bytes.subarray(0, body), datatype) ?? new Float32Array();
  switch (found) {
    case 'f32':
      return plain('float32');
    case 'f64':
      return plain('float64');
    case 'f16':
      return plain('float16');
    case 'fb16':
      return plain('bfloat16');
    case 'f8': {
      // The components, filled up to four; what to multiply and what to add; an empty byte; how many are filling.
      const end = body - 10;
      if (end < 0) return new Float32Array();
      const [factor, base] = [view.getFloat32(end, true), view.getFloat32(end + 4, true)];
      const length = Math.max(0, end - (bytes[body - 1] ?? 0));
      return filled(new Float32Array(length), (at) => base + factor * (bytes[at] ?? 0));
    }
    case 'f1bit':
      return bitsOf(bytes, Math.max(0, body * 8 - (bytes[body - 1] ?? 0)));
    default:
      return new Float32Array();
  }
}

function bitsOf(bytes: Uint8Array, length: number): Float32Array {
  return filled(new Float32Array(length), (at) => ((bytes[at >> 3] ?? 0) >> (at & 7)) & 1);
}

/** Why a column cannot hold the vector as it is; its length was checked before. */
export function formProblem(vector: DenseVector, form: VectorForm): string | undefined {
  const fits = FITS[form];
  if (fits === undefined)
    return form === 'f32' || form === 'f64' ? undefined : `vectors of type ${form} are not written`;
  const at = Array.prototype.findIndex.call(vector, (value: number) => !fits(Math.fround(value)));
  return at === -1 ? undefined : `component ${at} is ${vector[at]}, which ${form} would change`;
}

const isBit = (value: number): boolean => value === 1 || Object.is(value, 0);

const FITS: Readonly<Partial<Record<VectorForm, (value: number) => boolean>>> = {
  f16: (value) => Object.is(fromHalf(toHalf(value)), value),
  fb16: (value) => Object.is(fromBrain(toBrain(value)), value),
  int8: (value) => Number.isInteger(value) && value >= -128 && value <= 127 && !Object.is(value, -0),
  f1bit: isBit,
  bit: isBit,
};

export function encodeVector(vector: DenseVector, form: VectorForm): Uint8Array {
  switch (form) {
    case 'f16':
      return tagged(vectorToBytes(vector, 'float16'), 5);
    case 'fb16':
      return tagged(vectorToBytes(vector, 'bfloat16'), 6);
    case 'f64':
      return tagged(vectorToBytes(vector, 'float64'), 2);
    case 'int8':
      return vectorToBytes(vector, 'int8');
    case 'bit':
      return packBits(vector, Math.ceil(vector.length / 8));
    case 'f1bit': {
      // An odd number of bytes in all; the last but one says how many bits before the tag are none.
      const whole = Math.ceil(vector.length / 8);
      const body = whole + (whole % 2 === 0 ? 2 : 1);
      const bytes = packBits(vector, body + 1);
      bytes[body - 1] = body * 8 - vector.length;
      bytes[body] = 3;
      return bytes;
    }
    default:
      return vectorToBytes(vector, 'float32');
  }
}

function tagged(numbers: Uint8Array, tag: number): Uint8Array {
  const bytes = new Uint8Array(numbers.length + 1);
  bytes.set(numbers);
  bytes[numbers.length] = tag;
  return bytes;
}

function packBits(vector: DenseVector, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < vector.length; at += 1) {
    if (vector[at] === 1) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (1 << (at & 7));
  }
  return bytes;
}
