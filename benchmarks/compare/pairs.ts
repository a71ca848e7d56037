import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChroma } from '@vsm/service-chroma';
import type { RecordShape } from '../records.ts';
import type { Job } from './measured-job.ts';
import { runJob, startEmulator, type Server } from './run.ts';
import type { StoreSpec } from './stores.ts';

/** Two stores between which everything is measured. */
export interface Pair {
  readonly id: string;
  readonly title: string;
  readonly source: StoreSpec;
  readonly sourceCollection: string;
  readonly target: StoreSpec;
  readonly records: number;
  readonly shape: RecordShape;
  /** Whether there is a loop of official clients to compare with. */
  readonly loop: boolean;
  /** Where they are not those of all pairs. */
  readonly limits?: Partial<Limits>;
}

/** What ratios of wall time may be at most. */
export interface Limits {
  /** A migration beside reading and writing alone. */
  readonly wall: number;
  /** Copy and verification beside the copy alone, the source read once. */
  readonly once: number;
  /** The same, the source read twice. */
  readonly twice: number;
}

export interface World {
  readonly pairs: readonly Pair[];
  /** A Qdrant with a filled collection, for what is measured on its paths alone. */
  readonly emulator: Server;
  close(): Promise<void>;
}

/**
 * Records of each pair: few where a database in this process is slower than a server of its own, and enough between files, where
 * beginning a migration takes as long as thousands of records, and most between stores that do nothing.
 */
const RECORDS = {
  quick: { few: 1000, many: 8000, files: 40_000, nothing: 1_000_000 },
  whole: { few: 10_000, many: 50_000, files: 50_000, nothing: 1_000_000 },
} as const;
const SHAPE: RecordShape = { dimension: 384 };
export const COLLECTION = 'vsm_bench_source';

/** Starts and fills everything that can be reached: what runs here, and the servers that the environment names. */
export async function openWorld(size: keyof typeof RECORDS, wanted: (id: string) => boolean): Promise<World> {
  const { few, many, files, nothing } = RECORDS[size];
  const folder = mkdtempSync(join(tmpdir(), 'vsm-bench-'));
  const cleanups: (() => Promise<unknown>)[] = [];
  const emulator = await startEmulator();
  cleanups.push(() => emulator.stop());
  const { CHROMA_URL: chromaUrl, QDRANT_URL: qdrantUrl, QDRANT_TARGET_URL: otherUrl = qdrantUrl } = process.env;

  const chroma = (await (chromaUrl === undefined ? startChroma() : undefined)) ?? undefined;
  if (chroma !== undefined) cleanups.push(() => chroma.stop());
  const fromChroma: StoreSpec = { kind: 'chroma', url: chromaUrl ?? chroma?.url ?? '' };
  const fromEmulator: StoreSpec = { kind: 'qdrant', url: emulator.url };
  const fromFile: StoreSpec = { kind: 'parquet', folder: join(folder, 'parquet') };
  const base = { shape: SHAPE, sourceCollection: COLLECTION };

  const all: Pair[] = [
    {
      ...base,
      id: 'generating-discarding',
      title: 'generating → discarding',
      source: { kind: 'generating', shape: SHAPE, records: nothing },
      target: { kind: 'discarding', dimension: SHAPE.dimension },
      records: nothing,
      loop: false,
      limits: { wall: 1.25 },
    },
    {
      ...base,
      id: 'qdrant-qdrant',
      title: 'Qdrant emulator → Qdrant emulator',
      source: fromEmulator,
      target: fromEmulator,
      records: many,
      loop: true,
    },
    {
      ...base,
      id: 'chroma-qdrant',
      title: 'Chroma → Qdrant emulator',
      source: fromChroma,
      target: fromEmulator,
      records: many,
      loop: true,
    },
    {
      ...base,
      id: 'chroma-pglite',
      title: 'Chroma → PGlite',
      source: fromChroma,
      sourceCollection: `${COLLECTION}_few`,
      target: { kind: 'pglite', folder: join(folder, 'pglite') },
      records: few,
      loop: true,
    },
    {
      ...base,
      id: 'parquet-lancedb',
      title: 'Parquet → LanceDB',
      source: fromFile,
      target: { kind: 'lancedb', folder: join(folder, 'lancedb') },
      records: files,
      loop: false,
      // A copy takes 23 µs a record, most of it in the engine's own threads; reading and digesting one takes 20 whatever the store.
      limits: { once: 2.7, twice: 2.95 },
    },
  ];
  if (qdrantUrl !== undefined && otherUrl !== undefined) {
    const [from, to]: StoreSpec[] = [qdrantUrl, otherUrl].map((url) => ({ kind: 'qdrant', url }));
    if (from !== undefined && to !== undefined) {
      const real = { ...base, target: to, records: many, loop: true };
      all.push({ ...real, id: 'real-qdrant-qdrant', title: 'Qdrant → Qdrant', source: from });
      // Chroma takes most of a copy to hand its records out, and as long to do so again.
      const limits = { twice: 2.75 };
      all.push({ ...real, id: 'real-chroma-qdrant', title: 'Chroma → Qdrant', source: fromChroma, limits });
    }
  }

  const pairs = all.filter(({ id }) => wanted(id));
  const filled = new Set<string>();
  const sources = [...pairs, { ...base, source: fromEmulator, target: fromEmulator, records: many }];
  try {
    for (const { source, sourceCollection, records, shape } of sources) {
      const key = JSON.stringify([source, sourceCollection]);
      if (source.kind === 'generating' || filled.has(key)) continue;
      filled.add(key);
      const job: Job = {
        what: 'fill',
        source,
        target: source,
        sourceCollection,
        targetCollection: sourceCollection,
        records,
        shape,
      };
      await runJob({ ...job, what: 'drop' });
      await runJob(job);
      if (source.kind !== 'parquet') cleanups.push(() => runJob({ ...job, what: 'drop' }));
    }
  } catch (error) {
    for (const cleanup of cleanups.toReversed()) await cleanup();
    throw error;
  }
  return {
    pairs,
    emulator,
    async close() {
      for (const cleanup of cleanups.toReversed()) await cleanup();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
