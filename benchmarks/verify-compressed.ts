// What does it cost to verify compressed files, which can only be read from their beginning? Prints the time of `verify` between two of
// them as a multiple of that between two plain ones, in one process, the best of three each.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFile } from '@vsm/adapter-file';
import { migrate, verify } from '@vsm/core';
import { makeRecord } from './records.ts';

const COUNT = Number(process.argv[2] ?? 20_000);
const DIMENSION = 64;
const ROUNDS = Number(process.argv[3] ?? 3);

const folder = mkdtempSync(join(tmpdir(), 'vsm-bench-'));
const seconds = new Map<string, number>();
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
    for (let round = 0; round < ROUNDS; round += 1) {
      const started = performance.now();
      const { passed } = await verify(pair);
      if (!passed) throw new Error(`${format} did not pass`);
      seconds.set(format, Math.min(seconds.get(format) ?? Infinity, (performance.now() - started) / 1000));
    }
    await Promise.all([source.close(), target.close()]);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const plain = seconds.get('jsonl') ?? NaN;
for (const [format, time] of seconds) console.log(`${format}: ${(time / plain).toFixed(2)} times as long as jsonl`);
