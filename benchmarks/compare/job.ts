// One measurement, in a process of its own: takes a job as JSON, prints what it took as JSON.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VectorStoreMigrator, type CollectionV1, type VectorRecord } from '@vsm/core';
import { makeRecord } from '../records.ts';
import { parsePages, printPages } from './floors.ts';
import { loops } from './loops.ts';
import type { Job, Measured } from './measured-job.ts';
import { openStore } from './stores.ts';

const PAGE = 1000;
const CONCURRENCY = 4;

interface Work {
  /** What was done before it does not count. */
  readonly run: () => Promise<number>;
}

async function measure(job: Job): Promise<Measured> {
  const [source, target] = [openStore(job.source), openStore(job.target)];
  const folder = mkdtempSync(join(tmpdir(), 'vsm-bench-run-'));
  // What the engine itself costs shows between stores that do nothing; there the disk's syncs would hide it.
  const checkpoints = job.source.kind === 'generating' ? false : folder;
  // Verification is timed by itself, and its CPU is not the migration's.
  let copied: NodeJS.CpuUsage | undefined;
  const migrator = new VectorStoreMigrator({
    source,
    target,
    validate: job.verify === true,
    checkpoints,
    onProgress: ({ phase }) => {
      if (phase === 'verifying') copied ??= process.cpuUsage();
    },
  });
  const { sourceCollection, targetCollection, sourceRead } = job;
  const pace = job.concurrency === undefined ? {} : { concurrency: job.concurrency };
  let copySeconds: number | undefined;
  let verifySeconds: number | undefined;
  const works: Readonly<Record<Job['what'], () => Promise<Work>>> = {
    migrate: async () => ({
      async run() {
        const result = await migrator.migrate({ sourceCollection, targetCollection, sourceRead, ...pace });
        if (!result.success) throw new Error(result.errors.join('; '));
        copySeconds = result.metadata.copySeconds;
        verifySeconds = result.verification?.durationSeconds;
        return result.vectorsMigrated;
      },
    }),
    read: async () => {
      const collection = await source.openCollection(sourceCollection);
      let count = 0;
      const work = (records: readonly VectorRecord[]): unknown => (count += records.length);
      return {
        async run() {
          count = 0;
          await readAll(collection, job.concurrency ?? CONCURRENCY, work);
          return count;
        },
      };
    },
    write: async () => {
      const records: VectorRecord[] = [];
      await readAll(await source.openCollection(sourceCollection), 1, (page) => records.push(...page));
      await target.createCollection({ ...(await schemaOf(source, sourceCollection)), name: targetCollection });
      const collection = await target.openCollection(targetCollection);
      return { run: () => writeAll(collection, records) };
    },
    loop: async () => {
      const loop = loops[`${job.source.kind} ${job.target.kind}`];
      if (loop === undefined) throw new Error('there is no loop for this pair');
      const schema = await schemaOf(source, sourceCollection);
      // Whoever writes into Postgres by hand makes the index afterwards.
      const vectors =
        job.target.kind === 'pglite'
          ? { '': { kind: 'dense', dimension: job.shape.dimension } as const }
          : schema.vectors;
      await target.createCollection({ ...schema, vectors, name: targetCollection });
      // An embedded database is opened by one at a time.
      await target.close();
      return { run: () => loop(job) };
    },
    fill: async () => ({ run: () => fill(job) }),
    parse: async () => ({ run: () => parsePages(job) }),
    print: async () => {
      await target.createCollection({ ...(await schemaOf(source, sourceCollection)), name: targetCollection });
      return printPages(job);
    },
    drop: async () => ({
      async run() {
        await target.dropCollection?.(targetCollection);
        return 0;
      },
    }),
  };
  try {
    const work = await works[job.what]();
    for (let warm = 0; warm < (job.warmUps ?? 0); warm += 1) await work.run();
    copied = undefined;
    const [started, cpuBefore] = [performance.now(), process.cpuUsage()];
    const runs = job.runs ?? 1;
    let records = 0;
    for (let run = 0; run < runs; run += 1) records = await work.run();
    const seconds = (performance.now() - started) / 1000 / runs;
    const cpuAfter = copied ?? process.cpuUsage();
    const cpu = cpuAfter.user + cpuAfter.system - cpuBefore.user - cpuBefore.system;
    return {
      records,
      seconds: copySeconds ?? seconds,
      cpuSeconds: cpu / 1e6 / runs,
      peakMegabytes: process.resourceUsage().maxRSS / 1024,
      ...(verifySeconds !== undefined && { verifySeconds }),
    };
  } finally {
    await Promise.all([source.close(), target.close()]);
    if (job.dropAfter === true) {
      const again = openStore(job.target);
      await again.dropCollection?.(job.targetCollection);
      await again.close();
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

async function schemaOf(
  store: ReturnType<typeof openStore>,
  name: string,
): Promise<Awaited<ReturnType<CollectionV1['describe']>>> {
  const { vectors, native: _native, ...schema } = await (await store.openCollection(name)).describe();
  return { ...schema, vectors };
}

async function readAll(
  collection: CollectionV1,
  parts: number,
  work: (records: readonly VectorRecord[]) => unknown,
): Promise<void> {
  const partitions = parts === 1 ? [undefined] : ((await collection.partition?.(parts, {})) ?? [undefined]);
  await Promise.all(
    partitions.map(async (partition) => {
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page = await collection.scan({ partition, cursor, limit: PAGE, include: ['vectors', 'metadata'] });
        work(page.records);
        cursor = page.cursor;
      }
    }),
  );
}

/** As the engine does it: index settings deferred, several batches at once, and done once all of it can be read. */
async function writeAll(collection: CollectionV1, records: readonly VectorRecord[]): Promise<number> {
  const token = await collection.prepareBulkLoad?.();
  if (token !== undefined) await collection.beginBulkLoad?.(token);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < records.length) {
      const batch = records.slice(next, (next += PAGE));
      const { accepted } = await collection.upsert(batch);
      if (accepted !== batch.length) throw new Error(`${batch.length - accepted} records were rejected`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
  await collection.flush?.();
  if (token !== undefined) await collection.endBulkLoad?.(token);
  return records.length;
}

async function fill({ source, sourceCollection, records, shape }: Job): Promise<number> {
  const store = openStore(source);
  const { dimension } = shape;
  const metric = source.kind === 'chroma' ? 'euclidean' : 'dot';
  await store.createCollection({ name: sourceCollection, vectors: { '': { kind: 'dense', dimension, metric } } });
  const collection = await store.openCollection(sourceCollection);
  for (let start = 0; start < records; start += PAGE) {
    const length = Math.min(PAGE, records - start);
    await collection.upsert(Array.from({ length }, (_, at) => makeRecord(start + at, shape)));
  }
  await collection.flush?.();
  await store.close();
  return records;
}

/** In one line, with all causes: `fetch failed` alone says nothing. */
function tell(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${tell(error.cause)}`;
}

try {
  process.stdout.write(JSON.stringify(await measure(JSON.parse(process.argv[2] ?? '') as Job)));
} catch (error) {
  console.error(error);
  console.error(tell(error).replaceAll(/\s+/g, ' '));
  process.exitCode = 1;
}
