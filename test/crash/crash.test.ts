import { expect, it } from 'vitest';
import { crashAndResume } from './crash.ts';
import type { Pair } from './pairs.ts';

it.each<[Pair, number, number]>([
  ['chroma-postgres', 3000, 5],
  ['qdrant-file', 6000, 5],
  ['sqlite-libsql', 1000, 20],
  ['libsql-vec0', 6000, 20],
])(
  'a migration %s of %d records that is killed %d times ends with exactly the source',
  async (pair, records, times) => {
    const { kills, verification, description } = await crashAndResume(pair, records, times);
    expect(kills).toBe(times);
    expect(verification).toMatchObject({
      passed: true,
      expectedCount: records,
      targetCount: records,
      valuesCompared: records,
    });
    // Read from the index in Postgres and libSQL, so the index is there again.
    expect(description.vectors['']).toMatchObject({ metric: 'euclidean', dimension: 64 });
  },
  240_000,
);
