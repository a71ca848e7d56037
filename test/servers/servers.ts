import { chroma } from './chroma.ts';
import { milvus, milvusLite } from './milvus.ts';
import { postgres } from './postgres.ts';
import { qdrant } from './qdrant.ts';
import type { RealServer } from './server.ts';
import { weaviate } from './weaviate.ts';

export const servers: readonly RealServer[] = [chroma, postgres, qdrant, weaviate, milvus, milvusLite];
