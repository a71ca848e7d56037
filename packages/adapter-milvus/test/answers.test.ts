import type { VectorRecord } from '@vsm/core';
import { afterEach, expect, it } from 'vitest';
import { TYPES, type CollectionSchema, type FieldData } from '../src/grpc/schema.ts';
import {
  describeCollection,
  describeIndex,
  getLoadState,
  getVersion,
  showCollections,
  showPartitions,
} from '../src/grpc/collections.ts';
import { query, upsert } from '../src/grpc/rows.ts';
import type { Sent } from '../src/grpc/wire.ts';
import { createMilvus } from '../src/index.ts';
import { startAnswering, type Standing } from './exchanges.ts';

// Answers that no server gives when it is asked to: what is done with each is decided here.
const FINE = { code: 0, errorCode: 0, reason: '', retriable: false };
const SCHEMA = {
  fields: [
    { name: 'id', dataType: TYPES.varchar, isPrimaryKey: true, typeParams: [{ key: 'max_length', value: '64' }] },
    { name: 'vector', dataType: TYPES.floatVector, typeParams: [{ key: 'dim', value: '2' }] },
    { name: 'metadata', dataType: TYPES.json },
    { name: 'document', dataType: TYPES.varchar, typeParams: [{ key: 'max_length', value: '16' }] },
    { name: 'vsm_absent', dataType: TYPES.varchar },
  ],
} as const satisfies Sent<CollectionSchema>;

type Answers = Readonly<Record<string, (request: Uint8Array) => Uint8Array | number>>;

const USUAL: Answers = {
  GetVersion: () => getVersion.response.encode({ status: FINE, version: 'v2.3.5' }),
  DescribeCollection: () => describeCollection.response.encode({ status: FINE, schema: SCHEMA }),
  ShowPartitions: () => showPartitions.response.encode({ status: FINE, names: ['_default'] }),
  DescribeIndex: () => describeIndex.response.encode({ status: FINE }),
  GetLoadState: () => getLoadState.response.encode({ status: FINE, state: 3 }),
};

let standing: Standing | undefined;
afterEach(() => standing?.close());

async function open(answers: Answers): Promise<ReturnType<typeof createMilvus>> {
  standing = await startAnswering((path, request) => ({ ...USUAL, ...answers })[path]?.(request) ?? 12);
  return createMilvus({ url: standing.url });
}

const page = (keys: readonly string[]): Uint8Array => {
  const column = (name: string, type: number, data: readonly string[]): Sent<FieldData> => ({
    name,
    type,
    scalars: { strings: { data } },
  });
  return query.response.encode({
    status: FINE,
    fields: [
      column('id', TYPES.varchar, keys),
      column(
        'document',
        TYPES.varchar,
        keys.map(() => 'text'),
      ),
      column(
        'vsm_absent',
        TYPES.varchar,
        keys.map(() => ''),
      ),
      { name: 'metadata', type: TYPES.json, scalars: { json: { data: keys.map(() => Buffer.from('{"n":1.0}')) } } },
      {
        name: 'vector',
        type: TYPES.floatVector,
        vectors: { dim: 2n, floats: { data: new Uint8Array(Float32Array.from(keys.flatMap(() => [1, 2])).buffer) } },
      },
    ],
  });
};

