import type { Framework } from '../form.ts';
import { jsonTexts } from '../rewrites.ts';

export const dify: Framework = {
  name: 'dify',
  title: 'Dify',
  forms: {
    qdrant: () => ({
      text: { field: 'page_content' },
      textRequired: true,
      metadata: { field: 'metadata' },
      // Dify filters every query by it: without, a search finds nothing and says nothing.
      scope: { field: 'group_id', when: 'required' },
      vector: '',
      metric: 'cosine',
      ids: ['uuid'],
      indexes: [
        { path: 'group_id', type: 'keyword' },
        { path: 'metadata.doc_id', type: 'keyword' },
        { path: 'page_content', type: 'text' },
      ],
    }),
    chroma: () => ({ text: 'document', textRequired: true, metadata: 'root', vector: '', metric: 'euclidean' }),
    pinecone: () => ({
      text: { field: 'page_content' },
      textRequired: true,
      metadata: 'root',
      rewrite: jsonTexts,
      scope: { field: 'group_id', when: 'required' },
      vector: '',
      metric: 'cosine',
    }),
    pgvector: () => ({
      text: 'document',
      textRequired: true,
      metadata: 'root',
      vector: '',
      metric: 'cosine',
      ids: ['uuid'],
      table: {
        id: { column: 'id', type: 'uuid' },
        document: { column: 'text', type: 'text', notNull: true },
        metadata: { column: 'meta', type: 'jsonb' },
        vector: { column: 'embedding' },
      },
    }),
  },
  // `Vector_index_<data set with _>_Node`, in lower case in Chroma, and `embedding_…` in Postgres.
  scopeOfName: (name) => {
    const [, id] = /vector_index_([0-9a-f]{8}(?:_[0-9a-f]{4}){3}_[0-9a-f]{12})_node/i.exec(name) ?? [];
    return id?.toLowerCase().replaceAll('_', '-');
  },
};
