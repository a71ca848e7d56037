import { createHash } from 'node:crypto';

/** A token is four bytes, which no real tokenizer says, and anybody can count. */
export function countTokens(text: string): number {
  return Math.max(1, Math.ceil(Buffer.byteLength(text) / 4));
}

const known = new Map<string, Float64Array>();

/** The sum of a direction for each word, of length 1: texts with the same words are near each other, and models have nothing in common. */
export function vectorOf(text: string, model: string, dimension: number): number[] {
  const sum = new Float64Array(dimension);
  for (const word of ['', ...text.toLowerCase().split(/\W+/)]) {
    const direction = directionOf(`${model}\0${word}`, dimension);
    for (let at = 0; at < dimension; at += 1) sum[at] = (sum[at] ?? 0) + (direction[at] ?? 0);
  }
  const length = Math.hypot(...sum) || 1;
  return [...sum].map((value) => Math.fround(value / length));
}

function directionOf(word: string, dimension: number): Float64Array {
  const key = `${dimension}\0${word}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const direction = new Float64Array(dimension);
  for (let start = 0; start < dimension; start += 16) {
    const bytes = createHash('sha256').update(`${start}\0${word}`).digest();
    for (let at = 0; at < 16 && start + at < dimension; at += 1) {
      direction[start + at] = bytes.readUInt16LE(2 * at) / 32768 - 1;
    }
  }
  known.set(key, direction);
  return direction;
}
