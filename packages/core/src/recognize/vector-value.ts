/** Vectors in the forms that people write them in: lists, text that holds a list, base64 or bytes of float32, sparse and multi. */
import type { DenseVector, Vector } from '../spec/record.ts';
import { parsePlainJson } from '../json/shallow.ts';
import { filled } from '../store/fill.ts';

export type VectorShape =
  | { readonly kind: 'dense' | 'multi'; readonly length: number; readonly whole: boolean; readonly as: string }
  | { readonly kind: 'sparse'; readonly as: string };

/** What kind of vector a value would be; `undefined` for anything else, an empty list included. */
export function vectorShape(value: unknown): VectorShape | undefined {
  const dense = denseOf(value);
  if (dense !== undefined) {
    return dense.length === 0
      ? undefined
      : { kind: 'dense', length: dense.length, whole: isWhole(dense), as: writtenAs(value) };
  }
  const rows = rowsOf(value);
  const [first] = rows ?? [];
  if (rows !== undefined && first !== undefined) {
    return { kind: 'multi', length: first.length, whole: rows.every(isWhole), as: 'list of lists of numbers' };
  }
  return sparseOf(value) === undefined ? undefined : { kind: 'sparse', as: 'indices and values' };
}

/** The vector of a kind that a value is; `undefined` where it is none. A component that is null becomes NaN, which every store refuses. */
export function vectorOf(value: unknown, kind: VectorShape['kind']): Vector | undefined {
  if (kind === 'dense') return denseOf(value);
  if (kind === 'sparse') return sparseOf(value);
  const rows = rowsOf(value);
  return rows === undefined ? undefined : { rows };
}

function denseOf(value: unknown): DenseVector | undefined {
  if (value instanceof Float32Array) return value;
  if (typeof value === 'string') return textVector(value);
  if (value instanceof Uint8Array) return bytesVector(value);
  return numbersOf(value);
}

function numbersOf(value: unknown): DenseVector | undefined {
  if (value instanceof Float32Array) return value;
  if (!Array.isArray(value) && !isTyped(value)) return undefined;
  const numbers: number[] = [];
  for (const item of value as Iterable<unknown>) {
    if (typeof item !== 'number' && typeof item !== 'bigint' && item !== null && !isBoxed(item)) return undefined;
    numbers.push(item === null ? Number.NaN : Number(item));
  }
  return numbers;
}

/** `Float` of metadata: a float whose value is whole. */
function isBoxed(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof value.valueOf() === 'number';
}

function isTyped(value: unknown): boolean {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) && !(value instanceof Uint8Array);
}

function rowsOf(value: unknown): readonly DenseVector[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const rows: DenseVector[] = [];
  for (const item of value as unknown[]) {
    const row = Array.isArray(item) || isTyped(item) ? numbersOf(item) : undefined;
    if (row === undefined || row.length === 0) return undefined;
    rows.push(row);
  }
  return rows;
}

function sparseOf(value: unknown): Extract<Vector, { indices: unknown }> | undefined {
  if (typeof value !== 'object' || value === null || !('indices' in value) || !('values' in value)) return undefined;
  if (Object.keys(value).length !== 2) return undefined;
  const [indices, values] = [numbersOf(value.indices), numbersOf(value.values)];
  return indices === undefined || values === undefined ? undefined : { indices: [...indices], values };
}

const LIST = /^\s*[[{(][-+\d.,eE\s]*[\])}]\s*$/;

/** `[0.1, 0.2]` as JSON, Python, numpy and Postgres print it, or base64 of float32 as the API of OpenAI gives it. */
export function textVector(text: string): readonly number[] | Float32Array | undefined {
  if (LIST.test(text)) {
    const parts = text.trim().slice(1, -1).trim();
    const numbers = parts === '' ? [] : parts.split(/\s*,\s*|\s+/).map(Number);
    return numbers.every(Number.isFinite) && !parts.includes(',,') ? numbers : undefined;
  }
  if (text.length < 16 || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  return bytesVector(Buffer.from(text, 'base64'));
}

const SMALLEST = 1e-20;
const LARGEST = 1e6;

/** Bytes that are float32 by all appearances. */
export function bytesVector(bytes: Uint8Array): Float32Array | undefined {
  if (bytes.length === 0 || bytes.length % 4 !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = filled(new Float32Array(bytes.length / 4), (at) => view.getFloat32(at * 4, true));
  const plausible = numbers.every((number) => {
    const size = Math.abs(number);
    return number === 0 || (size >= SMALLEST && size <= LARGEST);
  });
  return plausible ? numbers : undefined;
}

/** Whether a text is a JSON object. */
export function isJsonObject(text: string): boolean {
  if (!/^\s*\{/.test(text)) return false;
  try {
    const value = parsePlainJson(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function isWhole(numbers: DenseVector): boolean {
  for (const number of numbers) if (!Number.isInteger(number)) return false;
  return true;
}

function writtenAs(value: unknown): string {
  if (value instanceof Uint8Array) return 'bytes of float32';
  if (typeof value !== 'string') return 'list of numbers';
  return LIST.test(value) ? 'text with a list of numbers' : 'base64 of float32';
}
