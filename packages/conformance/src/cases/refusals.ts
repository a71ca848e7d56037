import { idKind, type VectorRecord } from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import { expectSameRecords } from '../compare.ts';
import { expectEqual, expectThat } from '../expectations.ts';
import { readAll } from '../reading.ts';
import { DIMENSION, makeRecord, makeRecords, makeVector } from '../records.ts';
import { canWrite, canWriteAnd } from './applies.ts';
import { BAD_RECORDS } from './bad-records.ts';
import { foresightCases } from './foresight.ts';

export const refusalCases: readonly ConformanceCase[] = [
  ...BAD_RECORDS.map(({ id, title, reason, appliesTo = () => true, spoil }): ConformanceCase => ({
    id: `upsert/refuses-${id}`,
    title: `${title} is refused by id, and the others of the batch land`,
    hint: 'The factory does not return guardStore(…); an error of the vendor fails the whole batch; a rejection is not passed on.',
    appliesTo: canWriteAnd(appliesTo),
    async run({ capabilities, comparison, filled, settle }) {
      const [first, second, third] = makeRecords(capabilities, 3) as [VectorRecord, VectorRecord, VectorRecord];
      // A store that learns its dimension from the first record knows it by now.
      const collection = await filled([first]);
      const bad = spoil(makeRecord(capabilities, 9), capabilities);
      const { accepted, rejected } = await collection.upsert([second, bad, third]);
      await collection.flush?.();
      expectEqual(accepted, 2, 'accepted');
      expectEqual(
        rejected.map((one) => [one.id, one.reason]),
        [[bad.id, reason]],
        'rejected',
      );
      expectThat((rejected[0]?.detail ?? '') !== '', 'the rejection must say why');
      await settle(async () =>
        expectSameRecords(await readAll(collection), [first, second, third], 'afterwards', comparison),
      );
    },
  })),
  {
    id: 'upsert/refuses-an-id-that-comes-twice',
    title: 'of two records with one id in a batch, one lands and one is refused by id',
    hint: 'The factory does not return guardStore(…); both are counted as accepted.',
    appliesTo: canWrite,
    async run({ capabilities, comparison, create, settle }) {
      const collection = await create();
      const [first, other] = makeRecords(capabilities, 2) as [VectorRecord, VectorRecord];
      const twin = { ...first, metadata: { twin: true }, vectors: { '': makeVector(8) } };
      const { accepted, rejected } = await collection.upsert([first, other, twin]);
      await collection.flush?.();
      expectEqual(accepted, 2, 'accepted');
      expectEqual(
        rejected.map((one) => [one.id, one.reason]),
        [[first.id, 'duplicate-id']],
        'rejected',
      );
      await settle(async () =>
        expectSameRecords(await readAll(collection), [first, other], 'afterwards: the first counts', comparison),
      );
    },
  },
  ...foresightCases,
  {
    id: 'upsert/refuses-all-and-stays-empty',
    title: 'a batch of nothing but bad records writes nothing and names every one',
    hint: 'Rejections are cut after the first; an empty remainder is sent to the store.',
    appliesTo: canWrite,
    async run({ capabilities, create }) {
      const collection = await create();
      const bad = makeRecords(capabilities, 3).map((record) => ({
        ...record,
        vectors: { '': Array.from({ length: DIMENSION }, () => Number.NaN) },
      }));
      const { accepted, rejected } = await collection.upsert(bad);
      expectEqual(accepted, 0, 'accepted');
      expectEqual(rejected.map(({ id }) => id).toSorted(), bad.map(({ id }) => id).toSorted(), 'rejected ids');
      expectEqual((await collection.count()).value, 0, 'count');
    },
  },
  {
    id: 'upsert/keeps-ids-of-every-kind',
    title: 'an id of every kind that the store has comes back letter by letter',
    hint: 'Ids are parsed as numbers and rounded beyond 2^53; a UUID loses its hyphens; a numeric text becomes a number.',
    appliesTo: canWrite,
    async run({ capabilities, comparison, filled }) {
      const candidates = [
        '0',
        '1',
        '42',
        '9007199254740993',
        '18446744073709551615',
        '00000000-0000-4000-8000-000000000001',
        'ffffffff-ffff-4fff-bfff-ffffffffffff',
        '007',
        'FFFFFFFF-0000-4000-8000-00000000000A',
        '1.0',
        'plain',
      ];
      const fits = (id: string): boolean =>
        capabilities.ids.includes('string') || capabilities.ids.includes(idKind(id));
      const records = candidates.filter(fits).map((id, at) => makeRecord(capabilities, at, { id }));
      const collection = await filled(records);
      expectSameRecords(await readAll(collection), records, 'scan', comparison);
      expectSameRecords(await collection.fetch(records.map(({ id }) => id)), records, 'fetch', comparison);
    },
  },
];
