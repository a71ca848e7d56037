import type { Command, Connection, Reply } from './client.ts';
import { fromKey, type Key } from './keys.ts';

/** What a key holds. */
export type Raw =
  | { readonly kind: 'hash'; readonly fields: readonly (readonly [field: string, value: Buffer])[] }
  | { readonly kind: 'json'; readonly text: string }
  | { readonly kind: 'gone' }
  /** A key that is there and is no record: why. */
  | { readonly kind: 'other'; readonly why: string };

/** Reads keys together. */
export async function readRaw(
  connection: Connection,
  type: 'hash' | 'json',
  keys: readonly Key[],
): Promise<readonly Raw[]> {
  if (keys.length === 0) return [];
  const action = 'read keys';
  const commands = keys.map((key): Command =>
    type === 'hash' ? ['HGETALL', fromKey(key)] : ['JSON.GET', fromKey(key)],
  );
  const replies = await connection.run(action, commands);
  return replies.map((reply) => parse(reply, type, connection));
}

const OF_ANOTHER_TYPE = /^WRONGTYPE\b|wrong (?:Redis )?(?:key )?type/i;

function parse(reply: Reply, type: 'hash' | 'json', connection: Connection): Raw {
  if (reply instanceof Error) {
    if (!OF_ANOTHER_TYPE.test(reply.message)) throw connection.failure('read keys', reply);
    return { kind: 'other', why: `its key is no ${type === 'hash' ? 'hash' : 'JSON document'}` };
  }
  if (reply === null) return { kind: 'gone' };
  if (type === 'json') return { kind: 'json', text: String(reply) };
  const list = reply as readonly Buffer[];
  // No hash is empty.
  if (list.length === 0) return { kind: 'gone' };
  const fields: (readonly [string, Buffer])[] = [];
  for (let at = 0; at < list.length; at += 2) fields.push([String(list[at]), list[at + 1] as Buffer]);
  return { kind: 'hash', fields };
}
