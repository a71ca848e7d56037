import { MOST_LEVELS, setOwn, tooDeep, unfit, type MetadataValue } from '@vsm/core/adapter';
import type { PickleValue } from './values.ts';

/** Values within one record: a pickle can name one list a thousand times, and that list another. */
const MOST_VALUES = 1_000_000;

/** What Python's values are in a record; what has no counterpart has the record rejected. */
export function toMetadata(value: PickleValue): MetadataValue {
  let values = 0;
  const convert = (item: PickleValue, level: number): MetadataValue => {
    values += 1;
    if (values > MOST_VALUES) return unfit(`it holds more than ${MOST_VALUES} values`);
    if (level > MOST_LEVELS) return tooDeep();
    if (Array.isArray(item)) return item.map((one) => convert(one, level + 1));
    if (item instanceof Map) {
      const object: Record<string, MetadataValue> = {};
      for (const [key, one] of item) {
        if (typeof key !== 'string') return unfit('it is a dictionary with a key that is no text');
        setOwn(object, key, convert(one, level + 1));
      }
      return object;
    }
    if (item instanceof Uint8Array) return unfit('it holds bytes');
    if (item instanceof Set) return unfit('it is a set, which has no order');
    if (typeof item === 'object' && item !== null && 'type' in item) return unfit(`it is an object of ${item.type}`);
    return item;
  };
  return convert(value, 0);
}
