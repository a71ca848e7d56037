import { createElasticsearch } from '@vsm/adapter-elasticsearch';
import { createMilvus } from '@vsm/adapter-milvus';
import { createMongodb } from '@vsm/adapter-mongodb';
import { createRedis } from '@vsm/adapter-redis';
import { createWeaviate } from '@vsm/adapter-weaviate';
import type { VectorStoreV1 } from '@vsm/core';
import { startMongodbEmulator } from '@vsm/emulator-mongodb';
import { elasticsearch } from '../servers/elasticsearch.ts';
import { milvusLite } from '../servers/milvus.ts';
import { opensearch } from '../servers/opensearch.ts';
import { redis } from '../servers/redis.ts';
import type { RealServer, RunningServer } from '../servers/server.ts';
import { weaviate } from '../servers/weaviate.ts';
import { reach } from './reach.ts';

export type NewerStore = 'milvus' | 'weaviate' | 'elasticsearch' | 'opensearch' | 'redis' | 'mongodb';

/** A ring through all of them, so that each is left and reached; what is moved is also moved back. */
export const NEWER_JOURNEYS: readonly (readonly [string, string])[] = [
  ['langchain-chroma', 'langchain-milvus'],
  ['langchain-milvus', 'langchain-weaviate'],
  ['langchain-weaviate', 'langchain-opensearch'],
  ['langchain-opensearch', 'langchain-elasticsearch'],
  ['langchain-elasticsearch', 'langchain-redis'],
  ['langchain-redis', 'langchain-mongodb'],
  ['langchain-mongodb', 'langchain-qdrant'],
  ['llamaindex-chroma', 'llamaindex-milvus'],
  ['llamaindex-milvus', 'llamaindex-weaviate'],
  ['llamaindex-weaviate', 'llamaindex-opensearch'],
  ['llamaindex-opensearch', 'llamaindex-redis'],
  ['llamaindex-redis', 'llamaindex-mongodb'],
  ['llamaindex-mongodb', 'llamaindex-elasticsearch'],
  ['llamaindex-elasticsearch', 'llamaindex-qdrant'],
  ['haystack-chroma', 'haystack-milvus'],
  ['haystack-milvus', 'haystack-weaviate'],
  ['haystack-weaviate', 'haystack-opensearch'],
  ['haystack-opensearch', 'haystack-mongodb'],
  ['haystack-mongodb', 'haystack-elasticsearch'],
  ['haystack-elasticsearch', 'haystack-qdrant'],
  ['langchain-milvus', 'haystack-weaviate'],
  ['llamaindex-opensearch', 'langchain-redis'],
  ['haystack-mongodb', 'llamaindex-milvus'],
];

const SERVERS: Readonly<Record<Exclude<NewerStore, 'mongodb'>, RealServer>> = {
  milvus: milvusLite,
  weaviate,
  elasticsearch,
  opensearch,
  redis,
};
const TITLES: Readonly<Record<keyof typeof SERVERS, string>> = {
  milvus: 'milvus-lite',
  weaviate: 'Weaviate',
  elasticsearch: 'Elasticsearch',
  opensearch: 'OpenSearch',
  redis: 'Redis',
};

export interface NewerStores {
  readonly urls: Readonly<Record<string, string>>;
  readonly stores: Readonly<Record<NewerStore, VectorStoreV1>>;
  readonly versions: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** @param wanted the stores that somebody goes to or comes from; others are not started */
export async function startNewerStores(cache: string, wanted: ReadonlySet<string>): Promise<NewerStores> {
  const running: Partial<Record<keyof typeof SERVERS, RunningServer>> = {};
  const versions: Record<string, string> = {};
  for (const [name, server] of Object.entries(SERVERS) as [keyof typeof SERVERS, RealServer][]) {
    if (!wanted.has(name)) continue;
    const started = await reach(server, cache);
    running[name] = started;
    versions[TITLES[name]] = await server.version(started.url);
  }
  // No registry has a MongoDB that searches.
  const mongodb = await startMongodbEmulator();
  const urls = {
    ...Object.fromEntries(Object.entries(running).map(([name, { url }]) => [name, url])),
    weaviate_grpc: running.weaviate?.grpcUrl ?? '',
    mongodb: mongodb.url,
  };
  const urlOf = (name: keyof typeof SERVERS): { readonly url: string | undefined } => ({ url: running[name]?.url });
  return {
    urls,
    stores: {
      milvus: createMilvus(urlOf('milvus')),
      weaviate: createWeaviate(urlOf('weaviate')),
      elasticsearch: createElasticsearch(urlOf('elasticsearch')),
      opensearch: createElasticsearch(urlOf('opensearch')),
      redis: createRedis(urlOf('redis')),
      mongodb: createMongodb({ url: mongodb.url }),
    },
    versions: { ...versions, ...(wanted.has('mongodb') && { MongoDB: 'the emulator' }) },
    async stop() {
      await Promise.all(Object.values(running).map((server) => server.stop()));
      await mongodb.close();
    },
  };
}
