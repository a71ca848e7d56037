import { expect, it } from 'vitest';
import { middleStores } from '../property/middles.ts';
import { fingerprintsOfCopies } from './copies.ts';

const open = middleStores();

it('20,000 records have the same fingerprint in every store', async () => {
  const middles = ['Qdrant', 'Chroma', 'Postgres', 'LanceDB', 'a Parquet file', 'a JSON Lines file'] as const;
  const { original, reports, digests } = await fingerprintsOfCopies(open, middles, {
    count: 20_000,
    metric: 'euclidean',
    dimension: 384,
  });
  for (const report of Object.values(reports)) expect(report).toMatchObject({ passed: true, targetRecords: 20_000 });
  expect(digests).toEqual(new Set([original.digest]));
  expect(original.bucketBits).toBe(11);
}, 3_600_000);
