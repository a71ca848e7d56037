import { createPineconeImport, openLocation } from '@vsm/adapter-pinecone/import';
import { migrate, type VectorStoreV1 } from '@vsm/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { digestOf } from '../backup/folders.ts';
import { filledMemory, makeRecords, plainSchema } from '../engine/stores.ts';
import { openBucket, type Bucket } from './bucket.ts';

let bucket: Bucket;
let source: VectorStoreV1;
beforeEach(async () => {
  bucket = await openBucket();
  const records = makeRecords(60).map((record, at) => (at % 3 === 0 ? { ...record, namespace: 'eu' } : record));
  source = await filledMemory(records, { ...plainSchema, namespaces: true });
});
afterEach(() => bucket.close());

const KEYS = ['imports/docs.vsm.json', 'imports/docs/__default__/1.parquet', 'imports/docs/eu/1.parquet'];

async function carry(target: VectorStoreV1): Promise<unknown> {
  return migrate({ source, target, sourceCollection: 'docs', checkpoints: false });
}

it('a directory that Pinecone imports lies in a bucket, and is changed in none', async () => {
  const { store, collection } = openLocation(`pinecone-import:${bucket.at('imports/docs')}`);
  expect(collection).toBe('docs');
  expect(await carry(store)).toMatchObject({ verification: { passed: true, expectedCount: 60 } });
  expect(bucket.keys()).toEqual(KEYS);
  expect(await digestOf(store)).toBe(await digestOf(source));
  await expect(carry(store)).rejects.toThrow(/"docs" in file cannot be written to: it is many objects/);
  await store.dropCollection?.('docs');
  expect(bucket.keys()).toEqual([]);
});

it('some of its files are never taken for all of them, and the export goes on where it stood', async () => {
  const path = bucket.at('imports');
  bucket.emulator.faults.failNext({ status: 403, message: 'no' }, 1, /PUT .*__default__/);
  const first = createPineconeImport({ path });
  await expect(carry(first)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  await first.close();
  expect(bucket.keys()).toEqual(KEYS.filter((key) => !key.includes('__default__')));
  // Who has nothing of the exports of this machine.
  vi.stubEnv('VSM_RUN_DIR', `${bucket.runs}/elsewhere`);
  const elsewhere = createPineconeImport({ path });
  expect(await elsewhere.listCollections()).toEqual(['docs']);
  await expect(elsewhere.openCollection('docs')).rejects.toThrow(
    /__default__\/1\.parquet, which its manifest lists, is not there/,
  );
  await elsewhere.close();
  vi.stubEnv('VSM_RUN_DIR', bucket.runs);
  await using again = createPineconeImport({ path, takeOver: true });
  await (await again.openCollection('docs')).flush?.();
  expect(bucket.keys()).toEqual(KEYS);
  expect(await digestOf(again)).toBe(await digestOf(source));
});

it('what was sent in half can be dropped, from elsewhere too', async () => {
  const path = bucket.at('imports');
  bucket.emulator.faults.failNext({ status: 403, message: 'no' }, 1, /PUT .*__default__/);
  const first = createPineconeImport({ path });
  await expect(carry(first)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  await first.close();
  vi.stubEnv('VSM_RUN_DIR', `${bucket.runs}/elsewhere`);
  await using elsewhere = createPineconeImport({ path });
  await elsewhere.dropCollection?.('docs');
  expect(bucket.keys()).toEqual([]);
  expect(await elsewhere.listCollections()).toEqual([]);
  expect(await carry(elsewhere)).toMatchObject({ verification: { passed: true, expectedCount: 60 } });
  expect(bucket.keys()).toEqual(KEYS);
});
