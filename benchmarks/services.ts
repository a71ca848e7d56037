// What the services cost that are reached over HTTP and emulated here: 5,000 records of 384 dimensions written and read by a plain loop of
// the vendor's own client, and by the adapter, in turn and twice; the better time counts. The emulator is in this process and takes part of
// both. Ends with 1 where the adapter takes more than one and a half times as long as the loop.
import { CreateIndexCommand, ListVectorsCommand, PutVectorsCommand, S3VectorsClient } from '@aws-sdk/client-s3vectors';
import { Turbopuffer } from '@turbopuffer/turbopuffer';
import { Index } from '@upstash/vector';
import { createS3Vectors } from '@vsm/adapter-s3vectors';
import { createTurbopuffer } from '@vsm/adapter-turbopuffer';
import { createUpstash } from '@vsm/adapter-upstash';
import { readPages, type VectorRecord, type VectorStoreV1 } from '@vsm/core/adapter';
import { startS3VectorsEmulator } from '@vsm/emulator-s3vectors';
import { startTurbopufferEmulator } from '@vsm/emulator-turbopuffer';
import { startUpstashEmulator } from '@vsm/emulator-upstash';
import { makeRecord } from './records.ts';

const [RECORDS, DIMENSION, ROUNDS, MOST_RATIO] = [5000, 384, 2, 1.5];
// Of what all of them hold as it is, so that loop and adapter write the same.
const records = Array.from({ length: RECORDS }, (_, index): VectorRecord => {
  const { id, vectors, document } = makeRecord(index, { dimension: DIMENSION });
  return {
    id,
    vectors,
    ...(document !== undefined && { document }),
    metadata: { number: index, section: `s${index % 40}`, free: true },
  };
});
const numbersOf = ({ vectors }: VectorRecord): number[] => Array.from(vectors[''] as Float32Array);
const batchesOf = (size: number): VectorRecord[][] =>
  Array.from({ length: RECORDS / size }, (_, at) => records.slice(at * size, (at + 1) * size));

interface Way {
  readonly write: () => Promise<void>;
  /** How many came. */
  readonly read: () => Promise<number>;
}

/** One record after the other page, in one piece: what a loop does. */
function adapter(store: VectorStoreV1, batch: number): Way {
  return {
    async write() {
      await store.dropCollection?.('docs');
      await store.createCollection({
        name: 'docs',
        vectors: { '': { kind: 'dense', dimension: DIMENSION, metric: 'cosine' } },
      });
      const docs = await store.openCollection('docs');
      for (const some of batchesOf(batch)) await docs.upsert(some);
      await docs.flush?.();
    },
    async read() {
      let count = 0;
      for await (const page of readPages(await store.openCollection('docs'), { limit: batch })) count += page.length;
      return count;
    },
  };
}

async function turbopuffer(): Promise<[Way, Way, () => Promise<void>]> {
  const { url, close } = await startTurbopufferEmulator();
  const namespace = new Turbopuffer({ baseURL: url, apiKey: 'any' }).namespace('loop');
  const loop: Way = {
    async write() {
      for (const some of batchesOf(1000)) {
        const upsert_rows = some.map((record) => ({
          ...record.metadata,
          id: record.id,
          vector: numbersOf(record),
          text: record.document,
        }));
        await namespace.write({ upsert_rows, distance_metric: 'cosine_distance' });
      }
    },
    async read() {
      let count = 0;
      for (let last: string | number | undefined; ;) {
        const filters = last === undefined ? {} : { filters: ['id', 'Gt', last] as ['id', 'Gt', string | number] };
        const { rows = [] } = await namespace.query({
          rank_by: ['id', 'asc'],
          limit: 1000,
          include_attributes: true,
          ...filters,
        });
        count += rows.length;
        if (rows.length < 1000) return count;
        last = rows.at(-1)?.id;
      }
    },
  };
  return [loop, adapter(createTurbopuffer({ url, apiKey: 'any' }), 1000), close];
}

async function s3vectors(): Promise<[Way, Way, () => Promise<void>]> {
  const { url: endpoint, close } = await startS3VectorsEmulator({ buckets: ['bucket'] });
  const place = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'any', secretAccessKey: 'any' } };
  const client = new S3VectorsClient(place);
  const index = { vectorBucketName: 'bucket', indexName: 'loop' };
  const metadataConfiguration = { nonFilterableMetadataKeys: ['text'] };
  const shape = { dataType: 'float32', dimension: DIMENSION, distanceMetric: 'cosine', metadataConfiguration } as const;
  await client.send(new CreateIndexCommand({ ...index, ...shape }));
  const loop: Way = {
    async write() {
      for (const some of batchesOf(500)) {
        const vectors = some.map((record) => ({
          key: record.id,
          data: { float32: numbersOf(record) },
          metadata: { ...(record.metadata as Record<string, string>), text: record.document ?? '' },
        }));
        await client.send(new PutVectorsCommand({ ...index, vectors }));
      }
    },
    async read() {
      let count = 0;
      let nextToken: string | undefined;
      do {
        const request = { ...index, maxResults: 500, returnData: true, returnMetadata: true, nextToken };
        const page = await client.send(new ListVectorsCommand(request));
        count += page.vectors?.length ?? 0;
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return count;
    },
  };
  return [loop, adapter(createS3Vectors({ bucket: 'bucket', ...place }), 500), close];
}

async function upstash(): Promise<[Way, Way, () => Promise<void>]> {
  const { url, close } = await startUpstashEmulator({ token: 'any', faults: { writeLagMs: 0 } });
  const store = createUpstash({ controller: url, email: 'any', apiKey: 'any' });
  await store.createCollection({
    name: 'loop',
    vectors: { '': { kind: 'dense', dimension: DIMENSION, metric: 'cosine' } },
  });
  const index = new Index({ url: `${url}/hosts/loop`, token: 'any' });
  const loop: Way = {
    async write() {
      for (const some of batchesOf(1000)) {
        await index.upsert(
          some.map((record) => ({
            id: record.id,
            vector: numbersOf(record),
            metadata: record.metadata,
            data: record.document ?? '',
          })),
        );
      }
    },
    async read() {
      let count = 0;
      for (let cursor = '0'; cursor !== '';) {
        const page = await index.range({
          cursor,
          limit: 1000,
          includeVectors: true,
          includeMetadata: true,
          includeData: true,
        });
        count += page.vectors.length;
        cursor = page.nextCursor;
      }
      return count;
    },
  };
  return [loop, adapter(store, 1000), close];
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  const count = await action();
  if (count !== undefined && count !== RECORDS) throw new Error(`${JSON.stringify(count)} of ${RECORDS} records came`);
  return performance.now() - start;
}

for (const [name, start] of Object.entries({ turbopuffer, s3vectors, upstash })) {
  const [loop, ours, close] = await start();
  const best = { write: [Infinity, Infinity], read: [Infinity, Infinity] } as Record<
    'write' | 'read',
    [number, number]
  >;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const verb of ['write', 'read'] as const) {
      for (const [at, way] of [loop, ours].entries()) {
        best[verb][at as 0 | 1] = Math.min(best[verb][at as 0 | 1], await timed(way[verb]));
      }
    }
  }
  for (const verb of ['write', 'read'] as const) {
    const [theirs, own] = best[verb];
    const ratio = own / theirs;
    process.stdout.write(`${name} ${verb}: ${ratio.toFixed(2)} times the client's loop\n`);
    if (ratio > MOST_RATIO) process.exitCode = 1;
  }
  await close();
}
process.exit();
