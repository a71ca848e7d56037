import { expect, it } from 'vitest';
import { RemoteError } from '../errors.ts';
import { cutBatches, refusalOf } from './batches.ts';
import { writeHalving } from './tables.ts';

it.each([
  [
    [3, 3, 3, 3],
    { bytes: 6 },
    [
      [3, 3],
      [3, 3],
    ],
  ],
  [[1, 9, 1], { bytes: 6 }, [[1], [9], [1]]],
  [[1, 1, 1], { bytes: 6, items: 2 }, [[1, 1], [1]]],
  [[], { bytes: 6 }, []],
])('cuts %j by %j', (sizes, limits, batches) => {
  expect(cutBatches(sizes, (size) => size, limits)).toEqual(batches);
});

const failure = (status: number, retryable = false): RemoteError =>
  new RemoteError(`${status}`, { adapter: 'acme', status, retryable, tooLarge: status === 413 });

it('takes for a refusal what is about the data', () => {
  expect([400, 413, 422].map((status) => refusalOf(failure(status))?.status)).toEqual([400, 413, 422]);
  expect([failure(404), failure(400, true), new Error('400')].map(refusalOf)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

it('names the record that is refused, and why', async () => {
  const rows = ['a', 'b', 'c'].map((id) => ({ record: { id, vectors: {}, metadata: {} } }));
  const rejected: unknown[] = [];
  const write = (some: typeof rows): Promise<void> =>
    some.some(({ record }) => record.id === 'b') ? Promise.reject(failure(413)) : Promise.resolve();
  expect(await writeHalving(rows, { write: (some) => write([...some]), rejected: rejected as never[] })).toBe(2);
  expect(rejected).toEqual([{ id: 'b', namespace: undefined, reason: 'too-large', detail: '413' }]);
});
