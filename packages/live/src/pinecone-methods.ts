import type { Index } from '@pinecone-database/pinecone';
import type { Methods, Refused } from './intercept.ts';

const BY_FILTER = 'what a filter selects is not known soon enough: list the ids, and name them';
const BESIDE = { refused: 'it goes past the methods that leave marks' } as const;
const DOCUMENTS = { refused: 'documents of a schema-based index are not moved' } as const;

export const INDEX_METHODS: Methods<Index, 'marks' | 'gives'> & { readonly documents: Refused } = {
  upsert: 'marks',
  upsertRecords: 'marks',
  update: 'marks',
  deleteOne: 'marks',
  deleteMany: 'marks',
  namespace: 'gives',

  deleteAll: { refused: BY_FILTER },
  deleteNamespace: { refused: BY_FILTER },
  startImport: { refused: 'its records are not known before they are there' },
  upsertDocuments: DOCUMENTS,
  updateDocuments: DOCUMENTS,
  deleteDocuments: DOCUMENTS,
  documents: DOCUMENTS,
  _deleteMany: BESIDE,
  _deleteOne: BESIDE,

  query: 'passes',
  fetch: 'passes',
  fetchByMetadata: 'passes',
  searchRecords: 'passes',
  searchDocuments: 'passes',
  fetchDocuments: 'passes',
  listDocuments: 'passes',
  listPaginated: 'passes',
  _listPaginated: 'passes',
  describeIndexStats: 'passes',
  _describeIndexStats: 'passes',
  listImports: 'passes',
  describeImport: 'passes',
  cancelImport: 'passes',
  createNamespace: 'passes',
  listNamespaces: 'passes',
  describeNamespace: 'passes',
};

/** Of a write that selects by filter, and of one whose records no list of ids names. */
export const SELECTS: Refused = { refused: BY_FILTER };
