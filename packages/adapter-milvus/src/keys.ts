import { recordKey, recordOfKey, VsmError, type VectorRecord } from '@vsm/core/adapter';
import { TYPES } from './grpc/schema.ts';
import type { Layout } from './layout.ts';

type Key = Pick<VectorRecord, 'id' | 'namespace'>;

/** The least key cannot be written in an expression: https://github.com/milvus-io/milvus/issues/46075 */
const LEAST = -(2n ** 63n);

/** A key of the store: unique in a collection, not in a namespace. `undefined` where no row can have it. */
export function encodeKey({ id, namespace }: Key, layout: Layout): string | bigint | undefined {
  if (layout.key.type === TYPES.int64) {
    if (!/^(0|-?[1-9]\d{0,18})$/.test(id)) return undefined;
    const number = BigInt(id);
    // The greatest one is counted and never shown again, by 2.3 at least.
    return number >= LEAST && number < -LEAST - 1n ? number : undefined;
  }
  return layout.namespaces === 'key' ? recordKey({ id, namespace }) : id;
}

/** The keys of one namespace, as far as they make it part of the key. */
export function withinNamespace(namespace: string, { key }: Layout): string {
  const first = recordKey({ id: '', namespace });
  return `${key.name} > ${quote(first)} and ${key.name} < ${quote(successor(first))}`;
}

/** The first key behind all of the namespace of this one. */
export function behindNamespace(key: string, layout: Layout): string {
  const { id } = decodeKey(key, layout);
  return `${layout.key.name} >= ${quote(successor(key.slice(0, key.length - id.length)))}`;
}

/** The least text that is behind every one that begins like this, in the order of code points, which is that of UTF-8. */
function successor(prefix: string): string {
  const characters = Array.from(prefix);
  for (;;) {
    const code = characters.pop()?.codePointAt(0);
    if (code === undefined) throw new TypeError('a prefix without a character that another follows');
    if (code < 0x10ffff) return characters.join('') + String.fromCodePoint(code === 0xd7ff ? 0xe000 : code + 1);
  }
}

export function decodeKey(key: string, { namespaces }: Layout): Key {
  // A row of somebody else may have a key that is no such pair.
  return (namespaces === 'key' ? recordOfKey(key) : undefined) ?? { id: key };
}

/** A value in an expression. Integers have no sign there but that of the least, which is no literal. */
function literal(key: string | bigint): string {
  return typeof key === 'string' ? quote(key) : String(key);
}

export function quote(text: string): string {
  return `"${text
    .replaceAll(/["\\]/g, String.raw`\$&`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\r', String.raw`\r`)}"`;
}

/** The keys behind one, or all. */
export function behind(last: string | bigint | undefined, { key }: Layout): string {
  if (key.type !== TYPES.int64) return last === undefined ? `${key.name} >= ""` : `${key.name} > ${literal(last)}`;
  if (last === undefined) return `${key.name} < ${LEAST + 1n} or ${key.name} >= ${LEAST + 1n}`;
  return last === LEAST ? `${key.name} >= ${LEAST + 1n}` : `${key.name} > ${literal(last)}`;
}

/** The keys up to one, which is included. */
export function upTo(last: string | bigint, { key }: Layout): string {
  return last === LEAST ? `${key.name} < ${LEAST + 1n}` : `${key.name} <= ${literal(last)}`;
}

/** The keys from one to another, both included. */
export function amongRange(first: string | bigint, last: string | bigint, layout: Layout): string {
  const upper = upTo(last, layout);
  return first === LEAST ? upper : `${layout.key.name} >= ${literal(first)} and ${upper}`;
}

export function amongKeys(keys: readonly (string | bigint)[], { key }: Layout): string {
  const [least, others] = [keys.includes(LEAST), keys.filter((one) => one !== LEAST)];
  const list = `${key.name} in [${others.map(literal).join(',')}]`;
  if (!least) return list;
  return `${key.name} < ${LEAST + 1n}${others.length === 0 ? '' : ` or ${list}`}`;
}

/** A cursor, and back. */
export const printKey = (key: string | bigint): string => (typeof key === 'bigint' ? `${key}` : key);

/** @throws VsmError with code `INVALID_CURSOR` */
export function parseKey(text: string, layout: Layout): string | bigint {
  if (layout.key.type !== TYPES.int64) return text;
  if (/^-?\d{1,19}$/.test(text)) return BigInt(text);
  throw new VsmError('INVALID_CURSOR', `milvus: the cursor "${text}" is not from a scan of this collection`, {
    adapter: 'milvus',
  });
}

/** Whether keys come in the order of the store: texts by their bytes. */
export function isBehind(key: string | bigint, last: string | bigint | undefined): boolean {
  if (last === undefined) return true;
  if (typeof key === 'bigint' || typeof last === 'bigint') return BigInt(key) > BigInt(last);
  return Buffer.compare(Buffer.from(key), Buffer.from(last)) > 0;
}
