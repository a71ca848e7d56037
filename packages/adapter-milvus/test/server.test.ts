import { createMemory } from '@vsm/adapter-memory';
import { VectorStoreMigrator, type CollectionV1, type Filter, type ScanRequest, type VectorRecord } from '@vsm/core';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createMilvus } from '../src/index.ts';
import { RawClient } from './raw.ts';

// What only a server shows, made past the adapter: npm run test:servers -- milvus milvus-lite
const url = process.env['MILVUS_URL'] ?? process.env['MILVUS_LITE_URL'];
const lite = process.env['MILVUS_URL'] === undefined;

const VARCHAR = 'VarChar';
async function idsOf(collection: CollectionV1, request: Partial<ScanRequest>): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await collection.scan({ ...request, cursor, limit: 1000, include: [] });
    ids.push(...page.records.map(({ id }) => id));
    ({ cursor } = page);
  }
  return ids;
}

const vectorField = { name: 'vector', data_type: 'FloatVector', dim: 2 };

// Starting the vendor's client, and making a collection in milvus-lite, take long on a busy machine.
describe.runIf(url !== undefined)('a server', { timeout: 120_000 }, () => {
  const raw = new RawClient(url ?? '');
  const made: string[] = [];
  let stores: ReturnType<typeof createMilvus>[] = [];
  const open = (): ReturnType<typeof createMilvus> => {
    const store = createMilvus({ url });
    stores.push(store);
    return store;
  };
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
    stores = [];
  });
  afterAll(async () => {
    for (const name of made) await raw.call('dropCollection', { collection_name: name });
    raw.stop();
  });
  const make = async (fields: readonly object[], more: object = {}): Promise<string> => {
    const name = `vsm_test_${process.pid}_${made.length}`;
    made.push(name);
    await raw.call('createCollection', { collection_name: name, fields, consistency_level: 'Strong', ...more });
    await raw.call('createIndex', {
      collection_name: name,
      field_name: 'vector',
      index_type: 'AUTOINDEX',
      metric_type: 'L2',
    });
    return name;
  };
  const idField = { name: 'id', data_type: VARCHAR, max_length: 100, is_primary_key: true };

  it.runIf(!lite)('a collection that was not loaded is read, and is not loaded afterwards', async () => {
    const name = await make([idField, vectorField]);
    await raw.call('insert', { collection_name: name, data: [{ id: 'a', vector: [1, 2] }] });
    const state = async (): Promise<unknown> =>
      (await raw.call<{ state: unknown }>('getLoadState', { collection_name: name })).state;
    expect(await state()).toBe('LoadStateNotLoad');
    const store = open();
    const collection = await store.openCollection(name);
    expect(await collection.count()).toEqual({ value: 1, exact: true });
    expect(await state()).toBe('LoadStateLoaded');
    await store.close();
    expect(await state()).toBe('LoadStateNotLoad');
  });

  it.runIf(!lite)('a collection without an index is not read, and gets none', async () => {
    const name = `vsm_test_${process.pid}_${made.length}`;
    made.push(name);
    await raw.call('createCollection', { collection_name: name, fields: [idField, vectorField] });
    const collection = await open().openCollection(name);
    await expect(collection.count()).rejects.toThrow(/cannot load .*index/);
  });

  it('rows of a partition key are found by it after they were replaced', async () => {
    const tenant = { name: 'tenant', data_type: VARCHAR, max_length: 100, is_partition_key: true };
    const name = await make([idField, vectorField, tenant]);
    const collection = await open().openCollection(name);
    const records = ['red', 'blue', 'green'].flatMap((one) =>
      [0, 1].map((at): VectorRecord => ({ id: `${one}-${at}`, vectors: { '': [1, at] }, metadata: { tenant: one } })),
    );
    expect(await collection.upsert(records)).toEqual({ accepted: 6, rejected: [] });
    expect(await collection.upsert(records)).toEqual({ accepted: 6, rejected: [] });
    expect((await collection.count()).value).toBe(6);
    for (const one of ['red', 'blue', 'green']) {
      const request = {
        collection_name: name,
        filter: `tenant == "${one}"`,
        output_fields: ['id'],
        limit: 10,
        consistency_level: 'Strong',
      };
      expect((await raw.call<{ data: object[] }>('query', request)).data).toHaveLength(2);
    }
  });

  it('a field that takes no such value has the record rejected by name, and the server nothing to cut', async () => {
    const name = await make([
      idField,
      vectorField,
      { name: 'pages', data_type: 'Int32' },
      { name: 'sold', data_type: 'Bool' },
      { name: 'title', data_type: VARCHAR, max_length: 8 },
    ]);
    const collection = await open().openCollection(name);
    const good = { pages: 1, sold: true, title: 'short' };
    const row = (id: string, more: object): VectorRecord => ({
      id,
      vectors: { '': [1, 2] },
      metadata: { ...good, ...more },
    });
    const given: VectorRecord[] = [
      row('fine', {}),
      row('fraction', { pages: 1.7 }),
      row('wide', { pages: 2 ** 31 }),
      row('text', { sold: 'false' }),
      row('long', { title: 'é'.repeat(5) }),
      row('unknown', { other: 1 }),
      { ...row('lacking', {}), metadata: { pages: 1, sold: true } },
    ];
    const foreseen = await collection.wouldReject?.(given);
    const { accepted, rejected } = await collection.upsert(given);
    expect(foreseen).toEqual(rejected);
    expect(accepted).toBe(1);
    expect(rejected.map(({ id }) => id)).toEqual(['fraction', 'wide', 'text', 'long', 'unknown', 'lacking']);
    expect((await collection.count()).value).toBe(1);
  });

  it.runIf(lite)(
    'sparse vectors of an application are read, and what the server refuses of them is rejected by id',
    async () => {
      const sparse = { name: 'words', data_type: 'SparseFloatVector' };
      const name = await make([idField, vectorField, sparse]);
      const index = { index_type: 'SPARSE_INVERTED_INDEX', metric_type: 'IP' };
      await raw.call('createIndex', { collection_name: name, field_name: 'words', ...index });
      const collection = await open().openCollection(name);
      expect((await collection.describe()).vectors['words']).toMatchObject({ kind: 'sparse' });
      const row = (id: string, indices: number[], values: number[]): VectorRecord => ({
        id,
        vectors: { vector: Float32Array.of(1, 2), words: { indices, values: Float32Array.from(values) } },
        metadata: {},
      });
      const good = [row('a', [1, 4_294_967_294], [0.1, 2]), row('b', [7], [3])];
      const { rejected } = await collection.upsert([...good, row('negative', [1], [-1]), row('empty', [], [])]);
      expect(rejected.map(({ id }) => id).toSorted()).toEqual(['empty', 'negative']);
      expect(await collection.fetch(['a', 'b'])).toEqual(expect.arrayContaining(good));
    },
  );

  it('integers beyond 2^53 and at the borders of int64 keep every digit, as keys and as values', async () => {
    const name = await make([{ ...idField, data_type: 'Int64' }, vectorField, { name: 'big', data_type: 'Int64' }]);
    const collection = await open().openCollection(name);
    const ids = ['-9223372036854775808', '-9223372036854775807', '9007199254740993', '9223372036854775806'];
    const records = ids.map((id): VectorRecord => ({ id, vectors: { '': [1, 2] }, metadata: { big: BigInt(id) } }));
    const outside = ['9223372036854775807', '9223372036854775808', 'text', '01'];
    const given: VectorRecord[] = [...records, ...outside.map((id) => ({ ...records[0], id }) as VectorRecord)];
    const foreseen = await collection.wouldReject?.(given);
    const { rejected } = await collection.upsert(given);
    expect(foreseen).toEqual(rejected);
    expect(rejected.map(({ id }) => id)).toEqual(outside);
    const found: VectorRecord[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await collection.scan({ limit: 1, cursor, include: ['metadata'] });
      found.push(...page.records);
      if (page.cursor === null) break;
      cursor = page.cursor;
    }
    expect(found.map(({ id, metadata }) => [id, BigInt(metadata['big'] as bigint | number)])).toEqual(
      ids.map((id) => [id, BigInt(id)]),
    );
    expect(await collection.fetch([ids[0] as string, ids[3] as string])).toHaveLength(2);
  });

  it('one id in three namespaces is three records, also with odd names', async () => {
    const store = open();
    const name = `vsm-test-${process.pid}-spaces`;
    made.push(name.replaceAll('-', '_x2d_'));
    await store.createCollection({
      name,
      namespaces: true,
      vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } },
    });
    const collection = await store.openCollection(name);
    const spaces = [undefined, 'red', 'red"/1', 'ü\u{10FFFF}', '7/x'];
    const records = spaces.map((namespace, at): VectorRecord => ({
      id: '1/a',
      namespace,
      vectors: { '': [1, at] },
      metadata: { at },
    }));
    expect((await collection.upsert(records)).rejected).toEqual([]);
    expect((await collection.listNamespaces?.())?.toSorted()).toEqual(spaces.map((one) => one ?? '').toSorted());
    for (const [at, namespace] of spaces.entries()) {
      expect(await collection.fetch(['1/a'], { namespace })).toMatchObject([{ id: '1/a', metadata: { at } }]);
      expect(await collection.count({ namespace: namespace ?? '' })).toMatchObject({ value: 1 });
    }
    await collection.delete(['1/a'], { namespace: 'red' });
    expect((await collection.count()).value).toBe(4);
  });

  it('integers for keys are read in parts of about the same size, to both ends', async () => {
    const name = await make([{ ...idField, data_type: 'Int64' }, vectorField]);
    const collection = await open().openCollection(name);
    const ids = ['-9223372036854775808', ...Array.from({ length: 11_999 }, (_, at) => String((at - 6000) * 7))];
    for (let at = 0; at < ids.length; at += 1000) {
      const some = ids.slice(at, at + 1000);
      await collection.upsert(some.map((id) => ({ id, vectors: { '': [1, 2] }, metadata: {} })));
    }
    const parts = (await collection.partition?.(3)) ?? [];
    const read = await Promise.all(parts.map((partition) => idsOf(collection, { partition })));
    expect(read.map((some) => some.length)).toEqual([4000, 4000, 4000].map((most) => expect.closeTo(most, -2)));
    expect(read.flat().toSorted()).toEqual(ids.toSorted());
    // All of them were given, so that nobody looks for rows that were not.
    expect(await collection.witness?.()).toMatchObject({
      count: 12_000,
      hint: expect.not.stringContaining('several rows have:'),
    });
  });

  it('a namespace, and what a filter leaves of it, are read in parts too', async () => {
    const store = open();
    const name = `vsm-test-${process.pid}-parts`;
    made.push(name.replaceAll('-', '_x2d_'));
    const vectors = { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } as const;
    await store.createCollection({ name, namespaces: true, vectors });
    const collection = await store.openCollection(name);
    const records = Array.from({ length: 18_000 }, (_, at): VectorRecord => ({
      id: `ü"${at}`,
      namespace: at % 2 === 0 ? 'even' : 'odd',
      vectors: { '': [1, at] },
      metadata: { at },
    }));
    await collection.upsert(records);
    const odd = records.filter(({ namespace }) => namespace === 'odd');
    const early: Filter = { op: 'lt', path: 'at', value: 16_800 };
    for (const [request, expected, most] of [
      [{}, records, 4],
      [{ namespace: 'odd' }, odd, 2],
      [{ namespace: 'odd', filter: early }, odd.slice(0, 8400), 2],
      [{ namespace: 'none' }, [], 1],
    ] as const) {
      const parts = (await collection.partition?.(8, request)) ?? [];
      expect(parts).toHaveLength(most);
      const read = await Promise.all(parts.map((partition) => idsOf(collection, { ...request, partition })));
      expect(read.flat().toSorted()).toEqual(expected.map(({ id }) => id).toSorted());
    }
  });

  it('partitions with names are counted each by itself', async () => {
    const name = await make([idField, vectorField]);
    for (const partition of ['y2025', 'y2026'])
      await raw.call('createPartition', { collection_name: name, partition_name: partition });
    const row = (id: string): object => ({ id, vector: [1, 2] });
    await raw.call('insert', { collection_name: name, data: [row('a'), row('b')] });
    await raw.call('insert', { collection_name: name, data: [row('c')], partition_name: 'y2025' });
    const collection = await open().openCollection(name);
    const counts = ['', 'y2025', undefined].map((namespace) => collection.count({ namespace }));
    expect((await Promise.all(counts)).map(({ value }) => value)).toEqual([2, 1, 3]);
    expect(await collection.listNamespaces?.()).toEqual(['', 'y2025']);
    expect(await collection.listEmptyNamespaces?.()).toEqual(['y2026']);
  });

  it.runIf(lite)('points in time and geometries are read as the server prints them, and not written', async () => {
    const fields = [
      { name: 'place', data_type: 'Geometry' },
      { name: 'at', data_type: 'Timestamptz' },
    ];
    const name = await make([idField, vectorField, ...fields]);
    const row = { id: 'a', vector: [1, 2], place: 'POINT (1 2)', at: '2025-11-23T01:02:03+05:30' };
    await raw.call('insert', { collection_name: name, data: [row] });
    const collection = await open().openCollection(name);
    const records = await collection.fetch(['a']);
    const metadata = { place: 'POINT (1 2)', at: '2025-11-22T19:32:03Z' };
    expect(records).toMatchObject([{ id: 'a', metadata }]);
    expect((await collection.upsert(records)).rejected).toMatchObject([
      { id: 'a', detail: 'the field "place" is of a type that VSM reads and does not write' },
    ]);
  });

  it('an alias is read, is the same collection, and is never dropped by', async () => {
    const name = await make([idField, vectorField]);
    const alias = `${name}_alias`;
    await raw.call('createAlias', { collection_name: name, alias });
    const store = open();
    const [collection, same] = await Promise.all([store.openCollection(name), store.openCollection(alias)]);
    // milvus-lite lists none.
    expect((await collection.describe()).aliases).toEqual(lite ? undefined : [alias]);
    expect(await same.identify?.()).toBe(await collection.identify?.());
    await store.dropCollection?.(alias);
    expect(await store.listCollections()).toContain(name);
    await raw.call('dropAlias', { alias });
  });

  it.runIf(!lite)('a run does not write to its own source by an alias', async () => {
    const name = await make([idField, vectorField]);
    const alias = `${name}_alias`;
    await raw.call('createAlias', { collection_name: name, alias });
    const migrator = new VectorStoreMigrator({ source: open(), target: open(), checkpoints: false });
    await expect(migrator.plan({ sourceCollection: name, targetCollection: alias })).rejects.toThrow(/same place/);
    await raw.call('dropAlias', { alias });
  });

  it('a database of its own holds its own collections', async () => {
    const database = `vsm_test_${process.pid}`;
    await raw.call('createDatabase', { db_name: database });
    const store = createMilvus({ url, database });
    stores.push(store);
    const vectors = { '': { kind: 'dense', dimension: 2, metric: 'dot' } } as const;
    await store.createCollection({ name: 'inside', vectors });
    const collection = await store.openCollection('inside');
    await collection.upsert([{ id: 'a', vectors: { '': [1, 2] }, metadata: {} }]);
    expect(await store.listCollections()).toEqual(['inside']);
    expect(await open().listCollections()).not.toContain('inside');
    const memory = createMemory();
    const result = await new VectorStoreMigrator({ source: store, target: memory, checkpoints: false }).migrate({
      sourceCollection: 'inside',
    });
    expect(result).toMatchObject({ success: true, vectorsMigrated: 1 });
    await store.dropCollection?.('inside');
    await raw.call('dropDatabase', { db_name: database });
  });
});

it.runIf(url === undefined)('NOT RUN without a server: npm run test:servers -- milvus milvus-lite', () => {
  expect(url).toBeUndefined();
});
