import { VectorStoreMigrator, type LossName, type VectorStoreV1 } from '@vsm/core';
import { createLayout, resolveScopes } from '@vsm/layouts';
import type { Entry } from './documents.ts';
import type { NewerStore } from './newer-stores.ts';

export type StoreName = 'chroma' | 'qdrant' | 'pgvector' | 'community' | 'folder' | NewerStore;

/** Where an application keeps its documents, and how VSM is told of it. */
export interface Application {
  readonly name: string;
  readonly framework: 'langchain' | 'llamaindex' | 'haystack' | 'mastra' | 'mem0' | 'spring-ai' | 'open-webui';
  readonly store: StoreName;
  readonly layout: (collection: string) => string;
  /** What the store calls the collection of that name. */
  readonly collection: (name: string) => string;
  /** Its metadata holds nulls, lists and objects. */
  readonly nested: boolean;
  readonly blobs: boolean;
  /** Its documents cannot have booleans among their metadata. */
  readonly withoutBooleans?: boolean;
  /** It filters by texts alone. */
  readonly withoutNumbers?: boolean;
  /** Metadata without which it finds nothing. */
  readonly wanted?: Entry['metadata'];
  /** Where it makes collections with its own words for them, and moves between those of its list alone. */
  readonly newer?: boolean;
  /** It finds only what is on the same side as what is asked for, so fewer than others. */
  readonly onlyNear?: boolean;
  /** What no other store keeps of its documents. */
  readonly allowLoss?: readonly LossName[];
  readonly sourceOnly?: boolean;
  /** It searches by words too, and its documents move between collections of its own kind. */
  readonly hybrid?: boolean;
}

const same = (name: string): string => name;
const capital = (name: string): string => name.replace(/^./, (letter) => letter.toUpperCase());

export const APPLICATIONS: readonly Application[] = [
  application('langchain-chroma', 'chroma', 'langchain-py'),
  application('langchain-qdrant', 'qdrant', 'langchain-py'),
  {
    ...application('langchain-pgvector', 'pgvector', ''),
    layout: (name) => `langchain-py:version=1,scope=${name}`,
    collection: () => 'langchain_pg_embedding',
  },
  application('langchain-pgvectorstore', 'pgvector', 'langchain-py'),
  {
    ...application('langchain-community', 'community', ''),
    layout: (name) => `langchain-py:version=0,scope=${name}`,
    collection: () => 'langchain_pg_embedding',
    sourceOnly: true,
  },
  { ...application('llamaindex-folder', 'folder', 'llamaindex-py'), sourceOnly: true },
  application('llamaindex-chroma', 'chroma', 'llamaindex-py'),
  application('llamaindex-qdrant', 'qdrant', 'llamaindex-py'),
  { ...application('llamaindex-postgres', 'pgvector', 'llamaindex-py'), collection: (name) => `data_${name}` },
  { ...application('langchain-qdrant-hybrid', 'qdrant', 'langchain-py'), hybrid: true },
  { ...application('langchain-pgvectorstore-hybrid', 'pgvector', 'langchain-py'), hybrid: true },
  { ...application('llamaindex-qdrant-hybrid', 'qdrant', 'llamaindex-py'), hybrid: true },
  {
    ...application('llamaindex-postgres-hybrid', 'pgvector', 'llamaindex-py'),
    collection: (name) => `data_${name}`,
    hybrid: true,
  },
  application('haystack-chroma', 'chroma', 'haystack'),
  application('haystack-qdrant', 'qdrant', 'haystack'),
  application('haystack-pgvector', 'pgvector', 'haystack'),
  { ...application('mem0-chroma', 'chroma', 'mem0'), wanted: { user_id: 'alice' } },
  {
    ...application('mem0-qdrant', 'qdrant', 'mem0'),
    wanted: { user_id: 'alice' },
    allowLoss: ['sparse-vectors', 'layout'],
  },
  { ...application('mem0-pgvector', 'pgvector', 'mem0'), wanted: { user_id: 'alice' } },
  {
    ...application('spring-ai-pgvector', 'pgvector', 'spring-ai'),
    nested: false,
    framework: 'spring-ai',
    onlyNear: true,
  },
  openWebui('chroma', 'chroma'),
  {
    ...openWebui('qdrant', 'qdrant'),
    layout: (name) => `open-webui:scope=${name}`,
    collection: () => 'open-webui_knowledge',
  },
  {
    ...openWebui('pgvector', 'pgvector'),
    layout: (name) => `open-webui:scope=${name},dimension=16`,
    collection: () => 'document_chunk',
  },
  application('mastra-chroma', 'chroma', 'mastra'),
  application('mastra-qdrant', 'qdrant', 'mastra'),
  application('mastra-pg', 'pgvector', 'mastra'),
  newer('langchain-milvus', 'milvus', 'langchain-py'),
  { ...newer('langchain-weaviate', 'weaviate', 'langchain-py'), collection: capital },
  newer('langchain-elasticsearch', 'elasticsearch', 'langchain-py'),
  newer('langchain-opensearch', 'opensearch', 'langchain-py'),
  { ...newer('langchain-redis', 'redis', 'langchain-py'), withoutBooleans: true },
  newer('langchain-mongodb', 'mongodb', 'langchain-py'),
  newer('llamaindex-milvus', 'milvus', 'llamaindex-py'),
  { ...newer('llamaindex-weaviate', 'weaviate', 'llamaindex-py'), collection: capital },
  { ...newer('llamaindex-elasticsearch', 'elasticsearch', 'llamaindex-py'), withoutNumbers: true },
  newer('llamaindex-opensearch', 'opensearch', 'llamaindex-py'),
  { ...newer('llamaindex-redis', 'redis', 'llamaindex-py'), withoutBooleans: true },
  newer('llamaindex-mongodb', 'mongodb', 'llamaindex-py'),
  newer('haystack-milvus', 'milvus', 'haystack'),
  { ...newer('haystack-weaviate', 'weaviate', 'haystack'), collection: capital },
  { ...newer('haystack-elasticsearch', 'elasticsearch', 'haystack'), blobs: true },
  { ...newer('haystack-opensearch', 'opensearch', 'haystack'), blobs: true },
  { ...newer('haystack-mongodb', 'mongodb', 'haystack'), blobs: true },
];

