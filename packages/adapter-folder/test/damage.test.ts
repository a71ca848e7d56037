import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import { VsmError } from '@vsm/core/adapter';
import { describe, expect, it } from 'vitest';
import { share } from '../../../test/share.ts';
import { createFolder } from '../src/index.ts';
import { readAll, vectorOf } from './read-all.ts';
import { unpack } from './unpack.ts';

/** One of each kind: an archive of the fixtures, and what of it is opened. */
const FOLDERS = [
  ['chroma/0.4.24', ''],
  ['chroma/1.5.9', ''],
  ['llamaindex/python-0.14.25', ''],
  ['llamaindex/typescript-0.12.1', ''],
  ['langchain/python', 'flat-l2'],
  ['langchain/python', 'hnsw'],
  ['langchain/python', 'memory/store.json'],
  ['langchain/javascript', 'faiss'],
  ['langchain/javascript', 'hnswlib-l2'],
  ['langchain/javascript', 'memory/vectors.json'],
  ['langchain/javascript', 'vectra'],
  ['qdrant/1.20.0', ''],
] as const;

/** Of each file, spread over it by the golden ratio. */
const FLIPS = share(12, 1 / 4);

/** What vectors are read without: links between them, documents, and what VSM does not read. */
const BESIDE = /^(?:graph_store|index_store|doc_?store)\.json$|^\.lock$|^[\da-f-]{36}\.json$/;

function filesIn(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesIn(join(path, name)));
}

/** The vectors of each collection by the ids of their records, which are as many as it counts. */
async function vectorsOf(path: string): Promise<ReadonlyMap<string, ReadonlyMap<string, unknown>>> {
  await using store = createFolder({ path });
  const found = new Map<string, ReadonlyMap<string, unknown>>();
  for (const name of await store.listCollections()) {
    const collection = await store.openCollection(name);
    const records = await readAll(collection);
    const { value } = await collection.count();
    if (value !== records.length) throw new Error(`${records.length} of ${value} records came`);
    found.set(name, new Map(records.map(({ id, vectors }) => [id, vectors])));
  }
  return found;
}

type Vectors = Awaited<ReturnType<typeof vectorsOf>>;

/** What is wrong with what becomes of a damaged folder: it is refused by the name of one of its files, or gives no record fewer. */
async function problemOf(path: string, intact: Vectors, isWhole = false): Promise<string | undefined> {
  let found: Vectors;
  try {
    found = await vectorsOf(path);
  } catch (cause) {
    if (!VsmError.isInstance(cause) || !cause.message.includes(basename(path))) return String(cause);
    return ['INVALID_DATA', 'UNSUPPORTED', 'NOT_FOUND'].includes(cause.code) ? undefined : cause.code;
  }
  const lost = [...intact].find(([name, records]) => (found.get(name) ?? records).size < records.size);
  if (lost !== undefined || found.size < intact.size) return `records of ${lost?.[0] ?? 'a collection'} are gone`;
  return isWhole && !isDeepStrictEqual(found, intact) ? 'it is read, and not as before' : undefined;
}

/** Of a file of the folder, in turn, everything that is tried; each with what is wrong. */
async function* problemsOf(path: string, intact: Vectors, file: string): AsyncGenerator<readonly [string, unknown]> {
  const bytes = readFileSync(file);
  const name = relative(path, file) || basename(file);
  for (let flip = 1; flip <= FLIPS && bytes.length > 0; flip += 1) {
    const bit = Math.floor(((flip * 0.618_034) % 1) * 8 * bytes.length);
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    writeFileSync(file, damaged);
    yield [`bit ${bit} of ${name}`, await problemOf(path, intact)];
  }
  const isNeeded = !BESIDE.test(basename(file));
  writeFileSync(file, bytes.subarray(0, bytes.length / 2));
  yield [`half of ${name}`, await problemOf(path, intact, isNeeded)];
  rmSync(file);
  yield [`no ${name}`, await problemOf(path, intact, isNeeded)];
  writeFileSync(file, bytes);
}

describe.each(FOLDERS)('%s %s', (archive, inside) => {
  it('that is damaged anywhere is refused by name, or has no record fewer', async () => {
    const path = join(unpack(archive), inside);
    const intact = await vectorsOf(path);
    expect(Math.max(...[...intact.values()].map(({ size }) => size))).toBeGreaterThan(0);
    for (const file of filesIn(path)) {
      for await (const [damage, problem] of problemsOf(path, intact, file))
        expect([damage, problem]).toEqual([damage, undefined]);
    }
  });
});

it('a list of collections under another name is not taken for none', async () => {
  const path = unpack('qdrant/1.20.0');
  const meta = join(path, 'meta.json');
  writeFileSync(meta, readFileSync(meta, 'utf8').replace('"collections"', '"collectionr"'));
  await using store = createFolder({ path });
  await expect(store.listCollections()).rejects.toThrow('meta.json: it has no "collections"');
});

it.each([
  ['a comma that is none any more', '[1 2, 3]'],
  ['two points in one number', '[1.5.2, 2, 3]'],
  ['a number that is gone', '[, 2, 3]'],
  ['a letter that makes another number of it', '[0x1, 2, 3]'],
])('a vector with %s has no number there', async (_what, text) => {
  const path = unpack('llamaindex/python-0.14.25');
  const file = join(path, 'default__vector_store.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/\[[^\]]*\]/, text));
  await using store = createFolder({ path });
  const [record] = await readAll(await store.openCollection('default'));
  expect(vectorOf(record)?.[0]).toBeNaN();
});

it.each([
  ['langchain/javascript', 'memory/vectors.json', 'vectors'],
  ['langchain/javascript', 'vectra', 'vectra'],
])('null in a vector of %s %s is no zero', async (archive, inside, name) => {
  const path = join(unpack(archive), inside);
  const file = statSync(path).isDirectory() ? join(path, 'index.json') : path;
  writeFileSync(file, readFileSync(file, 'utf8').replace(/("(?:embedding|vector)":\s*\[)[^,]*/, '$1null'));
  await using store = createFolder({ path });
  const [record] = await readAll(await store.openCollection(name));
  expect(vectorOf(record)?.[0]).toBeNaN();
});

it('a collection of Chroma without its segment is not taken for an empty one', async () => {
  const path = unpack('chroma/1.5.9');
  const database = new DatabaseSync(join(path, 'chroma.sqlite3'), { enableForeignKeyConstraints: false });
  database.exec("DELETE FROM segments WHERE scope = 'METADATA'");
  database.close();
  await using store = createFolder({ path });
  await expect(store.openCollection('queued')).rejects.toThrow('"queued" has no segment with its metadata');
});
