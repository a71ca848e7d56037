import {
  measuredVectors,
  setOwn,
  type CollectionDescription,
  type JsonObject,
  type VectorSchema,
  type Witness,
} from '@vsm/core/adapter';
import { allKeys, idOfKey, KeyPages } from './keys.ts';
import type { Layout } from './layout.ts';
import { expiringInDatabase, expiryTimes, scanPage, type Reading } from './read.ts';

export async function describeLayout(reading: Reading): Promise<CollectionDescription> {
  const { layout } = reading;
  const { name, manifest, notes } = layout;
  const undecided = [...(layout.undecided ?? []), ...(await openExpiry(reading))];
  const common = { notes, reading: layout.reading, undecided: undecided.length === 0 ? undefined : undecided };
  if (manifest !== undefined) {
    const { schema } = manifest;
    const pages = new KeyPages(reading.connection, layout);
    return {
      ...schema,
      ...nativeOf(layout, schema.native),
      name,
      vectors: await measuredVectors(schema.vectors, (page) => scanPage(reading, pages, page)),
      ...common,
    };
  }
  const vectors: Record<string, VectorSchema> = {};
  for (const { name: vector, datatype, dimension, metric } of layout.vectors) {
    setOwn(vectors, vector, {
      kind: 'dense',
      dimension,
      metric,
      ...(datatype !== undefined && datatype !== 'float32' && { datatype }),
    });
  }
  return { name, vectors, ids: 'string', ...nativeOf(layout, undefined), ...common };
}

/** Settings of the index, for another Redis. */
function nativeOf(
  { index, vectors }: Layout,
  others: CollectionDescription['native'],
): Pick<CollectionDescription, 'native'> {
  const indexes: Record<string, JsonObject> = {};
  for (const { name, field } of vectors) {
    const attribute = index?.attributes.find((one) => one.field === field)?.vector;
    if (attribute === undefined || attribute.algorithm === 'FLAT') continue;
    const { algorithm, m, efConstruction } = attribute;
    setOwn(indexes, name, {
      algorithm,
      ...(m !== undefined && { m }),
      ...(efConstruction !== undefined && { efConstruction }),
    });
  }
  if (Object.keys(indexes).length === 0) return others === undefined ? {} : { native: others };
  return { native: { ...others, redis: { ...others?.['redis'], indexes } } };
}

/** Nobody said what becomes of keys that expire, and there are some. */
async function openExpiry({ connection, layout, expires }: Reading): Promise<string[]> {
  if (expires !== undefined) return [];
  const { keys: expiring, fields } = await expiringInDatabase(connection);
  const choices =
    'say expires=<name> to carry the time as an entry of the metadata of that name, or expires=#drop to leave it out';
  if (fields > 0) {
    return [
      `single fields of ${fields} hashes in this database expire, which nothing but Redis knows: say expires=#drop to copy them as they are now`,
    ];
  }
  if (expiring === 0) return [];
  for await (const keys of allKeys(connection, layout)) {
    const times = await expiryTimes(connection, keys);
    const at = times.findIndex((time) => time !== undefined);
    if (at !== -1) return [`keys of this collection expire, such as "${idOfKey(keys[at] ?? '', layout)}": ${choices}`];
  }
  return [];
}

/** What the index counts. It knows nothing of keys that it could not take, and is behind while it is at work. */
export function countByIndex({ index, prefixes }: Layout): Witness | undefined {
  if (index === undefined || index.busy || index.failures > 0 || index.prefixes.join('\n') !== prefixes.join('\n'))
    return undefined;
  return {
    count: index.documents,
    by: `the documents that FT.INFO counts in the index "${index.name}"`,
    hint: 'The index covers keys of its type alone, and not those that were written while it could not take them.',
  };
}
