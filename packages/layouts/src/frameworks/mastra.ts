import type { Form, Framework, LayoutOptions } from '../form.ts';

/** Mastra has no place for a text: applications put it into the metadata, under `text` in all of its examples. */
function inMetadata(options: LayoutOptions): Form {
  return { text: { field: options['text_key'] ?? 'text' }, metadata: 'root', vector: '', metric: 'cosine' };
}

export const mastra: Framework = {
  name: 'mastra',
  title: 'Mastra',
  forms: {
    qdrant: inMetadata,
    chroma: (options) => ({ ...inMetadata(options), mirror: true }),
    pinecone: inMetadata,
    pgvector: (options) => ({
      ...inMetadata(options),
      table: {
        id: { column: 'vector_id', type: 'text' },
        metadata: { column: 'metadata', type: 'jsonb' },
        vector: { column: 'embedding' },
        fields: [{ column: 'id', type: 'integer', serial: true }],
      },
    }),
  },
};
