import { expect, it } from 'vitest';
import { allRecords, testServer } from './server.ts';

const SCHEMA = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } } as const;
const record = (id: string, metadata: Record<string, never> | object) => ({
  id,
  vectors: { '': [1, 2] },
  metadata: metadata as Record<string, number>,
});

it('values of one key and one type are attributes that filters find, others come back all the same', async () => {
  const { open, client } = await testServer();
  const store = open();
  await store.createCollection(SCHEMA);
  const docs = await store.openCollection('docs');
  const records = [
    record('a', { year: 2025, tags: ['x'], 'a.b': 1 }),
    record('b', { year: 'unknown', nested: { deep: null }, long: 'x'.repeat(5000) }),
    record('c', { year: 20_250_000_000_000_000_001n }),
  ];
  expect(await docs.upsert(records)).toEqual({ accepted: 3, rejected: [] });
  const namespace = client.namespace('docs');
  const found = await namespace.query({ rank_by: ['id', 'asc'], limit: 9, filters: ['year', 'Gte', 2025] });
  expect(found.rows).toEqual([{ id: 'a' }]);
  const { schema } = await namespace.metadata();
  expect(schema).toMatchObject({ year: { type: 'int' }, tags: { type: '[]string' }, vsm_rest: { filterable: false } });
  const read = await allRecords(docs);
  expect(read.map(({ metadata }) => metadata)).toEqual(records.map(({ metadata }) => metadata));
});

it('an attribute that another process made of another type meanwhile takes what fits, and the rest is kept beside it', async () => {
  const { open } = await testServer();
  const [one, other] = [open(), open()];
  await one.createCollection(SCHEMA);
  const [first, second] = [await one.openCollection('docs'), await other.openCollection('docs')];
  expect(await first.upsert([record('a', { n: 1 })])).toMatchObject({ accepted: 1 });
  expect(await second.upsert([record('b', { n: 'text' })])).toEqual({ accepted: 1, rejected: [] });
  const read = await allRecords(second);
  expect(read.map(({ metadata }) => metadata)).toEqual([{ n: 1 }, { n: 'text' }]);
});

it('the document that makes a namespace is gone, also where its maker was killed before it took it away', async () => {
  const { open, emulator } = await testServer();
  const store = open();
  await store.createCollection({ ...SCHEMA, name: 'whole' });
  expect(await (await store.openCollection('whole')).count()).toEqual({ value: 0, exact: true });
  let writes = 0;
  emulator.onRequest = ({ method, url }) => {
    if (method !== 'POST' || !url.endsWith('/docs')) return;
    writes += 1;
    if (writes === 1) emulator.faults.failNext({ status: 500, message: 'gone' }, 1, /docs$/);
  };
  await expect(store.createCollection(SCHEMA)).rejects.toThrow('gone');
  const docs = await store.openCollection('docs');
  expect(await docs.count()).toEqual({ value: 1, exact: true });
  await docs.upsert([record('a', {})]);
  expect((await allRecords(docs)).map(({ id }) => id)).toEqual(['a']);
});

it('a document that the service refuses is rejected by id, and the others of its batch are written', async () => {
  const { open, emulator } = await testServer();
  const store = open();
  await store.createCollection(SCHEMA);
  const docs = await store.openCollection('docs');
  // All four, the same again with types as they are by then, the first two, the first.
  emulator.faults.failNext({ status: 400, message: 'not this one' }, 4, /^POST .*docs$/);
  const { accepted, rejected } = await docs.upsert(['a', 'b', 'c', 'd'].map((id) => record(id, {})));
  expect(accepted).toBe(3);
  expect(rejected).toMatchObject([{ id: 'a', reason: 'refused', detail: expect.stringContaining('not this one') }]);
  expect((await allRecords(docs)).map(({ id }) => id)).toEqual(['b', 'c', 'd']);
});