function application(name: string, store: StoreName, layout: string): Application {
  const framework = name.replace(/-.*/, '') as Application['framework'];
  const flat = store === 'chroma';
  return {
    name,
    framework,
    store,
    layout: () => layout,
    collection: same,
    nested: !flat,
    blobs: framework === 'haystack' && !flat,
  };
}

/** It writes lists and objects as texts. */
function openWebui(kind: string, store: StoreName): Application {
  const plain = application(`open-webui-${kind}`, store, 'open-webui');
  return { ...plain, framework: 'open-webui', nested: false, blobs: false };
}

function newer(name: string, store: NewerStore, layout: string): Application {
  const plain = { ...application(name, store, layout), nested: false, blobs: false, newer: true };
  // Applications of MongoDB write doubles.
  return store === 'mongodb' ? { ...plain, allowLoss: ['vector-precision'] } : plain;
}

export interface Place {
  readonly application: Application;
  readonly name: string;
}

export async function move(from: Place, to: Place, stores: Readonly<Record<StoreName, VectorStoreV1>>): Promise<void> {
  const request = {
    from: from.application.layout(from.name),
    to: to.application.layout(to.name),
    source: stores[from.application.store],
    target: stores[to.application.store],
    sourceCollection: from.application.collection(from.name),
    targetCollection: to.application.collection(to.name),
  };
  const layout = createLayout({ ...request, scopes: await resolveScopes(request) });
  const migrator = new VectorStoreMigrator({ source: request.source, target: request.target, checkpoints: false });
  const { sourceCollection, targetCollection } = request;
  const { allowLoss = [] } = from.application;
  const options = { sourceCollection, targetCollection, layout, metric: 'cosine', allowLoss } as const;
  const result = await migrator.migrate(options);
  if (!result.success) throw new Error(result.errors.join('; '));
}
