import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { unpack } from '../../packages/adapter-folder/test/unpack.ts';
import { packages, vsm } from './process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-untouched-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Every file and folder: its name, when it was changed, and what is in it. */
async function digest(place: string): Promise<readonly string[]> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  const lines = entries.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    const { mtimeNs, size } = await stat(path, { bigint: true });
    if (entry.isDirectory()) return `${path} ${mtimeNs}`;
    return `${path} ${mtimeNs} ${size} ${createHash('sha256')
      .update(await readFile(path))
      .digest('hex')}`;
  });
  return [`${place} ${(await stat(place, { bigint: true })).mtimeNs}`, ...(await Promise.all(lines)).toSorted()];
}

/** Runs every command that reads a source. */
async function readAll(source: string): Promise<void> {
  const target = 'file:./target.jsonl';
  const commands = [
    ['inspect', source],
    ['plan', source, target],
    ['migrate', source, target, '--yes'],
    ['verify', source, target],
    ['verify', source, target, '--level', 'search'],
    ['diff', source, target],
    ['fingerprint', source],
  ];
  for (const words of commands) {
    const { code, stdout, stderr } = await vsm(words, { cwd: folder, env: { VSM_RUN_DIR: join(folder, 'runs') } });
    expect(code, `vsm ${words.join(' ')}: ${stdout}${stderr}`).toBe(0);
  }
  await rm(join(folder, 'target.jsonl'), { recursive: true, force: true });
}

it.each([
  ['a LanceDB folder', 'lancedb:./source?table=docs'],
  ['a SQLite file', 'sqlite:./source/docs.db/docs'],
  ['a file of sqlite-vec', 'sqlite-vec:./source/docs.db/docs'],
  ['a file of libSQL', 'libsql:./source/docs.db/docs?index=none'],
  ['a Parquet file', 'file:./source/docs.parquet'],
  ['a file of JSON Lines', 'file:./source/docs.jsonl'],
])('%s is as it was, to the byte and the time', async (_kind, source) => {
  const place = join(folder, 'source');
  await rm(place, { recursive: true, force: true });
  await mkdir(place);
  const made = await vsm(['migrate', packages, source, '--yes'], { cwd: folder });
  expect(made).toMatchObject({ code: 0 });
  // Some engines write this folder beside their tables; the folders of others have none.
  await rm(join(place, '__manifest'), { recursive: true, force: true });
  const before = await digest(place);
  await readAll(source);
  expect(await digest(place)).toEqual(before);
});

it.each([
  ['Chroma', 'chroma/1.5.9', '?collection=docs'],
  ['LlamaIndex', 'llamaindex/python-0.14.25', ''],
  ['LangChain FAISS', 'langchain/python', '/flat-l2'],
  ['LangChain.js HNSWLib', 'langchain/javascript', '/hnswlib-cosine'],
  ['Vectra', 'langchain/javascript', '/vectra'],
  ["Qdrant's local mode", 'qdrant/1.20.0', '?collection=plain'],
])('a folder of %s is as it was, to the byte and the time', async (_kind, archive, rest) => {
  const place = unpack(archive);
  const before = await digest(place);
  await readAll(place + rest);
  expect(await digest(place)).toEqual(before);
});
