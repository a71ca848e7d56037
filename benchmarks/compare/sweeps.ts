import type { RecordShape } from '../records.ts';
import { targetName, type Found } from './measurements.ts';
import type { Job, Measured } from './measured-job.ts';
import { printSummary, summarize, type Goal, type Summary } from './report.ts';
import { runJob, startEmulator } from './run.ts';
import type { StoreSpec } from './stores.ts';

// How the cost of a migration changes with one thing, everything else being equal.

const SIZES = {
  quick: {
    records: 2000,
    dimensions: [384, 1536],
    metadata: [4096],
    parts: [1],
    latencies: [100],
    growth: [10_000, 100_000],
  },
  whole: {
    records: 10_000,
    dimensions: [128, 384, 1536, 3072],
    metadata: [0, 512, 4096],
    parts: [1, 2, 4, 8, 16],
    latencies: [0, 20, 100],
    growth: [1000, 10_000, 100_000, 1_000_000],
  },
} as const;

/** Most that a record of the largest collection may cost beside one of 10,000, where starting up no longer shows. */
const GROWTH_LIMIT = 1.25;
const GROWTH_FROM = 10_000;
/** Peak of a million records of 384 dimensions: what they take together is far beyond it. */
const LARGEST_MEGABYTES = 400;

export async function sweep(size: keyof typeof SIZES): Promise<Found> {
  const { records, dimensions, metadata, parts, latencies, growth } = SIZES[size];
  const summaries: Record<string, Summary> = {};
  const note = (name: string, found: Measured): Measured => {
    const summary = summarize([found]);
    summaries[`sweeps: ${name}`] = summary;
    printSummary(name, summary);
    return found;
  };

  console.log(`\nQdrant emulator → Qdrant emulator, ${records} records each`);
  for (const dimension of dimensions) note(`dimension ${dimension}`, await migrate({ dimension }, records));
  for (const bytes of metadata) {
    note(`metadata ${bytes} bytes`, await migrate({ dimension: 384, metadataBytes: bytes }, records));
  }
  for (const count of parts) {
    note(`${count} partitions`, await migrate({ dimension: 384 }, records, { concurrency: count }));
  }
  for (const latencyMs of latencies) {
    note(`${latencyMs} ms of latency`, await migrate({ dimension: 384 }, records, {}, latencyMs));
  }

  console.log('\ngenerating → discarding, 384 dimensions');
  const costs: { readonly count: number; readonly seconds: number; readonly peak: number }[] = [];
  for (const count of growth) {
    const shape = { dimension: 384 };
    const source: StoreSpec = { kind: 'generating', shape, records: count };
    const job = base(source, { kind: 'discarding', dimension: 384 }, shape, count);
    const found = note(`${count} records`, await runJob({ ...job, what: 'migrate' }));
    costs.push({ count, seconds: found.cpuSeconds / count, peak: found.peakMegabytes });
  }
  const [last, first] = [costs.at(-1), costs.find(({ count }) => count >= GROWTH_FROM)];
  const goals: Goal[] = [
    {
      name: `sweeps: CPU a record of ${last?.count} records beside ${first?.count}`,
      ratio: (last?.seconds ?? Number.NaN) / (first?.seconds ?? Number.NaN),
      limit: GROWTH_LIMIT,
    },
    {
      name: `sweeps: peak memory of ${last?.count} records, of ${LARGEST_MEGABYTES} MB`,
      ratio: (last?.peak ?? Number.NaN) / LARGEST_MEGABYTES,
      limit: 1,
    },
  ];
  return { summaries, failed: {}, goals };
}

function base(source: StoreSpec, target: StoreSpec, shape: RecordShape, records: number): Omit<Job, 'what'> {
  return { source, target, sourceCollection: 'vsm_bench_sweep', targetCollection: targetName(), shape, records };
}

/** From one collection of an emulator of its own to another. */
async function migrate(shape: RecordShape, records: number, more: Partial<Job> = {}, latencyMs = 0): Promise<Measured> {
  const emulator = await startEmulator(latencyMs);
  try {
    const spec: StoreSpec = { kind: 'qdrant', url: emulator.url };
    const job = base(spec, spec, shape, records);
    await runJob({ ...job, what: 'fill' });
    return await runJob({ ...job, ...more, what: 'migrate' });
  } finally {
    await emulator.stop();
  }
}
