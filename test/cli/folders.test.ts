import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startQdrantEmulator, type QdrantEmulator } from '@vsm/emulator-qdrant';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makePglite } from '../../packages/adapter-pgvector/test/pglite.ts';
import { unpack } from '../../packages/adapter-folder/test/unpack.ts';
import { root, vsm, type Ended } from './process.ts';

let folder: string;
let qdrant: QdrantEmulator;
beforeAll(async () => {
  [folder, qdrant] = await Promise.all([mkdtemp(join(tmpdir(), 'vsm-folders-')), startQdrantEmulator()]);
  await makePglite(join(folder, 'db'));
});
afterAll(async () => {
  await qdrant.close();
  await rm(folder, { recursive: true, force: true });
});

async function run(...words: readonly string[]): Promise<Ended> {
  return vsm(words, { cwd: folder, env: { VSM_RUN_DIR: join(folder, 'runs') } });
}

const FOLDERS = [
  ['chroma_0_4', 'chroma/0.4.24', '?collection=docs', 25, 'a collection in a folder of Chroma 0.4'],
  ['chroma_0_5', 'chroma/0.5.23', '?collection=angles', 25, 'a collection in a folder of Chroma 0.5 or 0.6'],
  ['chroma_1_0', 'chroma/1.0.20', '?collection=angles', 25, 'a collection in a folder of Chroma 1.0 or so'],
  ['chroma_1_5', 'chroma/1.5.9', '?collection=docs', 25, 'a collection in a folder of Chroma 1.5 or so'],
  ['llamaindex_py', 'llamaindex/python-0.14.25', '', 5, 'in a storage folder of LlamaIndex'],
  ['llamaindex_ts', 'llamaindex/typescript-0.12.1', '', 4, 'in a storage folder of LlamaIndex'],
  ['faiss_py', 'langchain/python', '/flat-l2', 7, 'an index of FAISS with the documents of LangChain'],
  ['faiss_hnsw', 'langchain/python', '/hnsw', 8, 'an index of FAISS with the documents of LangChain'],
  ['faiss_js', 'langchain/javascript', '/faiss', 7, 'an index of FAISS with the documents of LangChain'],
  ['hnswlib', 'langchain/javascript', '/hnswlib-cosine', 8, 'an index of HNSWLib with the documents of LangChain'],
  ['memory_py', 'langchain/python', '/memory/store.json', 8, 'a dump of the in-memory store of LangChain'],
  ['memory_js', 'langchain/javascript', '/memory/vectors.json', 8, 'a dump of the in-memory store of LangChain'],
  ['qdrant_1_8', 'qdrant/1.8.2', '?collection=plain', 6, "a folder of Qdrant's local mode"],
  ['qdrant_1_20', 'qdrant/1.20.0', '?collection=named', 2, "a folder of Qdrant's local mode"],
  ['vectra', 'langchain/javascript', '/vectra', 7, 'an index of Vectra'],
] as const;

describe.each(FOLDERS)('%s', (name, archive, rest, count, title) => {
  it('is named by inspect, and arrives in Qdrant and Postgres', async () => {
    const source = unpack(archive) + rest;
    const inspected = await run('inspect', source);
    expect(inspected).toMatchObject({ code: 0 });
    expect(inspected.stdout).toContain(`: ${count} records`);
    expect(inspected.stdout).toContain(title);
    for (const target of [`qdrant://${new URL(qdrant.url).host}/${name}`, `pglite:./db?table=${name}`]) {
      const migrated = await run('migrate', source, target, '--yes', '--json');
      expect(migrated).toMatchObject({ code: 0 });
      const verified = await run('verify', source, target);
      expect(verified).toMatchObject({ code: 0 });
      expect(verified.stdout).toContain(`${count} compared by value`);
    }
  });
});

describe('a path alone', () => {
  it.each([
    ['a Parquet file', 'examples/demo/debian-packages-1k.parquet', 'debian-packages-1k: 1000 records'],
    ['a folder of Parquet files', 'examples/demo', 'debian-packages-1k: 1000 records'],
  ])('that leads to %s is that', async (_what, path, words) => {
    const { code, stdout, stderr } = await run('inspect', join(root, path));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(words);
  });

  it('that leads to nothing is no location', async () => {
    const { code, stderr } = await run('inspect', './nowhere');
    expect(code).not.toBe(0);
    expect(stderr).toContain('nor a path where something lies');
  });

  it('that leads to something unknown says what is known', async () => {
    const { code, stderr } = await run('inspect', join(root, 'scripts'));
    expect(code).not.toBe(0);
    expect(stderr).toContain('is not recognised. Known are Chroma, LlamaIndex');
  });
});
