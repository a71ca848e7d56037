import {
  plainFloats,
  setOwn,
  witnessedRow,
  type JsonObject,
  type JsonValue,
  type RecordsRequest,
  type RecordsWitness,
  type WitnessedRecord,
} from '@vsm/core/adapter';
import type { Command, Reply } from './client.ts';
import { fromKey, keyOfId } from './keys.ts';
import type { Layout } from './layout.ts';
import { DROP_EXPIRY } from './options.ts';
import type { Reading } from './read.ts';

/** What single keys hold, as a DataView and the plain `JSON.parse` read it. */
export async function witnessRecords(
  { connection, layout, expires }: Reading,
  { ids }: RecordsRequest,
): Promise<RecordsWitness | undefined> {
  const known = ids.flatMap((id) => {
    const key = keyOfId(id, layout);
    return key === undefined ? [] : [{ id, key: fromKey(key) }];
  });
  const isHash = layout.type === 'hash';
  const commands = known.map(({ key }): Command => (isHash ? ['HGETALL', key] : ['JSON.GET', key]));
  const replies = commands.length === 0 ? [] : await connection.run('witness keys', commands);
  const added = expires === undefined || expires === DROP_EXPIRY ? [] : [expires];
  const records = replies.flatMap((reply, at): WitnessedRecord[] => {
    const id = known[at]?.id ?? '';
    const found = isHash ? ofHash(reply, layout) : ofJson(reply, layout);
    return found === undefined ? [] : [{ ...found, id, skipped: [...(found.skipped ?? []), ...added] }];
  });
  const unwitnessed = isHash
    ? ['fields of numbers and of bytes in hashes', 'vectors of other types than float32']
    : ['fields beside entries of the same name'];
  return {
    by: `the ${isHash ? 'bytes of HGETALL' : 'plain JSON.parse of JSON.GET'}`,
    records,
    metrics: {},
    unwitnessed,
  };
}

type Found = Omit<WitnessedRecord, 'id'> | undefined;

const placesOf = ({ document, uri, container, ignored }: Layout) => ({
  document,
  uri,
  container,
  isIgnored: (field: string): boolean => ignored.has(field),
});

function ofJson(reply: Reply, layout: Layout): Found {
  if (reply === null || reply instanceof Error) return undefined;
  const value = JSON.parse(String(reply)) as JsonValue;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const vectors = new Map(layout.vectors.map(({ field, name }) => [field, name]));
  return witnessedRow(value as JsonObject, { ...placesOf(layout), vectors });
}

function ofHash(reply: Reply, layout: Layout): Found {
  if (!Array.isArray(reply) || reply.length === 0) return undefined;
  const bytes = reply as readonly Buffer[];
  const row: Record<string, JsonValue> = {};
  const vectors: Record<string, readonly number[]> = {};
  const odd: string[] = [];
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    const [field, value] = [String(bytes[at]), bytes[at + 1] as Buffer];
    const vector = layout.vectors.find((one) => one.field === field);
    if (vector !== undefined) {
      if (vector.datatype === 'float32' && value.length % 4 === 0) setOwn(vectors, vector.name, plainFloats(value));
    } else if (layout.numeric.has(field)) odd.push(field);
    else {
      try {
        setOwn(row, field, decoder.decode(value));
      } catch {
        odd.push(field);
      }
    }
  }
  const found = witnessedRow(row, placesOf(layout));
  const besides = odd.flatMap((field) => [field, `${field}__column`]);
  return { ...found, skipped: [...(found.skipped ?? []), ...besides], vectors };
}
