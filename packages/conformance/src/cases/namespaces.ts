import type { CollectionV1, VectorRecord } from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import { expectSameRecords } from '../compare.ts';
import type { ConformanceContext } from '../context.ts';
import { expectEqual, expectRefusal, expectThat } from '../expectations.ts';
import { readAll } from '../reading.ts';
import { makeRecord, makeRecords, makeVector } from '../records.ts';
import { canWriteAnd } from './applies.ts';
import { readPartitions } from './partitions.ts';

const hasNamespaces = canWriteAnd(({ namespaces }) => namespaces);

interface Tenants {
  readonly collection: CollectionV1;
  readonly unnamed: readonly VectorRecord[];
  readonly red: readonly VectorRecord[];
  readonly blue: readonly VectorRecord[];
}

/** Ids 0 to 3 in the default namespace, 2 to 6 in red, 3 to 5 in blue: some ids exist three times, with different content. */
async function createTenants({ capabilities, filled }: ConformanceContext): Promise<Tenants> {
  const inside = (namespace: string, records: readonly VectorRecord[]): VectorRecord[] =>
    records.map((record, at) => ({
      ...record,
      namespace,
      vectors: { '': makeVector(namespace.length * 100 + at) },
      metadata: { tenant: namespace, at },
    }));
  const unnamed = makeRecords(capabilities, 4);
  const red = inside('red', makeRecords(capabilities, 5, 2));
  const blue = inside('blue', makeRecords(capabilities, 3, 3));
  return { collection: await filled([...unnamed, ...red, ...blue], { namespaces: true }), unnamed, red, blue };
}

