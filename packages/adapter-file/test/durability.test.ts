import { spawn, type ChildProcess } from 'node:child_process';
import { watch } from 'node:fs';
import { cp, mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { CollectionV1, VectorRecord, VectorStoreV1 } from '@vsm/core/adapter';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFile, type Format } from '../src/index.ts';
import { digestOf, readAll } from './reading.ts';

const SCHEMA = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 3, metric: 'cosine' } } } as const;

let folder: string;
let stores: VectorStoreV1[];
beforeEach(async () => {
  stores = [];
  folder = await mkdtemp(join(tmpdir(), 'vsm-file-'));
});
afterEach(async () => {
  for (const store of stores) await store.close();
  await rm(folder, { recursive: true });
});

/** Takes over what other processes of these tests have left: they were killed. */
function storeOf(format: Format = 'parquet', takeOver = true): VectorStoreV1 {
  const store = createFile({ path: folder, format, takeOver });
  stores.push(store);
  return store;
}

async function created(format: Format = 'parquet'): Promise<CollectionV1> {
  const store = storeOf(format);
  await store.createCollection(SCHEMA);
  return store.openCollection('docs');
}

function record(number: number, changes: Partial<VectorRecord> = {}): VectorRecord {
  return { id: `record-${number}`, vectors: { '': [number, 1, 0.5] }, metadata: { number }, ...changes };
}

const records = (from: number, to: number): VectorRecord[] =>
  Array.from({ length: to - from }, (_, at) => record(from + at));

async function visible(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => !name.startsWith('.'));
}

/** Starts a process that writes, and resolves once it has had this many records accepted. */
async function writerWith(
  accepted: number,
  format: Format,
  most = Infinity,
): Promise<{ child: ChildProcess; accepted: () => number }> {
  const script = new URL('writer-process.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--conditions=@vsm/source', script, folder, format, String(most)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let count = 0;
  const lines = createInterface({ input: child.stdout });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the writing process ended by itself')));
    lines.on('line', (line) => {
      count = Number(line);
      if (count >= accepted) resolve();
    });
  });
  return { child, accepted: () => count };
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.removeAllListeners('exit');
  child.kill('SIGKILL');
  await ended;
}

describe('a process killed while it writes', () => {
  it.each<Format>(['parquet', 'jsonl.gz'])(
    'leaves nothing that looks like a %s file, and loses nothing accepted',
    async (format) => {
      const { child, accepted } = await writerWith(300, format);
      await kill(child);
      expect(await visible()).toEqual([]);

      const store = storeOf(format);
      expect(await store.listCollections()).toEqual(['docs']);
      const collection = await store.openCollection('docs');
      const { value: found } = await collection.count();
      expect(found).toBeGreaterThanOrEqual(accepted());
      // It is not for reading: whoever took it for a backup would have a part of one.
      await expect(readAll(collection)).rejects.toMatchObject({ code: 'INVALID_DATA' });
      expect((await collection.describe()).notes?.join()).toContain('unfinished');

      // Resumed: the last page comes again, as it does after a crash.
      const total = found + 100;
      const again = Array.from({ length: 150 }, (_, at) => record(found - 50 + at));
      expect(await collection.upsert(again)).toEqual({ accepted: 150, rejected: [] });
      await collection.flush?.();
      expect(await visible()).toEqual([`docs.${format}`, `docs.${format}.vsm.json`]);
      expect(await readdir(folder)).toHaveLength(2);
      const read = await readAll(await storeOf().openCollection('docs'));
      expect(read.map(({ id }) => id).toSorted()).toEqual(
        Array.from({ length: total }, (_, at) => `record-${at}`).toSorted(),
      );
      expect(read.find(({ id }) => id === `record-${found - 1}`)?.metadata).toEqual({ number: found - 1 });
    },
  );

  // Each change of the folder is a moment at which the process may end: the file is being written, renamed, its journal removed.
  it.each([1, 2, 3, 4, 6, 9])('at change %i of the folder while it finishes: a whole file, or none', async (change) => {
    const total = 1000;
    const { child } = await writerWith(total, 'parquet', total);
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.removeAllListeners('exit');
    let changes = 0;
    const seen = (): void => {
      changes += 1;
      if (changes === change) child.kill('SIGKILL');
    };
    const watchers = [folder, join(folder, '.docs.parquet.vsm')].flatMap((place) => {
      try {
        return watch(place, seen).on('error', () => undefined);
      } catch {
        // The journal is gone already.
        return [];
      }
    });
    await ended;
    for (const watcher of watchers) watcher.close();

    const there = (await visible()).includes('docs.parquet');
    const collection = await storeOf().openCollection('docs');
    const outcome = await readAll(collection).then(
      (read) => read.length,
      (error: unknown) => (error as { code?: string }).code,
    );
    expect(outcome).toBe(there ? total : 'INVALID_DATA');
    await collection.flush?.();
    expect(await readAll(await storeOf().openCollection('docs'))).toHaveLength(total);
    expect(await readdir(folder)).toEqual(['docs.parquet', 'docs.parquet.vsm.json']);
  });

  it.each([[['journal.json']], [['journal.json', 'log', 'data', 'manifest.json', 'lock']]])(
    'over the removal of its journal, with %j gone: what is left goes with the next flush',
    async (gone) => {
      const { child } = await writerWith(100, 'parquet');
      await kill(child);
      const left = join(folder, '.docs.parquet.vsm');
      const finished = await storeOf().openCollection('docs');
      await cp(left, join(folder, 'kept'), { recursive: true });
      await finished.flush?.();
      await rename(join(folder, 'kept'), left);
      for (const name of gone) await rm(join(left, name), { recursive: true, force: true });
      const collection = await storeOf().openCollection('docs');
      const before = await readAll(collection);
      await collection.flush?.();
      expect(await readdir(folder)).toEqual(['docs.parquet', 'docs.parquet.vsm.json']);
      expect(await readAll(await storeOf().openCollection('docs'))).toEqual(before);
    },
  );

  it('is not disturbed by another that wants to write there', async () => {
    const { child } = await writerWith(50, 'parquet');
    try {
      const collection = await storeOf('parquet', false).openCollection('docs');
      await expect(collection.upsert(records(0, 1))).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining(`process ${child.pid}`),
      });
    } finally {
      await kill(child);
    }
  });
});

