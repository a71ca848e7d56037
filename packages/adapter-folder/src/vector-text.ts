const LIST = /^\[[-+\d.,eE\s]*\]$/;

/** A list of numbers in JSON. What is none of them, as Python's NaN, becomes NaN, for which the record is rejected by its id. */
export function numbersOf(text: string): readonly number[] {
  if (LIST.test(text)) return JSON.parse(text) as readonly number[];
  const items = text.replaceAll(/^\s*\[|\]\s*$/g, '').split(',');
  return items.map((item) => Number(item.trim()));
}
