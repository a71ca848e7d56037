import type { Framework } from '../form.ts';

/** The default of PGVECTOR_INITIALIZE_MAX_VECTOR_LENGTH. */
const MAX_VECTOR_LENGTH = 1536;

export const openWebui: Framework = {
  name: 'open-webui',
  title: 'Open WebUI',
  options: {
    length:
      'Postgres: PGVECTOR_INITIALIZE_MAX_VECTOR_LENGTH, to which every vector is filled up with zeros; default 1536',
    dimension: 'Postgres, as source: the dimension of the model, at which that filling is cut off again',
  },
  forms: {
    qdrant: () => ({
      text: { field: 'text' },
      textRequired: true,
      metadata: { field: 'metadata' },
      scope: { field: 'tenant_id', when: 'known' },
      vector: '',
      metric: 'cosine',
      ids: ['uuid'],
      indexes: [
        { path: 'tenant_id', type: 'keyword' },
        { path: 'metadata.hash', type: 'keyword' },
        { path: 'metadata.file_id', type: 'keyword' },
      ],
    }),
    chroma: () => ({ text: 'document', textRequired: true, metadata: 'root', vector: '', metric: 'cosine' }),
    pinecone: () => ({
      text: { field: 'text' },
      textRequired: true,
      metadata: 'root',
      scope: { field: 'collection_name', prefix: 'open-webui_', when: 'required' },
      vector: '',
      metric: 'cosine',
    }),
    pgvector: (options) => ({
      text: 'document',
      textRequired: true,
      metadata: 'root',
      scope: { field: 'collection_name', when: 'required' },
      vector: '',
      metric: 'cosine',
      padTo: Number(options['length'] ?? MAX_VECTOR_LENGTH),
      table: {
        id: { column: 'id', type: 'text' },
        document: { column: 'text', type: 'text' },
        metadata: { column: 'vmetadata', type: 'jsonb' },
        vector: { column: 'vector' },
        fields: [{ column: 'collection_name', type: 'text' }],
      },
    }),
  },
  // Outside the shared ones, a collection is called as the application calls it.
  scopeOfName: (name) =>
    /^(?:file-|user-memory-|web-search-|hash-|open-webui_)/.test(name) ? name.replace(/^open-webui_/, '') : undefined,
};