export const namespaceCases: readonly ConformanceCase[] = [
  {
    id: 'namespaces/one-id-in-two-is-two-records',
    title: 'the same id in several namespaces is as many records',
    hint: 'The namespace is not part of the key; the default namespace is read back as "" instead of being absent.',
    appliesTo: hasNamespaces,
    async run(context) {
      const { collection, unnamed, red, blue } = await createTenants(context);
      await context.settle(async () => {
        const found = await readAll(collection, { limit: 5 });
        expectSameRecords(found, [...unnamed, ...red, ...blue], 'scan of all', context.comparison);
      });
    },
  },
  {
    id: 'namespaces/lists-all',
    title: 'listNamespaces gives every namespace once, the default one as ""',
    hint: 'The default namespace has another name in the store; the listing is paged; listNamespaces is not implemented.',
    appliesTo: hasNamespaces,
    async run(context) {
      const { collection } = await createTenants(context);
      expectThat(
        collection.listNamespaces !== undefined,
        'capabilities.namespaces is true, but listNamespaces is missing',
      );
      const listed = async (): Promise<string[]> => ((await collection.listNamespaces?.()) ?? []).toSorted();
      await context.settle(async () => expectEqual(await listed(), ['', 'blue', 'red'], 'namespaces'));
    },
  },
  {
    id: 'namespaces/counts-and-scans-one',
    title: 'count and scan of one namespace see its records only, without a namespace all',
    hint: 'The empty name is taken for "all"; the namespace is not passed on.',
    appliesTo: hasNamespaces,
    async run(context) {
      const { collection, unnamed, red, blue } = await createTenants(context);
      await context.settle(async () => {
        for (const [namespace, records] of [
          ['', unnamed],
          ['red', red],
          ['blue', blue],
          ['nobody', []],
        ] as const) {
          expectEqual((await collection.count({ namespace })).value, records.length, `count of "${namespace}"`);
          const found = await readAll(collection, { namespace, limit: 2 });
          expectSameRecords(found, records, `scan of "${namespace}"`, context.comparison);
        }
        expectEqual((await collection.count()).value, 12, 'count of all');
      });
    },
  },
  {
    id: 'namespaces/fetches-from-one',
    title: 'fetch looks in the given namespace only, by default in the default one',
    hint: 'The namespace is ignored when reading by id.',
    appliesTo: hasNamespaces,
    async run(context) {
      const { collection, unnamed, red, blue } = await createTenants(context);
      const ids = makeRecords(context.capabilities, 9).map(({ id }) => id);
      expectSameRecords(await collection.fetch(ids), unnamed, 'fetch without namespace', context.comparison);
      for (const [namespace, records] of Object.entries({ red, blue })) {
        const found = await collection.fetch(ids, { namespace });
        expectSameRecords(found, records, `fetch from "${namespace}"`, context.comparison);
      }
      expectEqual(await collection.fetch(ids, { namespace: 'nobody' }), [], 'fetch from an unknown namespace');
    },
  },
  {
    id: 'namespaces/deletes-from-one',
    title: 'deleting in one namespace leaves the same ids in the others',
    hint: 'The namespace is ignored when deleting by id.',
    appliesTo: hasNamespaces,
    async run(context) {
      const { collection, unnamed, red, blue } = await createTenants(context);
      const ids = makeRecords(context.capabilities, 9).map(({ id }) => id);
      await collection.delete(ids, { namespace: 'red' });
      await collection.flush?.();
      await context.settle(async () =>
        expectSameRecords(await readAll(collection), [...unnamed, ...blue], 'after red', context.comparison),
      );
      await collection.delete(ids);
      await collection.flush?.();
      await context.settle(async () =>
        expectSameRecords(await readAll(collection), blue, 'after the default one', context.comparison),
      );
      expectThat(red.length > 0, 'no records');
    },
  },
  {
    id: 'namespaces/replaces-in-one',
    title: 'replacing a record in one namespace leaves its namesakes as they are',
    hint: 'The conflict target of the upsert is the id alone.',
    appliesTo: hasNamespaces,
    async run(context) {
      const { collection, unnamed, red, blue } = await createTenants(context);
      const [first, ...rest] = blue;
      expectThat(first !== undefined, 'no record');
      const changed = { ...first, metadata: { changed: true } };
      await context.write(collection, [changed]);
      await context.settle(async () => {
        const expected = [...unnamed, ...red, changed, ...rest];
        expectSameRecords(await readAll(collection), expected, 'afterwards', context.comparison);
      });
    },
  },
  {
    id: 'namespaces/splits-one-and-all',
    title: 'partitions cover one namespace when asked for one, else all',
    hint: 'The partition forgets the namespace it was made for; the default namespace is left out.',
    appliesTo: hasNamespaces,
    async run(context) {
      const { collection, unnamed, red, blue } = await createTenants(context);
      await context.settle(async () => {
        for (const [namespace, records] of [
          ['', unnamed],
          ['red', red],
          [undefined, [...unnamed, ...red, ...blue]],
        ] as const) {
          const found = await readPartitions(collection, 3, { namespace, limit: 2 });
          expectSameRecords(found, records, `partitions of ${namespace ?? 'all'}`, context.comparison);
        }
      });
    },
  },
  {
    id: 'namespaces/searches-one',
    title: 'a query in one namespace finds its records only',
    hint: 'The namespace is not passed on to the search.',
    appliesTo: canWriteAnd(({ namespaces, metrics }) => namespaces && metrics.length > 0),
    async run(context) {
      const { collection, red } = await createTenants(context);
      await context.settle(async () => {
        const found = await collection.query({ vector: makeVector(1), topK: 100, namespace: 'red' });
        expectEqual(found.map(({ id }) => id).toSorted(), red.map(({ id }) => id).toSorted(), 'ids found in red');
        expectThat(
          found.every(({ namespace }) => namespace === 'red'),
          'a match must carry its namespace',
        );
      });
    },
  },
  {
    id: 'namespaces/the-empty-name-is-the-default',
    title: 'a record without a namespace and one in "" are the same record',
    hint: 'The factory does not return guardStore(…); the empty name is a namespace of its own.',
    appliesTo: hasNamespaces,
    async run({ capabilities, create, settle }) {
      const collection = await create({ namespaces: true });
      const record = makeRecord(capabilities, 1);
      const { accepted, rejected } = await collection.upsert([record, { ...record, namespace: '' }]);
      await collection.flush?.();
      expectEqual(accepted, 1, 'accepted');
      expectEqual(
        rejected.map(({ id, reason }) => [id, reason]),
        [[record.id, 'duplicate-id']],
        'rejected',
      );
      await settle(async () => {
        expectEqual((await collection.count()).value, 1, 'count');
        expectEqual((await collection.fetch([record.id], { namespace: '' })).length, 1, 'fetched from ""');
        expectEqual((await collection.fetch([record.id])).length, 1, 'fetched without a namespace');
      });
    },
  },
  {
    id: 'namespaces/takes-unusual-names',
    title: 'namespaces with spaces, quotes and other scripts are kept apart and listed as they are',
    hint: 'Names are escaped one way only; letter case is folded; a separator of the key occurs in the name.',
    appliesTo: hasNamespaces,
    async run({ capabilities, comparison, filled, settle }) {
      const names = ['Team A', 'team a', 'é', 'a:b', 'a', '日本語', "o'hara"];
      const records = names.map((namespace) => makeRecord(capabilities, 1, { namespace, metadata: { namespace } }));
      const collection = await filled(records, { namespaces: true });
      await settle(async () => {
        expectSameRecords(await readAll(collection), records, 'scan of all', comparison);
        expectEqual((await collection.listNamespaces?.())?.toSorted(), names.toSorted(), 'namespaces');
      });
    },
  },
  {
    id: 'namespaces/are-refused-where-there-are-none',
    title: 'asking for a namespace is UNSUPPORTED where the store has none',
    hint: 'The factory does not return guardStore(…); the namespace is ignored and everything is read.',
    appliesTo: ({ namespaces }) => !namespaces,
    async run({ capabilities, filled }) {
      const records = makeRecords(capabilities, 2);
      const collection = await filled(records);
      const namespace = 'tenant';
      const ids = records.map(({ id }) => id);
      expectThat(
        collection.listNamespaces === undefined,
        'listNamespaces is there, but capabilities.namespaces is false',
      );
      for (const [what, action] of Object.entries({
        count: () => collection.count({ namespace }),
        scan: () => collection.scan({ namespace, limit: 1, include: [] }),
        fetch: () => collection.fetch(ids, { namespace }),
        query: () => collection.query({ namespace, vector: makeVector(1), topK: 1 }),
        ...(capabilities.access === 'read-write' && { delete: () => collection.delete(ids, { namespace }) }),
      })) {
        await expectRefusal(action, 'UNSUPPORTED', `${what} with a namespace`);
      }
      expectEqual((await readAll(collection)).length, 2, 'records left');
    },
  },
];
