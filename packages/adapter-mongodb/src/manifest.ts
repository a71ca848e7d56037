import { vectorColumns, type CollectionSchema, type VectorSchema } from '@vsm/core/adapter';
import type { Connection } from './client.ts';
import { mongodbError } from './errors.ts';
import type { IdForm } from './ids.ts';
import { formFor, type VectorForm } from './vectors.ts';

/** Which field of a document is what. */
export interface Places {
  readonly vectors: readonly VectorPlace[];
  readonly document?: string | undefined;
  readonly uri?: string | undefined;
  /** The field whose entries are the metadata; without, it is all that is nothing else. */
  readonly container?: string | undefined;
  /** Fields beside the container that are metadata as well, by key. */
  readonly beside: Readonly<Record<string, string>>;
  /** The field with entries that BSON does not hold, as pairs of key and JSON text. */
  readonly rest?: string | undefined;
  readonly ids: readonly IdForm[];
}

interface VectorPlace {
  readonly name: string;
  readonly field: string;
  readonly form: VectorForm;
}

/** What VSM keeps of a collection that it made, in a collection for all of them: MongoDB has no place for it. */
export interface Manifest {
  readonly vsm: 1;
  /** Of the collection: one that others made under the same name has another. */
  readonly uuid?: string | undefined;
  readonly places: Places;
  readonly schema: Omit<CollectionSchema, 'name'>;
}

export const MANIFESTS = 'vsm_collections';
/** The search index over the vectors of a new collection. */
export const OWN_INDEX = 'vector_index';

/** Places of a new collection. */
export function ownPlaces({ vectors }: CollectionSchema): Places {
  const fields = vectorColumns(Object.keys(vectors), /[^\w-]/g);
  return {
    vectors: Object.entries(fields).map(([name, field]) => {
      const { datatype } = vectors[name] as Extract<VectorSchema, { kind: 'dense' }>; // own key: both are of the same names
      return { name, field, form: formFor(datatype) };
    }),
    document: 'document',
    uri: 'uri',
    container: 'metadata',
    beside: {},
    rest: 'rest',
    ids: [],
  };
}

export async function readManifest(
  connection: Connection,
  name: string,
  uuid: string | undefined,
): Promise<Manifest | undefined> {
  const found = await connection.run(`open "${name}"`, () =>
    connection.collection(MANIFESTS).findOne({ _id: name as never }),
  );
  if (found === null) return undefined;
  try {
    const manifest = JSON.parse(String(found['manifest'])) as Manifest;
    const isOther = manifest.uuid !== undefined && uuid !== undefined && manifest.uuid !== uuid;
    if (manifest.vsm === 1) return isOther ? undefined : manifest;
  } catch {
    // Said below.
  }
  throw mongodbError('INVALID_DATA', `the entry "${name}" of the collection ${MANIFESTS} is not what VSM writes there`);
}

export async function writeManifest(connection: Connection, name: string, manifest: Manifest): Promise<void> {
  await connection.run(`create "${name}"`, () =>
    connection
      .collection(MANIFESTS)
      .replaceOne({ _id: name as never }, { manifest: JSON.stringify(manifest) }, { upsert: true }),
  );
}

export async function dropManifest(connection: Connection, name: string): Promise<void> {
  await connection.run(`drop "${name}"`, () => connection.collection(MANIFESTS).deleteOne({ _id: name as never }));
}