describe('a journal', () => {
  const log = (): string => join(folder, '.docs.parquet.vsm', 'log');
  const reopen = async (): Promise<CollectionV1> => {
    for (const store of stores.splice(0)) await store.close();
    return storeOf().openCollection('docs');
  };

  it('that was cut in its last batch loses that batch only, and goes on', async () => {
    const collection = await created();
    await collection.upsert(records(0, 10));
    const { size } = await stat(log());
    await collection.upsert(records(10, 20));
    const handle = await open(log(), 'r+');
    await handle.truncate(size + 77);
    await handle.close();
    const again = await reopen();
    expect((await again.count()).value).toBe(10);
    await again.upsert(records(10, 30));
    await again.flush?.();
    expect(await readAll(again)).toHaveLength(30);
  });

  it('that was damaged before its last batch is refused', async () => {
    const collection = await created();
    for (const first of [0, 10, 20]) await collection.upsert(records(first, first + 10));
    const bytes = await readFile(log());
    bytes[100] = (bytes[100] as number) ^ 1;
    await writeFile(log(), bytes);
    await expect(reopen()).rejects.toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringMatching(/log, byte \d+/),
    });
  });
});

describe('putting the file in its place', () => {
  it('is completed when it was interrupted before the manifest was there', async () => {
    const collection = await created();
    await collection.upsert(records(0, 5));
    const journal = join(folder, '.docs.parquet.vsm');
    await cp(journal, join(folder, 'kept'), { recursive: true });
    await collection.flush?.();
    await stores[0]?.close();
    // As a crash between the two renames leaves it.
    await rename(join(folder, 'kept'), journal);
    await rename(join(folder, 'docs.parquet.vsm.json'), join(journal, 'manifest.json'));
    await rm(join(journal, 'lock'), { force: true });

    const before = await digestOf(folder);
    const again = await storeOf().openCollection('docs');
    expect((await again.describe()).vectors).toEqual(SCHEMA.vectors);
    expect(await readAll(again)).toHaveLength(5);
    expect(await digestOf(folder)).toEqual(before);
    await again.flush?.();
    expect(await readdir(folder)).toEqual(['docs.parquet', 'docs.parquet.vsm.json']);
    expect(await readAll(await storeOf().openCollection('docs'))).toHaveLength(5);
  });

  it('starts anew when it was interrupted while the file was written', async () => {
    const collection = await created();
    await collection.upsert(records(0, 5));
    await stores[0]?.close();
    await writeFile(join(folder, '.docs.parquet.vsm', 'data'), 'PAR1 half a fi');
    const again = await storeOf().openCollection('docs');
    await again.flush?.();
    expect(await readAll(again)).toHaveLength(5);
  });
});

