import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { CollectionV1, VectorRecord, VectorStoreV1 } from '@vsm/core/adapter';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFile, type FileOptions } from '../src/index.ts';
import { readAll } from './reading.ts';

const SAMPLE = new URL('../../../examples/demo/debian-packages-1k.parquet', import.meta.url).pathname;

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

async function collectionOf(options: FileOptions, name = 'debian-packages-1k'): Promise<CollectionV1> {
  const store = createFile(options);
  stores.push(store);
  return store.openCollection(name);
}

async function open(name: string, content: string | Uint8Array): Promise<CollectionV1> {
  await writeFile(join(folder, name), content);
  return collectionOf({ path: join(folder, name) }, name.slice(0, name.indexOf('.')));
}

describe('a Parquet file made by pyarrow', () => {
  it('says how it was understood', async () => {
    const collection = await collectionOf({ path: SAMPLE });
    const described = await collection.describe();
    expect(described.vectors).toEqual({ '': { kind: 'dense', dimension: 384, metric: undefined } });
    expect(described.fields).toMatchObject({ size_bytes: 'integer', depends: 'string[]', essential: 'boolean' });
    expect(described.reading?.slice(0, 3)).toMatchObject([
      { field: 'id', role: 'id', basis: 'guessed', evidence: 'text in 200 of 200 sampled rows' },
      { field: 'vector', role: 'vector', name: '', evidence: 'list of float of 384 in 200 of 200 sampled rows' },
      { field: 'document', role: 'document' },
    ]);
    expect(described.undecided).toBeUndefined();
    expect(await collection.count()).toEqual({ value: 1000, exact: true });
  });

  it('reads every record once, whatever the page', async () => {
    const collection = await collectionOf({ path: SAMPLE });
    const small = await readAll(collection, 7);
    const large = await readAll(collection, 5000);
    expect(small).toEqual(large);
    expect(new Set(small.map(({ id }) => id)).size).toBe(1000);
    const [first] = small;
    expect(first?.vectors['']).toBeInstanceOf(Float32Array);
    // Unit length: a value in the wrong place would show.
    for (const { vectors } of small) {
      expect((vectors[''] as Float32Array).reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5);
    }
  });

  it('continues from a cursor in another process and in the middle of a row group', async () => {
    const first = await collectionOf({ path: SAMPLE });
    const page = await first.scan({ limit: 123, include: ['vectors', 'metadata'] });
    const second = await collectionOf({ path: SAMPLE });
    const rest = await second.scan({ cursor: page.cursor ?? '', limit: 1000, include: ['vectors', 'metadata'] });
    expect([...page.records, ...rest.records]).toEqual(await readAll(second));
  });

  it('takes null for absent', async () => {
    const records = await readAll(await collectionOf({ path: SAMPLE }));
    const without = records.filter(({ metadata }) => !('homepage' in metadata));
    expect(without.length).toBeGreaterThan(0);
    expect(records.every(({ metadata }) => metadata['homepage'] !== null)).toBe(true);
  });

  it('finds records by id and by nearness', async () => {
    const collection = await collectionOf({ path: SAMPLE });
    const wanted = (await readAll(collection))[700] as VectorRecord;
    expect(await collection.fetch([wanted.id, 'not there'])).toEqual([wanted]);
    const [best] = await collection.query({ vector: wanted.vectors[''] as Float32Array, topK: 1 });
    expect(best?.id).toBe(wanted.id);
  });
});

