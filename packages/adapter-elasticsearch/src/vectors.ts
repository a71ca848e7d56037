import { Float, floatsOf, vectorFromBits, type DenseVector } from '@vsm/core/adapter';
import type { VectorField } from './index-info.ts';

/** `undefined` for anything but a vector. */
export function readVector(value: unknown, field: VectorField | undefined): DenseVector | undefined {
  const { form = 'float', dimension } = field ?? {};
  const numbers =
    typeof value === 'string' && form !== 'float' && /^([0-9a-f]{2})*$/i.test(value) ? signed(value) : value;
  if (
    !Array.isArray(numbers) ||
    !numbers.every((one) => typeof one === 'number' || typeof one === 'bigint' || Float.isInstance(one))
  )
    return undefined;
  const floats = floatsOf(numbers);
  return form === 'bit' && floats.length !== dimension ? vectorFromBits(floats) : floats;
}

/** Hexadecimal, in which Elasticsearch takes bytes as well. */
const signed = (text: string): number[] => [...Int8Array.from(Buffer.from(text, 'hex'))];

export function packBits(vector: DenseVector): number[] {
  const bytes = new Int8Array(vector.length / 8);
  for (let at = 0; at < vector.length; at += 1)
    if (vector[at] !== 0) bytes[at >> 3] = (bytes[at >> 3] as number) | (128 >> (at & 7));
  return [...bytes];
}

/** The square of its length. */
export function squareOf(vector: DenseVector): number {
  let square = 0;
  for (let at = 0; at < vector.length; at += 1) square += (vector[at] as number) ** 2;
  return square;
}
