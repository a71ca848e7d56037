import type { CollectionV1, VectorRecord } from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import type { ConformanceContext } from '../context.ts';
import { expectEqual, expectThat } from '../expectations.ts';
import { makeRecord, makeRecords } from '../records.ts';
import { canWrite } from './applies.ts';

export const foresightCases: readonly ConformanceCase[] = [
  {
    id: 'upsert/foresees-what-it-refuses',
    title: 'what a collection says it would refuse, it refuses, and saying so writes nothing',
    hint: '`wouldReject` is not made of the function that `upsert` rejects with, or it writes to find out; or the harness has no `rules` to show what is foreseen.',
    appliesTo: canWrite,
    async run({ capabilities, create, settle, offered }) {
      const collection = await create();
      const records = [
        ...makeRecords(capabilities, 3),
        { ...makeRecord(capabilities, 4), document: undefined, uri: undefined, metadata: {} },
        { ...makeRecord(capabilities, 5), namespace: 'a part' },
        { ...makeRecord(capabilities, 6), vectors: { '': [Number.NaN] } },
      ];
      if (collection.wouldReject === undefined) return;
      expectThat(
        offered.rules !== undefined,
        'the adapter has `wouldReject`, so it has rules that core does not know: give the option `rules`, which shows them',
      );
      await expectForesight(collection, records, settle);
    },
  },
  {
    id: 'upsert/foresees-rules-of-its-own',
    title: 'what a rule of the collection itself refuses is foreseen by id, before anything is written',
    hint: 'The collection has no `wouldReject`, or it checks less than `upsert`; a plan promises then what the write breaks.',
    appliesTo: canWrite,
    needs: 'rules',
    async run({ store, name, settle, offered }) {
      const given = name();
      const ruled = await offered.rules?.(store, given);
      expectThat(ruled !== undefined, 'the option `rules` is not given');
      const { fits, unfit } = ruled;
      const collection = await store.openCollection(given);
      expectThat(fits.length > 0 && unfit.length > 0, '`rules` gives a record that fits and one that does not');
      expectThat(collection.wouldReject !== undefined, 'the collection refuses records, and has no `wouldReject`');
      const refused = await expectForesight(collection, [...fits, ...unfit], settle);
      expectEqual(refused, unfit.map(({ id }) => id).toSorted(), 'refused by the collection, as the harness says');
    },
  },
];

/** @returns the ids of what was refused, as it was foreseen */
async function expectForesight(
  collection: CollectionV1,
  records: readonly VectorRecord[],
  settle: ConformanceContext['settle'],
): Promise<readonly string[]> {
  const names = (some: readonly { id: string }[]): readonly string[] => some.map(({ id }) => id).toSorted();
  const foreseen = (await collection.wouldReject?.(records)) ?? [];
  expectEqual((await collection.count()).value, 0, 'count after asking');
  const { accepted, rejected } = await collection.upsert(records);
  expectEqual(names(foreseen), names(rejected), 'foreseen, and rejected');
  const silent = foreseen.filter(({ detail }) => detail === '');
  expectEqual(names(silent), [], 'foreseen without a reason');
  await collection.flush?.();
  await settle(async () => expectEqual((await collection.count()).value, accepted, 'count'));
  return names(rejected);
}
