import { Float, type VectorRecord } from '@vsm/core/adapter';
import { expect, it } from 'vitest';
import { allRecords, testServer } from './server.ts';

const METRIC = { distance_metric: 'euclidean_squared' } as const;

it('ids beyond 2^53, by which pages go, keep every digit', async () => {
  const { open, emulator } = await testServer();
  const ids = ['9007199254740993', '18446744073709551614', '7'];
  const rows = ids.map((id) => `{"id":${id},"vector":[1,2]}`);
  const body = `{"upsert_rows":[${rows.join(',')}],"distance_metric":"euclidean_squared"}`;
  const headers = { authorization: 'Bearer any' };
  await fetch(`${emulator.url}/v2/namespaces/big`, { method: 'POST', headers, body });
  const big = await open().openCollection('big');
  expect(await big.describe()).toMatchObject({ ids: 'uint64', vectors: { '': { dimension: 2, metric: 'euclidean' } } });
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await big.scan({ limit: 1, include: [], ...(cursor !== null && { cursor }) });
    seen.push(...page.records.map(({ id }) => id));
    cursor = page.cursor;
  } while (cursor !== null);
  expect(seen).toEqual(['7', '9007199254740993', '18446744073709551614']);
  expect((await big.fetch(['9007199254740993', '9007199254740992', 'text'])).map(({ id }) => id)).toEqual([ids[0]]);
  const given: VectorRecord[] = [{ id: 'text', vectors: { '': [1, 2] }, metadata: {} }];
  const foreseen = await big.wouldReject?.(given);
  const { rejected } = await big.upsert(given);
  expect(foreseen).toEqual(rejected);
  expect(rejected).toMatchObject([{ id: 'text', reason: 'invalid-id' }]);
});

it('a namespace of an application is read by its types, and said how', async () => {
  const { open, client } = await testServer();
  await client.namespace('app').write({
    upsert_rows: [
      {
        id: '10f0a8ae-0000-4000-8000-000000000001',
        embedding: [1, 2],
        content: 'the text',
        year: 2025,
        score: 3,
        at: '2025-01-20T12:34:56.000Z',
        tags: ['a', 'b'],
        public: true,
      },
    ],
    schema: { id: 'uuid', embedding: { type: '[2]f32', ann: true }, score: 'float', at: 'datetime' },
    ...METRIC,
  });
  const app = await open().openCollection('app');
  const [record] = await app.fetch(['10f0a8ae-0000-4000-8000-000000000001']);
  expect(record).toMatchObject({
    vectors: { '': Float32Array.of(1, 2) },
    document: 'the text',
    metadata: { year: 2025, at: '2025-01-20T12:34:56.000Z', tags: ['a', 'b'], public: true },
  });
  expect(record?.metadata['score']).toEqual(new Float(3));
  const { reading, ids, fields } = await app.describe();
  expect(ids).toBe('uuid');
  expect(fields).toMatchObject({ year: 'integer', score: 'float', at: 'datetime', tags: 'string[]' });
  expect(reading).toContainEqual(expect.objectContaining({ field: 'content', role: 'document', basis: 'guessed' }));
  const named = await open({ document: 'at', ignore: ['content'] }).openCollection('app');
  expect(await named.fetch([record?.id ?? ''])).toMatchObject([{ document: '2025-01-20T12:34:56.000Z' }]);
});

it('several vectors of a namespace all come, and a record that lacks one is rejected', async () => {
  const { open, client } = await testServer();
  await client.namespace('two').write({
    upsert_rows: [{ id: 'a', vector: [1, 2], image: [1, 2, 3] }],
    schema: { image: { type: '[3]f32', ann: METRIC } },
    ...METRIC,
  });
  const two = await open().openCollection('two');
  const records = await allRecords(two);
  expect(records).toMatchObject([{ vectors: { '': Float32Array.of(1, 2), image: Float32Array.of(1, 2, 3) } }]);
  const given: VectorRecord[] = [{ id: 'b', vectors: { '': [1, 2] }, metadata: {} }];
  const foreseen = await two.wouldReject?.(given);
  const { rejected } = await two.upsert(given);
  expect(foreseen).toEqual(rejected);
  expect(rejected).toMatchObject([
    { id: 'b', reason: 'invalid-vector', detail: 'every document must have vector "image"' },
  ]);
});
