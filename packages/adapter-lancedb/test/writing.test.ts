import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type Connection, type Table } from '@lancedb/lancedb';
import { float, stringifyJson, type CollectionV1, type VectorRecord, type VectorStoreV1 } from '@vsm/core/adapter';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { openTable } from '../src/collection.ts';
import { createLanceDb } from '../src/index.ts';
import { TableLock } from '../src/table-lock.ts';

const SCHEMA = {
  name: 'docs',
  namespaces: true,
  fields: { year: 'integer', title: 'string', good: 'boolean', score: 'float' },
  vectors: { '': { kind: 'dense', dimension: 3, metric: 'dot' } },
} as const;

let uri: string;
let lance: Connection;
let calls: { add: number[]; merge: number; failing: number };
const stores: VectorStoreV1[] = [];
beforeEach(async () => {
  uri = await mkdtemp(join(tmpdir(), 'vsm-lancedb-'));
  lance = await connect(uri, { readConsistencyInterval: 0 });
  calls = { add: [], merge: 0, failing: 0 };
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  lance.close();
  await rm(uri, { recursive: true });
});

/** What is asked of the tables of a connection is counted. */
function watched(connection: Connection): Connection {
  const watch = (table: Table): Table =>
    new Proxy(table, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        return (...given: unknown[]) => {
          if (key === 'mergeInsert') calls.merge += 1;
          if (key === 'add') {
            if (calls.failing > 0) {
              calls.failing -= 1;
              return Promise.reject(new Error('the disk is full'));
            }
            calls.add.push((given[0] as { numRows: number }).numRows);
          }
          return Reflect.apply(value, target, given) as unknown;
        };
      },
    });
  return new Proxy(connection, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      if (key === 'openTable') return async (name: string) => watch(await target.openTable(name));
      return (...given: unknown[]) => Reflect.apply(value, target, given) as unknown;
    },
  });
}

async function open(isNew = false): Promise<CollectionV1> {
  const store = createLanceDb({ connection: watched(lance) });
  stores.push(store);
  if (isNew) await store.createCollection(SCHEMA);
  return store.openCollection('docs');
}

/** Calls come to it in their order, where the guard in front of it looks at the table for each one first. */
async function unguarded(name: string): Promise<CollectionV1> {
  const { collection, close } = await openTable(watched(lance), name, {}, new TableLock(uri, undefined, name, false));
  onTestFinished(close);
  return collection;
}

const record = (at: number, more: Partial<VectorRecord> = {}): VectorRecord => ({
  id: `r${at}`,
  namespace: at % 3 === 0 ? 'eu' : undefined,
  vectors: at % 5 === 0 ? {} : { '': [at, -0, 0.5] },
  metadata: {
    ...(at % 2 === 0 && { year: 2000 + at }),
    ...(at % 3 === 0 && { title: `größer 𝄞 ${at}` }),
    ...(at % 4 === 0 && { good: at % 8 === 0 }),
    ...(at % 5 !== 0 && { score: float(at) }),
    other: { at },
  },
  document: at % 7 === 0 ? undefined : `text ${at}`,
  ...more,
});
const many = (from: number, to: number): VectorRecord[] =>
  Array.from({ length: to - from }, (_, at) => record(from + at));

async function texts(collection: CollectionV1): Promise<string[]> {
  const { records } = await collection.scan({ limit: 10_000, include: ['vectors', 'metadata'] });
  return records
    .map((one) =>
      stringifyJson({
        id: one.id,
        namespace: one.namespace ?? null,
        document: one.document ?? null,
        bits:
          one.vectors[''] === undefined
            ? null
            : [...Buffer.from(Float32Array.from(one.vectors[''] as Float32Array).buffer)],
        metadata: one.metadata,
      }),
    )
    .toSorted();
}

it('a table that is filled from nothing is never merged into, and holds what merges would have left', async () => {
  const collection = await open(true);
  for (const from of [0, 40, 80]) await collection.upsert(many(from, from + 40));
  expect(calls).toMatchObject({ add: [40, 40, 40], merge: 0 });
  const added = await texts(collection);
  await collection.flush?.();
  expect(await texts(collection)).toEqual(added);
  // Every record again, over rows that this connection did not write.
  const again = await open();
  await again.upsert(many(0, 120));
  expect(calls).toMatchObject({ add: [40, 40, 40], merge: 1 });
  expect(await texts(again)).toEqual(added);
  expect(await again.count()).toEqual({ value: 120, exact: true });
});

it('an id that was written before is replaced, and not where only new ones are wanted', async () => {
  const collection = await open(true);
  await collection.upsert(many(0, 10));
  await collection.upsert([record(5, { document: 'new' }), record(10)]);
  await collection.upsert([record(7, { document: 'not taken' }), record(11)], { mode: 'insert-only' });
  expect(calls).toMatchObject({ add: [10, 1, 1], merge: 2 });
  const found = await collection.fetch(['r5', 'r7', 'r10', 'r11']);
  expect(Object.fromEntries(found.map(({ id, document }) => [id, document]))).toEqual({
    r5: 'new',
    r7: undefined,
    r10: 'text 10',
    r11: 'text 11',
  });
  expect(await collection.count()).toEqual({ value: 12, exact: true });
});

