import { matches, type Filter } from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import { expectSameRecords } from '../compare.ts';
import { expectEqual, expectThat, print } from '../expectations.ts';
import { readAll } from '../reading.ts';
import { makeRecords } from '../records.ts';
import { readPartitions } from './partitions.ts';
import { createTable, FILTER_GROUPS, leaf, published, year2025 } from './filter-groups.ts';

export const filterCases: readonly ConformanceCase[] = [
  ...FILTER_GROUPS.map(({ id, title, hint, filters }): ConformanceCase => ({
    id: `filter/${id}`,
    title: `${title}: a scan gives exactly what the reference evaluator picks`,
    hint: `The filter sent to the store is stronger than asked, so matches are lost. ${hint}`,
    async run(context) {
      const { collection, records } = await createTable(context);
      for (const filter of filters) {
        const expected = records.filter((record) => matches(filter, record.metadata));
        await context.settle(async () => {
          const found = await readAll(collection, { filter, limit: 6 });
          expectSameRecords(found, expected, print(filter), context.comparison);
        });
      }
    },
  })),
  {
    id: 'filter/pages-are-complete',
    title: 'a filtered scan in small pages gives every match once',
    hint: 'A page without matches is taken for the end; the cursor counts matches instead of records.',
    async run({ capabilities, comparison, filled, settle }) {
      const records = makeRecords(capabilities, 40);
      const collection = await filled(records);
      const filter: Filter = { op: 'in', path: 'number', values: [0, 17, 18, 39] };
      const expected = records.filter((record) => matches(filter, record.metadata));
      await settle(async () => {
        for (const limit of [1, 3, 40]) {
          const found = await readAll(collection, { filter, limit });
          expectSameRecords(found, expected, `pages of ${limit}`, comparison);
        }
        const pieces = await readPartitions(collection, 4, { filter, limit: 2 });
        expectSameRecords(pieces, expected, 'in partitions', comparison);
      });
    },
  },
  {
    id: 'filter/works-without-reading-metadata',
    title: 'a filter applies although metadata is not wanted in the result',
    hint: 'The re-check sees records without metadata.',
    async run({ capabilities, filled }) {
      const records = makeRecords(capabilities, 10);
      const collection = await filled(records);
      const found = await readAll(collection, { filter: leaf('gte', 'number', 7), include: [] });
      const expected = records.slice(7).map(({ id }) => ({ id, vectors: {}, metadata: {} }));
      expectSameRecords(found, expected, 'number >= 7');
    },
  },
  {
    id: 'filter/count-is-never-too-low',
    title: 'a filtered count is the number of matches, or more and not called exact',
    hint: 'The pushed filter is stronger than asked; an upper bound is called exact.',
    async run(context) {
      const { collection, records } = await createTable(context);
      for (const filter of [year2025, published, leaf('gt', 'year', 2024), { op: 'not', of: published } as const]) {
        const expected = records.filter((record) => matches(filter, record.metadata)).length;
        const { value, exact } = await collection.count({ filter });
        expectThat(value >= expected, `${print(filter)} counts ${value}, but ${expected} records match`);
        if (exact) expectEqual(value, expected, `${print(filter)}: a count that is called exact`);
      }
    },
  },
];
