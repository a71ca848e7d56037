import type { ChromaClient, Collection } from 'chromadb';
import type { Methods, RecordKind } from './intercept.ts';

export const COLLECTION_METHODS: Methods<Collection, RecordKind | 'modifies'> = {
  add: 'marks',
  upsert: 'marks',
  update: 'marks',
  delete: 'marks',

  query: 'searches',
  search: 'reads',
  get: 'reads',
  peek: 'reads',
  count: 'reads',

  modify: 'modifies',
  fork: 'passes',
  forkCount: 'passes',
  getIndexingStatus: 'passes',
};

/** Collections that a client gives out are wrapped where they are that of the move. */
export const CLIENT_METHODS: Methods<ChromaClient, 'gives' | 'drops'> = {
  createCollection: 'gives',
  getCollection: 'gives',
  getCollectionByCrn: 'gives',
  getCollectionById: 'gives',
  getCollections: 'gives',
  getOrCreateCollection: 'gives',
  listCollections: 'gives',
  deleteCollection: 'drops',

  collection: { refused: 'it does not know the name of the collection; getCollection does', throws: true },
  reset: { refused: 'it deletes all collections at once, which leaves no marks' },

  _path: 'passes',
  countCollections: 'passes',
  getMaxBatchSize: 'passes',
  getPreflightChecks: 'passes',
  getUserIdentity: 'passes',
  heartbeat: 'passes',
  supportsBase64Encoding: 'passes',
  version: 'passes',
};
