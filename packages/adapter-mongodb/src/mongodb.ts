import { collectionNotFound, guardStore, type DisposableStore } from '@vsm/core/adapter';
import { capabilities } from './capabilities.ts';
import { connect } from './client.ts';
import { openCollection } from './collection.ts';
import { createCollection, dropCollection } from './create.ts';
import { collectionInfo } from './layout.ts';
import { MANIFESTS } from './manifest.ts';
import { readOptions, type MongodbOptions } from './options.ts';
import { roomOf } from './room.ts';

/** The collections of one database of MongoDB or Atlas. Nothing is sent before the first call. */
export function createMongodb(options: MongodbOptions = {}): DisposableStore {
  const settings = readOptions(options);
  const { location } = settings;
  const connection = connect(settings);
  return guardStore({
    specificationVersion: 'v1',
    adapter: 'mongodb',
    location,
    capabilities,
    async listCollections() {
      const found = await connection.run('list the collections', (db) =>
        db.listCollections({}, { nameOnly: true, authorizedCollections: true }).toArray(),
      );
      return found
        .filter(
          ({ name, type = 'collection' }) => type === 'collection' && name !== MANIFESTS && !name.startsWith('system.'),
        )
        .map(({ name }) => name)
        .toSorted();
    },
    createCollection: (schema) => createCollection(connection, schema),
    openCollection: (name) => openCollection(connection, name, settings),
    room: () => roomOf(connection),
    async dropCollection(name) {
      if ((await collectionInfo(connection, name)) === undefined) throw collectionNotFound('mongodb', name, location);
      await dropCollection(connection, name);
    },
    close: () => connection.close(),
  });
}
