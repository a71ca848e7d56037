import {
  isProblem,
  metadataProblem,
  own,
  rejectedRows,
  rejection,
  setOwn,
  type MetadataValue,
  type RecordProblem,
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
    if (isProblem(found)) rejected.push(rejection(record, found));
    else writable.push(found);
  }
  const action = `write to "${layout.name}"`;
  const commands = insertOnly
    ? writable.flatMap((one) => insertion(one, layout.type))
    : Array.from({ length: Math.ceil(writable.length / TOGETHER) }, (_, at) =>
        replacements(writable.slice(at * TOGETHER, (at + 1) * TOGETHER), layout.type),
      ).flat();
  const replies = commands.length === 0 ? [] : await connection.run(action, commands);
  // What EXEC says of a command that was refused before is only that one was, so that the first one counts.
  const refused = replies.flat().find((reply) => reply instanceof Error);
  if (refused !== undefined) throw connection.failure(action, refused);
  return { accepted: writable.length, rejected };
}

/** Those of the records that a key cannot hold as it is. */
export function unwritable(reading: Reading, records: readonly VectorRecord[]): Rejection[] {
  return rejectedRows(records, (record) => toKey(record, reading));
}

function toKey(given: VectorRecord, { layout, expires }: Reading): WritableKey | RecordProblem {
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
  return isProblem(written) ? written : { key: fromKey(key), words: written.words, time };
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

/** In one transaction: HSET alone would merge a record into the one that was there. */
function replacements(some: readonly WritableKey[], type: 'hash' | 'json'): Command[] {
  const writes = some.flatMap(({ key, words, time }): Command[] => [
    type === 'hash' ? ['HSET', key, ...words] : ['JSON.SET', key, '$', ...words],
    ...(time === undefined ? [] : [['PEXPIREAT', key, time] as const]),
  ]);
  return [['MULTI'], ['DEL', ...some.map(({ key }) => key)], ...writes, ['EXEC']];
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
