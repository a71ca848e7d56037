// What a fingerprint costs beside reading alone: the same collection is read in turns, by a scan that looks at nothing and by
// fingerprint(), in the same parts and pages. Prints the median of the ratios of each store, of time and of CPU of this process; time
// includes whoever else uses the machine.
//   npm run bench:fingerprint [records]
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

async function measure(spec: StoreSpec): Promise<void> {
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
  // The first warms up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const alone = await cost(scan);
    const whole = await cost(take);
    if (round > 0) ratios.push({ seconds: whole.seconds / alone.seconds, cpu: whole.cpu / alone.cpu });
  }
  await store.close();
  const time = median(ratios.map(({ seconds }) => seconds));
  const cpu = median(ratios.map((ratio) => ratio.cpu));
  console.log(
    `${spec.kind}: ${time.toFixed(2)} × the time of a scan, ${cpu.toFixed(2)} × its CPU${time > MOST ? ` (over ${MOST})` : ''}`,
  );
}

const folder = mkdtempSync(join(tmpdir(), 'vsm-bench-'));
const [chroma, qdrant] = await Promise.all([startChroma(), startQdrantEmulator()]);
try {
  await measure({ kind: 'chroma', url: chroma.url });
  await measure({ kind: 'qdrant', url: qdrant.url });
  await measure({ kind: 'lancedb', folder: join(folder, 'lance') });
  await measure({ kind: 'parquet', folder: join(folder, 'parquet') });
  await measure({ kind: 'pglite', folder: join(folder, 'db') });
} finally {
  await Promise.all([chroma.stop(), qdrant.close()]);
  rmSync(folder, { recursive: true, force: true });
}
