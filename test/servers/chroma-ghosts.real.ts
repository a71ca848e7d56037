import { createChroma } from '@vsm/adapter-chroma';
import type { VectorRecord } from '@vsm/core';
import { afterAll, beforeEach, expect, it } from 'vitest';

// On a server of its own: what a collection meets depends on which rows are free.
const url = process.env['CHROMA_URL'] ?? '';
const store = createChroma({ url });

const HAUNTED = 50;
const rows = Array.from({ length: HAUNTED }, (_, row) => row);
const vectors = { '': { kind: 'dense', dimension: 1, metric: 'dot' } } as const;

/** Past the adapter. */
async function raw(method: string, path: string, body?: object): Promise<unknown> {
  const base = `${url}/api/v2/tenants/default_tenant/databases/default_database/collections`;
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${base}${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
  return response.json();
}

async function rawId(name: string): Promise<string> {
  return ((await raw('GET', `/${name}`)) as { id: string }).id;
}

async function rawCreate(name: string, metadatas: readonly (object | null)[]): Promise<void> {
  await raw('POST', '', { name });
  const ids = metadatas.map((_, row) => `r${row}`);
  await raw('POST', `/${await rawId(name)}/add`, { ids, embeddings: ids.map(() => [1]), metadatas });
}

async function rawMetadata(name: string): Promise<Record<string, unknown>> {
  const answer = await raw('POST', `/${await rawId(name)}/get`, { include: ['metadatas'] });
  const { ids, metadatas } = answer as { ids: string[]; metadatas: (object | null)[] };
  return Object.fromEntries(ids.map((id, row) => [id, metadatas[row]]));
}

/** Leaves lists behind, on the rows that the next records get. */
async function plantGhosts(count = HAUNTED): Promise<void> {
  const lists = { ghost: ['x', 'y'], tags: [1, 2] };
  await rawCreate(
    'planted',
    Array.from({ length: count }, () => lists),
  );
  await raw('DELETE', '/planted');
}

/** What a record holds, one way or another. */
function records(): VectorRecord[] {
  const metadata = [{}, { tags: ['mine'] }, { tags: 'one' }, { year: 2026 }];
  return rows.map((row) => ({ id: `r${row}`, vectors: { '': [1] }, metadata: metadata[row % 4] ?? {} }));
}

function expected(): Record<string, unknown> {
  return Object.fromEntries(
    records().map(({ id, metadata }) => [id, Object.keys(metadata).length === 0 ? null : metadata]),
  );
}

beforeEach(() => plantGhosts());

afterAll(async () => {
  // For the suites that follow.
  await plantGhosts(1000);
  await store.close();
});

it('the server has the fault that these tests are about', async () => {
  await rawCreate('haunted', [null]);
  expect(await rawMetadata('haunted')).toEqual({ r0: { ghost: ['x', 'y'], tags: [1, 2] } });
  await store.dropCollection?.('haunted');
});

it.each(['replace', 'insert-only'] as const)('records written by %s hold what was written', async (mode) => {
  await store.createCollection({ name: 'written', vectors });
  const collection = await store.openCollection('written');
  await collection.upsert(records(), { mode });
  expect(await rawMetadata('written')).toEqual(expected());
  // A second time they are deleted and get other rows, or the same.
  await collection.upsert(records(), { mode });
  expect(await rawMetadata('written')).toEqual(expected());
  await store.dropCollection?.('written');
});

it('lists that are not ghosts stay where nothing is replaced', async () => {
  const before = { r0: { kept: ['a'] } };
  await rawCreate('kept', [before.r0]);
  await raw('POST', `/${await rawId('kept')}/update`, { ids: ['r0'], metadatas: [{ ghost: null, tags: null }] });
  const collection = await store.openCollection('kept');
  await collection.upsert(records(), { mode: 'insert-only' });
  expect(await rawMetadata('kept')).toEqual({ ...expected(), ...before });
  await store.dropCollection?.('kept');
});

it('a collection that is dropped leaves no lists behind', async () => {
  await store.createCollection({ name: 'dropped', vectors });
  const lists = rows.map((row) => ({ id: `r${row}`, vectors: { '': [1] }, metadata: { list: [`of ${row}`] } }));
  await (await store.openCollection('dropped')).upsert(lists);
  await store.dropCollection?.('dropped');
  await rawCreate(
    'next',
    rows.map(() => null),
  );
  expect(await rawMetadata('next')).toEqual(Object.fromEntries(rows.map((row) => [`r${row}`, null])));
  await store.dropCollection?.('next');
});
