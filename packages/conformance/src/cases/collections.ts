import type { CollectionNotFoundError } from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import { expectSameRecords } from '../compare.ts';
import { expectEqual, expectRefusal, expectThat } from '../expectations.ts';
import { readAll } from '../reading.ts';
import { DIMENSION, makeRecord, makeRecords } from '../records.ts';
import { canWrite } from './applies.ts';

export const collectionCases: readonly ConformanceCase[] = [
  {
    id: 'collections/lists-what-was-created',
    title: 'listCollections names every collection once',
    hint: 'The listing stops after its first page; names are escaped on the way in and not on the way out.',
    appliesTo: canWrite,
    async run({ store, create }) {
      const made = [await create(), await create(), await create()].map(({ name }) => name);
      const listed = await store.listCollections();
      for (const name of made) {
        expectEqual(listed.filter((one) => one === name).length, 1, `"${name}" in the listing`);
      }
    },
  },
  {
    id: 'collections/opens-by-name',
    title: 'an opened collection has the name it was opened by',
    hint: 'The collection carries the internal name of the database (prefix, schema, file path).',
    async run({ store, capabilities, filled }) {
      const { name } = await filled(makeRecords(capabilities, 2));
      const opened = await store.openCollection(name);
      expectEqual(opened.name, name, 'name');
      expectThat((await store.listCollections()).includes(name), `"${name}" can be opened, but is not listed`);
    },
  },
  {
    id: 'collections/taken-name-is-a-conflict',
    title: 'creating a collection that exists is CONFLICT and leaves it as it is',
    hint: 'The database has "create if not exists" or "get or create", and the adapter uses it.',
    appliesTo: canWrite,
    async run({ store, capabilities, comparison, metric, filled }) {
      const records = makeRecords(capabilities, 3);
      const collection = await filled(records);
      const before = await collection.describe();
      const schema = { name: collection.name, vectors: { '': { kind: 'dense', dimension: 7, metric } as const } };
      await expectRefusal(() => store.createCollection(schema), 'CONFLICT', 'creating a taken name');
      const reopened = await store.openCollection(collection.name);
      expectEqual(await reopened.describe(), before, 'the description after the conflict');
      expectSameRecords(await readAll(reopened), records, 'after the conflict', comparison);
    },
  },
  {
    id: 'collections/unknown-name-is-not-found',
    title: 'opening an unknown collection is NOT_FOUND and creates nothing',
    hint: 'The client creates what it opens; opening is lazy and the error only comes with the first read; 404 is not mapped.',
    async run({ store, name }) {
      const missing = name();
      const error = await expectRefusal(() => store.openCollection(missing), 'NOT_FOUND', 'opening an unknown name');
      expectThat(
        error.name === 'CollectionNotFoundError' && (error as CollectionNotFoundError).collection === missing,
        'the error must be a CollectionNotFoundError that names the collection: use collectionNotFound()',
      );
      expectThat(!(await store.listCollections()).includes(missing), `opening "${missing}" created it`);
      await expectRefusal(() => store.openCollection(missing), 'NOT_FOUND', 'opening it once more');
    },
  },
  {
    id: 'collections/tells-room-and-makes-nothing',
    title: 'what a collection would take, and what is left, are figures that can be, and asking makes nothing',
    hint: 'A figure that is not known is NaN, -1 or null instead of absent; the collection is created to be measured.',
    appliesTo: canWrite,
    async run({ store, capabilities, metric, name, filled }) {
      if (store.room === undefined) return;
      const wanted = { name: name(), vectors: { '': { kind: 'dense', dimension: DIMENSION, metric } as const } };
      const there = await (await filled(makeRecords(capabilities, 3))).describe();
      for (const schema of [wanted, { ...there, name: name() }]) {
        const room = await store.room(schema);
        expectEqual(JSON.parse(JSON.stringify(room)), room, 'the room after a trip through JSON');
        for (const [what, figure] of Object.entries(room)) {
          if (figure === undefined || what === 'vectorsInMemory') continue;
          expectThat(typeof figure === 'number' && figure >= 0, `${what} is ${String(figure)}`);
        }
        expectThat((room.copies ?? 1) >= 1, `copies is ${room.copies}, and the first one is a copy`);
        expectThat((room.quantizedBits ?? 0) <= 64, `quantizedBits is ${room.quantizedBits}: bits of one number`);
        const listed = await store.listCollections();
        expectThat(!listed.includes(schema.name), `to ask about "${schema.name}" created it`);
      }
    },
  },
  {
    id: 'collections/drops-only-the-named-one',
    title: 'dropping removes one collection, and an unknown name is no error',
    hint: '404 of the second drop is not swallowed; a name is used as a pattern or a prefix.',
    appliesTo: canWrite,
    async run({ store, capabilities, filled, name, connect }) {
      const [doomed, kept] = [await filled(makeRecords(capabilities, 2)), await filled(makeRecords(capabilities, 3))];
      if (store.dropCollection === undefined) {
        const { location } = await connect();
        expectThat(location !== store.location, 'without dropCollection, every connect() must lead to a new location');
        return;
      }
      await store.dropCollection(doomed.name);
      const listed = await store.listCollections();
      expectThat(!listed.includes(doomed.name), 'the dropped collection is still listed');
      expectThat(listed.includes(kept.name), 'another collection is gone too');
      expectEqual((await readAll(kept)).length, 3, 'records of the other collection');
      await expectRefusal(() => store.openCollection(doomed.name), 'NOT_FOUND', 'opening what was dropped');
      await store.dropCollection(doomed.name);
      await store.dropCollection(name());
    },
  },
  {
    id: 'collections/nothing-comes-back-after-a-drop',
    title: 'a new collection holds nothing of a dropped one, under the old name or another',
    hint: 'Rows, metadata or indexes survive the drop and attach to the next collection; a cache is keyed by name.',
    appliesTo: canWrite,
    async run({ store, capabilities, comparison, create, write }) {
      if (store.dropCollection === undefined) return;
      const lists = capabilities.metadata.arrays !== 'none';
      const old = await create();
      await write(
        old,
        makeRecords(capabilities, 5).map((record) => ({
          ...record,
          metadata: { ...record.metadata, ghost: 'old', ...(lists && { ghosts: ['old', 'older'] }) },
        })),
      );
      const schema = await old.describe();
      await store.dropCollection(old.name);
      const fresh = makeRecords(capabilities, 3, 100).map((record) => ({ ...record, metadata: { fresh: true } }));
      for (const collection of [await create(), await create({ name: old.name, vectors: schema.vectors })]) {
        expectEqual((await collection.count()).value, 0, `count of the new collection "${collection.name}"`);
        await write(collection, fresh);
        expectSameRecords(await readAll(collection), fresh, `in the new collection "${collection.name}"`, comparison);
      }
      await store.dropCollection(old.name);
    },
  },
  {
    id: 'collections/counts-exactly',
    title: 'count follows every write',
    hint: 'The count is an estimate of the planner or of the index; deleted or replaced records are counted.',
    appliesTo: canWrite,
    async run({ capabilities, create, write, settle }) {
      const collection = await create();
      const expectCount = (value: number, when: string): Promise<void> =>
        settle(async () => expectEqual(await collection.count(), { value, exact: true }, `count ${when}`));
      const records = makeRecords(capabilities, 7);
      await expectCount(0, 'at the start');
      await write(collection, records);
      await expectCount(7, 'after 7 records');
      await write(collection, records.slice(2, 4));
      await expectCount(7, 'after 2 of them were written again');
      await write(collection, [makeRecord(capabilities, 7)]);
      await expectCount(8, 'after one more');
      await collection.delete(records.slice(0, 3).map(({ id }) => id));
      await expectCount(5, 'after 3 were deleted');
    },
  },
  {
    id: 'collections/counts-what-is-there',
    title: 'count agrees with a scan',
    hint: 'The count comes from statistics; a header or an empty line of a file is counted.',
    async run({ capabilities, filled, settle }) {
      const collection = await filled(makeRecords(capabilities, 23));
      await settle(async () => expectEqual((await collection.count()).value, 23, 'count'));
      expectEqual((await readAll(collection)).length, 23, 'records scanned');
    },
  },
  {
    id: 'collections/description-is-plain-json',
    title: 'describe() gives plain JSON, restrictions and native settings included',
    hint: 'A Map, a Date, a bigint or an object of the vendor client is passed on.',
    async run({ capabilities, filled }) {
      const collection = await filled(makeRecords(capabilities, 2));
      const description = await collection.describe();
      expectEqual(JSON.parse(JSON.stringify(description)), description, 'the description after a trip through JSON');
      expectEqual(description.name, collection.name, 'name');
      for (const [capability, sentence] of Object.entries(description.restrictions ?? {})) {
        expectThat(Object.hasOwn(capabilities, capability), `restrictions: "${capability}" is not a capability`);
        expectThat(typeof sentence === 'string' && sentence !== '', `restrictions: "${capability}" has no sentence`);
      }
    },
  },
  {
    id: 'collections/two-do-not-mix',
    title: 'two collections of one store do not see each other’s records',
    hint: 'State is kept per store instead of per collection; the wrong table or path is used after a second open.',
    appliesTo: canWrite,
    async run({ capabilities, comparison, filled }) {
      const [left, right] = [makeRecords(capabilities, 3), makeRecords(capabilities, 4, 1)];
      const [first, second] = [await filled(left), await filled(right)];
      expectSameRecords(await readAll(first), left, 'in the first', comparison);
      expectSameRecords(await readAll(second), right, 'in the second', comparison);
      expectEqual((await first.describe()).vectors['']?.kind, 'dense', `vector of ${DIMENSION} dimensions`);
    },
  },
  {
    id: 'collections/are-told-apart-by-what-they-are',
    title: 'identify gives one text for one collection over every connection, and another for each other one',
    hint: 'It is made of the address or of the name, or of something that all collections of a store share. Leave it out where it cannot be told.',
    appliesTo: canWrite,
    async run({ capabilities, filled, reconnect }) {
      const [first, second] = [await filled(makeRecords(capabilities, 2)), await filled(makeRecords(capabilities, 2))];
      const told = await first.identify?.();
      if (told === undefined) return;
      const again = await (await reconnect()).openCollection(first.name);
      expectEqual(await again.identify?.(), told, 'the same collection over another connection');
      expectThat((await second.identify?.()) !== told, `both collections call themselves "${told}"`);
    },
  },
];
