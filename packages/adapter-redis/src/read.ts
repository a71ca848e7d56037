import {
  integer,
  keyBeside,
  unfit,
  type MetadataValue,
  type ScanPage,
  type ScanRequest,
  type VectorRecord,
} from '@vsm/core/adapter';
import type { Command, Connection } from './client.ts';
import { allKeys, fromKey, idOfKey, keyOfId, type Key, type KeyPages } from './keys.ts';
import type { Layout } from './layout.ts';
import { toRecord } from './mapping.ts';
import { DROP_EXPIRY } from './options.ts';
import { readRaw } from './raw.ts';

/** What of a collection is read, and by what. */
export interface Reading {
  readonly connection: Connection;
  readonly layout: Layout;
  /** The entry of the metadata that gets the time at which a key expires. */
  readonly expires: string | undefined;
}

export async function scanPage(
  reading: Reading,
  pages: KeyPages,
  { cursor, limit, include }: ScanRequest,
): Promise<ScanPage> {
  const page = await pages.page(cursor, limit, (keys) => readKeys(reading, keys, include));
  return { records: page.result, cursor: page.cursor };
}

export async function fetchRecords(reading: Reading, ids: readonly string[]): Promise<VectorRecord[]> {
  const keys = ids.flatMap((id) => keyOfId(id, reading.layout) ?? []);
  return readKeys(reading, keys, ['vectors', 'metadata']);
}

async function readKeys(
  { connection, layout, expires }: Reading,
  keys: readonly Key[],
  include: ScanRequest['include'],
): Promise<VectorRecord[]> {
  if (include.length === 0) {
    const ids = keys.map((key) => idOfKey(key, layout));
    // Names that are no text need to be told by more than their id.
    if (ids.every((id) => id !== undefined)) return ids.map((id) => ({ id, vectors: {}, metadata: {} }));
  }
  const raws = await readRaw(connection, layout.type, keys);
  const times = expires === undefined || expires === DROP_EXPIRY ? [] : await expiryTimes(connection, keys);
  return raws.flatMap((raw, at) => {
    const key = keys[at] ?? '';
    const record = toRecord(key, raw, layout, include);
    if (record === undefined) return [];
    const time = times[at];
    return time === undefined || !include.includes('metadata') ? [record] : [withExpiry(record, expires ?? '', time)];
  });
}

function withExpiry(record: VectorRecord, expires: string, time: number): VectorRecord {
  const { metadata } = record;
  const key = keyBeside(expires, (name) => Object.hasOwn(metadata, name));
  const value: MetadataValue =
    key === expires
      ? integer(time)
      : unfit(`the key expires, and its metadata has a field of this name already: say another one with expires=`);
  return { ...record, metadata: { ...metadata, [key]: value } };
}

/** When keys expire, in milliseconds since 1970; `undefined` for those that do not. */
export async function expiryTimes(connection: Connection, keys: readonly Key[]): Promise<(number | undefined)[]> {
  const action = 'ask when keys expire';
  const commands = keys.map((key): Command => ['PEXPIRETIME', fromKey(key)]);
  const replies = keys.length === 0 ? [] : await connection.run(action, commands);
  return replies.map((reply) => {
    if (reply instanceof Error) throw connection.failure(action, reply);
    const time = Number(reply);
    return time < 0 ? undefined : time;
  });
}

export async function countKeys(connection: Connection, layout: Layout): Promise<{ value: number; exact: boolean }> {
  let value = 0;
  for await (const keys of allKeys(connection, layout)) value += keys.length;
  return { value, exact: value < MOST_REMEMBERED };
}

/** Beyond these, keys that SCAN gives twice are not noticed. */
const MOST_REMEMBERED = 6_000_000;

/** What keys of this database expire, by the sums of the server. */
export async function expiringInDatabase(connection: Connection): Promise<{ keys: number; fields: number }> {
  const [reply = null] = await connection.run('ask whether keys expire', [['INFO', 'keyspace']]);
  if (reply instanceof Error) throw connection.failure('ask whether keys expire', reply);
  const line = new RegExp(`^db${connection.db}:(.*)$`, 'm').exec(String(reply))?.[1] ?? '';
  const number = (name: string): number => Number(new RegExp(`\\b${name}=(\\d+)`).exec(line)?.[1] ?? 0);
  return { keys: number('expires'), fields: number('subexpiry') };
}
