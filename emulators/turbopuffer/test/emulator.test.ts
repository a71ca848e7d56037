import { Turbopuffer } from '@turbopuffer/turbopuffer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTurbopufferEmulator, type TurbopufferEmulator } from '../src/index.ts';

let emulator: TurbopufferEmulator;
let client: Turbopuffer;
beforeAll(async () => {
  emulator = await startTurbopufferEmulator({ apiKey: 'key' });
  client = new Turbopuffer({ baseURL: emulator.url, apiKey: 'key', maxRetries: 0 });
});
afterAll(() => emulator.close());

const METRIC = { distance_metric: 'cosine_distance' } as const;

describe("with the vendor's client", () => {
  it('a namespace is made by its first document, described, listed and deleted', async () => {
    const docs = client.namespace('docs');
    expect(await docs.exists()).toBe(false);
    const rows = [
      { id: 1, vector: [1, 0], name: 'foo', year: 2025, tags: ['a'] },
      { id: 2, vector: [0, 1], name: null },
    ];
    expect(await docs.write({ upsert_rows: rows, ...METRIC })).toMatchObject({ status: 'OK', rows_upserted: 2 });
    const { schema, approx_row_count: count } = await docs.metadata();
    expect(count).toBe(2);
    expect(schema).toMatchObject({
      id: { type: 'uint' },
      vector: { type: '[2]f32', ann: METRIC },
      name: { type: 'string', filterable: true },
      year: { type: 'int' },
      tags: { type: '[]string' },
    });
    const names: string[] = [];
    for await (const { id } of client.namespaces()) names.push(id);
    expect(names).toContain('docs');
    await docs.deleteAll();
    expect(await docs.exists()).toBe(false);
  });

  it('queries rank by distance, go by id, filter and count', async () => {
    const docs = client.namespace('queries');
    await docs.write({
      upsert_columns: {
        id: ['a', 'b', 'c'],
        vector: [
          [1, 0],
          [0, 1],
          [1, 1],
        ],
        n: [1, 2, null],
      },
      ...METRIC,
    });
    const near = await docs.query({ rank_by: ['vector', 'ANN', [1, 0.1]], limit: 2, include_attributes: ['n'] });
    expect(near.rows?.map(({ id, n }) => [id, n])).toEqual([
      ['a', 1],
      ['c', undefined],
    ]);
    const behind = await docs.query({ rank_by: ['id', 'asc'], filters: ['id', 'Gt', 'a'], limit: 9 });
    expect(behind.rows).toEqual([{ id: 'b' }, { id: 'c' }]);
    const { aggregations } = await docs.query({ aggregate_by: { n: ['Count'] }, filters: ['n', 'NotEq', null] });
    expect(aggregations).toEqual({ n: 2 });
  });

  it('vectors go in and come out as base64 too, without attributes that were not asked for', async () => {
    const docs = client.namespace('bytes');
    const vector = Buffer.from(Float32Array.of(0.1, -2).buffer).toString('base64');
    await docs.write({ upsert_rows: [{ id: 1, vector, a: 1 }], ...METRIC });
    const question: { rank_by: ['id', 'asc']; limit: number } = { rank_by: ['id', 'asc'], limit: 1 };
    const bytes = await docs.query({ ...question, include_attributes: ['vector'], vector_encoding: 'base64' });
    expect(bytes.rows).toEqual([{ id: 1, vector }]);
    const numbers = await docs.query({ ...question, exclude_attributes: ['a'] });
    expect(numbers.rows).toEqual([{ id: 1, vector: [Math.fround(0.1), -2] }]);
  });

  it.each<[string, Parameters<ReturnType<Turbopuffer['namespace']>['write']>[0]]>([
    [
      'another type',
      {
        upsert_rows: [
          { id: 3, vector: [1, 1] },
          { id: 4, vector: [1, 1], n: 'text' },
        ],
      },
    ],
    ['another kind of id', { upsert_rows: [{ id: 'text', vector: [1, 1] }] }],
    ['another dimension', { upsert_rows: [{ id: 3, vector: [1, 1, 1] }] }],
    ['no vector', { upsert_rows: [{ id: 3, n: 1 }] }],
    [
      'an id twice',
      {
        upsert_rows: [
          { id: 3, vector: [1, 1] },
          { id: 3, vector: [1, 1] },
        ],
      },
    ],
    ['nested values', { upsert_rows: [{ id: 3, vector: [1, 1], nested: { a: 1 } }] }],
  ])('a write with %s is refused, and nothing of it is stored', async (_what, params) => {
    const docs = client.namespace('refused');
    await docs.write({ upsert_rows: [{ id: 1, vector: [1, 1], n: 1 }], ...METRIC });
    await expect(docs.write({ ...params, ...METRIC })).rejects.toMatchObject({ status: 400 });
    const { aggregations } = await docs.query({ aggregate_by: { n: ['Count'] } });
    expect(aggregations).toEqual({ n: 1 });
  });

  it('a condition leaves documents that are there, and deletes none that is not', async () => {
    const docs = client.namespace('conditions');
    await docs.write({ upsert_rows: [{ id: 1, vector: [1, 1], n: 1 }], ...METRIC });
    const written = await docs.write({
      upsert_rows: [1, 2].map((id) => ({ id, vector: [2, 2], n: 2 })),
      upsert_condition: ['id', 'Eq', null],
      return_affected_ids: true,
      ...METRIC,
    });
    expect(written).toMatchObject({ rows_upserted: 1, upserted_ids: [2] });
    const deleted = await docs.write({ deletes: [1, 2, 3], delete_condition: ['n', 'Eq', 2] });
    expect(deleted).toMatchObject({ rows_deleted: 1 });
  });

  it('a wrong key is refused', async () => {
    const other = new Turbopuffer({ baseURL: emulator.url, apiKey: 'wrong', maxRetries: 0 });
    await expect(other.namespace('docs').metadata()).rejects.toMatchObject({ status: 401 });
  });
});
