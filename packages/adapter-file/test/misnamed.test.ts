import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFile, openLocation } from '../src/index.ts';
import { readAll } from './reading.ts';

// A file that cannot be read is told what is wrong with it, not with the first line of something else.

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-misnamed-'));
});
afterEach(() => rm(folder, { recursive: true }));

const TEXT = '{"id":"a","vector":[1,2]}\n{"id":"b","vector":[3,4]}\n';
const BYTES = {
  text: Buffer.from(TEXT),
  gzip: gzipSync(TEXT),
  zstd: zstdCompressSync(TEXT),
  parquet: Buffer.from('PAR1 and no more, PAR1'),
  utf16: Buffer.from(`\uFEFF${TEXT}`, 'utf16le'),
  nothing: Buffer.alloc(0),
};

async function reading(path: string): Promise<unknown> {
  const store = createFile({ path });
  try {
    return await readAll(await store.openCollection('docs'));
  } finally {
    await store.close();
  }
}

describe('a file that is not what its name says', () => {
  it.each([
    ['docs.jsonl.gz', 'text', 'it is not gzip, as its name says. Name it after what it is (.parquet, .jsonl, '],
    ['docs.jsonl.zst', 'text', 'it is not Zstandard, as its name says. Name it'],
    ['docs.parquet', 'text', 'it is not Parquet, as its name says. Name it'],
    ['docs.jsonl', 'gzip', 'it is not UTF-8 text, as its name says, but gzip. Name it'],
    ['docs.jsonl.zst', 'gzip', 'it is not Zstandard, as its name says, but gzip. Name it'],
    ['docs.jsonl.gz', 'zstd', 'it is not gzip, as its name says, but Zstandard. Name it'],
    ['docs.ndjson', 'zstd', 'it is not UTF-8 text, as its name says, but Zstandard. Name it'],
    ['docs.jsonl', 'parquet', 'it is not UTF-8 text, as its name says, but Parquet. Name it'],
    ['docs.jsonl', 'utf16', 'it is not UTF-8 text, as its name says, but UTF-16 text. Save it as UTF-8.'],
    ['docs.jsonl.gz', 'nothing', 'it is not gzip, as its name says, but empty. Make it again'],
    ['docs.pq', 'nothing', 'it is not Parquet, as its name says, but empty. Make it again'],
  ] as const)('%s with %s in it', async (name, bytes, sentence) => {
    const path = join(folder, name);
    await writeFile(path, BYTES[bytes]);
    await expect(reading(path)).rejects.toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringContaining(`${path}, first bytes: ${sentence}`),
    });
  });

  it.each([
    ['docs.jsonl.gz', gzipSync(TEXT).subarray(0, 30), 'line 1: '],
    ['docs.jsonl', Buffer.from('{"id":1\n'), 'line 1 (byte 0): '],
  ])('%s that is damaged is told so by its line', async (name, bytes, place) => {
    await writeFile(join(folder, name), bytes);
    await expect(reading(join(folder, name))).rejects.toThrow(`${name}, ${place}`);
  });
});

describe('a path that is none of a file of records', () => {
  it.each(['.json', '.csv', '.json.gz'])('%s is refused with the endings that are taken', async (ending) => {
    const path = join(folder, `docs${ending}`);
    const refusal = {
      code: 'INVALID_OPTIONS',
      message: expect.stringMatching(
        new RegExp(`${ending}" ends in none of \\.parquet, \\.pq, .*\\.ndjson\\.zst\\. .* folder:${path}\\.`),
      ),
    };
    expect(() => openLocation(`file:${path}`)).toThrow(expect.objectContaining(refusal));
    await writeFile(path, '[]');
    expect(() => openLocation(`file:${path}`)).toThrow(expect.objectContaining(refusal));
    const store = createFile({ path });
    await expect(store.listCollections()).rejects.toMatchObject(refusal);
    await store.close();
  });

  it('is a folder that is to be made where a collection is named', async () => {
    const { store } = openLocation(`file:${join(folder, 'docs.json')}?collection=a`);
    expect(await store.listCollections()).toEqual([]);
    await store.close?.();
  });

  it('is a folder that is to be made, whatever dot is in its name', async () => {
    const { store, collection } = openLocation(`file:${join(folder, 'backup.2026')}`);
    expect(collection).toBeUndefined();
    expect(await store.listCollections()).toEqual([]);
    await store.close?.();
  });
});

describe('a row of a Parquet file', () => {
  it.each([
    ['null', 'it has no id (field "id"; id=… in the location names another one). Correct the row or leave it out'],
    ["'nan'::double", 'its id (field "id") is NaN, which is no number. Correct the row or leave it out'],
  ])('whose id is %s is told by its number', async (id, sentence) => {
    const path = join(folder, 'docs.parquet');
    const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
    await duckdb.run(
      `copy (select case when n = 3 then ${id} else n end::double as id, [n, 1]::float[] as vector from range(5) r(n)) to '${path}'`,
    );
    duckdb.closeSync();
    await expect(reading(path)).rejects.toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringContaining(`${path}, row 3: ${sentence}`),
    });
  });
});

describe('a place of what the file was before', () => {
  it('is told as one, not as a line to be removed, where it lies within a line', async () => {
    const path = join(folder, 'docs.jsonl');
    const scan = async (cursor?: string): Promise<string | null> => {
      const store = createFile({ path });
      try {
        const collection = await store.openCollection('docs');
        return (await collection.scan({ cursor, limit: 1, include: ['vectors', 'metadata'] })).cursor;
      } finally {
        await store.close();
      }
    };
    await writeFile(path, TEXT);
    const cursor = (await scan()) ?? '';
    await writeFile(path, TEXT.replace('"a"', '"longer"'));
    await expect(scan(cursor)).rejects.toMatchObject({
      code: 'INVALID_CURSOR',
      message: expect.stringMatching(/begins at byte 26, .*the file was changed since\. Begin anew/) as string,
    });
    await writeFile(path, TEXT.replace('{"id":"b"', '["id":"b"'));
    await expect(scan(cursor)).rejects.toMatchObject({ code: 'INVALID_DATA' });
  });
});
