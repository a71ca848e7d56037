import { objectAt, type CollectionSchema, type JsonObject, type VectorSchema, type Warning } from '@vsm/core/adapter';
import { BSON, type IndexDescription } from 'mongodb';
import type { Connection } from './client.ts';
import { mongodbError } from './errors.ts';
import { collectionInfo, uuidOf } from './layout.ts';
import { dropManifest, MANIFESTS, OWN_INDEX, ownPlaces, writeManifest, type Places } from './manifest.ts';
import { createSearchIndexes, similarityOf, type SearchIndex } from './search-indexes.ts';

type PlannedIndex = Pick<SearchIndex, 'name' | 'type' | 'definition'>;

interface Plan {
  readonly places: Places;
  readonly searchIndexes: readonly PlannedIndex[];
  readonly indexes: readonly IndexDescription[];
  readonly warnings: readonly Warning[];
}

/** A collection for records: as one of MongoDB was where its vectors are the same, else with fields of our own. */
export async function createCollection(connection: Connection, given: CollectionSchema): Promise<readonly Warning[]> {
  const { name, ...schema } = given;
  if (name === MANIFESTS || name.startsWith('system.') || name.includes('$') || name === '')
    throw mongodbError('INVALID_OPTIONS', `a collection cannot be called "${name}"`);
  const action = `create "${name}"`;
  if ((await collectionInfo(connection, name)) !== undefined)
    throw mongodbError('CONFLICT', `cannot ${action}: it exists already`);
  const plan = planCollection(given);
  await connection.run(action, (db) => db.createCollection(name));
  try {
    const info = await collectionInfo(connection, name);
    await writeManifest(connection, name, { vsm: 1, uuid: uuidOf(info), places: plan.places, schema });
    if (plan.indexes.length > 0)
      await connection.run(action, () => connection.collection(name).createIndexes([...plan.indexes]));
    return [...plan.warnings, ...(await createSearchIndexes(connection, name, plan.searchIndexes))];
  } catch (error) {
    await dropCollection(connection, name);
    throw error;
  }
}

export async function dropCollection(connection: Connection, name: string): Promise<void> {
  await connection.run(`drop "${name}"`, (db) => db.dropCollection(name));
  await dropManifest(connection, name);
}

function planCollection(schema: CollectionSchema): Plan {
  const native = objectAt(schema.native ?? {}, 'mongodb');
  const copied = native === undefined ? undefined : placesIn(native, schema);
  if (copied === undefined || native === undefined) {
    const places = ownPlaces(schema);
    return { places, indexes: [], ...searchIndexFor(schema, places) };
  }
  const { indexes, searchIndexes } = native;
  return {
    places: copied,
    warnings: [],
    searchIndexes: (Array.isArray(searchIndexes) ? searchIndexes : []) as readonly unknown[] as readonly PlannedIndex[],
    indexes: typeof indexes === 'string' ? (BSON.EJSON.parse(indexes) as IndexDescription[]) : [],
  };
}

/** What a description of MongoDB gave, where the vectors are still those. */
function placesIn(native: JsonObject, { vectors }: CollectionSchema): Places | undefined {
  const places = objectAt(native, 'places') as unknown as Places | undefined;
  const names = places?.vectors.map(({ name }) => name) ?? [];
  const isSame =
    names.length === Object.keys(vectors).length &&
    names.every((name) => Object.hasOwn(vectors, name) && vectors[name]?.kind === 'dense');
  return isSame ? places : undefined;
}

/** One index over all vectors that a search can compare. */
function searchIndexFor(
  { vectors }: CollectionSchema,
  places: Places,
): { readonly searchIndexes: readonly PlannedIndex[]; readonly warnings: readonly Warning[] } {
  const warnings: Warning[] = [];
  const fields = places.vectors.flatMap(({ name, field, form }): JsonObject[] => {
    const { dimension, metric } = vectors[name] as Extract<VectorSchema, { kind: 'dense' }>; // own key: places are made of it
    const similarity = metric === undefined ? undefined : similarityOf(metric);
    if (similarity === undefined) return [];
    const label = name === '' ? 'the vector' : `vector "${name}"`;
    if (dimension === undefined || (form === 'bit' && metric !== 'euclidean')) {
      const why =
        dimension === undefined ? 'its dimension is not known beforehand' : 'bits are compared by euclidean alone';
      warnings.push({ type: 'unsupported', feature: 'index', detail: `no search index for ${label}: ${why}` });
      return [];
    }
    return [{ type: 'vector', path: field, numDimensions: dimension, similarity }];
  });
  const index = { name: OWN_INDEX, type: 'vectorSearch', definition: { fields } };
  return { searchIndexes: fields.length === 0 ? [] : [index], warnings };
}
