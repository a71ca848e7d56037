import { join } from 'node:path';
import type { CollectionDescription } from '@vsm/core/adapter';
import { documentCapabilities, utf8 } from '../capabilities.ts';
import type { Content, Kind, Shelf } from '../content.ts';
import { declared } from '../declared.ts';
import { damaged, folderError } from '../errors.ts';
import { columnsOf, openDatabase, type Database } from '../sqlite.ts';
import { listCollections, type ChromaCollection } from './catalog.ts';
import { RecordReader } from './records.ts';
import { sequenceOf } from './values.ts';
import { Vectors } from './vectors.ts';

const DATABASE = 'chroma.sqlite3';

/** What `PersistentClient` and the server of Chroma 0.4 to 1.5 keep. */
export const chroma: Kind = {
  name: 'Chroma',
  recognises: (files) => files.has(DATABASE),
  capabilities: { ...documentCapabilities, ...utf8, uri: true },
  async open(path): Promise<Shelf> {
    const database = await openDatabase(join(path, DATABASE));
    try {
      return shelfOf(path, database, listCollections(database));
    } catch (cause) {
      database.close();
      throw cause;
    }
  },
};

function shelfOf(path: string, database: Database, collections: readonly ChromaCollection[]): Shelf {
  const opened: Vectors[] = [];
  const files = [database.path];
  return {
    names: collections.map(({ name }) => name),
    files,
    async open(name) {
      const collection = collections.find((one) => one.name === name);
      if (collection === undefined) return undefined;
      const vectors = new Vectors(path, database, collection);
      opened.push(vectors);
      files.push(...vectors.paths);
      return contentOf(database, collection, vectors);
    },
    async close() {
      for (const vectors of opened) vectors.close();
      database.close();
    },
  };
}

function contentOf(database: Database, collection: ChromaCollection, vectors: Vectors): Content {
  const segment = segmentOf(database, collection);
  refuseLag(database, collection, vectors);
  const [row] = database.all('SELECT count(*) AS size, max(id) AS last FROM embeddings WHERE segment_id = ?', segment);
  // With the plus it is the table that is counted, and not its index, from which the places come.
  const [whole] = database.all('SELECT count(*) AS size FROM embeddings WHERE +segment_id = ?', segment);
  if (row?.['size'] !== whole?.['size'])
    throw damaged(
      database.path,
      `of "${collection.name}" the table has ${Number(whole?.['size'])} records, and its index ${Number(row?.['size'])}`,
    );
  const reader = new RecordReader(database, vectors);
  return {
    description: describe(database, collection, vectors),
    count: Number(row?.['size'] ?? 0),
    end: Number(row?.['last'] ?? -1) + 1,
    places(from, to, limit) {
      const rows = database.all(
        'SELECT id FROM embeddings WHERE segment_id = ? AND id >= ? AND id < ? ORDER BY id LIMIT ?',
        segment,
        from,
        to,
        limit,
      );
      return rows.map(({ id }) => Number(id));
    },
    at: async (places, include) => reader.records(places, include),
    find(ids) {
      const rows = database.all(
        'SELECT id FROM embeddings WHERE segment_id = ? AND embedding_id IN (SELECT value FROM json_each(?)) ORDER BY id',
        segment,
        JSON.stringify(ids),
      );
      return rows.map(({ id }) => Number(id));
    },
  };
}

/** Chroma makes it with the collection: without it, the collection would look empty. */
function segmentOf({ path }: Database, { name, metadataSegment }: ChromaCollection): string {
  if (metadataSegment !== undefined) return metadataSegment;
  throw damaged(path, `the collection "${name}" has no segment with its metadata`);
}

function describe(database: Database, collection: ChromaCollection, vectors: Vectors): CollectionDescription {
  const { name, metric, native, embeddingFunction } = collection;
  const dimension = collection.dimension ?? vectors.dimension;
  const notes = [`it is a collection in a folder of ${versionOf(database)}`];
  if (embeddingFunction !== undefined) {
    notes.push(`the collection says that its vectors are made by the embedding function "${embeddingFunction}"`);
  }
  if (metric === 'cosine') {
    notes.push(
      'a cosine index keeps unit vectors and their lengths: multiplied again, as Chroma does, components may differ from what was added by one step of float32; what the queue still has is as it was added',
    );
  }
  return {
    name,
    vectors: { '': { kind: 'dense', dimension, metric } },
    ids: 'string',
    native: { chroma: native },
    notes,
    reading: [
      declared('embedding_id', 'id', 'the id of the table "embeddings"'),
      declared('vector', 'vector', 'the HNSW index of the segment, and the table "embeddings_queue"', ''),
      declared('chroma:document', 'document', 'the key under which Chroma keeps the document'),
      declared('chroma:uri', 'uri', 'the key under which Chroma keeps the uri'),
      declared('embedding_metadata', 'metadata', 'the table of the metadata, whose keys become the fields'),
    ],
  };
}

/** By what its tables have. */
function versionOf(database: Database): string {
  if (columnsOf(database, 'embedding_metadata_array').size > 0) return 'Chroma 1.5 or so';
  if (columnsOf(database, 'acquire_write').size > 0) return 'Chroma 1.0 or so';
  return columnsOf(database, 'embeddings_queue_config').size > 0 ? 'Chroma 0.5 or 0.6' : 'Chroma 0.4';
}

/** Chroma applies the queue to the metadata at once, or when it is opened next after a crash. */
function refuseLag(database: Database, { name, metadataSegment = '' }: ChromaCollection, vectors: Vectors): void {
  const [row] = database.all('SELECT seq_id FROM max_seq_id WHERE segment_id = ?', metadataSegment);
  const applied = sequenceOf(row?.['seq_id']) ?? 0;
  if (vectors.lastQueued <= applied) return;
  throw folderError(
    'INVALID_DATA',
    `${database.path}: the queue of "${name}" goes to entry ${vectors.lastQueued}, and its metadata to ${applied}: Chroma was stopped in between. Open a copy of the folder with Chroma and count the collection, which completes it, and read the copy.`,
  );
}
