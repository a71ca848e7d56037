import { expect, it } from 'vitest';
import type { VectorRecord } from '../spec/record.ts';
import type { CollectionV1 } from '../spec/v1.ts';
import { scopedCollection } from './scope.ts';

const record = (id: string, tenant: unknown): VectorRecord => ({
  id,
  vectors: {},
  metadata: { tenant: tenant as string },
});
const HELD = [record('own', 'a'), record('other', 'b'), record('list', ['a']), record('none', null)];

/** A store that answers every question with everything, as one that pushes no filter down may, and what it was asked. */
function everything(): { inner: CollectionV1; asked: unknown[][] } {
  const asked: unknown[][] = [];
  const inner: CollectionV1 = {
    name: 'shared',
    describe: async () => ({ name: 'shared', vectors: {} }),
    async count(request) {
      asked.push(['count', request]);
      return { value: 4, exact: false };
    },
    async partition(target, request) {
      asked.push(['partition', request]);
      return [{ id: String(target) }];
    },
    scan: async () => ({ records: HELD, cursor: null }),
    fetch: async (wanted) => HELD.filter(({ id }) => wanted.includes(id)),
    async query(request) {
      asked.push(['query', request]);
      return [];
    },
    async upsert(records) {
      asked.push(['upsert', ...ids(records)]);
      return { accepted: records.length, rejected: [] };
    },
    async delete(wanted) {
      asked.push(['delete', ...wanted]);
    },
  };
  return { inner, asked };
}

const filter = { op: 'eq', path: 'tenant', value: 'a' } as const;
const ids = (records: readonly VectorRecord[]): string[] => records.map(({ id }) => id);

it('a part of a collection answers for its own records alone, whatever the store lets pass', async () => {
  const { inner, asked } = everything();
  const part = scopedCollection(inner, { path: 'tenant', value: 'a' });
  expect(ids((await part.scan({ limit: 9, include: [] })).records)).toStrictEqual(['own']);
  expect((await part.scan({ limit: 9, include: [] })).records[0]?.metadata).toStrictEqual({});
  expect(ids(await part.fetch(['own', 'other', 'list']))).toStrictEqual(['own']);
  await part.count();
  await part.partition?.(2, { filter: { op: 'eq', path: 'x', value: 1 } });
  await part.query({ vector: [1], topK: 1 });
  expect(asked).toStrictEqual([
    ['count', { filter }],
    ['partition', { filter: { op: 'and', of: [filter, { op: 'eq', path: 'x', value: 1 }] } }],
    ['query', { vector: [1], topK: 1, filter }],
  ]);
});

it('a part of a collection deletes none but its own records', async () => {
  const { inner, asked } = everything();
  const part = scopedCollection(inner, { path: 'tenant', value: 'a' });
  await part.delete(['own', 'other', 'list', 'none']);
  await part.delete(['other']);
  expect(asked).toStrictEqual([['delete', 'own']]);
});

it('a part of a collection takes no record from another part, and none that is not its own', async () => {
  const { inner, asked } = everything();
  const part = scopedCollection(inner, { path: 'tenant', value: 'a' });
  const given = [
    record('own', 'a'),
    record('other', 'a'),
    record('list', 'a'),
    record('new', 'a'),
    record('wrong', 'b'),
  ];
  const { accepted, rejected } = await part.upsert(given);
  expect(accepted).toBe(2);
  expect(asked).toStrictEqual([['upsert', 'own', 'new']]);
  expect(rejected.map(({ id, detail }) => [id, detail])).toStrictEqual([
    ['other', 'its id belongs to another scope: in the target, its "tenant" is "b"'],
    ['list', 'its id belongs to another scope: in the target, its "tenant" is not there'],
    ['wrong', 'its "tenant" is "b", so it is not of "a"'],
  ]);
});

it('where each record says its own part, it is kept there', async () => {
  const { inner } = everything();
  const parts = scopedCollection(inner, { path: 'tenant' });
  expect((await parts.scan({ limit: 9, include: [] })).records).toHaveLength(4);
  const { rejected } = await parts.upsert([record('own', 'a'), record('other', 'a'), record('new', 'c')]);
  expect(rejected.map(({ id }) => id)).toStrictEqual(['other']);
});
