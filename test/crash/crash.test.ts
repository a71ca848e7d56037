import { expect, it } from 'vitest';
import { crashAndResume } from './crash.ts';
import type { Pair } from './pairs.ts';
import type { Moment } from './records.ts';

it.each<[Pair, Moment, number, number]>([
  ['chroma-postgres', 'any', 3000, 5],
  ['qdrant-file', 'any', 6000, 5],
  ['file-lancedb', 'any', 6000, 20],
  ['sqlite-libsql', 'any', 1000, 20],
  ['libsql-vec0', 'any', 6000, 20],
  ['opensearch-file', 'any', 3000, 20],
  ['file-opensearch', 'any', 3000, 20],
  ['redis-file', 'any', 6000, 20],
  ['file-redis', 'any', 3000, 20],
  ['mongodb-file', 'any', 3000, 20],
  ['file-mongodb', 'any', 3000, 20],
  ['turbopuffer-file', 'any', 3000, 20],
  ['file-turbopuffer', 'any', 3000, 20],
  ['s3vectors-file', 'any', 3000, 20],
  ['file-s3vectors', 'any', 3000, 20],
  ['upstash-file', 'any', 3000, 20],
  ['file-upstash', 'any', 3000, 20],
  ['weaviate-file', 'any', 3000, 20],
  ['file-weaviate', 'any', 3000, 20],
  // An embedded database, a file and a server.
  ...(['chroma-postgres', 'qdrant-file', 'file-qdrant'] as const).flatMap((pair) =>
    (['syncing', 'finishing', 'verifying'] as const).map((moment): [Pair, Moment, number, number] => [
      pair,
      moment,
      1000,
      1,
    ]),
  ),
])(
  'a migration %s that is killed (%s) of %d records %d times ends with exactly the source',
  async (pair, moment, records, kills) => {
    const report = await crashAndResume({ pair, moment, records, kills });
    expect(report).toMatchObject({ kills, hasMoment: true });
    expect(report.verification).toMatchObject({
      passed: true,
      expectedCount: records,
      targetCount: records,
      valuesCompared: records,
    });
    // Read from the index in Postgres and libSQL, so the index is there again.
    expect(report.description.vectors['']).toMatchObject({ metric: 'euclidean', dimension: 64 });
  },
  240_000,
);
