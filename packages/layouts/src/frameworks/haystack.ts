import type { Framework } from '../form.ts';
import { blobInColumns, blobInPayload, blobInProperties } from '../blobs.ts';
import { haystackObjectIds, haystackPointIds, idBeside } from '../ids.ts';
import { mongodbCollection } from '../making.ts';
import { besideDocument, withoutBlob } from '../rewrites.ts';

/** As WeaviateDocumentStore makes them. */
const PROPERTIES = Object.entries({
  _original_id: 'text',
  content: 'text',
  blob_data: 'blob',
  blob_mime_type: 'text',
  score: 'number',
}).map(([name, type]) => ({ name, dataType: [type] }));

/** What it writes where a document has none, the last one as our adapters call it beside metadata of that name. */
const NULLS = ['blob', 'score', 'sparse_embedding', 'score__column'];

export const haystack: Framework = {
  name: 'haystack',
  title: 'Haystack',
  options: { sparse: 'Qdrant: true for use_sparse_embeddings, whose dense vector is called text-dense; default false' },
  forms: {
    qdrant: (options) => ({
      text: { field: 'content' },
      metadata: { field: 'meta' },
      id: haystackPointIds,
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
    milvus: () => ({
      text: 'document',
      textRequired: true,
      metadata: 'root',
      vector: '',
      making: () => ({ wanted: { key: 'id', document: 'text', vector: 'vector' } }),
    }),
    weaviate: () => ({
      text: 'document',
      metadata: 'root',
      rewrite: besideDocument,
      id: haystackObjectIds,
      nulls: ['score'],
      extras: { names: ['blob_data', 'blob_mime_type'], rewrite: blobInProperties },
      vector: '',
      metric: 'cosine',
      making: () => ({ class: { class: 'Default', properties: PROPERTIES } }),
    }),
    elasticsearch: () => ({
      text: 'document',
      metadata: 'root',
      rewrite: besideDocument,
      id: idBeside,
      nulls: NULLS,
      extras: { names: ['blob'], rewrite: blobInPayload },
      vector: '',
      metric: 'cosine',
      making: () => ({ fields: { document: 'content', vector: 'embedding', texts: 'keyword' } }),
    }),
    mongodb: () => ({
      text: 'document',
      metadata: 'root',
      rewrite: withoutBlob,
      id: idBeside,
      nulls: NULLS,
      extras: { names: ['blob'], rewrite: blobInPayload },
      vector: '',
      metric: 'cosine',
      making: (wanted) =>
        mongodbCollection(
          {
            document: 'content',
            vector: 'embedding',
            container: 'meta',
            beside: ['id', 'blob'],
            index: 'vector_index',
          },
          wanted,
        ),
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
