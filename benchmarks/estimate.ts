// How near are estimates? For each pair, an estimate and the run that it was made for, in one process; prints the ratio of the two
// and ends with 1 where one is off by more than a factor of 1.5.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChroma } from '@vsm/adapter-chroma';
import { createFile } from '@vsm/adapter-file';
import { createPgvector } from '@vsm/adapter-pgvector';
import { VectorStoreMigrator, type VectorStoreV1 } from '@vsm/core';
import { startChroma } from '@vsm/service-chroma';
import { makeRecord } from './records.ts';

const COUNT = Number(process.argv[2] ?? 20_000);
const DIMENSION = 384;
const LARGEST_FACTOR = 1.5;

const folder = mkdtempSync(join(tmpdir(), 'vsm-bench-'));
const server = await startChroma();
const chroma = createChroma({ url: server.url });
const postgres = createPgvector({ dataDir: join(folder, 'db') });
const file = createFile({ path: join(folder, 'files'), format: 'parquet' });
try {
  await chroma.createCollection({
    name: 'docs',
    vectors: { '': { kind: 'dense', dimension: DIMENSION, metric: 'euclidean' } },
  });
  const docs = await chroma.openCollection('docs');
  for (let start = 0; start < COUNT; start += 1000) {
    await docs.upsert(
      Array.from({ length: 1000 }, (_, offset) => makeRecord(start + offset, { dimension: DIMENSION })),
    );
  }
  await measure('Chroma -> PGlite', chroma, postgres);
  await measure('Chroma -> Parquet', chroma, file);
  await measure('Parquet -> Chroma', file, chroma, 'again');
} finally {
  await Promise.all([postgres.close(), file.close()]);
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(
  name: string,
  source: VectorStoreV1,
  target: VectorStoreV1,
  targetCollection = 'docs',
): Promise<void> {
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
  const estimate = await migrator.estimate({ collectionName: 'docs', targetCollection });
  const result = await migrator.migrate({ sourceCollection: 'docs', targetCollection });
  const ratio = estimate.estimatedDurationSeconds / result.durationSeconds;
  const factor = Math.max(ratio, 1 / ratio);
  console.log(
    `${name}: estimated ${estimate.estimatedDurationSeconds.toFixed(1)} s, took ${result.durationSeconds.toFixed(1)} s, factor ${factor.toFixed(2)}`,
  );
  if (factor > LARGEST_FACTOR) process.exitCode = 1;
}
