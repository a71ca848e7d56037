import { join } from 'node:path';
import { packages } from '../cli/process.ts';
import { BUCKET, type Double } from './doubles.ts';
import type { Stop } from './ring.ts';

export const COUNT = 1000;

/** The keys that emulators take, where a location cannot have them. */
export const KEYS: NodeJS.ProcessEnv = {
  PINECONE_API_KEY: 'any',
  TURBOPUFFER_API_KEY: 'any',
  UPSTASH_EMAIL: 'any',
  UPSTASH_API_KEY: 'any',
  AWS_ACCESS_KEY_ID: 'any',
  AWS_SECRET_ACCESS_KEY: 'any',
};

/** Every store of this repository that Node can reach, from a Parquet file to one of JSON Lines. Collections are called `name`. */
export function stopsOf(urls: Readonly<Record<Double, string>>, folder: string, name: string): readonly Stop[] {
  const host = (double: Double): string => new URL(urls[double]).host;
  const at = (file: string): string => join(folder, file);
  return [
    { name: 'Parquet', location: packages },
    { name: 'Chroma', location: `chroma://${host('chroma')}/${name}` },
    { name: 'Weaviate', location: `weaviate://${host('weaviate')}/${name}` },
    { name: 'Qdrant', location: `qdrant://${host('qdrant')}/${name}` },
    { name: 'Postgres', location: `pglite:${at('db')}?table=${name}` },
    { name: 'OpenSearch', location: `opensearch://${host('opensearch')}/${name}` },
    { name: 'Redis', location: `redis://${host('redis')}/${name}` },
    { name: 'SQLite', location: `sqlite:${at('plain.db')}/${name}` },
    { name: 'Pinecone', location: `pinecone:${name}?host=${urls.pinecone}` },
    { name: 'sqlite-vec', location: `sqlite-vec:${at('vec0.db')}/${name}` },
    { name: 'Turbopuffer', location: `turbopuffer:${name}?url=${urls.turbopuffer}` },
    { name: 'LanceDB', location: `lancedb:${at('lance')}?table=${name}` },
    { name: 'S3 Vectors', location: `s3vectors:${BUCKET}/${name}?region=us-east-1&endpoint=${urls.s3vectors}` },
    { name: 'libSQL', location: `libsql:${at('libsql.db')}/${name}` },
    { name: 'Upstash', location: `upstash:${name}?controller=${urls.upstash}` },
    { name: 'Chroma again', location: `chroma://${host('chroma')}/${name}-again` },
    { name: 'JSON Lines', location: `file:${at('end.jsonl')}` },
  ];
}
