import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type JS } from '@duckdb/node-api';
import { createMemory } from '@vsm/adapter-memory';
import { testAdapter } from '@vsm/conformance/vitest';
import { migrate, type CollectionSchema, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import type { Metadata } from '@vsm/core/adapter';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPineconeImport, openLocation } from '../src/import/index.ts';

type Row = Readonly<Record<string, JS>>;

/** Past every line of ours. */
async function query(sql: string): Promise<readonly Row[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJS();
  } finally {
    connection.closeSync();
  }
}

const root = mkdtempSync(join(tmpdir(), 'vsm-pinecone-import-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('directories that Pinecone imports', () => {
  testAdapter({
    adapter: 'file',
    connect: () => createPineconeImport({ path: root }),
    locations: {
      open: openLocation,
      of: (collection) => `pinecone-import:${root}?collection=${collection}`,
      inFolder: (folder, collection) => `pinecone-import:${folder}/${collection}`,
    },
    raw: {
      async read(collection, id) {
        const rows = await query(`from read_parquet('${join(root, collection, '*', '*.parquet')}')`);
        const row = rows.find((found) => found['id'] === id);
        if (row === undefined) return undefined;
        const { text, ...metadata } = JSON.parse((row['metadata'] as string | null) ?? '{}') as Metadata;
        const vectors = { '': row['values'] as number[] };
        return { id, vectors, metadata, ...(typeof text === 'string' && { document: text }) };
      },
    },
  });
});

let folder: string;
let source: VectorStoreV1;
const schema: CollectionSchema = {
  name: 'docs',
  vectors: { '': { kind: 'dense', dimension: 3, metric: 'cosine' }, sparse: { kind: 'sparse' } },
  namespaces: true,
};
const record = (at: number, namespace?: string): VectorRecord => ({
  id: `doc-${at}`,
  ...(namespace !== undefined && { namespace }),
  vectors: {
    '': Float32Array.of(0.1 * at, -at, 1),
    ...(at % 2 === 0 && { sparse: { indices: [at, 2 ** 32 - 1], values: [0.5, at + 1] } }),
  },
  metadata: { at, title: `é ${at}`, tags: ['a', 'b'], half: 0.5, even: at % 2 === 0 },
  ...(at % 3 === 0 && { document: `text of ${at}` }),
});
const records = [
  ...Array.from({ length: 30 }, (_, at) => record(at)),
  ...Array.from({ length: 10 }, (_, at) => record(at, 'eu')),
  record(7, 'a/b'),
  record(8, '../..'),
  record(9, 'naïve'),
];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-pinecone-import-'));
  source = createMemory();
  await source.createCollection(schema);
  await (await source.openCollection('docs')).upsert(records);
});
afterEach(() => rm(folder, { recursive: true }));

it('has the columns, types and folders that Pinecone asks for, as another decoder reads them', async () => {
  const { store, collection } = openLocation(`pinecone-import:${folder}/docs`);
  expect(collection).toBe('docs');
  const result = await migrate({ source, target: store, sourceCollection: 'docs', checkpoints: false });
  expect(result).toMatchObject({ rejected: [], verification: { passed: true, expectedCount: records.length } });
  expect((await readdir(folder)).toSorted()).toEqual(['docs', 'docs.vsm.json']);
  expect((await readdir(join(folder, 'docs'))).toSorted()).toEqual([
    '__default__',
    '__vsm:%2E.%2F..',
    '__vsm:a%2Fb',
    '__vsm:na%C3%AFve',
    'eu',
  ]);
  const files = `read_parquet('${folder}/docs/*/*.parquet', filename = true)`;
  expect(await query(`describe select * exclude (filename) from ${files}`)).toMatchObject([
    { column_name: 'id', column_type: 'VARCHAR' },
    { column_name: 'values', column_type: 'FLOAT[]' },
    { column_name: 'sparse_values', column_type: 'STRUCT(indices UINTEGER[], "values" FLOAT[])' },
    { column_name: 'metadata', column_type: 'VARCHAR' },
  ]);
  const rows = await query(`select * from ${files}`);
  const seen = rows.map(({ id, filename, values, sparse_values: sparse, metadata }) => ({
    id,
    file: (filename as string).slice(folder.length),
    values,
    sparse,
    metadata: JSON.parse(metadata as string) as unknown,
  }));
  expect(seen).toHaveLength(records.length);
  expect(seen).toContainEqual({
    id: 'doc-6',
    file: '/docs/eu/1.parquet',
    values: Array.from(Float32Array.of(0.1 * 6, -6, 1)),
    sparse: { indices: [6, 2 ** 32 - 1], values: [0.5, 7] },
    metadata: { at: 6, title: 'é 6', tags: ['a', 'b'], half: 0.5, even: true, text: 'text of 6' },
  });
  await store.close();
});

