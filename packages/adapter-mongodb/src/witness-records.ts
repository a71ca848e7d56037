import {
  own,
  setOwn,
  witnessedRow,
  type JsonValue,
  type RecordsRequest,
  type RecordsWitness,
  type WitnessedRecord,
} from '@vsm/core/adapter';
import { BSON, type Document } from 'mongodb';
import { MARKS } from './bson-values.ts';
import { bsonId } from './ids.ts';
import type { Layout } from './layout.ts';
import type { Reading } from './read.ts';

/** What the vendor's driver makes of single documents, where scans read the bytes of BSON themselves. */
export async function witnessRecords(
  { connection, layout }: Reading,
  { ids }: RecordsRequest,
): Promise<RecordsWitness> {
  const wanted = new Map(ids.map((id) => [keyOf(bsonId(id, layout.places.ids)), id]));
  const found: Document[] = await connection.run(`witness documents of "${layout.name}"`, () =>
    connection
      .collection(layout.name)
      .find({ _id: { $in: ids.map((id) => bsonId(id, layout.places.ids)) as never[] } }, { promoteValues: false })
      .toArray(),
  );
  const records = found.flatMap((document): WitnessedRecord[] => {
    const id = wanted.get(keyOf(document['_id']));
    return id === undefined ? [] : [{ ...ofDocument(document, layout), id }];
  });
  const unwitnessed = [
    'values of types that JSON does not have',
    'sparse vectors, and those in other bytes than float32',
  ];
  return { by: 'the decoder of the MongoDB driver', records, metrics: {}, unwitnessed };
}

const keyOf = (id: unknown): string => BSON.EJSON.stringify(id, { relaxed: false });

function ofDocument(document: Document, layout: Layout): Omit<WitnessedRecord, 'id'> {
  const { places } = layout;
  const row: Record<string, JsonValue> = {};
  const odd: string[] = [];
  for (const [field, value] of Object.entries(document)) {
    if (field === '_id' || field === places.rest) continue;
    if (field === places.container && isPlainObject(value)) {
      const entries: Record<string, JsonValue> = {};
      for (const [key, entry] of Object.entries(value)) put(entries, odd, key, entry);
      setOwn(row, field, entries);
    } else put(row, odd, field, floatsIn(value) ?? value);
  }
  const found = witnessedRow(row, {
    document: places.document,
    uri: places.uri,
    container: places.container,
    vectors: new Map(layout.vectors.map(({ field, name }) => [field, name])),
    isIgnored: (field) => layout.ignored.has(field),
    keyOf: (field) => layout.keys.get(field) ?? field,
  });
  const left = restKeys(places.rest === undefined ? undefined : own(document, places.rest));
  const keys = odd.flatMap((field) => [field, layout.keys.get(field) ?? field, `${field}__column`]);
  const isOdd = (field: string | undefined): boolean => field !== undefined && odd.includes(field);
  return {
    ...found,
    ...(isOdd(places.document) && { document: undefined }),
    ...(isOdd(places.uri) && { uri: undefined }),
    skipped: [...(found.skipped ?? []), ...keys, ...left, MARKS],
  };
}

const FLOAT32: number = BSON.Binary.VECTOR_TYPE.Float32;

/** The driver reads the vectors of Atlas as well. */
function floatsIn(value: unknown): unknown {
  const isVector = value instanceof BSON.Binary && value.sub_type === BSON.Binary.SUBTYPE_VECTOR;
  return isVector && value.buffer[0] === FLOAT32
    ? Array.from(value.toFloat32Array(), (one) => new BSON.Double(one))
    : undefined;
}

function put(row: Record<string, JsonValue>, odd: string[], key: string, value: unknown): void {
  const plain = plainOf(value);
  if (plain === undefined) odd.push(key);
  else setOwn(row, key, plain);
}

/** `undefined` where JSON has no such type. */
function plainOf(value: unknown): JsonValue | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (value instanceof BSON.Int32 || value instanceof BSON.Double)
    return Number.isFinite(value.value) ? value.value : undefined;
  if (value instanceof BSON.Long && !(value instanceof BSON.Timestamp)) return value.toNumber();
  if (Array.isArray(value)) {
    const items = value.map(plainOf);
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  if (!isPlainObject(value)) return undefined;
  const object: Record<string, JsonValue> = {};
  for (const [key, item] of Object.entries(value)) {
    const plain = plainOf(item);
    if (plain === undefined) return undefined;
    setOwn(object, key, plain);
  }
  return object;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function restKeys(pairs: unknown): string[] {
  if (!Array.isArray(pairs)) return [];
  return pairs.flatMap((pair: unknown) => (isPlainObject(pair) && typeof pair['k'] === 'string' ? [pair['k']] : []));
}
