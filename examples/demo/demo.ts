// A collection moves from a real Chroma server into Postgres with pgvector, and both answer the same question alike.
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createChroma } from '@vsm/adapter-chroma';
import { createFile } from '@vsm/adapter-file';
import { createPgvector } from '@vsm/adapter-pgvector';
import { isDense, VectorStoreMigrator, type MigrationProgress, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { startChroma, type ChromaServer } from '@vsm/service-chroma';
import { ChromaClient } from 'chromadb';

const root = fileURLToPath(new URL('../..', import.meta.url));
const parquet = fileURLToPath(new URL('debian-packages-1k.parquet', import.meta.url));
const database = `${root}.vsm/demo`;
const collection = 'packages';

const interrupt = new AbortController();
const cleanUp: (() => Promise<unknown>)[] = [];
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());
// Whatever still hangs a second after an interrupt is left to the exit, which ends the server too.
interrupt.signal.addEventListener('abort', () => setTimeout(() => process.exit(130), 1000).unref());

try {
  await demo();
} catch (error) {
  if (!interrupt.signal.aborted) throw error;
  console.log('\nInterrupted: nothing is left behind.');
  cleanUp.push(() => rm(database, { recursive: true, force: true }));
  process.exitCode = 130;
} finally {
  // Each on its own: one that fails must not keep the others from running.
  for (const undo of cleanUp.toReversed()) await undo().catch(() => undefined);
}

async function demo(): Promise<void> {
  await rm(database, { recursive: true, force: true });
  const records = await readSample();
  const server = await step('Starting a real Chroma server', startServer);
  const client = new ChromaClient({ host: '127.0.0.1', port: Number(new URL(server.url).port) });
  await step(`Loading ${records.length} Debian packages with Chroma's own client`, () => load(client, records));

  const source = createChroma({ url: server.url });
  const target = createPgvector({ dataDir: database });
  cleanUp.push(() => target.close());
  const migrator = new VectorStoreMigrator({ source, target, onProgress: drawProgress, checkpoints: false });
  const result = await migrator.migrate({ sourceCollection: collection, signal: interrupt.signal });
  if (process.stdout.isTTY) process.stdout.write('\r\u001B[2K');
  const { verification, metadata } = result;
  console.log(
    `Moved ${result.vectorsMigrated} records from Chroma ${server.version} into Postgres with pgvector, ` +
      `${result.vectorsFailed} rejected:\n` +
      `  copied in ${metadata.copySeconds.toFixed(1)} s (${Math.round(metadata.vectorsPerSecond)} records/s, index included)\n` +
      `  verified in ${verification?.durationSeconds.toFixed(1)} s: ${verification?.valuesCompared} records compared value by value, ` +
      `${verification?.missing} missing, ${verification?.extra} extra, ${verification?.changed} changed`,
  );
  if (!result.success) throw new Error(result.errors.join('; '));

  const question = records.find(({ id }) => id === 'hunspell-tr') ?? records[0];
  if (question !== undefined) await searchBoth(question, source, target);

  console.log(`
The Postgres database lies in .vsm/demo (delete it whenever you like). Try next:
  npm run --silent vsm -- inspect "pglite:.vsm/demo?table=${collection}"
  npm run --silent vsm -- migrate "pglite:.vsm/demo?table=${collection}" chroma://localhost:8000/${collection}
  npm run --silent vsm -- migrate --help`);
}

async function startServer(): Promise<ChromaServer> {
  const server = await startChroma();
  cleanUp.push(() => server.stop());
  return server;
}

async function readSample(): Promise<readonly VectorRecord[]> {
  const file = createFile({ path: parquet });
  const [name = ''] = await file.listCollections();
  const { records } = await (await file.openCollection(name)).scan({ limit: 1000, include: ['vectors', 'metadata'] });
  return records;
}

/** As an application would: one vector, one text and flat metadata for each record. Chroma 1.0 has no lists. */
async function load(client: ChromaClient, records: readonly VectorRecord[]): Promise<void> {
  const loaded = await client.createCollection({
    name: collection,
    embeddingFunction: null,
    configuration: { hnsw: { space: 'cosine' } },
  });
  await loaded.add({
    ids: records.map(({ id }) => id),
    embeddings: records.map(({ vectors }) =>
      vectors[''] !== undefined && isDense(vectors['']) ? [...vectors['']] : [],
    ),
    documents: records.map(({ document }) => document ?? ''),
    metadatas: records.map(({ metadata }) =>
      Object.fromEntries(
        Object.entries(metadata).map(([key, value]) => [
          key,
          typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string'
            ? value
            : JSON.stringify(value),
        ]),
      ),
    ),
  });
}

async function searchBoth(question: VectorRecord, source: VectorStoreV1, target: VectorStoreV1): Promise<void> {
  const vector = question.vectors[''] ?? [];
  const [before, after] = await Promise.all(
    [source, target].map(async (store) => (await store.openCollection(collection)).query({ vector, topK: 5 })),
  );
  console.log(`\nThe five packages nearest to "${question.document}"\n`);
  console.log(`  ${'in Chroma'.padEnd(36)}in Postgres`);
  for (const [index, hit] of (before ?? []).entries()) {
    const other = after?.[index];
    console.log(`  ${hit.id.padEnd(36)}${(other?.id ?? '').padEnd(30)}${other?.id === hit.id ? 'same' : 'DIFFERENT'}`);
  }
}

async function step<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
  interrupt.signal.throwIfAborted();
  process.stdout.write(`${title} ... `);
  const started = performance.now();
  const result = await work();
  console.log(`${((performance.now() - started) / 1000).toFixed(1)} s`);
  return result;
}

function drawProgress({ phase, percentage, vectorsProcessed, totalVectors }: MigrationProgress): void {
  if (!process.stdout.isTTY) return;
  const filled = Math.round(percentage / 4);
  const bar = '█'.repeat(filled) + '░'.repeat(25 - filled);
  process.stdout.write(`\r\u001B[2K${phase.padEnd(10)} ${bar} ${vectorsProcessed}/${totalVectors}`);
}
