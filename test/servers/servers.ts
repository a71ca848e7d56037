import { chroma } from './chroma.ts';
import { elasticsearch } from './elasticsearch.ts';
import { opensearch } from './opensearch.ts';
import { milvus, milvusCore, milvusLite } from './milvus.ts';
import { moto } from './moto.ts';
import { mongodb } from './mongodb.ts';
import { postgres } from './postgres.ts';
import { qdrant } from './qdrant.ts';
import { redis } from './redis.ts';
import type { RealServer } from './server.ts';
import { weaviate } from './weaviate.ts';

export const servers: readonly RealServer[] = [
  chroma,
  postgres,
  qdrant,
  redis,
  mongodb,
  weaviate,
  milvus,
  milvusLite,
  milvusCore,
  opensearch,
  elasticsearch,
  moto,
];
