import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isMetadataObject, KeyTable, own, parseJsonObject, type Metadata } from '@vsm/core/adapter';
import { capabilities, utf8 } from '../capabilities.ts';
import type { Content, Kind, Shelf } from '../content.ts';
import { declared } from '../declared.ts';
import { entriesAt } from '../entries-at.ts';
import { damaged, unreadable } from '../errors.ts';
import { PickleError } from '../pickle/bytes.ts';
import { RandomFile } from '../random-file.ts';
import { openDatabase, type Database } from '../sqlite.ts';
import { idOfKey, recordOf } from './point.ts';
import { vectorsOf } from './schema.ts';

const META = 'meta.json';
const MOST_META_BYTES = 64 * 1024 * 1024;

/** What `QdrantClient(path=…)` of Python keeps: a SQLite file a collection, with a pickle a point. */
export const qdrantLocal: Kind = {
  name: "Qdrant's local mode for Python",
  recognises: (files) => files.has(META) && files.has('collection'),
  capabilities: { ...capabilities, ...utf8, document: false, uri: false },
  open: async (path) => shelfOf(path, readMeta(join(path, META))),
};

function readMeta(path: string): Metadata {
  const file = new RandomFile(path);
  try {
    const meta = parseJsonObject(file.all(MOST_META_BYTES).toString());
    if (meta === undefined) throw damaged(path, 'it is no JSON, or cut');
    const collections = own(meta, 'collections');
    if (collections === undefined || !isMetadataObject(collections)) throw damaged(path, 'it has no "collections"');
    return collections;
  } finally {
    file.close();
  }
}

function shelfOf(path: string, collections: Metadata): Shelf {
  const opened: Database[] = [];
  const files = [join(path, META)];
  return {
    names: Object.keys(collections),
    files,
    async open(name) {
      if (!Object.hasOwn(collections, name)) return undefined;
      // Older clients take any name for a path, such as "team/docs".
      const place = join(path, 'collection', name);
      if (relative(path, place).startsWith('..'))
        throw unreadable(place, 'this collection lies outside the folder. Open the folder in which it lies.');
      const storage = join(place, 'storage.sqlite');
      if (!existsSync(storage) && existsSync(join(place, 'storage.dbm'))) {
        throw unreadable(
          storage,
          'before qdrant-client 1.1.7 points were kept in storage.dbm: a later one that still reads it, such as 1.8, makes this file of it',
        );
      }
      const database = await openDatabase(storage);
      opened.push(database);
      files.push(storage);
      return contentOf(name, database, entriesAt(collections, name));
    },
    async close() {
      for (const database of opened) database.close();
    },
  };
}

function contentOf(name: string, database: Database, config: Metadata): Content {
  const rows = latestRows(database);
  const [last] = database.all('SELECT max(rowid) AS last FROM points');
  return {
    description: {
      name,
      vectors: vectorsOf(config),
      notes: ["it is a collection in a folder of Qdrant's local mode"],
      reading: [
        declared('id', 'id', 'the id of the point'),
        declared('vector', 'vector', 'the vectors of the point, by the names in meta.json'),
        declared('payload', 'metadata', 'the payload of the point, whose keys become fields'),
      ],
    },
    count: rows.size,
    end: Number(last?.['last'] ?? 0) + 1,
    places(from, to, limit) {
      const places: number[] = [];
      const found = database.each(
        'SELECT rowid AS place, id FROM points WHERE rowid >= ? AND rowid < ? ORDER BY rowid',
        from,
        to,
      );
      for (const { place, id } of found) {
        if (rows.get(idIn(database, id)) === Number(place)) places.push(Number(place));
        if (places.length === limit) break;
      }
      return places;
    },
    async at(places, include) {
      const found = database.all(
        'SELECT id, point FROM points WHERE rowid IN (SELECT value FROM json_each(?)) ORDER BY rowid',
        JSON.stringify(places),
      );
      return found.map(({ id, point }) => {
        const bytes = point instanceof Uint8Array ? point : new Uint8Array();
        return recordOf(idIn(database, id), bytes, include);
      });
    },
    find: (ids) => ids.flatMap((id) => rows.get(id) ?? []).toSorted((left, right) => left - right),
  };
}

/** The last row of each point: some versions wrote a second one for another spelling of its id, which the client ignores. */
function latestRows(database: Database): KeyTable {
  const rows = new KeyTable();
  for (const { place, id } of database.each('SELECT rowid AS place, id FROM points ORDER BY rowid')) {
    rows.set(idIn(database, id), Number(place));
  }
  return rows;
}

function idIn({ path }: Database, key: unknown): string {
  try {
    return idOfKey(String(key));
  } catch (cause) {
    if (cause instanceof PickleError)
      throw damaged(path, `the key ${JSON.stringify(key)} is no id: ${cause.message}`, cause);
    throw cause;
  }
}
