import { createElasticsearch } from '@vsm/adapter-elasticsearch';
import { createMilvus } from '@vsm/adapter-milvus';
import { createMongodb } from '@vsm/adapter-mongodb';
import { createRedis } from '@vsm/adapter-redis';
import { createWeaviate } from '@vsm/adapter-weaviate';
import type { Metadata, VectorStoreV1 } from '@vsm/core/adapter';
import { base, pythonNode, uuid5, withText, type Shape } from './shapes.ts';

// Records as each framework's class writes them into stores that tell fields by name, and as our adapters read them: after what
// recordings-fields holds, for documents of the samples here.

/** Nothing of them is asked: they say what they can. */
export const FIELD_STORES = {
  milvus: createMilvus(),
  weaviate: createWeaviate(),
  elasticsearch: createElasticsearch(),
  opensearch: createElasticsearch(),
  redis: createRedis({ url: 'redis://localhost:1' }),
  mongodb: createMongodb({ url: 'mongodb://localhost:1/none' }),
} as const satisfies Record<string, VectorStoreV1>;

export type FieldStore = Exclude<keyof typeof FIELD_STORES, 'opensearch'>;

const node: Shape = (sample) => ({
  ...base(sample),
  metadata: { ...sample.metadata, ...pythonNode(sample, true) },
  document: sample.text,
});

const texts = (metadata: Metadata): Metadata =>
  Object.fromEntries(
    Object.entries(metadata).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  );

/** What a document of Haystack has itself, metadata has in a field of its own. */
function aside({ score = null, ...others }: Metadata): Metadata {
  return score === null ? others : { ...others, meta: { score } };
}

export const FIELD_SHAPES: Readonly<Record<string, Readonly<Partial<Record<FieldStore, Shape>>>>> = {
  'langchain-py': { milvus: withText, weaviate: withText, elasticsearch: withText, redis: withText, mongodb: withText },
  'llamaindex-py': {
    milvus: node,
    weaviate: node,
    elasticsearch: node,
    mongodb: node,
    redis: (sample) => ({
      ...base(sample),
      metadata: { ...texts(sample.metadata), ...pythonNode(sample, true), id: sample.id },
      document: sample.text,
    }),
  },
  haystack: {
    milvus: withText,
    weaviate: (sample) => ({
      ...base(sample),
      id: uuid5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', sample.id),
      metadata: { ...aside(sample.metadata), _original_id: sample.id },
      document: sample.text,
    }),
    elasticsearch: (sample) => ({
      ...base(sample),
      metadata: { ...aside(sample.metadata), id: sample.id },
      document: sample.text,
    }),
    mongodb: (sample) => ({
      ...base(sample),
      metadata: { ...sample.metadata, id: sample.id },
      document: sample.text,
    }),
  },
};
