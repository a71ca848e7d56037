import { hash } from 'node:crypto';
import type { VectorRecord } from '@vsm/core/adapter';

/** Where a record stands in a backup, which is in the order of namespaces and, within each, of ids, both by UTF-16 code units. */
export type Key = readonly [namespace: string, id: string];

export function keyOf({ namespace = '', id }: Pick<VectorRecord, 'id' | 'namespace'>): Key {
  return [namespace, id];
}

export function compareKeys([namespace, id]: Key, [otherNamespace, otherId]: Key): number {
  if (namespace !== otherNamespace) return namespace < otherNamespace ? -1 : 1;
  if (id === otherId) return 0;
  return id < otherId ? -1 : 1;
}

/** The last place whose first key is not behind `key`; 0 where all are. */
export function placeOf(firsts: readonly Key[], key: Key): number {
  let [low, high] = [0, firsts.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (compareKeys(firsts[middle] as Key, key) <= 0) low = middle;
    else high = middle;
  }
  return low;
}

/** 32 bits that depend on the key alone. */
export function keyBits(key: Key): number {
  return hash('sha256', JSON.stringify(key), 'buffer').readUInt32BE(0);
}

/** The records from one key to another, for people. */
export function printRange(first: Key, last: Key): string {
  const where = ([namespace, id]: Key): string =>
    JSON.stringify(id) + (namespace === '' ? '' : ` of namespace ${JSON.stringify(namespace)}`);
  return compareKeys(first, last) === 0 ? where(first) : `${where(first)} to ${where(last)}`;
}
