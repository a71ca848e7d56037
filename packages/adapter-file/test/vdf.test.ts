import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import type { VectorRecord, VectorStoreV1 } from '@vsm/core/adapter';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFile, createVdf } from '../src/index.ts';
import { readAll } from './reading.ts';

let folder: string;
let duckdb: DuckDBConnection;
let stores: VectorStoreV1[];
beforeEach(async () => {
  stores = [];
  folder = await mkdtemp(join(tmpdir(), 'vsm-vdf-'));
  duckdb = await (await DuckDBInstance.create(':memory:')).connect();
});
afterEach(async () => {
  for (const store of stores) await store.close();
  duckdb.closeSync();
  await rm(folder, { recursive: true });
});

function vdf(): VectorStoreV1 {
  const store = createVdf({ path: folder });
  stores.push(store);
  return store;
}

async function parquet(path: string, sql: string): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await duckdb.run(`copy (${sql}) to '${join(folder, path)}' (format parquet)`);
}

const sorted = (records: readonly VectorRecord[]): string[] =>
  records.map(({ id, namespace = '' }) => `${namespace}/${id}`).toSorted();

describe('a VDF directory made by another tool', () => {
  beforeEach(async () => {
    const columns = `'x' || i as id, [i, 1, 2]::float[] as vector, 'text ' || i as text, i as year`;
    await parquet('articles/eu/2.parquet', `select ${columns} from range(0, 5) t(i)`);
    await parquet('articles/eu/10.parquet', `select ${columns} from range(5, 9) t(i)`);
    await parquet('articles/us/1.parquet', `select ${columns} from range(0, 3) t(i)`);
    await parquet('pages/1.parquet', `select 'p' as key, [1, 2]::double[] as emb, [3, 4]::double[] as title_emb`);
    const common = { model_name: 'all-MiniLM-L6-v2', vector_columns: ['vector'], metric: 'Dot', dimensions: 3 };
    await writeFile(
      join(folder, 'VDF_META.json'),
      JSON.stringify({
        version: '0.0.40',
        file_structure: [],
        author: 'somebody',
        exported_from: 'pinecone',
        exported_at: '2024-05-01T00:00:00+00:00',
        indexes: {
          articles: [
            { ...common, namespace: 'eu', total_vector_count: 9, exported_vector_count: 9, data_path: 'articles/eu' },
            // As older releases wrote it: with the folder's name at that time.
            {
              ...common,
              namespace: 'us',
              total_vector_count: 3,
              exported_vector_count: 3,
              data_path: 'vdf_2024_ab12c/articles/us',
            },
          ],
        },
      }),
    );
  });

  it('has its indexes as collections, with namespaces, metric and model', async () => {
    const store = vdf();
    expect(await store.listCollections()).toEqual(['articles']);
    const collection = await store.openCollection('articles');
    expect(await collection.describe()).toMatchObject({
      vectors: { '': { kind: 'dense', dimension: 3, metric: 'dot' } },
      namespaces: true,
      notes: expect.arrayContaining(['embedded with all-MiniLM-L6-v2']),
    });
    expect(await collection.count()).toEqual({ value: 12, exact: true });
    expect(await collection.listNamespaces?.()).toEqual(['eu', 'us']);
    const records = await readAll(collection, 4);
    expect(records.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2].map((number) => `x${number}`));
    expect(records[11]).toMatchObject({ id: 'x2', namespace: 'us', document: 'text 2', metadata: { year: 2 } });
    expect(await collection.fetch(['x2'], { namespace: 'us' })).toMatchObject([{ id: 'x2', namespace: 'us' }]);
    await expect(collection.upsert(records)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('is read in partitions that cover it', async () => {
    const collection = await vdf().openCollection('articles');
    const seen: VectorRecord[] = [];
    for (const partition of (await collection.partition?.(3)) ?? []) {
      const page = await collection.scan({ partition, limit: 100, include: [] });
      expect(page.cursor).toBeNull();
      seen.push(...page.records);
    }
    expect(sorted(seen)).toEqual(sorted(await readAll(collection)));
  });

  it('names its id and vector columns', async () => {
    const path = join(folder, 'VDF_META.json');
    const meta = JSON.parse(await readFile(path, 'utf8')) as object;
    const index = { namespace: '', dimensions: 2, data_path: 'pages', vector_columns: ['emb', 'title_emb'] };
    await writeFile(path, JSON.stringify({ ...meta, id_column: 'key', indexes: { pages: [index] } }));
    const [record] = await readAll(await vdf().openCollection('pages'));
    expect(record).toMatchObject({ id: 'p', metadata: {} });
    expect(Array.from(record?.vectors['title_emb'] as Float32Array)).toEqual([3, 4]);
    expect(Object.keys(record?.vectors ?? {})).toEqual(['emb', 'title_emb']);
  });

  it('whose files are gone says which', async () => {
    await rm(join(folder, 'articles', 'us'), { recursive: true });
    await expect(vdf().openCollection('articles')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('articles/us'),
    });
  });
});

describe('a VDF directory written here', () => {
  const record = (id: string, namespace?: string): VectorRecord => ({
    id,
    namespace,
    vectors: { '': [1, 2, 3] },
    metadata: { year: 2026, tags: ['a'] },
    document: `text of ${id}`,
  });

  /** A whole one, of two namespaces. */
  async function written() {
    const store = vdf();
    await store.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 3 } } });
    const collection = await store.openCollection('docs');
    await collection.upsert([record('a'), record('b', 'eu')]);
    await collection.flush?.();
    return { store, collection };
  }

  it('is laid out as the format says, beside what is there already', async () => {
    const store = vdf();
    for (const name of ['docs', 'other']) {
      await store.createCollection({ name, vectors: { '': { kind: 'dense', dimension: 3, metric: 'euclidean' } } });
      const collection = await store.openCollection(name);
      await collection.upsert([record('a'), record('b', 'eu'), record('c', 'a/b'), record('d', '_default')]);
      expect(await readdir(folder)).not.toContain(name);
      await collection.flush?.();
    }
    expect((await readdir(folder)).toSorted()).toEqual([
      'VDF_META.json',
      'docs',
      'docs.vsm.json',
      'other',
      'other.vsm.json',
    ]);
    const meta = JSON.parse(await readFile(join(folder, 'VDF_META.json'), 'utf8')) as Record<string, unknown>;
    expect(meta).toMatchObject({ exported_from: 'vsm', version: expect.any(String), exported_at: expect.any(String) });
    const { docs } = meta['indexes'] as Record<string, { namespace: string; data_path: string }[]>;
    expect(docs?.find(({ namespace }) => namespace === 'eu')).toEqual({
      namespace: 'eu',
      index_name: 'docs',
      total_vector_count: 1,
      exported_vector_count: 1,
      dimensions: 3,
      model_name: '',
      vector_columns: ['vector'],
      data_path: 'docs/eu',
      metric: 'Euclid',
    });
    for (const { namespace, data_path } of docs ?? []) {
      const found = await duckdb.runAndReadAll(`select * from '${folder}/${data_path}/*.parquet'`);
      expect(found.getRowObjectsJS()).toEqual([
        expect.objectContaining({ vector: [1, 2, 3], year: 2026n, tags: ['a'], document: expect.any(String) }),
      ]);
      expect(found.columnNames()).toEqual([
        'id',
        ...(namespace === '' ? [] : ['namespace']),
        'vector',
        'document',
        'year',
        'tags',
      ]);
    }
    expect(sorted(await readAll(await vdf().openCollection('docs')))).toEqual(['/a', '_default/d', 'a/b/c', 'eu/b']);

    await store.dropCollection?.('docs');
    expect(await vdf().listCollections()).toEqual(['other']);
    expect((await readdir(folder)).toSorted()).toEqual(['VDF_META.json', 'other', 'other.vsm.json']);
  });

  it('can be changed', async () => {
    const { collection } = await written();
    await collection.upsert([record('c', 'us')]);
    await collection.delete(['b'], { namespace: 'eu' });
    await collection.flush?.();
    expect(sorted(await readAll(await vdf().openCollection('docs')))).toEqual(['/a', 'us/c']);
    expect((await readdir(join(folder, 'docs'))).toSorted()).toEqual(['_default', 'us']);
  });

  it('is completed when its change was interrupted between the old files and the new', async () => {
    const { store, collection } = await written();
    await collection.upsert([record('c', 'us')]);
    const kept = `${folder}-kept`;
    await cp(folder, kept, { recursive: true });
    await collection.flush?.();
    await store.close?.();
    // As a crash between the two renames leaves it.
    const journal = join(kept, '.docs.vsm');
    await rename(join(kept, 'docs'), join(journal, 'old'));
    await rename(join(folder, 'docs'), join(journal, 'data'));
    await rename(join(folder, 'docs.vsm.json'), join(journal, 'manifest.json'));
    await rm(join(journal, 'lock'), { force: true });
    await rm(folder, { recursive: true });
    await rename(kept, folder);

    const again = await vdf().openCollection('docs');
    await again.flush?.();
    expect(sorted(await readAll(again))).toEqual(['/a', 'eu/b', 'us/c']);
    expect((await readdir(folder)).toSorted()).toEqual(['VDF_META.json', 'docs', 'docs.vsm.json']);
  });
});

it('a collection that was cut into parts is read as one', async () => {
  const columns = `'x' || i as id, [i, 1, 2]::float[] as vector`;
  await parquet('train-00000-of-00002.parquet', `select ${columns} from range(0, 5) t(i)`);
  await parquet('train-00001-of-00002.parquet', `select ${columns} from range(5, 7) t(i)`);
  await parquet('spark/part-00000-abc.snappy.parquet', `select ${columns} from range(0, 2) t(i)`);
  await parquet('spark/part-00001-abc.snappy.parquet', `select ${columns} from range(2, 4) t(i)`);
  await writeFile(join(folder, 'other.jsonl'), '{"id":"a","vector":[1,2,3]}\n');
  const store = createFile({ path: folder });
  const spark = createFile({ path: join(folder, 'spark') });
  stores.push(store, spark);
  expect(await store.listCollections()).toEqual(['other', 'spark', 'train']);
  const train = await readAll(await store.openCollection('train'), 2);
  expect(train.map(({ id }) => id)).toEqual(['x0', 'x1', 'x2', 'x3', 'x4', 'x5', 'x6']);
  expect(await readAll(await spark.openCollection('spark'))).toHaveLength(4);
});
