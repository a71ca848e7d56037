import { startElasticsearchEmulator } from '@vsm/emulator-elasticsearch';
import { startMongodbEmulator } from '@vsm/emulator-mongodb';
import { startPineconeEmulator } from '@vsm/emulator-pinecone';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { startRedisEmulator } from '@vsm/emulator-redis';
import { startS3VectorsEmulator } from '@vsm/emulator-s3vectors';
import { startTurbopufferEmulator } from '@vsm/emulator-turbopuffer';
import { startUpstashEmulator } from '@vsm/emulator-upstash';
import { startWeaviateEmulator } from '@vsm/emulator-weaviate';
import { startChroma } from '@vsm/service-chroma';

/** What the stores of this repository need in order to run in Node: the addresses of Chroma and of the emulators. */
export interface Doubles {
  readonly urls: Readonly<Record<Double, string>>;
  readonly stop: () => Promise<void>;
}

/** The bucket that S3 Vectors has. */
export const BUCKET = 'bucket';

const STARTS = {
  async chroma() {
    const server = await startChroma();
    return { url: server.url, close: async () => server.stop() };
  },
  qdrant: () => startQdrantEmulator(),
  pinecone: () => startPineconeEmulator(),
  weaviate: () => startWeaviateEmulator(),
  opensearch: () => startElasticsearchEmulator(),
  redis: () => startRedisEmulator(),
  mongodb: () => startMongodbEmulator(),
  turbopuffer: () => startTurbopufferEmulator(),
  s3vectors: () => startS3VectorsEmulator({ buckets: [BUCKET] }),
  upstash: () => startUpstashEmulator({ faults: { writeLagMs: 1 } }),
} satisfies Record<string, () => Promise<{ readonly url: string; readonly close: () => Promise<unknown> }>>;

export type Double = keyof typeof STARTS;

/** Starts each of them but those of `given`, which run elsewhere. */
export async function startDoubles(given: Readonly<Partial<Record<string, string>>> = {}): Promise<Doubles> {
  const names = Object.keys(STARTS) as Double[];
  const started = await Promise.all(
    names.filter((name) => given[name] === undefined).map(async (name) => ({ name, double: await STARTS[name]() })),
  );
  const own = Object.fromEntries(started.map(({ name, double }) => [name, double.url]));
  const others = Object.fromEntries(names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])));
  return {
    urls: { ...own, ...others } as Record<Double, string>,
    async stop() {
      await Promise.all(started.map(({ double }) => double.close()));
    },
  };
}
