import { createMemory } from '@vsm/adapter-memory';
import { createPgvector } from '@vsm/adapter-pgvector';
import { migrate } from '@vsm/core';
import { expect, it } from 'vitest';
import { createPglite } from '../../packages/adapter-pgvector/test/pglite.ts';

it('witnesses a table of others: sums but where they near the largest double, and bits of both kinds of vector', async () => {
  const database = await createPglite();
  await database.exec(`
    CREATE EXTENSION IF NOT EXISTS vector;
    CREATE TABLE docs (id text PRIMARY KEY, embedding vector(3), half halfvec(2), score float8, rank real, big bigint, name text, metadata jsonb);
    INSERT INTO docs SELECT 'k' || i, ARRAY[i, 0.1, -i]::real[]::vector, ARRAY[i / 8.0, 1]::real[]::halfvec,
      CASE i WHEN 3 THEN 'NaN' WHEN 4 THEN 1e308 WHEN 5 THEN 1.7e308 ELSE i / 3.0 END, i / 7.0, 9007199254740993 + i,
      CASE WHEN i % 5 = 0 THEN NULL ELSE 'ü' END,
      jsonb_build_object('huge', CASE WHEN i > 6 THEN 1e307::numeric * 9 ELSE 1.5 END, 'year', i, 'nothing', null, 'text', 'ü')
        || CASE i WHEN 9 THEN '{"big": "inside"}' ELSE '{}' END::jsonb
    FROM generate_series(1, 60) AS i`);
  const result = await migrate({
    source: createPgvector({ client: database }),
    target: createMemory(),
    sourceCollection: 'docs',
    metric: 'euclidean',
    checkpoints: false,
  });
  const [source] = result.verification?.values ?? [];
  expect(result.errors).toEqual([]);
  const witnessed = source?.witnessed.join('; ') ?? '';
  expect(witnessed).toContain('vector "embedding", vector "half": records, first, last');
  expect(witnessed).toMatch(/metadata "score"[^;]*: records(;|$)/);
  expect(witnessed).toMatch(/metadata "year"[^;]*: records, sum/);
  expect(source?.unwitnessed).toContain('metadata "big", which is in a column and in the JSON');
  await database.close();
});
