import { VsmError, type CollectionV1, type Filter } from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import { expectSameRecords } from '../compare.ts';
import { expectEqual } from '../expectations.ts';
import { readAll } from '../reading.ts';
import { makeId, makeRecord, makeRecords } from '../records.ts';
import { unusualIds } from './unusual-ids.ts';

export const fetchCases: readonly ConformanceCase[] = [
  {
    id: 'fetch/gives-whole-records',
    title: 'fetch gives the records of the ids, with every field',
    hint: 'Vectors or documents must be asked for; records are joined to ids by position although the order differs.',
    async run({ capabilities, comparison, filled }) {
      const records = makeRecords(capabilities, 6);
      const collection = await filled(records);
      const wanted = [4, 0, 3].map((at) => records[at]).filter((record) => record !== undefined);
      expectSameRecords(await collection.fetch(wanted.map(({ id }) => id)), wanted, 'fetch', comparison);
    },
  },
  {
    id: 'fetch/leaves-out-missing-ids',
    title: 'ids that are not there are absent from the result, and no error',
    hint: 'The vendor answers 404 for the whole call, or gives an empty record per missing id.',
    async run({ capabilities, comparison, filled }) {
      const records = makeRecords(capabilities, 3);
      const collection = await filled(records);
      const missing = [makeId(capabilities, 700), makeId(capabilities, 701)];
      expectEqual(await collection.fetch(missing), [], 'fetch of unknown ids');
      const mixed = [missing[0] ?? '', ...records.map(({ id }) => id), missing[1] ?? ''];
      expectSameRecords(await collection.fetch(mixed), records, 'fetch of known and unknown ids', comparison);
    },
  },
  {
    id: 'fetch/of-nothing-is-nothing',
    title: 'fetching no ids gives no records',
    hint: 'The vendor takes an empty list for "all".',
    async run({ capabilities, filled }) {
      expectEqual(await (await filled(makeRecords(capabilities, 3))).fetch([]), [], 'fetch of no ids');
    },
  },
  {
    id: 'fetch/gives-repeated-ids-once',
    title: 'an id asked for three times gives one record',
    hint: 'The factory does not return guardStore(…).',
    async run({ capabilities, filled }) {
      const records = makeRecords(capabilities, 2);
      const collection = await filled(records);
      const id = records[0]?.id ?? '';
      expectEqual(
        (await collection.fetch([id, id, id])).map((record) => record.id),
        [id],
        'ids',
      );
    },
  },
  {
    id: 'fetch/takes-unusual-ids',
    title: 'ids with spaces, quotes, slashes and scripts of the world are found, each one only by itself',
    hint: 'Ids are put into a URL or a query text without escaping; Unicode is normalised; letter case is folded.',
    appliesTo: ({ ids }) => ids.includes('string'),
    async run({ capabilities, comparison, filled }) {
      const records = unusualIds(capabilities).map((id, at) => makeRecord(capabilities, at, { id }));
      const collection = await filled(records);
      expectSameRecords(await collection.fetch(records.map(({ id }) => id)), records, 'fetch of all', comparison);
      for (const record of records) {
        expectSameRecords(await collection.fetch([record.id]), [record], 'fetch of one', comparison);
      }
    },
  },
  {
    id: 'fetch/takes-more-ids-than-the-limit',
    title: 'more ids than the store takes at once are found all the same',
    hint: 'limits.fetchIds is higher than what the store takes, or not said; a default page size cuts the answer.',
    async run({ capabilities, filled }) {
      const count = Math.min(capabilities.limits.fetchIds ?? 1000, 5000) + 1;
      const records = makeRecords(capabilities, count);
      const found = await (await filled(records)).fetch(records.map(({ id }) => id));
      expectEqual(new Set(found.map(({ id }) => id)).size, count, 'different records found');
    },
  },
  {
    id: 'fetch/takes-no-half-a-character-for-another',
    title: 'what a store cannot spell names nothing in it: no id, no value of a filter, and no error without a code',
    hint: 'The factory does not return guardStore(…); UTF-8 makes U+FFFD of half a surrogate pair, or a URL cannot be made of it.',
    appliesTo: ({ ids, metadata }) => ids.includes('string') && !metadata.loneSurrogates,
    async run({ capabilities, comparison, filled }) {
      const whole = makeRecord(capabilities, 1, { id: 'a\ufffd', metadata: { word: 'b\ufffd' } });
      const collection = await filled([whole], { namespaces: capabilities.namespaces });
      expectEqual(await collection.fetch([HALF]), [], 'fetch of half a character');
      const filter: Filter = { op: 'eq', path: 'word', value: 'b\ud800' };
      expectEqual(await readAll(collection, { filter }), [], 'scan with half a character in the filter');
      if (capabilities.namespaces) await expectEmptyOrRefused(collection, HALF);
      if (capabilities.access === 'read-write') await collection.delete([HALF]);
      expectSameRecords(await readAll(collection), [whole], 'what is left', comparison);
    },
  },
];

const HALF = 'a\ud800';

async function expectEmptyOrRefused(collection: CollectionV1, namespace: string): Promise<void> {
  for (const [what, ask] of Object.entries({
    count: async () => (await collection.count({ namespace })).value,
    scan: async () => (await readAll(collection, { namespace })).length,
    fetch: async () => (await collection.fetch(['a'], { namespace })).length,
  })) {
    const found = await ask().catch((error: unknown) => {
      if (VsmError.isInstance(error) && error.code === 'INVALID_OPTIONS') return 0;
      throw error;
    });
    expectEqual(found, 0, `${what} in a namespace of half a character`);
  }
}
