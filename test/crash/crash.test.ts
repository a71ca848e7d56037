import { expect, it } from 'vitest';
import { crashAndResume, type Pair } from './crash.ts';

it.each<[Pair, number]>([
  ['chroma-postgres', 3000],
  ['qdrant-file', 6000],
])(
  'a migration %s that is killed five times ends with exactly the source',
  async (pair, records) => {
    const { kills, verification, description } = await crashAndResume(pair, records, 5);
    expect(kills).toBe(5);
    expect(verification).toMatchObject({
      passed: true,
      expectedCount: records,
      targetCount: records,
      valuesCompared: records,
    });
    // Read from the index in Postgres, so the index is there again.
    expect(description.vectors['']).toMatchObject({ metric: 'euclidean', dimension: 64 });
  },
  240_000,
);
