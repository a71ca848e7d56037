import { matches, VsmError, type Filter, type Match, type Metric, type VectorRecord } from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import { expectEqual, expectRefusal, expectThat, print } from '../expectations.ts';
import { makeId, makeRecord, makeRecords, makeVector } from '../records.ts';
import { createTable, FILTER_GROUPS } from './filter-groups.ts';
import { canWriteAnd } from './applies.ts';

const searches = ({ metrics }: { readonly metrics: readonly Metric[] }): boolean => metrics.length > 0;

export const queryCases: readonly ConformanceCase[] = [
  {
    id: 'query/gives-as-many-as-asked',
    title: 'topK is honoured: that many matches, or all there are',
    hint: 'topK is one too small or too large; a default limit of the store applies.',
    appliesTo: searches,
    async run({ capabilities, filled, settle }) {
      const collection = await filled(makeRecords(capabilities, 15));
      await settle(async () => {
        for (const topK of [1, 2, 14, 15, 16, 100]) {
          const found = await collection.query({ vector: makeVector(3), topK });
          expectEqual(new Set(idsOf(found)).size, Math.min(topK, 15), `different matches for a topK of ${topK}`);
          expectEqual(found.length, Math.min(topK, 15), `matches for a topK of ${topK}`);
          expectThat(
            found.every(({ score }) => Number.isFinite(score)),
            'every match must have a finite score',
          );
        }
      });
    },
  },
  {
    id: 'query/finds-itself',
    title: 'the vector of a record finds this record first',
    hint: 'The vector is sent in another form than when it was written; the search looks into an index that is behind.',
    appliesTo: canWriteAnd(({ metrics }) => metrics.some((metric) => metric === 'cosine' || metric === 'euclidean')),
    async run({ capabilities, create, write, settle }) {
      const suited = capabilities.metrics.find((one) => one === 'euclidean') ?? 'cosine';
      const collection = await create({ vectors: { '': { kind: 'dense', dimension: 4, metric: suited } } });
      const records = makeRecords(capabilities, 40);
      await write(collection, records);
      await settle(async () => {
        for (const { id, vectors } of records.slice(0, 10)) {
          const [first] = await collection.query({ vector: vectors[''] ?? [], topK: 1 });
          expectEqual(first?.id, id, 'the nearest to the vector of a record');
        }
      });
    },
  },
  {
    id: 'query/of-nothing-finds-nothing',
    title: 'a query of an empty collection gives no matches',
    hint: 'The index does not exist before the first record.',
    appliesTo: canWriteAnd(searches),
    async run({ create }) {
      expectEqual(await (await create()).query({ vector: makeVector(1), topK: 5 }), [], 'matches');
    },
  },
  {
    id: 'query/sees-what-changed',
    title: 'a query finds a replaced vector at its new place, and a deleted one nowhere',
    hint: 'The index keeps old vectors; deleted records are filtered after the topK was cut.',
    appliesTo: canWriteAnd(searches),
    async run({ capabilities, filled, write, settle }) {
      const records = makeRecords(capabilities, 10);
      const collection = await filled(records);
      const [moved, doomed] = [makeRecord(capabilities, 4, { vectors: { '': makeVector(99) } }), records[7]?.id ?? ''];
      await write(collection, [moved]);
      await collection.delete([doomed]);
      await collection.flush?.();
      await settle(async () => {
        const found = idsOf(await collection.query({ vector: makeVector(99), topK: 10 }));
        expectEqual(found.length, 9, 'matches after one of ten was deleted');
        expectThat(!found.includes(doomed), 'the deleted record is found');
      });
    },
  },
  {
    id: 'query/exact-is-refused',
    title: 'an exact search is UNSUPPORTED where the store has none',
    hint: 'The factory does not return guardStore(…).',
    appliesTo: (capabilities) => searches(capabilities) && !capabilities.exactQuery,
    async run({ capabilities, filled }) {
      const collection = await filled(makeRecords(capabilities, 2));
      const search = (): Promise<unknown> => collection.query({ vector: makeVector(1), topK: 1, exact: true });
      await expectRefusal(search, 'UNSUPPORTED', 'an exact search');
    },
  },
  {
    id: 'query/refuses-nonsense',
    title: 'a topK of 0, a vector of another length or with NaN, or an unknown vector is INVALID_OPTIONS',
    hint: 'The factory does not return guardStore(…).',
    appliesTo: searches,
    async run({ capabilities, filled }) {
      const collection = await filled(makeRecords(capabilities, 2));
      const good = { vector: makeVector(1), topK: 1 };
      for (const [what, request] of Object.entries({
        'a topK of 0': { ...good, topK: 0 },
        'a topK of 1.5': { ...good, topK: 1.5 },
        'three dimensions instead of four': { ...good, vector: [1, 2, 3] },
        NaN: { ...good, vector: [1, Number.NaN, 1, 1] },
        'an unknown vector': { ...good, using: 'unheardOf' },
        'a sparse vector': { ...good, vector: { indices: [1], values: [1] } },
      })) {
        await expectRefusal(() => collection.query(request), 'INVALID_OPTIONS', what);
      }
    },
  },
  {
    id: 'query/filters-or-refuses',
    title: 'a filtered query gives all matches of the filter and no other, or is UNSUPPORTED',
    hint: 'The filter is applied after the topK was cut; its meaning differs from that of a scan.',
    appliesTo: searches,
    async run({ capabilities, filled, settle }) {
      const records = makeRecords(capabilities, 20);
      const collection = await filled(records);
      const filters: readonly Filter[] = [
        { op: 'eq', path: 'even', value: true },
        { op: 'gte', path: 'number', value: 17 },
        { op: 'in', path: 'label', values: ['label of 3', 'label of 4'] },
        { op: 'not', of: { op: 'eq', path: 'even', value: true } },
      ];
      for (const filter of filters) {
        const expected = records.filter(({ metadata }) => matches(filter, metadata)).map(({ id }) => id);
        await settle(async () => {
          const found = await searchOrRefuse(() =>
            collection.query({ vector: makeVector(1), topK: expected.length, filter }),
          );
          if (found !== undefined) expectEqual(idsOf(found).toSorted(), expected.toSorted(), print(filter));
        });
      }
    },
  },
  ...FILTER_GROUPS.map(({ id, title, filters }): ConformanceCase => ({
    id: `query/filter-${id}`,
    title: `${title}: a filtered query gives exactly what a scan with this filter gives, or is UNSUPPORTED`,
    hint: 'The filter sent to the store lets others pass, as it may for a scan: nobody looks at the matches of a query again.',
    appliesTo: searches,
    async run(context) {
      const { collection, records } = await createTable(context);
      const vector = makeVector(1);
      for (const filter of filters) {
        const expected = records.filter(({ metadata }) => matches(filter, metadata)).map((record) => record.id);
        await context.settle(async () => {
          const found = await searchOrRefuse(() => collection.query({ vector, topK: records.length, filter }));
          if (found !== undefined) expectEqual(idsOf(found).toSorted(), expected.toSorted(), print(filter));
        });
      }
    },
  })),
  {
    id: 'query/uses-the-named-vector',
    title: 'a query searches the vector it names, and skips records without it',
    hint: '`using` is not passed on; records without the vector are treated as zeros.',
    appliesTo: canWriteAnd((capabilities) => searches(capabilities) && capabilities.vectors.includes('named')),
    async run({ capabilities, metric, create, write, settle }) {
      const vector = { kind: 'dense', dimension: 4, metric } as const;
      const collection = await create({ vectors: { title: vector, body: vector } });
      const near = [1, 0, 0, 0];
      const far = [-1, 0.5, 0, 0];
      await write(collection, [
        makeRecord(capabilities, 1, { vectors: { title: near, body: far } }),
        makeRecord(capabilities, 2, { vectors: { title: far, body: near } }),
        makeRecord(capabilities, 3, { vectors: { title: near } }),
      ]);
      await settle(async () => {
        const titles = idsOf(await collection.query({ vector: near, using: 'title', topK: 5 }));
        const bodies = idsOf(await collection.query({ vector: near, using: 'body', topK: 5 }));
        expectEqual(titles[2], makeId(capabilities, 2), 'the farthest by title');
        expectEqual(bodies, [makeId(capabilities, 2), makeId(capabilities, 1)], 'the order by body');
      });
    },
  },
  {
    id: 'query/finds-sparse-vectors',
    title: 'a sparse query orders by the dot product of common indices',
    hint: 'Indices are shifted by one; records without a common index come with score 0 before others.',
    appliesTo: canWriteAnd(({ vectors }) => vectors.includes('sparse')),
    async run({ capabilities, create, write, settle }) {
      const name = capabilities.vectors.includes('named') ? 'words' : '';
      const collection = await create({ vectors: { [name]: { kind: 'sparse', dimension: 1000 } } });
      const sparse = (at: number, indices: number[], values: number[]): VectorRecord =>
        makeRecord(capabilities, at, { vectors: { [name]: { indices, values } } });
      await write(collection, [
        sparse(1, [5, 6], [1, 1]),
        sparse(2, [5, 7], [3, 9]),
        sparse(3, [6, 5, 900], [4, 4, 1]),
        sparse(4, [8, 9], [9, 9]),
      ]);
      await settle(async () => {
        const vector = { indices: [6, 5], values: [1, 1] };
        const found = idsOf(await collection.query({ vector, using: name, topK: 3 }));
        expectEqual(
          found,
          [3, 2, 1].map((at) => makeId(capabilities, at)),
          'the order by common indices',
        );
      });
    },
  },
  {
    id: 'query/is-refused-without-metrics',
    title: 'a query is UNSUPPORTED where the store has no metric',
    hint: 'A store without any metric cannot say what is near: refuse the query.',
    appliesTo: ({ metrics }) => metrics.length === 0,
    async run({ capabilities, filled }) {
      const collection = await filled(makeRecords(capabilities, 2));
      await expectRefusal(() => collection.query({ vector: makeVector(1), topK: 1 }), 'UNSUPPORTED', 'the query');
    },
  },
];

function idsOf(found: readonly Match[]): string[] {
  return found.map(({ id }) => id);
}

async function searchOrRefuse(search: () => Promise<Match[]>): Promise<Match[] | undefined> {
  try {
    return await search();
  } catch (error) {
    if (VsmError.isInstance(error) && error.code === 'UNSUPPORTED') return undefined;
    throw error;
  }
}
