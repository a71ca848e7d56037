import { filled } from '@vsm/core/adapter';
import type { Tokenizer } from './tokens.ts';

/** What becomes of a text with more tokens than the model takes: its record is rejected by name, or the text is cut, or the vectors of its parts are averaged. */
export const TOO_LONG = ['refuse', 'cut', 'average'] as const;
export type TooLong = (typeof TOO_LONG)[number];

/** The texts that are embedded in place of one. */
export function partsOf(
  text: string,
  tooLong: TooLong,
  maxTokens: number | undefined,
  tokenizer: Tokenizer,
): readonly string[] {
  if (maxTokens === undefined || !isTooLong(text, maxTokens, tokenizer)) return [text];
  const parts = tokenizer.pieces(text, maxTokens);
  return tooLong === 'average' ? parts : parts.slice(0, 1);
}

export function isTooLong(text: string, maxTokens: number, tokenizer: Tokenizer): boolean {
  // A token is a byte at least, so most texts need not be looked at.
  return Buffer.byteLength(text) > maxTokens && tokenizer.count(text) > maxTokens;
}

/** The mean, a part weighing as much as it has tokens, with length 1. */
export function averageOf(parts: readonly (readonly [vector: Float32Array, weight: number])[]): Float32Array {
  const [first] = parts;
  if (first === undefined || parts.length === 1) return first?.[0] ?? new Float32Array();
  const sum = new Float64Array(first[0].length);
  for (const [vector, weight] of parts) {
    for (const [at, value] of vector.entries()) sum[at] = (sum[at] ?? 0) + value * weight;
  }
  return unit(sum);
}

/** With length 1, unless it is zero. */
function unit(vector: Float64Array | Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return filled(new Float32Array(vector.length), (at) => (vector[at] as number) / (length === 0 ? 1 : length));
}
