import { expect, it } from 'vitest';
import { middleStores, type Middle } from '../property/middles.ts';
import { fingerprintsOfCopies } from './copies.ts';

const open = middleStores();
const middles: readonly Middle[] = [
  'Qdrant',
  'Chroma',
  'Postgres',
  'LanceDB',
  'SQLite',
  'a Parquet file',
  'a JSON Lines file',
];

it('the same records have the same fingerprint in every store', async () => {
  const { original, reports, digests } = await fingerprintsOfCopies(open, middles, { count: 400, metric: 'euclidean' });
  for (const report of Object.values(reports)) {
    expect(report).toMatchObject({ passed: true, targetRecords: 400, differingBuckets: 0, approximate: [], notes: [] });
  }
  expect(digests).toEqual(new Set([original.digest]));
}, 300_000);

it('under cosine too, by direction where the store scales or rounds', async () => {
  const { original, reports } = await fingerprintsOfCopies(open, middles, { count: 400, metric: 'cosine' });
  for (const [middle, report] of Object.entries(reports)) {
    expect({ middle, report }).toMatchObject({ report: { passed: true, unproven: [] } });
  }
  expect(reports['Qdrant']?.approximate).toEqual([expect.stringContaining('scales them to length 1')]);
  // Whether Chroma's components come back as they were depends on their values.
  const others = middles.filter((middle) => middle !== 'Qdrant' && middle !== 'Chroma');
  expect(others.flatMap((middle) => reports[middle]?.approximate)).toEqual([]);
  expect(original.vectors['']).toEqual({ form: 'float32', stored: 'exact' });
}, 300_000);
