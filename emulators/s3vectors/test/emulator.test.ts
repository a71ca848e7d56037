import {
  CreateIndexCommand,
  DeleteVectorsCommand,
  GetIndexCommand,
  GetVectorsCommand,
  ListIndexesCommand,
  ListVectorsCommand,
  PutVectorsCommand,
  QueryVectorsCommand,
  S3VectorsClient,
  type PutInputVector,
} from '@aws-sdk/client-s3vectors';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startS3VectorsEmulator, type S3VectorsEmulator } from '../src/index.ts';

const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
let emulator: S3VectorsEmulator;
let client: S3VectorsClient;
beforeAll(async () => {
  emulator = await startS3VectorsEmulator({ credentials, buckets: ['bucket'] });
  client = new S3VectorsClient({ endpoint: emulator.url, region: 'us-east-1', credentials, maxAttempts: 1 });
});
afterAll(async () => {
  client.destroy();
  await emulator.close();
});

const at = (indexName: string): { vectorBucketName: string; indexName: string } => ({
  vectorBucketName: 'bucket',
  indexName,
});

async function makeIndex(name: string, dimension = 2): Promise<{ vectorBucketName: string; indexName: string }> {
  const metadataConfiguration = { nonFilterableMetadataKeys: ['document'] };
  const shape = { dataType: 'float32', dimension, distanceMetric: 'cosine', metadataConfiguration } as const;
  await client.send(new CreateIndexCommand({ ...at(name), ...shape }));
  return at(name);
}

const vector = (key: string, float32: number[], metadata?: PutInputVector['metadata']): PutInputVector => ({
  key,
  data: { float32 },
  ...(metadata !== undefined && { metadata }),
});

