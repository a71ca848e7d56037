// What does it cost to verify files, compressed ones among them, which can only be read from their beginning? Prints the time of `verify`
// between two of them as a multiple of the time of reading both by scan, in one process, the best of three each.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFile } from '@vsm/adapter-file';
import { migrate, readPages, verify } from '@vsm/core';
import { makeRecord } from './records.ts';

const COUNT = Number(process.argv[2] ?? 20_000);
const DIMENSION = 64;
const ROUNDS = Number(process.argv[3] ?? 3);

const folder = mkdtempSync(join(tmpdir(), 'vsm-bench-'));
try {
  for (const format of ['jsonl', 'jsonl.zst', 'jsonl.gz'] as const) {
    const source = createFile({ path: join(folder, `source.${format}`) });
    const target = createFile({ path: join(folder, `target.${format}`) });
    await source.createCollection({
      name: 'source',
      vectors: { '': { kind: 'dense', dimension: DIMENSION, metric: 'euclidean' } },
    });
    const docs = await source.openCollection('source');
    for (let start = 0; start < COUNT; start += 1000) {
      await docs.upsert(
        Array.from({ length: 1000 }, (_, offset) => makeRecord(start + offset, { dimension: DIMENSION })),
      );
    }
    await docs.flush?.();
    const pair = { source, target, sourceCollection: 'source', targetCollection: 'target' };
    await migrate({ ...pair, validate: false, checkpoints: false });
    const copy = await target.openCollection('target');
    const reading = await best(async () => {
      for (const collection of [docs, copy]) for await (const _ of readPages(collection)) continue;
    });
    const verifying = await best(async () => {
      if (!(await verify(pair)).passed) throw new Error(`${format} did not pass`);
    });
    await Promise.all([source.close(), target.close()]);
    console.log(`${format}: verifying takes ${(verifying / reading).toFixed(1)} times as long as reading both`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function best(work: () => Promise<void>): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) {
    const started = performance.now();
    await work();
    least = Math.min(least, performance.now() - started);
  }
  return least;
}
