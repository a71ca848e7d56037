import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFile, createVdf, openLocation, type Format } from '@vsm/adapter-file';
import { migrate, verify, type VectorStoreV1 } from '@vsm/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { digestOf } from '../backup/folders.ts';
import { allRecords, filledMemory } from '../engine/stores.ts';
import { schemaOf, variedRecords } from '../fingerprint/records.ts';
import { openBucket, type Bucket } from './bucket.ts';

let bucket: Bucket;
let source: VectorStoreV1;
beforeEach(async () => {
  bucket = await openBucket();
  source = await filledMemory(variedRecords(400), schemaOf('euclidean'));
});
afterEach(() => bucket.close());

const SLOW_DOWN = { status: 503, message: 'Please reduce your request rate.' };

function to(target: VectorStoreV1): Promise<unknown> {
  return migrate({ source, target, sourceCollection: 'docs', checkpoints: false });
}

it.each<Format>(['parquet', 'jsonl', 'jsonl.gz', 'jsonl.zst'])('a bucket holds %s as a folder does', async (format) => {
  const path = bucket.at(`all/docs.${format}`);
  await using target = createFile({ path });
  expect(await to(target)).toMatchObject({ verification: { passed: true, expectedCount: 400 } });
  expect(bucket.keys()).toEqual([`all/docs.${format}`, `all/docs.${format}.vsm.json`]);
  expect(bucket.emulator.uploadsOf('bucket')).toEqual([]);
  const { store, collection } = openLocation(`file:${path}`);
  expect(collection).toBe('docs');
  expect(await digestOf(store)).toBe(await digestOf(source));
  await using folder = createFile({ path: bucket.at('all') });
  expect(await folder.listCollections()).toEqual(['docs']);
  expect(await digestOf(folder)).toBe(await digestOf(source));
  await folder.dropCollection?.('docs');
  expect(bucket.keys()).toEqual([]);
});

it('VDF lies in a bucket, and is changed in none', async () => {
  const path = bucket.at('set');
  await using target = createVdf({ path });
  await to(target);
  expect(bucket.keys()).toEqual([
    'set/VDF_META.json',
    'set/docs.vsm.json',
    'set/docs/_default/1.parquet',
    'set/docs/eu/1.parquet',
  ]);
  const { store } = openLocation(`vdf:${path}`);
  expect(await digestOf(store)).toBe(await digestOf(source));
  const collection = await store.openCollection('docs');
  await expect(collection.upsert(variedRecords(1))).rejects.toThrow(/will not change s3:\/\/bucket\/set\/docs/);
  // Nor is a run begun that would have to.
  await expect(migrate({ source, target: store, sourceCollection: 'docs', checkpoints: false })).rejects.toThrow(
    /"docs" in file cannot be written to: it is many objects, .*Nothing was written/,
  );
  await store.dropCollection?.('docs');
  expect(bucket.keys()).toEqual(['set/VDF_META.json']);
});

it('a changed file replaces the old one at once, and whoever reads the old one is told', async () => {
  const path = bucket.at('docs.jsonl');
  await using target = createFile({ path });
  await to(target);
  await using reader = createFile({ path: bucket.at('') });
  const old = await reader.openCollection('docs');
  const partition = (await old.partition?.(1))?.[0];
  const writing = await target.openCollection('docs');
  await writing.delete(['1']);
  await writing.flush?.();
  expect(bucket.keys()).toEqual(['docs.jsonl', 'docs.jsonl.vsm.json']);
  expect(await allRecords(createFile({ path }))).toHaveLength(399);
  const reading = old.scan({ limit: 10, include: ['vectors'], partition });
  await expect(reading).rejects.toThrow(/s3:\/\/bucket\/docs.jsonl was replaced or deleted while it was read/);
});

