import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startQdrantEmulator, type QdrantEmulator } from '../src/index.ts';

interface Answer {
  readonly points: readonly { readonly id: number; readonly score: number }[];
}

let emulator: QdrantEmulator;
const post = async (method: string, path: string, body: unknown): Promise<{ status: number; result: unknown }> => {
  const response = await fetch(`${emulator.url}/collections/c${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { result } = (await response.json()) as { result: unknown };
  return { status: response.status, result };
};
const query = async (body: unknown): Promise<[number, number][]> => {
  const { result } = await post('POST', '/points/query', body);
  return (result as Answer).points.map(({ id, score }) => [id, Math.round(score * 1000) / 1000]);
};

beforeAll(async () => {
  emulator = await startQdrantEmulator();
  await post('PUT', '', { vectors: { size: 2, distance: 'Dot' }, sparse_vectors: { words: {} } });
  const point = (id: number, x: number, word: number): object => ({
    id,
    vector: { '': [x, 0], words: { indices: [7], values: [word] } },
    payload: { even: id % 2 === 0 },
  });
  // By vector 1, 2, 3, 4; by words 4, 2, 3, 1.
  await post('PUT', '/points?wait=true', { points: [point(1, 9, 1), point(2, 8, 7), point(3, 7, 3), point(4, 1, 9)] });
});
afterAll(() => emulator.close());

const dense = { query: [1, 0], limit: 3 };
const sparse = { query: { indices: [7], values: [1] }, using: 'words', limit: 3 };

describe('fusion', () => {
  it('sums 1 / (2 + position) over the rankings', async () => {
    // Each ranking is cut at its own limit: 1, 2, 3 and 4, 2, 3.
    expect(await query({ prefetch: [dense, sparse], query: { fusion: 'rrf' } })).toEqual([
      [2, 0.667],
      [1, 0.5],
      [3, 0.5],
      [4, 0.5],
    ]);
    expect(await query({ prefetch: [dense, sparse], query: { rrf: { k: 1, weights: [1, 3] } }, limit: 2 })).toEqual([
      [4, 3],
      [2, 2],
    ]);
  });

  it('puts scores on a scale of three deviations each way', async () => {
    expect(await query({ prefetch: [dense, sparse], query: { fusion: 'dbsf' } })).toEqual([
      [2, 1.036],
      [1, 0.667],
      [3, 0.651],
      [4, 0.645],
    ]);
  });

  it('ranks again what a prefetch found, by another vector', async () => {
    const first = { ...sparse, limit: 2 };
    expect(await query({ prefetch: first, query: [1, 0] })).toEqual([
      [2, 8],
      [4, 1],
    ]);
  });

  it('keeps filters, offsets and thresholds to their stage', async () => {
    const even = { must: [{ key: 'even', match: { value: true } }] };
    expect(await query({ prefetch: { ...dense, filter: even }, query: { fusion: 'rrf' } })).toEqual([
      [2, 0.5],
      [4, 0.333],
    ]);
    expect(await query({ ...dense, score_threshold: 7.5 })).toEqual([
      [1, 9],
      [2, 8],
    ]);
    expect(await query({ ...dense, offset: 1, limit: 1 })).toEqual([[2, 8]]);
  });

  it('answers several queries in one request', async () => {
    const { result } = await post('POST', '/points/query/batch', { searches: [{ ...dense, limit: 1 }, sparse] });
    expect((result as Answer[]).map(({ points }) => points.map(({ id }) => id))).toEqual([[1], [4, 2, 3]]);
  });

  it('refuses what it does not know', async () => {
    expect((await post('POST', '/points/query', { prefetch: [dense], query: { fusion: 'x' } })).status).toBe(400);
    const weights = { prefetch: [dense, sparse], query: { rrf: { weights: [1] } } };
    expect((await post('POST', '/points/query', weights)).status).toBe(400);
  });
});
