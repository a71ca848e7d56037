import {
  measuredVectors,
  remarks,
  setOwn,
  type CollectionDescription,
  type JsonObject,
  type VectorSchema,
} from '@vsm/core/adapter';
import { BSON } from 'mongodb';
import { OWN_INDEX } from './manifest.ts';
import { scanPage, type Reading } from './read.ts';

export async function describeLayout(reading: Reading): Promise<CollectionDescription> {
  const { name, manifest, notes, undecided, reading: readings } = reading.layout;
  const native = await nativeOf(reading);
  if (manifest !== undefined) {
    const { schema } = manifest;
    const all = { ...schema.native, ...native };
    const vectors = await measuredVectors(schema.vectors, (page) => scanPage(reading, page));
    return { ...schema, name, vectors, ...(Object.keys(all).length > 0 && { native: all }) };
  }
  const vectors: Record<string, VectorSchema> = {};
  for (const { name: vector, kind, dimension, metric, datatype } of reading.layout.vectors) {
    const schema: VectorSchema =
      kind === 'sparse' ? { kind } : { kind, dimension, metric, ...(datatype !== undefined && { datatype }) };
    setOwn(vectors, vector, schema);
  }
  return { name, vectors, ids: 'string', native, reading: readings, ...remarks({ notes, undecided }) };
}

/** What another MongoDB makes the collection like: its fields and its indexes. */
async function nativeOf({ connection, layout }: Reading): Promise<Readonly<Record<string, JsonObject>>> {
  const { name, places, indexes = [] } = layout;
  const plain = await connection.run(`list the indexes of "${name}"`, () => connection.collection(name).indexes());
  const own = plain.filter((index) => index.name !== '_id_').map(({ v: _version, ...index }) => index);
  // What every collection of VSM has needs no words.
  const isPlain = own.length === 0 && indexes.every((index) => index.name === OWN_INDEX);
  if (layout.manifest !== undefined && isPlain) return {};
  return {
    mongodb: {
      places: places as unknown as JsonObject,
      searchIndexes: indexes.map((index) => ({ name: index.name, type: index.type, definition: index.definition })),
      // Conditions of an index hold values of any type.
      ...(own.length > 0 && { indexes: BSON.EJSON.stringify(own, { relaxed: false }) }),
    },
  };
}
