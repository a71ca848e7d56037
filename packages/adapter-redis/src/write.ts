import {
  metadataProblem,
  own,
  setOwn,
  type MetadataValue,
  type Rejection,
  type UpsertResult,
  type VectorRecord,
} from '@vsm/core/adapter';
import { capabilities } from './capabilities.ts';
import type { Command, Word } from './client.ts';
import { fromKey, keyOfId } from './keys.ts';
import { toHash, toJson } from './mapping.ts';
import { DROP_EXPIRY } from './options.ts';
import type { Reading } from './read.ts';

/** Records of one transaction, for whose time the server does nothing else. */
const TOGETHER = 100;

/** Writes a hash where there is no key, and says whether it did: HSET alone would merge the two. */
const INSERT = `if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
if ARGV[1] ~= '' then redis.call('PEXPIREAT', KEYS[1], ARGV[1]) end
return 1`;

interface WritableKey {
  readonly key: Buffer;
  readonly words: readonly Word[];
  /** When it expires, in milliseconds since 1970. */
  readonly time: number | undefined;
}

/** Writes records whole. A record that a key cannot hold as it is comes back by name. */
export async function writeRecords(
  reading: Reading,
  records: readonly VectorRecord[],
  insertOnly: boolean,
): Promise<UpsertResult> {
  const { connection, layout } = reading;
  const rejected: Rejection[] = [];
  const writable: WritableKey[] = [];
  for (const record of records) {
    const found = toKey(record, reading);
    if ('reason' in found) rejected.push({ id: record.id, namespace: record.namespace, ...found });
    else writable.push(found);
  }
  const action = `write to "${layout.name}"`;
  for (let start = 0; start < writable.length; start += TOGETHER) {
    const some = writable.slice(start, start + TOGETHER);
    const commands = some.flatMap((one) => (insertOnly ? insertion(one, layout.type) : replacement(one, layout.type)));
    const sent: readonly Command[] = insertOnly ? commands : [['MULTI'], ...commands, ['EXEC']];
    const replies = await connection.run(action, sent);
    const last = replies.at(-1);
    // What EXEC says of a command that was refused before is only that one was.
    const refused =
      replies.find((reply) => reply instanceof Error) ??
      (Array.isArray(last) ? last.find((reply) => reply instanceof Error) : undefined);
    if (refused !== undefined) throw connection.failure(action, refused);
  }
  return { accepted: writable.length, rejected };
}

function toKey(given: VectorRecord, { layout, expires }: Reading): WritableKey | Pick<Rejection, 'reason' | 'detail'> {
  const key = keyOfId(given.id, layout);
  if (key === undefined) {
    return {
      reason: 'invalid-id',
      detail: `ids of this collection begin with ${layout.prefixes.map((prefix) => `"${prefix}"`).join(' or ')}`,
    };
  }
  const { record, time } = takeExpiry(given, expires);
  if (time !== undefined && time <= Date.now())
    return { reason: 'refused', detail: `it expired at ${new Date(time).toISOString()}` };
  if (layout.type === 'json') {
    const problem = metadataProblem(record.metadata, JSON_METADATA);
    if (problem !== undefined) return { reason: 'invalid-metadata', detail: problem };
  }
  const written = layout.type === 'hash' ? toHash(record, layout) : toJson(record, layout);
  return 'reason' in written ? written : { key: fromKey(key), words: written.words, time };
}

/** What documents hold as it is: the server reads them with serde_json, and prints them anew. */
const JSON_METADATA = { ...capabilities.metadata, integers: 'uint64', numberParser: 'serde' } as const;

function takeExpiry(
  record: VectorRecord,
  expires: string | undefined,
): { record: VectorRecord; time: number | undefined } {
  const time = expires === undefined || expires === DROP_EXPIRY ? undefined : own(record.metadata, expires);
  if (expires === undefined || typeof time !== 'number' || !Number.isSafeInteger(time))
    return { record, time: undefined };
  const metadata: Record<string, MetadataValue> = {};
  for (const [key, value] of Object.entries(record.metadata)) if (key !== expires) setOwn(metadata, key, value);
  return { record: { ...record, metadata }, time };
}

function replacement({ key, words, time }: WritableKey, type: 'hash' | 'json'): Command[] {
  const write: Command[] =
    type === 'hash'
      ? [
          ['DEL', key],
          ['HSET', key, ...words],
        ]
      : [
          ['DEL', key],
          ['JSON.SET', key, '$', ...words],
        ];
  return time === undefined ? write : [...write, ['PEXPIREAT', key, time]];
}

function insertion({ key, words, time }: WritableKey, type: 'hash' | 'json'): Command[] {
  if (type === 'hash') return [['EVAL', INSERT, 1, key, time ?? '', ...words]];
  // An expiry is set only where the key has none, so that one that was there stays.
  return [
    ['JSON.SET', key, '$', ...words, 'NX'],
    ...(time === undefined ? [] : [['PEXPIREAT', key, time, 'NX'] as const]),
  ];
}

export async function deleteRecords({ connection, layout }: Reading, ids: readonly string[]): Promise<void> {
  const keys = ids.flatMap((id) => keyOfId(id, layout) ?? []).map(fromKey);
  if (keys.length > 0) await connection.ask(`delete from "${layout.name}"`, ['UNLINK', ...keys]);
}
