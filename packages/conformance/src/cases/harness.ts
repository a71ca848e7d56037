import type { ConformanceCase } from '../case.ts';
import { expectEqual, expectRefusal, expectThat } from '../expectations.ts';
import { readAll } from '../reading.ts';
import { makeRecords } from '../records.ts';
import { canWrite } from './applies.ts';

export const harnessCases: readonly ConformanceCase[] = [
  {
    id: 'harness/connects-to-the-named-adapter',
    title: 'connect() gives a store of the adapter under test',
    hint: 'The option `adapter` and the id in the store differ; the factory does not return what guardStore gives back.',
    async run({ store, adapter }) {
      expectEqual(store.adapter, adapter, 'store.adapter');
      expectEqual(store.specificationVersion, 'v1', 'store.specificationVersion');
      expectThat(store.location !== '', 'store.location is empty');
    },
  },
  {
    id: 'harness/names-are-unique-and-portable',
    title: 'collection names are new every time, and valid everywhere',
    hint: 'The database holds collections of an earlier run; the source of randomness repeats itself.',
    async run({ name, store }) {
      const names = Array.from({ length: 100 }, name);
      expectEqual(new Set(names).size, 100, 'different names');
      expectThat(
        names.every((one) => /^[a-z][a-z0-9-]{1,43}[a-z0-9]$/.test(one)),
        `"${names[0]}" is not a portable name`,
      );
      const taken = new Set(await store.listCollections());
      expectThat(!names.some((one) => taken.has(one)), 'a new name is taken already');
    },
  },
  {
    id: 'harness/starts-empty',
    title: 'a new collection is empty',
    hint: 'createCollection opens what is there already; a dropped collection leaves its records behind.',
    appliesTo: canWrite,
    async run({ create }) {
      const collection = await create();
      expectEqual(await collection.count(), { value: 0, exact: true }, 'count of a new collection');
      expectEqual((await readAll(collection)).length, 0, 'records in a new collection');
    },
  },
  {
    id: 'harness/cleans-up',
    title: 'what a case made is gone after it',
    hint: 'dropCollection does nothing, or not to this collection; connect() closes what other stores use.',
    appliesTo: canWrite,
    async run({ store, capabilities, filled, cleanUp, reconnect, connect }) {
      const { name } = await filled(makeRecords(capabilities, 3));
      if (store.dropCollection === undefined) {
        const fresh = await connect();
        const left = await fresh.listCollections();
        expectThat(!left.includes(name), 'without dropCollection, connect() must lead to a fresh place every time');
        return;
      }
      await cleanUp();
      expectThat(!(await store.listCollections()).includes(name), `"${name}" is still listed after it was dropped`);
      const other = await reconnect();
      expectThat(!(await other.listCollections()).includes(name), `"${name}" is still listed by a new connection`);
      await expectRefusal(() => other.openCollection(name), 'NOT_FOUND', 'opening what was dropped');
    },
  },
  {
    id: 'harness/one-location-is-one-place',
    title: 'two stores share their collections exactly if their locations are equal',
    hint: 'store.location leaves out what tells two places apart (database, tenant, directory), or contains what does not (a counter, a pool).',
    appliesTo: canWrite,
    async run({ store, capabilities, filled, connect }) {
      const other = await connect();
      const { name } = await filled(makeRecords(capabilities, 2));
      const seen = (await other.listCollections()).includes(name);
      if (other.location === store.location) {
        expectThat(seen, `both stores are at "${store.location}", but the second does not list what the first made`);
        expectEqual((await readAll(await other.openCollection(name))).length, 2, 'records seen by the second store');
      } else {
        expectThat(!seen, `"${store.location}" and "${other.location}" hold the same collection`);
      }
    },
  },
];
