// What a fingerprint costs beside reading alone: the same collection is read in turns, by a scan that looks at nothing and by
// fingerprint(), in the same parts and pages. Prints the median of the ratios of each store, of the CPU of this process, by which it judges, and
// of time, which includes whoever else uses the machine. Ends with 1 where a ratio is over its bound.
//   npm run bench:fingerprint [records] [stores, by commas]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fingerprint, migrate, readPages } from '@vsm/core';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { startChroma } from '@vsm/service-chroma';
import { openStore, type StoreSpec } from './compare/stores.ts';

const RECORDS = Number(process.argv[2] ?? 20_000);
const DIMENSION = 384;
const ROUNDS = 5;
const PARTS = 4;
const MOST = 1.1;

interface Cost {
  readonly seconds: number;
  readonly cpu: number;
}

async function cost(work: () => Promise<unknown>): Promise<Cost> {
  const before = process.cpuUsage();
  const started = performance.now();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - started) / 1000, cpu: (user + system) / 1e6 };
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The ratio that is judged. */
async function measure(spec: StoreSpec): Promise<number> {
  const source = openStore({ kind: 'generating', shape: { dimension: DIMENSION }, records: RECORDS });
  const store = openStore(spec);
  await migrate({ source, target: store, sourceCollection: 'docs', validate: false, checkpoints: false });
  const collection = await store.openCollection('docs');
  const scan = async (): Promise<void> => {
    const parts = (await collection.partition?.(PARTS)) ?? [undefined];
    await Promise.all(
      parts.map(async (partition) => {
        for await (const page of readPages(collection, { partition })) void page;
      }),
    );
  };
  const take = (): Promise<unknown> => fingerprint({ source: store, collection: 'docs', concurrency: PARTS });
  const ratios: Cost[] = [];
  const scans: number[] = [];
  // The first warms up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const alone = await cost(scan);
    const whole = await cost(take);
    if (round > 0) scans.push(alone.cpu);
    if (round > 0) ratios.push({ seconds: whole.seconds / alone.seconds, cpu: whole.cpu / alone.cpu });
  }
  await store.close();
  const time = median(ratios.map(({ seconds }) => seconds));
  const cpu = median(ratios.map((ratio) => ratio.cpu));
  const alone = (median(scans) * 1e6) / RECORDS;
  console.log(
    `${spec.kind}: ${cpu.toFixed(2)} × the CPU of a scan (${alone.toFixed(1)} µs a record), ${time.toFixed(2)} × its time`,
  );
  return cpu;
}

const folder = mkdtempSync(join(tmpdir(), 'vsm-bench-'));
process.env['VSM_RUN_DIR'] = join(folder, 'runs');
const [chroma, qdrant] = await Promise.all([startChroma(), startQdrantEmulator()]);
const specs: readonly StoreSpec[] = [
  { kind: 'chroma', url: chroma.url },
  { kind: 'qdrant', url: qdrant.url },
  { kind: 'lancedb', folder: join(folder, 'lance') },
  { kind: 'parquet', folder: join(folder, 'parquet') },
  { kind: 'jsonl', folder: join(folder, 'jsonl') },
  { kind: 'pglite', folder: join(folder, 'db') },
];
const wanted = process.argv[3]?.split(',') ?? specs.map(({ kind }) => kind);
const over: string[] = [];
try {
  for (const spec of specs) {
    if (wanted.includes(spec.kind) && (await measure(spec)) > MOST) over.push(spec.kind);
  }
} finally {
  await Promise.all([chroma.stop(), qdrant.close()]);
  rmSync(folder, { recursive: true, force: true });
}
console.log(over.length === 0 ? `All are within ${MOST}.` : `Over ${MOST}: ${over.join(', ')}.`);
if (over.length > 0) process.exitCode = 1;
