import type { ConformanceCase } from '../case.ts';
import { expectSameRecords } from '../compare.ts';
import { expectEqual } from '../expectations.ts';
import { readAll, readOne } from '../reading.ts';
import { makeId, makeRecord, makeRecords } from '../records.ts';
import { canWrite, canWriteAnd } from './applies.ts';
import { unusualIds } from './unusual-ids.ts';

export const deleteCases: readonly ConformanceCase[] = [
  {
    id: 'delete/removes-only-the-given',
    title: 'deleted records are gone, all others stay as they are',
    hint: 'Deletion is by position or by prefix; a deleted record still appears in scans, counts or searches.',
    appliesTo: canWrite,
    async run({ capabilities, comparison, filled, settle }) {
      const records = makeRecords(capabilities, 6);
      const collection = await filled(records);
      const [doomed, kept] = [records.slice(1, 3), [...records.slice(0, 1), ...records.slice(3)]];
      await collection.delete(doomed.map(({ id }) => id));
      await collection.flush?.();
      await settle(async () => {
        expectSameRecords(await readAll(collection), kept, 'scan', comparison);
        expectEqual(await collection.fetch(doomed.map(({ id }) => id)), [], 'fetch of deleted records');
        expectEqual((await collection.count()).value, kept.length, 'count');
      });
    },
  },
  {
    id: 'delete/unknown-ids-are-no-error',
    title: 'deleting what is not there does nothing',
    hint: '404 of the vendor is not swallowed.',
    appliesTo: canWrite,
    async run({ capabilities, filled }) {
      const collection = await filled(makeRecords(capabilities, 2));
      await collection.delete([makeId(capabilities, 600), makeId(capabilities, 601)]);
      expectEqual((await collection.count()).value, 2, 'count');
    },
  },
  {
    id: 'delete/of-nothing-deletes-nothing',
    title: 'deleting no ids leaves every record',
    hint: 'The vendor takes an empty list for "all".',
    appliesTo: canWrite,
    async run({ capabilities, filled }) {
      const collection = await filled(makeRecords(capabilities, 3));
      await collection.delete([]);
      expectEqual((await readAll(collection)).length, 3, 'records left');
    },
  },
  {
    id: 'delete/leaves-nothing-for-the-next-of-that-id',
    title: 'a record written under a deleted id has nothing of the old one',
    hint: 'Deletion is a mark, and an upsert merges with what is marked; metadata lies in a table of its own.',
    appliesTo: canWrite,
    async run({ capabilities, comparison, filled, write, settle }) {
      const old = makeRecord(capabilities, 1);
      const collection = await filled([old, makeRecord(capabilities, 2)]);
      await collection.delete([old.id]);
      await collection.flush?.();
      await settle(async () => expectEqual(await readOne(collection, old.id), undefined, 'the deleted record'));
      const fresh = { id: old.id, vectors: makeRecord(capabilities, 30).vectors, metadata: { fresh: true } };
      await write(collection, [fresh]);
      await settle(async () => {
        expectSameRecords(await collection.fetch([old.id]), [fresh], 'fetch', comparison);
        expectEqual((await collection.count()).value, 2, 'count');
      });
    },
  },
  {
    id: 'delete/takes-unusual-ids',
    title: 'ids with spaces, quotes, slashes and wildcards delete exactly their record',
    hint: 'Ids are put into a query text without escaping, where % * _ and quotes mean something.',
    appliesTo: canWriteAnd(({ ids }) => ids.includes('string')),
    async run({ capabilities, comparison, filled, settle }) {
      const records = unusualIds(capabilities).map((id, at) => makeRecord(capabilities, at, { id }));
      const collection = await filled(records);
      const [doomed, kept] = [records.filter((_, at) => at % 2 === 0), records.filter((_, at) => at % 2 === 1)];
      for (const { id } of doomed) await collection.delete([id]);
      await collection.flush?.();
      await settle(async () => expectSameRecords(await readAll(collection), kept, 'afterwards', comparison));
    },
  },
];
