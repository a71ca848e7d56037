import { Float, isMetadataArray, isMetadataObject, type Metadata, type MetadataValue } from '@vsm/core/adapter';

/** Whether two values are the same to a store that forgets nothing; the order of keys is not. */
export function equalValues(left: MetadataValue | undefined, right: MetadataValue | undefined): boolean {
  if (left === undefined || right === undefined || left === null || right === null) return left === right;
  if (Float.isInstance(left)) return Float.isInstance(right) && Object.is(left.value, right.value);
  if (typeof left !== 'object') return Object.is(left, right);
  if (isMetadataArray(left)) {
    return (
      isMetadataArray(right) && left.length === right.length && left.every((item, at) => equalValues(item, right[at]))
    );
  }
  if (!isMetadataObject(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && equalValues(left[key], right[key]))
  );
}

/** The same with keys in order, at any depth: what becomes text must not depend on how a store orders them. */
export function inOrder(metadata: Metadata): Metadata {
  return Object.fromEntries(
    Object.entries(metadata)
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, value]) => [key, valueInOrder(value)]),
  );
}

export function valueInOrder(value: MetadataValue): MetadataValue {
  if (isMetadataArray(value)) return value.map(valueInOrder);
  return isMetadataObject(value) ? inOrder(value) : value;
}

/** Without some keys. Not by deleting or assigning: `__proto__` is a key like any other. */
export function without(metadata: Metadata, keys: readonly string[]): Metadata {
  return keys.some((key) => Object.hasOwn(metadata, key))
    ? Object.fromEntries(Object.entries(metadata).filter(([key]) => !keys.includes(key)))
    : metadata;
}

/** Later ones win. */
export function merged(...parts: readonly (Metadata | undefined)[]): Metadata {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(part ?? {})));
}
