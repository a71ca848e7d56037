import type { RawReader } from '@vsm/conformance';
import { parseJson, setOwn, type MetadataValue, type Vector, type VectorRecord } from '@vsm/core/adapter';
import { BSON, MongoClient, type Document } from 'mongodb';

/** Reads a record by the official client, with its types as objects. */
export function rawReader(url: string): RawReader {
  return {
    async read(collection, id) {
      const client = new MongoClient(url, { promoteValues: false });
      try {
        const found = await client
          .db()
          .collection(collection)
          .findOne({ _id: id as never });
        return found === null ? undefined : toRecord(id, found);
      } finally {
        await client.close();
      }
    },
  };
}

function toRecord(id: string, { document, uri, metadata, rest, ...others }: Document): VectorRecord {
  const vectors: Record<string, Vector> = {};
  for (const [field, value] of Object.entries(others)) {
    if (value instanceof BSON.Binary) setOwn(vectors, field.replace(/^vector_?/, ''), [...value.toFloat32Array()]);
  }
  const entries = plain(metadata) as Record<string, MetadataValue>;
  for (const { k, v } of (rest ?? []) as { k: string; v: string }[]) setOwn(entries, k, parseJson(v));
  return {
    id,
    vectors,
    metadata: entries,
    document: document as string | undefined,
    uri: uri as string | undefined,
  };
}

function plain(value: unknown): MetadataValue {
  if (value instanceof BSON.Int32) return value.value;
  if (value instanceof BSON.Long) return parseJson(value.toString());
  if (value instanceof BSON.Double)
    return Number.isInteger(value.value)
      ? parseJson(Object.is(value.value, -0) ? '-0.0' : `${BigInt(value.value)}.0`)
      : value.value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value as MetadataValue;
  const entries: Record<string, MetadataValue> = {};
  for (const [key, inner] of Object.entries(value)) setOwn(entries, key, plain(inner));
  return entries;
}