/** A file, and without one record; with what puts the objects of either into the bucket. */
async function twoVersions(path: string): Promise<{ readonly before: () => void; readonly after: () => void }> {
  const objects = bucket.emulator.buckets.get('bucket') ?? new Map();
  const keep = (): (() => void) => {
    const kept = new Map(objects);
    return () => kept.forEach((stored, key) => objects.set(key, stored));
  };
  const target = createFile({ path });
  await to(target);
  const before = keep();
  const writing = await target.openCollection('docs');
  await writing.delete(['1']);
  await writing.flush?.();
  await target.close?.();
  return { before, after: keep() };
}

it('a file that is replaced while it is opened is opened anew', async () => {
  const path = bucket.at('docs.jsonl');
  const { before, after } = await twoVersions(path);
  before();
  let seen = false;
  bucket.emulator.onArrival = ({ url }) => {
    if (seen) after();
    seen ||= url.includes('docs.jsonl.vsm.json');
  };
  expect(await allRecords(createFile({ path }))).toHaveLength(399);
});

it('a manifest that is sent late does not replace that of a later file', async () => {
  const path = bucket.at('docs.jsonl');
  const { before, after } = await twoVersions(path);
  before();
  bucket.emulator.onArrival = ({ method, url }) => {
    if (method === 'PUT' && url.includes('docs.jsonl.vsm.json')) after();
  };
  await using target = createFile({ path });
  const writing = await target.openCollection('docs');
  await writing.delete(['2', '3']);
  await writing.flush?.();
  expect(await allRecords(createFile({ path }))).toHaveLength(399);
});

it('sync writes what changed, and verify finds what did not come', async () => {
  const path = bucket.at('docs.parquet');
  await using target = createFile({ path });
  await to(target);
  const changed = variedRecords(3).map((record) => ({ ...record, metadata: { other: true } }));
  await (await source.openCollection('docs')).upsert(changed);
  const pair = { source, target: createFile({ path }), sourceCollection: 'docs', checkpoints: false } as const;
  expect(await verify(pair)).toMatchObject({ passed: false });
  await migrate({ ...pair, mode: 'sync' });
  expect(await verify({ ...pair, target: createFile({ path }) })).toMatchObject({ passed: true });
});

it('goes on through answers that are slow down, cut or nothing', async () => {
  const path = bucket.at('docs.parquet');
  const { faults } = bucket.emulator;
  faults.failNext(SLOW_DOWN, 2, /PUT/);
  faults.failNext('drop', 1, /PUT/);
  await using target = createFile({ path });
  await to(target);
  faults.failNext(SLOW_DOWN, 2, /GET .*docs\.parquet\?/);
  faults.failNext('cut', 2, /GET .*docs\.parquet\?/);
  faults.failNext('cut', 1, /GET .*vsm\.json/);
  expect(await digestOf(createFile({ path }))).toBe(await digestOf(source));
});

it('takes an answer that was lost after the object was written for what it is', async () => {
  bucket.emulator.faults.failNext('cut', 1, /PUT .*docs\.parquet\?/);
  await using target = createFile({ path: bucket.at('docs.parquet') });
  expect(await to(target)).toMatchObject({ verification: { passed: true } });
});

it.each([
  ['cut', (bytes: Buffer) => bytes.subarray(0, bytes.length - 100)],
  ['changed by one bit', (bytes: Buffer) => Buffer.from(bytes).fill((bytes[500] ?? 0) ^ 1, 500, 501)],
])('an object that was %s is refused', async (_how, damage) => {
  const path = bucket.at('docs.parquet');
  await using target = createFile({ path });
  await to(target);
  const objects = bucket.emulator.buckets.get('bucket');
  const stored = objects?.get('docs.parquet');
  if (stored !== undefined) objects?.set('docs.parquet', { ...stored, bytes: damage(stored.bytes) });
  await expect(allRecords(createFile({ path }))).rejects.toMatchObject({ code: 'INVALID_DATA' });
});