async function ids(store: ReturnType<typeof createMilvus>, limit: number): Promise<string[]> {
  const collection = await store.openCollection('docs');
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const read = await collection.scan({ limit, cursor, include: ['vectors', 'metadata'] });
    found.push(...read.records.map(({ id }) => id));
    cursor = read.cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

it('a page that is short is not the end: rows that share a key are shown as one', async () => {
  const asked: string[] = [];
  const pages = [['a', 'b'], ['c'], ['d"\\e\n'], []];
  const store = await open({
    Query: (request) => {
      asked.push(query.request.decode(request).filter);
      return page(pages[asked.length - 1] ?? []);
    },
  });
  expect(await ids(store, 2)).toEqual(['a', 'b', 'c', 'd"\\e\n']);
  expect(asked).toEqual(['id >= ""', 'id > "b"', 'id > "c"', String.raw`id > "d\"\\e\n"`]);
});

it('a part ends with its last key, and is not asked for once more', async () => {
  const asked: string[] = [];
  const store = await open({
    Query: (request) => {
      asked.push(query.request.decode(request).filter);
      return page([['b'], ['c', 'd']][asked.length - 1] ?? []);
    },
  });
  const collection = await store.openCollection('docs');
  const partition = { id: JSON.stringify({ after: 'a', until: 'd' }) };
  const first = await collection.scan({ partition, limit: 2, include: [] });
  const second = await collection.scan({ partition, cursor: first.cursor ?? '', limit: 2, include: [] });
  expect([...first.records, ...second.records].map(({ id }) => id)).toEqual(['b', 'c', 'd']);
  expect(second.cursor).toBeNull();
  expect(asked).toHaveLength(2);
});

it('a page in another order than that of the keys is an error, since a scan would go on behind rows it has not seen', async () => {
  const store = await open({ Query: () => page(['b', 'a']) });
  await expect(ids(store, 10)).rejects.toMatchObject({
    code: 'REMOTE_FAILED',
    message: expect.stringContaining('rows must come in the order of their keys, but a comes behind b'),
  });
});

it('pages are asked for in order, with nothing weaker than what was just written', async () => {
  let request: Uint8Array = new Uint8Array(0);
  const store = await open({
    Query: (given) => {
      request = given;
      return page([]);
    },
  });
  await ids(store, 7);
  const params = query.request.decode(request).params.map(({ key, value }) => `${key}=${value}`);
  expect(params).toEqual(['limit=7', 'iterator=True', 'reduce_stop_for_best=True']);
});

it('a success in one code is none where the other says otherwise', async () => {
  const failed = { ...FINE, code: 1100, reason: 'nothing was done' };
  const store = await open({ Query: () => query.response.encode({ status: failed }) });
  await expect(ids(store, 10)).rejects.toThrow(/cannot read "docs": 1100 from .*: nothing was done/);
  const old = { ...FINE, errorCode: 1, reason: 'nothing was done either' };
  const other = await open({ Query: () => query.response.encode({ status: old }) });
  await expect(ids(other, 10)).rejects.toThrow('nothing was done either');
});

it('an answer without a status is a failure, and so is a method that is not there', async () => {
  const store = await open({ ShowCollections: () => new Uint8Array(0) });
  await expect(store.listCollections()).rejects.toThrow(/an empty answer .*does the server know this call/);
  const other = await open({ ShowCollections: () => 12 });
  await expect(other.listCollections()).rejects.toMatchObject({ code: 'REMOTE_FAILED', retryable: false });
});

it('a page that is too large for a message is asked for in halves', async () => {
  const limits: number[] = [];
  const store = await open({
    Query: (request) => {
      const { params, filter } = query.request.decode(request);
      const limit = Number(params[0]?.value);
      limits.push(limit);
      if (limit > 2) return 8;
      return page(filter === 'id >= ""' ? ['a', 'b'] : []);
    },
  });
  expect(await ids(store, 8)).toEqual(['a', 'b']);
  expect(limits).toEqual([8, 4, 2, 2]);
});

it('of two records with one id in a call, the last is sent, since the server would keep both', async () => {
  const sent: string[][] = [];
  const store = await open({
    Upsert: (request) => {
      const { fields, rows } = upsert.request.decode(request);
      const keys = fields.find(({ name }) => name === 'id')?.scalars?.strings?.data ?? [];
      sent.push([
        String(rows),
        ...keys,
        ...(fields.find(({ name }) => name === 'document')?.scalars?.strings?.data ?? []),
      ]);
      return upsert.response.encode({ status: FINE, ids: { strings: { data: keys } } });
    },
  });
  const collection = await store.openCollection('docs');
  const record = (id: string, document: string): VectorRecord => ({
    id,
    document,
    vectors: { '': [1, 2] },
    metadata: {},
  });
  await collection.upsert([record('a', 'first'), record('b', 'other'), record('a', 'last')]);
  expect(sent.flat().filter((text) => text === 'a')).toHaveLength(1);
});

it('what the server would cut, shift or wrap is rejected by name, and the others are written', async () => {
  const store = await open({
    Upsert: (request) => {
      const { fields } = upsert.request.decode(request);
      const data = fields.find(({ name }) => name === 'id')?.scalars?.strings?.data ?? [];
      return upsert.response.encode({ status: FINE, ids: { strings: { data } } });
    },
  });
  const collection = await store.openCollection('docs');
  const record = { vectors: { '': [1, 2] }, metadata: {} };
  const given: VectorRecord[] = [
    { ...record, id: 'fine' },
    // Of lengths that cancel out, which the server takes for two vectors of two.
    { ...record, id: 'short', vectors: { '': [1] } },
    { ...record, id: 'long', vectors: { '': [1, 2, 3] } },
    // Bytes count, not characters.
    { ...record, id: 'text', document: 'é'.repeat(9) },
    { ...record, id: 'k'.repeat(65) },
    { ...record, id: 'elsewhere', namespace: 'red' },
  ];
  const foreseen = await collection.wouldReject?.(given);
  const { accepted, rejected } = await collection.upsert(given);
  expect(foreseen).toEqual(rejected);
  expect(accepted).toBe(1);
  const reasons = Object.fromEntries(rejected.map(({ id, reason }) => [id.slice(0, 9), reason]));
  expect(reasons).toEqual({
    short: 'invalid-vector',
    long: 'invalid-vector',
    text: 'too-large',
    kkkkkkkkk: 'invalid-id',
    elsewhere: 'refused',
  });
});

it('a server that takes fewer rows than it was given has not written them', async () => {
  const store = await open({
    Upsert: () => upsert.response.encode({ status: FINE, ids: { strings: { data: [] } } }),
  });
  const collection = await store.openCollection('docs');
  await expect(collection.upsert([{ id: 'a', vectors: { '': [1, 2] }, metadata: {} }])).rejects.toThrow(
    'took 0 of 1 rows',
  );
});

it('a collection that was not loaded is loaded to be read, and released again', async () => {
  const calls: string[] = [];
  let state = 1;
  const plain = (name: string, next: number) => () => {
    calls.push(name);
    state = next;
    return new Uint8Array(0);
  };
  const store = await open({
    GetLoadState: () => getLoadState.response.encode({ status: FINE, state }),
    LoadCollection: plain('load', 3),
    ReleaseCollection: plain('release', 1),
    Query: () => page([]),
  });
  await ids(store, 10);
  await store.close();
  expect(calls).toEqual(['load', 'release']);
});

it('what the server left out of a schema is told', async () => {
  const store = await open({
    ShowCollections: () => showCollections.response.encode({ status: FINE, names: ['other'] }),
    CreateCollection: () => new Uint8Array(0),
    DescribeCollection: () =>
      describeCollection.response.encode({ status: FINE, schema: { fields: SCHEMA.fields.slice(0, 4) } }),
    CreateIndex: () => new Uint8Array(0),
  });
  const schema = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } } as const;
  const warnings = await store.createCollection(schema);
  expect(warnings).toEqual([
    { type: 'unsupported', feature: 'schema', detail: 'the server left out the field "vsm_absent"' },
  ]);
  await expect(store.createCollection({ ...schema, name: 'other' })).rejects.toMatchObject({ code: 'CONFLICT' });
});
