import { float, integer, unfit, type MetadataValue } from '@vsm/core/adapter';
import type { SqlValue } from '../sqlite.ts';

/** A value by its four columns, of which one is filled. */
export function valueOf(
  text: SqlValue = null,
  whole: SqlValue = null,
  fraction: SqlValue = null,
  truth: SqlValue = null,
): MetadataValue {
  if (truth !== null) return Number(truth) !== 0;
  if (text !== null) return typeof text === 'string' ? text : unfit('it is no text, where Chroma keeps text');
  if (typeof whole === 'bigint') return integer(whole);
  if (typeof fraction === 'number') return float(fraction);
  if (typeof fraction === 'bigint') return float(Number(fraction));
  return null;
}

/** A place in Chroma's queue: an integer, or its eight bytes. */
export function sequenceOf(value: SqlValue | undefined): number | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return Number(value);
  if (!(value instanceof Uint8Array) || value.length > 8) return undefined;
  return value.reduce((number, byte) => number * 256 + byte, 0);
}
