import { join } from 'node:path';
import { createMemory } from '@vsm/adapter-memory';
import { VectorStoreMigrator, type CollectionDescription, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMilvus, type MilvusOptions } from '../src/index.ts';
import { startRecorded, type Standing } from './exchanges.ts';

/**
 * Collections as applications make them: foreign/make.py made these with pymilvus, on each server, whose answers are replayed here.
 * `MILVUS_RECORD=milvus-2.3.5=http://…` asks a server that has them, and writes its answers down anew.
 */
const [recorded, from] = process.env['MILVUS_RECORD']?.split('=') ?? [];
const VECTOR = Float32Array.of(0.1, -0, 3.5, 1e-7, 5, 6, 7, 8);

const servers = ['milvus-2.3.5', 'milvus-lite-3.2.2'] as const;
describe.each(servers)('collections of applications in %s', (server) => {
  let standing: Standing;
  let stores: VectorStoreV1[] = [];
  beforeAll(async () => {
    const file = join(import.meta.dirname, 'foreign', `${server}.json`);
    standing = await startRecorded(file, recorded === server ? from : undefined);
  });
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await standing.close();
  });

  const open = (options: MilvusOptions = {}): VectorStoreV1 => {
    const store = createMilvus({ url: standing.url, ...options });
    stores = [...stores, store];
    return store;
  };
  const read = async (name: string, limit = 2): Promise<VectorRecord[]> => {
    const collection = await open().openCollection(name);
    const records: VectorRecord[] = [];
    let cursor: string | undefined;
    do {
      const page = await collection.scan({ limit, cursor, include: ['vectors', 'metadata'] });
      records.push(...page.records);
      cursor = page.cursor ?? undefined;
    } while (cursor !== undefined);
    return records;
  };
  const described = async (name: string): Promise<CollectionDescription> =>
    (await open().openCollection(name)).describe();
  const lite = server.startsWith('milvus-lite');

  it('keys of no field become metadata, numbers as exact as they were written', async () => {
    const found = new Map((await read('quick')).map((record) => [record.id, record]));
    expect(found.get('1')?.vectors).toEqual({ '': VECTOR });
    expect(found.get('1')).toMatchObject({
      metadata: { text: 'hello', tags: ['a', 'b'], nested: { deep: [1, 2.5, null] } },
    });
    expect(found.get('2')?.metadata).toEqual({});
    expect(found.get('-9223372036854775808')?.metadata).toEqual({ text: 'the least key' });
    // 2.3 counts the row with the greatest key, and no filter finds it.
    expect(found.get('9223372036854775807')?.metadata['big']).toEqual(lite ? 9007199254740993n : undefined);
    expect(found.size).toBe(lite ? 4 : 3);
  });

  it.runIf(!lite)('a row that no filter finds fails the run', async () => {
    const migrator = new VectorStoreMigrator({
      source: open(),
      target: createMemory(),
      checkpoints: false,
      validate: false,
    });
    const result = await migrator.migrate({ sourceCollection: 'quick' });
    expect(result.success).toBe(false);
    expect(result.errors.join()).toMatch(/gave 3 records, but count\(\*\) counts 4.*greatest integer/);
  });

  it('typed fields keep their types, and the text is the document', async () => {
    const records = await read('typed');
    expect(records).toHaveLength(5);
    expect(records.map(({ document }) => document)).toEqual([0, 1, 2, 3, 4].map((at) => `page ${at}`));
    expect(records[3]?.metadata).toEqual({
      colour: 'red',
      pages: 3,
      price: 4.5,
      sold: false,
      extra: { at: 3 },
      sizes: [3, 9007199254740993n],
      ratio: Math.fround(0.1),
    });
    const { fields, notes, reading } = await described('typed');
    expect(fields).toMatchObject({
      pages: 'integer',
      price: 'float',
      sold: 'boolean',
      sizes: 'integer[]',
      extra: 'json',
    });
    expect(notes?.join()).toMatch(/makes the keys of "pk" itself/);
    expect(reading?.find(({ field }) => field === 'content')).toMatchObject({ role: 'document', basis: 'guessed' });
  });

  it('a partition key is metadata, and keys with quotes are read past', async () => {
    const ids = (await read('tenants', 1)).map(({ id }) => id);
    expect(ids).toEqual(['blue', 'red'].flatMap((tenant) => [0, 1, 2].map((at) => `${tenant}-${at} "quoted" \\`)));
    expect((await described('tenants')).notes?.join()).toMatch(/"tenant" is the partition key/);
  });

  it('named partitions are namespaces, with one id in several of them', async () => {
    const records = await read('parted');
    const both = records
      .filter(({ id }) => id === 'both')
      .map(({ namespace, metadata }) => [namespace, metadata['year']]);
    // milvus-lite moves a row that is written to another partition.
    expect(both).toEqual(
      lite
        ? [['y2025', 2025]]
        : [
            ['y2024', 2024],
            ['y2025', 2025],
          ],
    );
    expect(records.filter(({ namespace }) => namespace === undefined)).toHaveLength(2);
    const collection = await open().openCollection('parted');
    expect(await collection.listNamespaces?.()).toEqual(['', 'y2024', 'y2025']);
    expect(await collection.fetch(['both'], { namespace: 'y2025' })).toHaveLength(1);
  });

  it.runIf(!lite)('rows that share a key fail the run, and are named', async () => {
    const migrator = new VectorStoreMigrator({
      source: open(),
      target: createMemory(),
      checkpoints: false,
      validate: false,
    });
    const result = await migrator.migrate({ sourceCollection: 'twice' });
    expect(result.success).toBe(false);
    expect(result.errors.join()).toMatch(/gave 2 records, but count\(\*\) counts 3.*several rows have: twice/);
  });

  it.runIf(!lite)('bits are the components', async () => {
    expect(await read('bits')).toMatchObject([
      { id: '1', vectors: { '': Float32Array.of(1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1) } },
    ]);
    expect((await described('bits')).vectors['']).toMatchObject({ dimension: 16, metric: 'jaccard', datatype: 'bit' });
  });

  it.runIf(lite)('what a function computes is left out by name, and a field may have no value', async () => {
    const [first, second] = await read('functions');
    expect(first).toMatchObject({ document: 'a whole text', metadata: { note: 'there' } });
    expect(first?.vectors).toEqual({ dense: VECTOR, other: VECTOR.slice(0, 4) });
    expect(second?.metadata).toEqual({ score: 7 });
    const { reading, notes } = await described('functions');
    expect(reading?.find(({ field }) => field === 'sparse')).toMatchObject({ role: 'ignored', basis: 'declared' });
    expect(notes?.join()).toMatch(/bm25 computes "sparse"/);
  });
});