it('of two that write one object, the second leaves the first as it is', async () => {
  const path = bucket.at('docs.parquet');
  await using one = createFile({ path });
  await one.createCollection(schemaOf('euclidean'));
  const objects = bucket.emulator.buckets.get('bucket');
  objects?.set('docs.parquet', { bytes: Buffer.from('of others'), modified: new Date() });
  const collection = await one.openCollection('docs');
  await collection.upsert(variedRecords(10));
  await expect(collection.flush?.()).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(objects?.get('docs.parquet')?.bytes.toString()).toBe('of others');
});

it.each([
  ['a file', 'docs.parquet', createFile],
  ['a directory', 'set', createVdf],
] as const)(
  'an export of %s that was begun here is not taken for the one that another machine put there meanwhile',
  async (_, key, create) => {
    const path = bucket.at(key);
    const write = async (from: number, end: number): Promise<void> => {
      await using store = create({ path });
      if (from === 0) await store.createCollection(schemaOf('euclidean'));
      const collection = await store.openCollection('docs');
      await collection.upsert(variedRecords(end).slice(from));
      if (end > 10) await collection.flush?.();
    };
    await write(0, 10);
    vi.stubEnv('VSM_RUN_DIR', join(bucket.runs, 'elsewhere'));
    const other = create({ path });
    await to(other);
    await other.close?.();
    vi.stubEnv('VSM_RUN_DIR', bucket.runs);
    await expect(write(10, 20)).rejects.toMatchObject({ code: 'CONFLICT' });
    vi.stubEnv('VSM_RUN_DIR', join(bucket.runs, 'elsewhere'));
    expect(await digestOf(create({ path }))).toBe(await digestOf(source));
  },
);

it('what was left of an export that was killed before it began, or after it was sent, is in nobody’s way', async () => {
  await using target = createFile({ path: bucket.at('all') });
  await to(target);
  const [place = ''] = await readdir(join(bucket.runs, '.buckets'));
  const left = join(bucket.runs, '.buckets', place, 'all', '.docs.parquet.vsm');
  await target.dropCollection?.('docs');
  await mkdir(left, { recursive: true });
  await writeFile(join(left, 'manifest.json'), 'of the one before');
  expect(await target.listCollections()).toEqual([]);
  await target.createCollection(schemaOf('euclidean'));
  expect(await readdir(left)).not.toContain('manifest.json');
});

it('whoever may not write is told before anything is read', async () => {
  bucket.emulator.faults.failNext({ status: 403, message: 'no' }, 1, /POST .*uploads/);
  const target = createFile({ path: bucket.at('docs.parquet') });
  await expect(to(target)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  const missing = createFile({ path: bucket.at('docs.parquet').replace('bucket', 'none') });
  await expect(to(missing)).rejects.toThrow(/NoSuchBucket/);
});

it('says what is wrong with a location, and never what is secret in it', () => {
  const open = (endpoint: string) => () => openLocation(`file:s3://bucket/docs.parquet?endpoint=${endpoint}`);
  expect(open('http://me:hush@host')).toThrow(/without a name or a password/);
  expect(open('http://me:hush@host')).not.toThrow(/hush/);
  expect(open('hush')).not.toThrow(/hush/);
  expect(() => openLocation('file:s3://bucket/docs.parquet?endpont=x')).toThrow(/Did you mean "endpoint"/);
  expect(() => openLocation('file:./docs.parquet?endpoint=http://x')).toThrow(/no parameter "endpoint"/);
});

it('reads what others made, a data set of many parts included', async () => {
  const objects = bucket.emulator.buckets.get('bucket');
  for (const [part, language] of ['de', 'en', 'fr'].entries()) {
    const line = JSON.stringify({ id: `id-${part}`, vector: [part, 1, 2] });
    objects?.set(`set/lang=${language}/part-0.jsonl`, { bytes: Buffer.from(`${line}\n`), modified: new Date() });
  }
  const records = await allRecords(createFile({ path: bucket.at('set') }), 'set');
  expect(records.map(({ id, metadata }) => [id, metadata])).toEqual([
    ['id-0', { lang: 'de' }],
    ['id-1', { lang: 'en' }],
    ['id-2', { lang: 'fr' }],
  ]);
});