describe('a finished file', () => {
  it.each<Format>(['parquet', 'jsonl', 'jsonl.gz', 'jsonl.zst'])(
    '%s can be changed, and counts its generations',
    async (format) => {
      const collection = await created(format);
      await collection.upsert(records(0, 100));
      await collection.flush?.();
      const { cursor } = await collection.scan({ limit: 10, include: [] });

      await collection.upsert([record(3, { metadata: { changed: true } }), ...records(100, 110)]);
      await collection.delete(['record-5', 'record-104', 'not there']);
      const expected = [
        ...Array.from({ length: 110 }, (_, at) => at).filter((at) => ![3, 5, 104].includes(at)),
        3,
      ].toSorted((left, right) => left - right);
      const numbers = async (): Promise<number[]> =>
        (await readAll(collection, 7)).map(({ id }) => Number(id.slice(7))).toSorted((left, right) => left - right);
      expect(await numbers()).toEqual(expected);
      expect((await collection.count()).value).toBe(108);
      await collection.flush?.();
      expect(await numbers()).toEqual(expected);
      expect(await collection.fetch(['record-3', 'record-5'])).toMatchObject([{ metadata: { changed: true } }]);

      // Places in the old file mean nothing in the new one.
      await expect(collection.scan({ limit: 10, include: [], cursor: cursor ?? '' })).rejects.toMatchObject({
        code: 'INVALID_CURSOR',
      });
      const manifest = JSON.parse(await readFile(join(folder, `docs.${format}.vsm.json`), 'utf8')) as object;
      expect(manifest).toMatchObject({ generation: 2, records: 108, namespaces: { '': 108 } });
    },
  );

  it.each<[Format, RegExp]>([
    ['parquet', /row group 0 \(rows 0 to 499\)|footer/],
    ['jsonl', /line \d+ \(byte \d+\)|byte \d+/],
    ['jsonl.gz', /line \d+/],
  ])('%s with any flipped bit is refused, and the place is named', async (format, place) => {
    const collection = await created(format);
    await collection.upsert(records(0, 500));
    await collection.flush?.();
    await stores[0]?.close();
    const path = join(folder, `docs.${format}`);
    const whole = await readFile(path);
    for (let at = 0; at < whole.length; at += Math.floor(whole.length / 30)) {
      const broken = Buffer.from(whole);
      broken[at] = (broken[at] as number) ^ 0x04;
      await writeFile(path, broken);
      const reading = storeOf(format)
        .openCollection('docs')
        .then((opened) => readAll(opened));
      await expect(reading).rejects.toMatchObject({ code: 'INVALID_DATA', message: expect.stringMatching(place) });
    }
  });

  it('that somebody else made is read and left alone', async () => {
    const path = join(folder, 'docs.jsonl');
    const text = '{"id":"a","vector":[1,2,3]}\n';
    await writeFile(path, text);
    const store = storeOf();
    const collection = await store.openCollection('docs');
    await expect(collection.upsert(records(0, 1))).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(collection.delete(['a'])).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(store.dropCollection?.('docs')).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(store.createCollection(SCHEMA)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await readFile(path, 'utf8')).toBe(text);
    expect(await readdir(folder)).toEqual(['docs.jsonl']);
  });
});

describe('names', () => {
  it.each(['..', '.hidden', 'Ünïcödé 日本', '100%', 'con:', 'x'.repeat(150)])(
    '%s stays in its folder and comes back',
    async (name) => {
      const store = storeOf();
      await store.createCollection({ ...SCHEMA, name });
      await (await store.openCollection(name)).flush?.();
      expect(await storeOf().listCollections()).toEqual([name]);
      expect(await visible()).toHaveLength(2);
      await store.dropCollection?.(name);
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it.each([
    ['../outside', '%2E%2E', 'outside'],
    ['a/b\\c', 'a', 'b%5Cc'],
    ['a/../../b', 'a', '%2E.%2F..%2Fb'],
  ])('%s is a file in a folder there, which goes with it', async (name, directory, file) => {
    const store = storeOf();
    await store.createCollection({ ...SCHEMA, name });
    await (await store.openCollection(name)).upsert(records(0, 3));
    expect(await storeOf().listCollections()).toEqual([name]);
    await (await store.openCollection(name)).flush?.();
    expect(await readdir(folder)).toEqual([directory]);
    expect(await readdir(join(folder, directory))).toEqual([`${file}.parquet`, `${file}.parquet.vsm.json`]);
    const again = storeOf();
    expect(await again.listCollections()).toEqual([name]);
    expect(await readAll(await again.openCollection(name))).toHaveLength(3);
    await again.dropCollection?.(name);
    expect(await readdir(folder)).toEqual([]);
  });

  it('of two files that would be equal are their whole file names', async () => {
    await writeFile(join(folder, 'docs.jsonl'), '{"id":"a"}\n');
    await writeFile(join(folder, 'docs.ndjson'), '{"id":"b"}\n');
    const store = storeOf();
    expect(await store.listCollections()).toEqual(['docs.jsonl', 'docs.ndjson']);
    expect(await readAll(await store.openCollection('docs.ndjson'))).toMatchObject([{ id: 'b' }]);
  });

  it('of a store that is one file is the name of that file', async () => {
    const store = createFile({ path: join(folder, 'backup.parquet') });
    stores.push(store);
    await expect(store.createCollection(SCHEMA)).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining('"backup"'),
    });
    await store.createCollection({ ...SCHEMA, name: 'backup' });
    await (await store.openCollection('backup')).flush?.();
    expect(await visible()).toEqual(['backup.parquet', 'backup.parquet.vsm.json']);
  });
});

it('what a process left that was killed before it had begun is no collection, and is in nobody’s way', async () => {
  await mkdir(join(folder, '.docs.parquet.vsm'));
  await writeFile(join(folder, '.docs.parquet.vsm', 'log'), '');
  const store = storeOf();
  expect(await store.listCollections()).toEqual([]);
  await store.createCollection(SCHEMA);
  const collection = await store.openCollection('docs');
  await collection.upsert(records(0, 3));
  await collection.flush?.();
  expect(await visible()).toContain('docs.parquet');
  expect(await readAll(collection)).toHaveLength(3);
});