it('reads what others made for Pinecone, namespaces included', async () => {
  await mkdir(join(folder, 'made/__default__'), { recursive: true });
  await mkdir(join(folder, 'made/eu'));
  const row = (id: string): string =>
    `select '${id}' as id, [0.5, 1.5]::float[] as "values", '{"n": 1, "text": "body"}' as metadata`;
  await query(`copy (${row('a')}) to '${folder}/made/__default__/0.parquet'`);
  await query(`copy (${row('b')} union all ${row('c')}) to '${folder}/made/eu/0.parquet'`);
  const { store, collection = '' } = openLocation(`pinecone-import:${folder}/made`);
  expect(await store.listCollections()).toEqual(['made']);
  const found = await (await store.openCollection(collection)).scan({ limit: 10, include: ['vectors', 'metadata'] });
  const target = createMemory();
  await migrate({ source: store, target, sourceCollection: 'made', checkpoints: false });
  const copied = await target.openCollection('made');
  expect(await copied.fetch(['b'], { namespace: 'eu' })).toMatchObject([
    { id: 'b', namespace: 'eu', metadata: { n: 1 }, document: 'body' },
  ]);
  expect((await copied.count()).value).toBe(3);
  expect(Array.from(found.records[0]?.vectors[''] as Float32Array)).toEqual([0.5, 1.5]);
  await store.close();
});

it('what is left of a directory that was being deleted is not read, and says how it goes', async () => {
  await using store = createPineconeImport({ path: folder });
  await migrate({ source, target: store, sourceCollection: 'docs', checkpoints: false });
  await rm(join(folder, 'docs', 'eu'), { recursive: true });
  await using again = createPineconeImport({ path: folder, takeOver: true });
  await expect(again.openCollection('docs')).rejects.toThrow(
    /eu\/1\.parquet, which its manifest lists, is not there\. .*being deleted, delete the rest and its manifest/,
  );
});

it.each<[what: string, VectorRecord, string]>([
  ['an id that is too long', { ...record(1), id: 'é'.repeat(200) }, 'invalid-id'],
  ['metadata over 40 KB', { ...record(1), metadata: { long: 'x'.repeat(41_000) } }, 'too-large'],
  ['text over 40 KB', { ...record(1), document: 'é'.repeat(21_000) }, 'too-large'],
  ['a namespace that no folder can be called', record(1, 'n'.repeat(300)), 'refused'],
  [
    'too many entries of a sparse vector',
    {
      ...record(1),
      vectors: { '': [1, 2, 3], sparse: { indices: [...Array(2049).keys()], values: Array(2049).fill(1) as number[] } },
    },
    'too-large',
  ],
])('refuses by id what Pinecone would: %s', async (_, refused, reason) => {
  await using store = createPineconeImport({ path: folder });
  await store.createCollection(schema);
  const collection = await store.openCollection('docs');
  const { accepted, rejected } = await collection.upsert([record(2), refused]);
  expect(accepted).toBe(1);
  expect(rejected).toMatchObject([{ id: refused.id, reason }]);
});

it('makes no collection that Pinecone has no index for', async () => {
  await using store = createPineconeImport({ path: folder });
  const vectors = { a: { kind: 'sparse' }, b: { kind: 'sparse' } } as const;
  await expect(store.createCollection({ name: 'docs', vectors })).rejects.toThrow(/one sparse vector/);
  expect(await store.listCollections()).toEqual([]);
});
