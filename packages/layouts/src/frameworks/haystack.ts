import type { Framework } from '../form.ts';
import { blobInColumns, blobInPayload } from '../blobs.ts';
import { haystackIds } from '../ids.ts';

export const haystack: Framework = {
  name: 'haystack',
  title: 'Haystack',
  options: { sparse: 'Qdrant: true for use_sparse_embeddings, whose dense vector is called text-dense; default false' },
  forms: {
    qdrant: (options) => ({
      text: { field: 'content' },
      metadata: { field: 'meta' },
      id: haystackIds,
      // What it writes for a document without a blob, and without sparse embeddings.
      constants: { blob: null, score: null, sparse_embedding: null },
      extras: { names: ['blob'], rewrite: blobInPayload },
      vector: options['vector_name'] ?? (options['sparse'] === 'true' ? 'text-dense' : ''),
      sparse: options['sparse_vector_name'] ?? 'text-sparse',
      metric: 'cosine',
    }),
    chroma: () => ({ text: 'document', metadata: 'root', vector: '', metric: 'euclidean' }),
    pinecone: (options) => ({
      text: { field: 'content' },
      metadata: 'root',
      namespace: options['namespace'] ?? 'default',
      vector: '',
      metric: 'cosine',
    }),
    pgvector: (options) => ({
      text: 'document',
      metadata: 'root',
      extras: { names: ['blob_data', 'blob_meta', 'blob_mime_type'], rewrite: blobInColumns },
      vector: '',
      metric: 'cosine',
      table: {
        id: { column: 'id', type: 'varchar(128)' },
        document: { column: 'content', type: 'text' },
        metadata: { column: 'meta', type: 'jsonb' },
        vector: { column: 'embedding', type: options['vector_type'] === 'halfvec' ? 'halfvec' : 'vector' },
        fields: [
          { column: 'blob_data', type: 'bytea' },
          { column: 'blob_meta', type: 'jsonb' },
          { column: 'blob_mime_type', type: 'varchar(255)' },
        ],
      },
    }),
  },
};