describe("with the vendor's client", () => {
  it('an index is described as it was made, listed, and made once', async () => {
    await makeIndex('docs');
    const { index } = await client.send(new GetIndexCommand(at('docs')));
    expect(index).toMatchObject({
      dimension: 2,
      distanceMetric: 'cosine',
      dataType: 'float32',
      metadataConfiguration: { nonFilterableMetadataKeys: ['document'] },
      creationTime: expect.any(Date),
    });
    const { indexes } = await client.send(new ListIndexesCommand({ vectorBucketName: 'bucket' }));
    expect(indexes?.map(({ indexName }) => indexName)).toContain('docs');
    await expect(makeIndex('docs')).rejects.toMatchObject({ name: 'ConflictException' });
    await expect(client.send(new GetIndexCommand(at('nope')))).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  it('vectors are put, got, found and deleted', async () => {
    const index = await makeIndex('vectors');
    const vectors = [
      vector('a', [1, 0], { n: 1, tags: ['x'], document: 'text' }),
      vector('b', [0, 1]),
      vector('c', [1, 1]),
    ];
    await client.send(new PutVectorsCommand({ ...index, vectors }));
    const got = await client.send(
      new GetVectorsCommand({ ...index, keys: ['a', 'z'], returnData: true, returnMetadata: true }),
    );
    expect(got.vectors).toEqual([vectors[0]]);
    const near = await client.send(
      new QueryVectorsCommand({ ...index, topK: 2, queryVector: { float32: [1, 0.1] }, returnDistance: true }),
    );
    expect(near.vectors?.map(({ key }) => key)).toEqual(['a', 'c']);
    await client.send(new DeleteVectorsCommand({ ...index, keys: ['a', 'z'] }));
    expect((await client.send(new ListVectorsCommand(index))).vectors?.map(({ key }) => key).toSorted()).toEqual([
      'b',
      'c',
    ]);
  });

  it('segments are disjoint and cover all, and a page stops at 1 MB', async () => {
    const index = await makeIndex('segments', 4096);
    const keys = Array.from({ length: 100 }, (_, number) => `key-${number}`);
    const data = Array.from({ length: 4096 }, () => 1);
    await client.send(new PutVectorsCommand({ ...index, vectors: keys.map((key) => vector(key, data)) }));
    const first = await client.send(new ListVectorsCommand({ ...index, returnData: true }));
    expect(first.vectors?.length).toBeLessThan(70);
    const seen: (string | undefined)[] = [];
    for (const segmentIndex of [0, 1, 2]) {
      let nextToken: string | undefined;
      do {
        const request = { ...index, segmentCount: 3, segmentIndex, maxResults: 7, nextToken };
        const page = await client.send(new ListVectorsCommand(request));
        seen.push(...(page.vectors ?? []).map(({ key }) => key));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
    }
    expect(seen.length).toBe(keys.length);
    expect(new Set(seen)).toEqual(new Set(keys));
  });

  it.each<[string, PutInputVector]>([
    ['another dimension', vector('bad', [1])],
    ['zeros under cosine', vector('bad', [0, 0])],
    ['NaN', vector('bad', [Number.NaN, 1])],
    ['null', vector('bad', [1, 1], { n: null })],
    ['nested values', vector('bad', [1, 1], { n: { a: 1 } })],
    ['2 KB that can be filtered by', vector('bad', [1, 1], { text: 'x'.repeat(2100) })],
    ['40 KB', vector('bad', [1, 1], { document: 'x'.repeat(41_000) })],
    ['51 keys', vector('bad', [1, 1], Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`k${n}`, 1])))],
    ['an empty key', vector('', [1, 1])],
  ])('a vector with %s has all of its batch refused', async (what, bad) => {
    const index = await makeIndex(`refused-${what.toLowerCase().replaceAll(/[^a-z0-9]/g, '-')}`);
    const put = client.send(new PutVectorsCommand({ ...index, vectors: [vector('good', [1, 1]), bad] }));
    await expect(put).rejects.toMatchObject({
      name: 'ValidationException',
      fieldList: [{ path: expect.stringMatching(/^vectors\[1\]/) }],
    });
    expect((await client.send(new ListVectorsCommand(index))).vectors).toEqual([]);
  });

  it('a request that another secret signed is refused', async () => {
    const wrong = { ...credentials, secretAccessKey: 'wrong' };
    const other = new S3VectorsClient({
      endpoint: emulator.url,
      region: 'us-east-1',
      credentials: wrong,
      maxAttempts: 1,
    });
    await expect(other.send(new ListIndexesCommand({ vectorBucketName: 'bucket' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    other.destroy();
  });
});

interface Recorded {
  readonly name: string;
  readonly request: { readonly method: string; readonly path: string; readonly body: string };
  readonly response: { readonly status: number; readonly body: string };
}

/** Where moto, an emulator as well, does less than the documentation says. */
const MOTO_DIFFERS: Readonly<Record<string, string>> = {
  createBucket: 'gives no ARN',
  createIndex: 'gives no ARN',
  createIndexAgain: 'makes an index twice, and empties it',
  getBucket: 'is not asked for here',
  listBuckets: 'is not asked for here',
  getIndex: 'keeps no configuration of metadata, and no time',
  listIndexes: 'has no time',
  'put f32array': 'takes a list that is an object',
  putNaN: 'takes NaN',
  putZero: 'takes zeros under cosine',
  putNull: 'takes null and nested values',
  list1: 'has no pages',
  listSeg0: 'has no segments',
  listSeg1: 'has no segments',
  query: 'cannot search',
  deleteBucketNotEmpty: 'is not asked for here',
};

it('answers what moto 5.2.5 was recorded to answer, but for what that does not hold to', async () => {
  const moto = await startS3VectorsEmulator();
  const lines = readFileSync(join(import.meta.dirname, '../fixtures/moto-5.2.5.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const differing: string[] = [];
  for (const { name, request, response } of lines.map((line) => JSON.parse(line) as Recorded)) {
    const answer = await fetch(moto.url + request.path, { method: request.method, body: request.body });
    const text = await answer.text();
    const plain = (body: string): unknown => {
      if (body.startsWith('<')) return body;
      const { Message: _twice, fieldList: _more, ...rest } = JSON.parse(body) as Record<string, unknown>;
      return JSON.parse(
        JSON.stringify(rest, (_key, value: unknown) => (typeof value === 'number' ? Math.fround(value) : value)),
      );
    };
    try {
      expect([answer.status, plain(text)]).toEqual([response.status, plain(response.body)]);
    } catch {
      differing.push(name);
    }
  }
  await moto.close();
  expect(differing.toSorted()).toEqual(Object.keys(MOTO_DIFFERS).toSorted());
});
