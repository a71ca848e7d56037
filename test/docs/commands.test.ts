import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChroma } from '@vsm/adapter-chroma';
import { createFile } from '@vsm/adapter-file';
import { VectorStoreMigrator, type VectorStoreV1 } from '@vsm/core';
import { startEmbeddings, type EmbeddingsEmulator } from '@vsm/emulator-embeddings';
import { startQdrantEmulator, type QdrantEmulator } from '@vsm/emulator-qdrant';
import { startChroma, type ChromaServer } from '@vsm/service-chroma';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpack } from '../../packages/adapter-folder/test/unpack.ts';
import { root } from '../cli/process.ts';
import { makePglite } from '../../packages/adapter-pgvector/test/pglite.ts';
import { startShell, type Shell } from '../cli/shell.ts';
import { makeVendorFiles } from './vendor-files.ts';

/** Its commands need a Chroma Cloud, and have a test of their own: test/leaving-chroma-cloud. */
const TESTED_ELSEWHERE = 'docs/leaving-chroma-cloud.md';

const pages = [
  'README.md',
  ...pagesIn('docs'),
  ...pagesIn('docs/guides'),
  ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`),
].filter((path) => path !== TESTED_ELSEWHERE && existsSync(join(root, path)));

function pagesIn(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);
}

/** Every line of a console fence that a reader would type to run `vsm`, also from a clone. */
function commandsOf(page: string): string[] {
  const fences = readFileSync(join(root, page), 'utf8').matchAll(/^ *```console\n(.*?)^ *```$/gms);
  return [...fences].flatMap(([, text = '']) =>
    [...text.matchAll(/^ *(?:\$ (?=vsm )|(?:\$ )?npm run --silent (?=vsm ))(.+)$/gm)].map(([, line = '']) =>
      line.replace(/^vsm -- /, 'vsm '),
    ),
  );
}

let folder: string;
let chroma: ChromaServer;
let qdrant: QdrantEmulator;
let embeddings: EmbeddingsEmulator;
let shell: Shell;
beforeAll(async () => {
  [folder, chroma, qdrant, embeddings] = await Promise.all([
    mkdtemp(join(tmpdir(), 'vsm-documented-')),
    startChroma(),
    startQdrantEmulator(),
    startEmbeddings(),
  ]);
  shell = await startShell(folder);
});
afterAll(async () => {
  shell.close();
  await Promise.all([chroma.stop(), qdrant.close(), embeddings.close()]);
  await rm(folder, { recursive: true, force: true });
});

/** What the pages take for granted: a Chroma with a collection, and nothing anywhere else. */
async function fillChroma(): Promise<void> {
  const target = createChroma({ url: chroma.url });
  for (const name of await target.listCollections()) await target.dropCollection?.(name);
  await copy(createFile({ path: join(root, 'examples/demo/debian-packages-1k.parquet') }), target, 'docs');
  await target.close();
}

async function copy(source: VectorStoreV1, target: VectorStoreV1, targetCollection: string): Promise<void> {
  const [sourceCollection = ''] = await source.listCollections();
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: false, validate: false });
  const filter = { section: { $in: ['text', 'utils'] } };
  await migrator.migrate({ sourceCollection, targetCollection, filter, metric: 'cosine' });
}

/** The documented servers are those of this test; the Postgres server is a Postgres in a folder. */
function here(command: string): string {
  return command
    .replaceAll(/(?<=chroma:\/\/)localhost:8000/g, new URL(chroma.url).host)
    .replaceAll(/(?<=qdrant:\/\/)localhost:6333/g, new URL(qdrant.url).host)
    .replaceAll('http://localhost:11434/v1', embeddings.url)
    .replaceAll(/postgresql:\/\/me@localhost\/(\w+)/g, 'pglite:./$1');
}

async function run(command: string, cwd: string): Promise<{ code: number; output: string }> {
  const { code, stdout, stderr } = await shell.run(command, { cwd, env: { VSM_RUN_DIR: join(cwd, '.vsm') } });
  return { code, output: stdout + stderr };
}

/** Postgres would be made in the folders that a command names; these are the same, and sooner there. */
async function makeDatabases(command: string, cwd: string): Promise<void> {
  for (const [, name = ''] of command.matchAll(/pglite:([./\w]+)/g)) {
    if (!existsSync(join(cwd, name))) await makePglite(join(cwd, name));
  }
}

/** A run that was interrupted, for `vsm resume` on a page. */
async function unfinishedRun(cwd: string): Promise<string> {
  const source = createFile({ path: join(root, 'examples/demo/debian-packages-1k.parquet') });
  const target = createFile({ path: join(cwd, 'unfinished.jsonl') });
  const interrupt = new AbortController();
  const location = 'file:./unfinished.jsonl';
  const migrator = new VectorStoreMigrator({
    source,
    target,
    checkpoints: join(cwd, '.vsm'),
    onProgress: ({ phase, vectorsProcessed }) => {
      if (phase === 'copying' && vectorsProcessed > 0) interrupt.abort();
    },
  });
  const [sourceCollection = ''] = await source.listCollections();
  const annotations = { source: source.location, target: location };
  const failure = await migrator
    .migrate({
      sourceCollection,
      targetCollection: 'unfinished',
      batchSize: 100,
      annotations,
      signal: interrupt.signal,
    })
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  await Promise.all([source.close(), target.close()]);
  return (failure as { runId: string }).runId;
}

const RUN_ID = /\b\d{8}T\d{6}-[0-9a-f]{6}\b/;

describe('every documented command line runs', () => {
  it.each(pages.map((page) => [page, commandsOf(page)] as const).filter(([, commands]) => commands.length > 0))(
    '%s',
    async (page, commands) => {
      await fillChroma();
      const cwd = join(folder, page.replaceAll(/\W/g, '-'));
      await mkdir(cwd);
      if (page === 'docs/folders.md') makeFolders(cwd);
      if (page === 'docs/vendor-files.md') makeVendorFiles(cwd);
      if (commands.some((command) => command.includes('.vsm/demo'))) {
        await makeDatabases(demoDatabase(), cwd);
        await run(demoDatabase(), cwd);
      }
      for (const documented of commands) {
        const command = RUN_ID.test(documented) ? documented.replace(RUN_ID, await unfinishedRun(cwd)) : documented;
        await makeDatabases(here(command), cwd);
        const { code, output } = await run(here(command), cwd);
        expect({ documented, code, output: code === 0 ? '' : output }).toEqual({ documented, code: 0, output: '' });
      }
    },
    // A page is up to twenty commands, one after the other, and some of them make a Postgres.
    300_000,
  );

  it('and there are some', () => {
    expect(pages.flatMap(commandsOf).length).toBeGreaterThan(15);
  });
});

/** What applications of others left, for the page about folders. */
function makeFolders(cwd: string): void {
  const archives = { chroma: 'chroma/1.5.9', storage: 'llamaindex/python-0.14.25', qdrant: 'qdrant/1.20.0' };
  for (const [name, archive] of Object.entries(archives)) renameSync(unpack(archive), join(cwd, name));
  const [python, javascript] = [unpack('langchain/python'), unpack('langchain/javascript')];
  renameSync(join(python, 'flat-l2'), join(cwd, 'faiss'));
  renameSync(join(python, 'memory/store.json'), join(cwd, 'store.json'));
  renameSync(join(javascript, 'hnswlib-cosine'), join(cwd, 'hnswlib'));
  renameSync(join(javascript, 'vectra'), join(cwd, 'vectra'));
}

/** What `npm run demo` leaves behind, which its own output invites to look at. */
function demoDatabase(): string {
  return here(`vsm migrate chroma://localhost:8000/docs 'pglite:./.vsm/demo?table=packages' --quiet`);
}
