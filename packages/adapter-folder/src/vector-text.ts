import { Float, type MetadataValue } from '@vsm/core/adapter';

const LIST = /^\[[-+\d.,eE\s]*\]$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/** A list of numbers in JSON. What is none of them, as Python's NaN, becomes NaN, for which the record is rejected by its id. */
export function numbersOf(text: string): readonly number[] {
  try {
    if (LIST.test(text)) return JSON.parse(text) as readonly number[];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const items = text.replaceAll(/^\s*\[|\]\s*$/g, '').split(',');
  return items.map((item) => (NUMBER.test(item.trim()) ? Number(item) : Number.NaN));
}

/** The same of values that were read. */
export function componentsOf(values: readonly MetadataValue[]): readonly number[] {
  return values.map((value) =>
    typeof value === 'number' || typeof value === 'bigint' || Float.isInstance(value) ? Number(value) : Number.NaN,
  );
}