describe('a JSON Lines file', () => {
  const lines = [
    '{"id":"a","vector":[1.0,0.5,-0.25],"document":"text","metadata":{"n":1.0,"big":123456789012345678901234567890,"nothing":null},"namespace":"eu","uri":"file:a"}',
    '',
    '{"id":7,"vector":[0,1,2],"section":"a \\"quoted\\" [text]","deep":{"list":[1,2.0]}}',
    '{"id":"c","vectors":{"title":[1,2],"words":{"indices":[3,4294967295],"values":[0.5,1]},"rows":[[1,2],[3,4]]}}',
  ];
  const expected = [
    {
      id: 'a',
      namespace: 'eu',
      vectors: { '': [1, 0.5, -0.25] },
      metadata: { n: { value: 1 }, big: 123456789012345678901234567890n, nothing: null },
      document: 'text',
      uri: 'file:a',
    },
    {
      id: '7',
      vectors: { '': [0, 1, 2] },
      metadata: { section: 'a "quoted" [text]', deep: { list: [1, { value: 2 }] } },
    },
    {
      id: 'c',
      vectors: {
        title: [1, 2],
        words: { indices: [3, 4294967295], values: [0.5, 1] },
        rows: {
          rows: [
            [1, 2],
            [3, 4],
          ],
        },
      },
      metadata: {},
    },
  ];

  it.each([
    ['docs.jsonl', (text: string) => text],
    ['docs.ndjson', (text: string) => `\uFEFF${text}`],
    ['docs.jsonl.gz', gzipSync],
    ['docs.jsonl.zst', zstdCompressSync],
  ])('%s gives equal records page by page', async (name, encode) => {
    const collection = await open(name, encode(`${lines.join('\n')}\n`));
    for (const limit of [1, 2, 10]) expect(await readAll(collection, limit)).toMatchObject(expected);
    expect(await collection.count()).toEqual({ value: 3, exact: true });
    expect(await collection.fetch(['a'], { namespace: 'eu' })).toMatchObject([{ id: 'a' }]);
    expect(Object.keys((await collection.describe()).vectors)).toEqual(['', 'title', 'words', 'rows']);
  });

  it('splits into ranges that begin at lines and cover the file', async () => {
    const many = Array.from({ length: 500 }, (_, index) => `{"id":"${index}","vector":[${index},1]}`).join('\n');
    const collection = await open('docs.jsonl', many);
    const partitions = (await collection.partition?.(7)) ?? [];
    // Smaller parts would be read several times: as many as are read at once come of a small file, whatever is asked for.
    expect(partitions).toHaveLength(4);
    const ids: string[] = [];
    for (const partition of partitions) {
      const page = await collection.scan({ partition, limit: 1000, include: [] });
      expect(page.cursor).toBeNull();
      ids.push(...page.records.map(({ id }) => id));
    }
    expect(ids).toEqual(Array.from({ length: 500 }, (_, index) => String(index)));
  });

  it('names the option when there is no id', async () => {
    const collection = await open('docs.jsonl', '{"key":"a","vector":[1,2]}\n');
    expect((await collection.describe()).undecided).toEqual([expect.stringContaining('id=#row')]);
    const named = await collectionOf({ path: join(folder, 'docs.jsonl'), id: 'key' }, 'docs');
    expect(await readAll(named)).toMatchObject([{ id: 'a', metadata: {} }]);
  });
});

describe('a damaged file', () => {
  const good = '{"id":"a","vector":[1,2]}\n';

  it.each([
    ['a list that does not end', Buffer.from(`${good}${good}{"id":"b","vector":[1,`), 'line 3'],
    ['a line that is no object', Buffer.from(`${good}17\n${good}`), 'line 2'],
    ['invalid UTF-8', Buffer.concat([Buffer.from(good), Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d, 0x0a])]), 'line 2'],
    ['a line of 50 MB', Buffer.concat([Buffer.from(good), Buffer.alloc(50_000_000, 'x')]), 'line 2'],
    ['a record without an id', Buffer.from(`${good}{"vector":[1,2]}\n`), 'line 2'],
  ])('%s: the line is named', async (_, content, place) => {
    const collection = await open('docs.jsonl', content);
    await expect(readAll(collection)).rejects.toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringMatching(new RegExp(`docs\\.jsonl, ${place}\\b`)),
    });
  });

  it('gzip that was cut: the line is named, and what came before was read', async () => {
    const many = Array.from({ length: 20_000 }, (_, at) => `{"id":"${at}","vector":[${Math.sin(at)},1]}`).join('\n');
    const whole = gzipSync(many);
    const collection = await open('docs.jsonl.gz', whole.subarray(0, whole.length / 2));
    const seen: VectorRecord[] = [];
    await expect(readAll(collection, 100, seen)).rejects.toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringMatching(/line \d+/),
    });
    expect(seen.length).toBeGreaterThan(1000);
  });

  it('Parquet that was cut, or is none', async () => {
    const whole = await readFile(SAMPLE);
    for (const [content, place] of [
      [whole.subarray(0, 500_000), 'footer'],
      [Buffer.from('PAR1'), 'footer'],
      [Buffer.from('hello world, hello'), 'first bytes'],
      [Buffer.alloc(0), 'first bytes'],
    ] as const) {
      await expect(open('docs.parquet', content)).rejects.toMatchObject({
        code: 'INVALID_DATA',
        message: expect.stringContaining(`docs.parquet, ${place}`),
      });
    }
  });

  it('Parquet with a broken page: the row group is named', async () => {
    const broken = await readFile(SAMPLE);
    // The header of the first page: a size that leads out of the column.
    broken.fill(0xff, 4, 12);
    const collection = await open('docs.parquet', broken);
    await expect(readAll(collection)).rejects.toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringContaining('row group 0 (rows 0 to 999)'),
    });
  });

  it('Parquet with any flipped bit is read or refused, and never anything else', async () => {
    const whole = await readFile(SAMPLE);
    for (let at = 4; at < whole.length; at += Math.floor(whole.length / 40)) {
      const broken = Buffer.from(whole);
      broken[at] = (broken[at] as number) ^ 0x10;
      const outcome = await open('docs.parquet', broken)
        .then((collection) => readAll(collection, 1000))
        .then(
          () => 'read',
          (error: unknown) => (error as { code?: string }).code ?? String(error),
        );
      expect(['read', 'INVALID_DATA', 'INVALID_OPTIONS']).toContain(outcome);
    }
  }, 600_000);
});
