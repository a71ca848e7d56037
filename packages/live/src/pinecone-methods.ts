import type { Index } from '@pinecone-database/pinecone';
import type { Methods, Refused } from './intercept.ts';

const UNNAMED = 'which records it touches is not known before it is written: list their ids, and name them';
const BESIDE = { refused: 'it goes past the methods that leave marks' } as const;
const DOCUMENTS = { refused: 'documents of a schema-based index are not moved' } as const;

export const INDEX_METHODS: Methods<Index, 'marks' | 'gives'> & { readonly documents: Refused } = {
  upsert: 'marks',
  upsertRecords: 'marks',
  update: 'marks',
  deleteOne: 'marks',
  deleteMany: 'marks',
  namespace: 'gives',

  deleteAll: { refused: UNNAMED },
  deleteNamespace: { refused: UNNAMED },
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

/** Of a write that selects by filter, or writes records without ids. */
export const NAMES_NONE: Refused = { refused: UNNAMED };
