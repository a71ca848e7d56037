// Does memory grow with the collection? Migrates 2,000 and 20,000 records from a real Chroma server into PGlite on disk, each in
// a process of its own, and compares their peak resident memory. Ends with 1 where the ratio is over 1.3.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createChroma } from '@vsm/adapter-chroma';
import { createPgvector } from '@vsm/adapter-pgvector';
import { VectorStoreMigrator } from '@vsm/core';
import { startChroma } from '@vsm/service-chroma';
import { makeRecord } from './records.ts';

const DIMENSION = 384;
const SIZES = [2000, 20_000] as const;
const LARGEST_RATIO = 1.3;

const [, , url, collection] = process.argv;
if (url !== undefined && collection !== undefined) await migrateOnce(url, collection);
else await compare();

async function migrateOnce(from: string, name: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vsm-bench-'));
  const source = createChroma({ url: from });
  const target = createPgvector({ dataDir: join(folder, 'db') });
  try {
    const result = await new VectorStoreMigrator({ source, target, checkpoints: join(folder, 'runs') }).migrate({
      sourceCollection: name,
    });
    if (!result.success) throw new Error(result.errors.join('; '));
    const { maxRSS } = process.resourceUsage();
    console.log(
      JSON.stringify({
        migrated: result.vectorsMigrated,
        seconds: result.durationSeconds,
        peakMegabytes: maxRSS / 1024,
      }),
    );
  } finally {
    await target.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(): Promise<void> {
  const server = await startChroma();
  try {
    const peaks: number[] = [];
    for (const size of SIZES) {
      const name = `records-${size}`;
      await fill(server.url, name, size);
      const output = execFileSync(
        process.execPath,
        [...process.execArgv, fileURLToPath(import.meta.url), server.url, name],
        { encoding: 'utf8' },
      );
      const { migrated, seconds, peakMegabytes } = JSON.parse(output) as Record<string, number>;
      console.log(`${migrated} records: ${seconds?.toFixed(1)} s, peak ${peakMegabytes?.toFixed(0)} MB`);
      peaks.push(peakMegabytes ?? Number.NaN);
    }
    const ratio = (peaks[1] ?? Number.NaN) / (peaks[0] ?? Number.NaN);
    console.log(`ratio ${ratio.toFixed(2)} (at most ${LARGEST_RATIO})`);
    process.exitCode = ratio <= LARGEST_RATIO ? 0 : 1;
  } finally {
    await server.stop();
  }
}

async function fill(to: string, name: string, size: number): Promise<void> {
  const store = createChroma({ url: to });
  await store.createCollection({ name, vectors: { '': { kind: 'dense', dimension: DIMENSION, metric: 'euclidean' } } });
  const target = await store.openCollection(name);
  for (let start = 0; start < size; start += 1000) {
    await target.upsert(Array.from({ length: 1000 }, (_, offset) => makeRecord(start + offset, DIMENSION)));
  }
}
