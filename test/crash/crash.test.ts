import { expect, it } from 'vitest';
import { crashAndResume } from './crash.ts';
import { PAIRS, type Moment, type Pair } from './stores.ts';

const MOST: Readonly<Record<Pair, number>> = {
  'chroma-postgres': 3000,
  'qdrant-file': 6000,
  'file-qdrant': 6000,
  'sqlite-libsql': 1000,
  'libsql-vec0': 6000,
};

it.each(
  PAIRS.flatMap((pair): [Pair, Moment, records: number, kills: number][] => [
    [pair, 'any', MOST[pair], pair === 'file-qdrant' ? 2 : 5],
    [pair, 'syncing', 1000, 1],
    [pair, 'finishing', 1000, 1],
    [pair, 'verifying', 1000, 1],
  ]),
)(
  'a migration %s that is killed while %s ends with exactly the source',
  async (pair, moment, records, kills) => {
    const report = await crashAndResume({ pair, moment, records, kills });
    expect(report.kills).toBe(kills);
    expect(report.verification).toMatchObject({
      passed: true,
      expectedCount: records,
      targetCount: records,
      valuesCompared: records,
    });
    // Read from the index in Postgres, so the index is there again.
    expect(report.description.vectors['']).toMatchObject({ metric: 'euclidean', dimension: 64 });
  },
  240_000,
);
