import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VectorRecord } from '@vsm/core/adapter';
import { expect, it } from 'vitest';
import { NamespaceWriter } from './namespace-writer.ts';
import { ParquetFile } from './parquet/parquet-file.ts';

const schema = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 1 } } } as const;
const layout = { version: 1, schema, vectors: { '': 'vector' }, fields: {}, texts: [], rest: false };

it('two namespaces that the disk takes for one folder are named', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vsm-namespaces-'));
  const folders = {
    what: 'a test',
    // As a disk does that takes no notice of case.
    folderOf: (namespace: string) => namespace.toLowerCase(),
    column: false,
    fileBytes: 1000,
    toStored: (record: VectorRecord) => record,
  };
  await expect(NamespaceWriter.create(folder, layout, ['us', 'EU', 'eu'], folders)).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    message: expect.stringContaining('"EU" and "eu" have the same one') as string,
  });
  await rm(folder, { recursive: true });
});

it('begins another file where one is full, and none that stays empty', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vsm-namespaces-'));
  const writer = await NamespaceWriter.create(folder, layout, ['', 'eu'], {
    what: 'a test',
    folderOf: (namespace) => (namespace === '' ? 'home' : namespace),
    column: false,
    fileBytes: 1000,
    toStored: (record) => record,
  });
  // A row group is 10,000 rows at the most, and only what is in the file counts.
  const pages = Array.from({ length: 20 }, (_page, page) =>
    Array.from({ length: 1000 }, (_, at): VectorRecord => ({
      id: `${page}-${at}`,
      vectors: { '': [at] },
      metadata: {},
    })),
  );
  for (const page of pages) await writer.write(page);
  await writer.write([{ id: 'one', namespace: 'eu', vectors: { '': [1] }, metadata: {} }]);
  // Nothing is left out, whatever was said to come.
  await writer.write([{ id: 'two', namespace: 'us', vectors: { '': [2] }, metadata: {} }]);
  const written = await writer.finish();
  expect(written.map(({ name }) => name).toSorted()).toEqual([
    'eu/1.parquet',
    'home/1.parquet',
    'home/2.parquet',
    'us/1.parquet',
  ]);
  expect((await readdir(join(folder, 'home'))).toSorted()).toEqual(['1.parquet', '2.parquet']);
  const counts = await Promise.all(
    ['home/1.parquet', 'home/2.parquet', 'eu/1.parquet', 'us/1.parquet'].map(async (name) => {
      const file = await ParquetFile.open(join(folder, name), { path: folder });
      const count = await file.count();
      await file.close();
      return count;
    }),
  );
  expect(counts).toEqual([10_000, 10_000, 1, 1]);
  await rm(folder, { recursive: true });
});
