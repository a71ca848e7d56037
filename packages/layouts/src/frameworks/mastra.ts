import { metricOf, type Metric } from '@vsm/core/adapter';
import { prefixed } from '../rewrites.ts';
import type { Form, Framework, LayoutOptions } from '../form.ts';

const SPACES: Readonly<Partial<Record<Metric, string>>> = { cosine: 'cosine', euclidean: 'l2', dot: 'ip' };

/** Mastra has no place for a text: applications put it into the metadata, under `text` in all of its examples. */
function inMetadata(options: LayoutOptions): Form {
  return { text: { field: options['text_key'] ?? 'text' }, metadata: 'root', vector: '', metric: 'cosine' };
}

export const mastra: Framework = {
  name: 'mastra',
  title: 'Mastra',
  forms: {
    qdrant: inMetadata,
    chroma: (options) => ({
      ...inMetadata(options),
      mirror: true,
      // describeIndex reads them, and upsert checks vectors against them.
      making: ({ vector }) => ({
        metadata: {
          ...(vector?.dimension !== undefined && { dimension: vector.dimension }),
          'hnsw:space': SPACES[metricOf(vector) ?? 'cosine'] ?? 'cosine',
        },
      }),
    }),
    pinecone: inMetadata,
    lancedb: (options) => ({
      ...inMetadata({ text_key: `metadata_${options['text_key'] ?? 'text'}` }),
      rewrite: prefixed,
      sourceOnly: true,
    }),
    pgvector: (options) => ({
      ...inMetadata(options),
      // Tables of versions that had none have no column for it.
      ...(options['namespace'] !== '' && { namespace: options['namespace'] ?? 'default' }),
      table: {
        id: { column: 'vector_id', type: 'text' },
        namespace: { column: 'namespace', type: 'varchar(255)', default: 'default' },
        metadata: { column: 'metadata', type: 'jsonb' },
        vector: { column: 'embedding' },
        fields: [{ column: 'id', type: 'integer', serial: true }],
      },
    }),
  },
};
