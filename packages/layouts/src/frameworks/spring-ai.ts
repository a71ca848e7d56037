import type { Framework } from '../form.ts';

export const springAi: Framework = {
  name: 'spring-ai',
  title: 'Spring AI',
  forms: {
    qdrant: (options) => ({
      text: { field: options['text_key'] ?? 'doc_content' },
      textRequired: true,
      metadata: 'root',
      vector: '',
      metric: 'cosine',
      // It parses them with UUID.fromString.
      ids: ['uuid'],
    }),
    chroma: () => ({ text: 'document', textRequired: true, metadata: 'root', vector: '', metric: 'cosine' }),
    pinecone: (options) => ({
      text: { field: options['text_key'] ?? 'document_content' },
      textRequired: true,
      metadata: 'root',
      vector: '',
      metric: 'cosine',
    }),
    pgvector: (options) => ({
      text: 'document',
      textRequired: true,
      metadata: 'root',
      vector: '',
      metric: 'cosine',
      table: {
        id: { column: 'id', type: options['id_type'] ?? 'uuid' },
        document: { column: 'content', type: 'text' },
        metadata: { column: 'metadata', type: 'json' },
        vector: { column: 'embedding' },
      },
    }),
  },
};