it('one id in two namespaces is two records', async () => {
  const collection = await open(true);
  await collection.upsert([record(1, { namespace: 'eu' })]);
  await collection.upsert([record(1, { namespace: 'us' })]);
  expect(calls).toMatchObject({ add: [1, 1], merge: 0 });
  expect(await collection.count()).toEqual({ value: 2, exact: true });
});

it.each(['another store', 'the engine itself', 'a deletion'])('after %s wrote, rows are merged', async (who) => {
  const collection = await open(true);
  await collection.upsert(many(0, 10));
  if (who === 'another store') await (await open()).upsert([record(10)]);
  if (who === 'a deletion') await collection.delete(['r0'], { namespace: 'eu' });
  if (who === 'the engine itself') {
    const table = await lance.openTable('docs');
    await table.update({ where: "id = 'r1'", values: { id: 'r10' } });
  }
  const merges = calls.merge;
  await collection.upsert(many(9, 12));
  expect(calls.merge).toBe(merges + 1);
  await collection.flush?.();
  const ids = (await collection.scan({ limit: 100, include: [] })).records.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

it('a copy that goes on reads the ids that are there once, and adds from then on', async () => {
  await (await open(true)).upsert(many(0, 200));
  const table = await lance.openTable('docs');
  await table.add((await table.query().where("id = 'r24'").toArrow()) as Parameters<Table['add']>[0]);
  calls = { add: [], merge: 0, failing: 0 };
  const collection = await open();
  for (const from of [190, 210, 230, 250]) await collection.upsert(many(from, from + 25));
  // Two batches until an eighth was merged, and then five of each batch that were there before.
  expect(calls).toMatchObject({ add: [20, 20], merge: 4 });
  await collection.flush?.();
  const ids = (await collection.scan({ limit: 1000, include: [] })).records.map(({ id }) => id);
  expect(ids).toHaveLength(275);
  expect(new Set(ids).size).toBe(275);
});

it('batches that wait are one write, and each is told of its own', async () => {
  const collection = await open(true);
  const batches = Array.from({ length: 6 }, (_, at) => many(at * 10, at * 10 + 10));
  const results = await Promise.all(batches.map((batch) => collection.upsert(batch)));
  expect(results).toEqual(batches.map(() => ({ accepted: 10, rejected: [] })));
  expect(calls.add.reduce((sum, rows) => sum + rows, 0)).toBe(60);
  expect(calls.add.length).toBeLessThan(6);
  expect(await collection.count()).toEqual({ value: 60, exact: true });
});

it('waiting batches that hold one id keep their order', async () => {
  await open(true);
  const collection = await unguarded('docs');
  await Promise.all(['first', 'second', 'last'].map((document) => collection.upsert([record(1, { document })])));
  expect(await collection.fetch(['r1'])).toMatchObject([{ document: 'last' }]);
  // The store has no order of rows that are written at once.
  expect(calls.merge).toBe(2);
  expect(await collection.count()).toEqual({ value: 1, exact: true });
});

it('what fails together is written one by one', async () => {
  await open(true);
  // All wait before the first one's turn, which a guard in front of them leaves open.
  const collection = await unguarded('docs');
  calls.failing = 1;
  const batches = Array.from({ length: 4 }, (_, at) => many(at * 10, at * 10 + 10));
  await Promise.all(batches.map((batch) => collection.upsert(batch)));
  expect(await collection.count()).toEqual({ value: 40, exact: true });
  calls.failing = Number.POSITIVE_INFINITY;
  // Rows that are there are merged, and an empty table is added to.
  await collection.delete(
    many(0, 40).map(({ id }) => id),
    { namespace: '' },
  );
  await collection.delete(
    many(0, 40).map(({ id }) => id),
    { namespace: 'eu' },
  );
  const outcomes = await Promise.allSettled(batches.map((batch) => collection.upsert(batch)));
  expect(outcomes.map(({ status }) => status)).toEqual(batches.map(() => 'rejected'));
});

it('waiting batches of which one has vectors of another length leave no vector in the place of another', async () => {
  const store = createLanceDb({ connection: lance });
  stores.push(store);
  await store.createCollection({ name: 'any', vectors: { '': { kind: 'dense', metric: 'dot' } } });
  const collection = await unguarded('any');
  const batch = (id: string, numbers: number[]): VectorRecord[] => [{ id, vectors: { '': numbers }, metadata: {} }];
  const given = { a: [1, 2, 3], b: [4, 5, 6, 7], c: [8, 9, 10] };
  const written = Object.entries(given).map(([id, numbers]) => collection.upsert(batch(id, numbers)));
  const outcomes = await Promise.allSettled(written);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  const found = await collection.fetch(['a', 'b', 'c']);
  expect(Object.fromEntries(found.map(({ id, vectors }) => [id, [...(vectors[''] as Float32Array)]]))).toEqual({
    a: given.a,
    c: given.c,
  });
});
