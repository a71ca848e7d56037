import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CollectionV1, UpsertResult, VectorRecord, VectorStoreV1 } from '@vsm/core/adapter';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFile, openLocation } from '../src/index.ts';
import { readAll } from './reading.ts';

// Two runs into one file at the same time. Stores of other options share nothing, as stores of two processes do.

let folder: string;
const stores: VectorStoreV1[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-overlap-'));
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  await rm(folder, { recursive: true });
});

const SCHEMA = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 1, metric: 'cosine' } } } as const;
const record = (id: string): VectorRecord => ({ id, vectors: { '': [1] }, metadata: {} });

function storeOf(maxLineBytes?: number): VectorStoreV1 {
  const store = createFile({ path: folder, maxLineBytes });
  stores.push(store);
  return store;
}

async function finished(): Promise<CollectionV1> {
  const store = storeOf();
  await store.createCollection(SCHEMA);
  const collection = await store.openCollection('docs');
  await collection.upsert([record('first')]);
  await collection.flush?.();
  return collection;
}

it('the second run is refused while the first one writes', async () => {
  const one = await finished();
  const other = await storeOf(1000).openCollection('docs');
  await one.upsert([record('one')]);
  await expect(other.upsert([record('other')])).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(other.delete(['first'])).rejects.toMatchObject({ code: 'CONFLICT' });
  await one.flush?.();
  expect((await readAll(one)).map(({ id }) => id)).toEqual(['first', 'one']);
});

it('the second run is refused where the first one has finished since it was opened', async () => {
  const one = await finished();
  const other = await storeOf(1000).openCollection('docs');
  await one.upsert([record('one')]);
  await one.flush?.();
  await expect(other.upsert([record('other')])).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('since it was opened'),
  });
  const again = await storeOf(1000).openCollection('docs');
  await again.upsert([record('other')]);
  await again.flush?.();
  expect((await readAll(again)).map(({ id }) => id)).toEqual(['first', 'one', 'other']);
  expect(await readdir(folder)).toEqual(['docs.parquet', 'docs.parquet.vsm.json']);
});

it.each([undefined, 1000])(
  'of two that make one new file, the first goes on (limit of the second: %s)',
  async (limit) => {
    const store = storeOf();
    const created = await Promise.allSettled([
      store.createCollection(SCHEMA),
      storeOf(limit).createCollection(SCHEMA),
      store.createCollection(SCHEMA),
    ]);
    expect(created.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const reasons = created.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    for (const reason of reasons) expect(reason).toMatchObject({ code: 'CONFLICT' });
    const winner = stores[created.findIndex(({ status }) => status === 'fulfilled') % 2] as VectorStoreV1;
    const collection = await winner.openCollection('docs');
    await collection.upsert([record('a')]);
    await collection.flush?.();
    expect(await readAll(collection)).toHaveLength(1);
    expect(await readdir(folder)).toEqual(['docs.parquet', 'docs.parquet.vsm.json']);
  },
);

it('a location is taken over only where that is asked for', async () => {
  const one = await finished();
  await one.upsert([record('one')]);
  const write = async (takeOver: boolean): Promise<UpsertResult> => {
    const { store } = openLocation(`file:${folder}?collection=docs`, { takeOver });
    stores.push(store);
    return (await store.openCollection('docs')).upsert([record('other')]);
  };
  await expect(write(false)).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(write(true)).resolves.toMatchObject({ accepted: 1 });
});
