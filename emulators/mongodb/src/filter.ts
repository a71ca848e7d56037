/** What a filter says of a document: https://www.mongodb.com/docs/manual/reference/operator/query/ */
import { own } from '@vsm/core/adapter';
import type { Document } from 'bson';
import { fits, type Schema } from './json-schema.ts';
import { matches } from './order.ts';
import { readDocument } from './wire.ts';

export function passes(bytes: Uint8Array, filter: Document): boolean {
  // Read once, whatever is asked of it.
  let document: Document | undefined;
  const read = (): Document => (document ??= readDocument(bytes));
  return passesDocument(read, filter);
}

function passesDocument(read: () => Document, filter: Document): boolean {
  return Object.entries(filter).every(([path, condition]: [string, unknown]) => {
    if (path === '$and') return (condition as Document[]).every((part) => passesDocument(read, part));
    if (path === '$or') return (condition as Document[]).some((part) => passesDocument(read, part));
    if (path === '$nor') return !(condition as Document[]).some((part) => passesDocument(read, part));
    if (path === '$jsonSchema') return fits(read(), condition as Schema);
    return passesField(found(read(), path.split('.')), condition);
  });
}

/** Each operator finds an element of its own. */
function passesField(values: readonly unknown[], condition: unknown): boolean {
  const isPlain =
    typeof condition !== 'object' || condition === null || !Object.keys(condition).some((key) => key.startsWith('$'));
  if (isPlain) return values.some((value) => matches(value, condition));
  return Object.entries(condition as Document).every(([operator, wanted]: [string, unknown]) => {
    if (operator === '$exists') return values.some((value) => value !== undefined) === wanted;
    return values.some((value) => matches(value, { [operator]: wanted }));
  });
}

/** The values at a path: of a list itself and each of its elements, whose fields are looked for as well. */
function found(value: unknown, steps: readonly string[]): readonly unknown[] {
  const [step, ...others] = steps;
  if (step === undefined) return Array.isArray(value) ? [value, ...(value as unknown[])] : [value];
  if (Array.isArray(value)) {
    const inElements = (value as unknown[])
      .filter((item) => typeof item === 'object' && item !== null && !Array.isArray(item))
      .flatMap((item) => found(item, steps));
    return /^\d+$/.test(step) ? [...inElements, ...found(value[Number(step)], others)] : inElements;
  }
  const isObject = typeof value === 'object' && value !== null && !('_bsontype' in value) && !(value instanceof Date);
  return found(isObject ? own(value as Document, step) : undefined, others);
}
