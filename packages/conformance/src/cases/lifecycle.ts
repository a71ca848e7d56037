import type { ConformanceCase } from '../case.ts';
import { expectSameRecords } from '../compare.ts';
import { expectEqual, expectRefusal, expectThat } from '../expectations.ts';
import { readAll } from '../reading.ts';
import { makeRecord, makeRecords, makeVector } from '../records.ts';
import { canWrite } from './applies.ts';

export const lifecycleCases: readonly ConformanceCase[] = [
  {
    id: 'lifecycle/capabilities-are-constant',
    title: 'capabilities are plain JSON, and the same before, during and after use',
    hint: 'A capability is found out when connecting: that is what effectiveCapabilities is for.',
    async run({ store, capabilities, connect, filled }) {
      const other = await connect();
      const before = JSON.stringify(other.capabilities);
      expectEqual(JSON.parse(before), other.capabilities, 'capabilities after a trip through JSON');
      expectEqual(JSON.stringify(store.capabilities), before, 'capabilities of another store');
      await filled(makeRecords(capabilities, 2));
      await other.listCollections();
      expectEqual(JSON.stringify(other.capabilities), before, 'capabilities while in use');
      await other.close();
      expectEqual(JSON.stringify(other.capabilities), before, 'capabilities after close');
    },
  },
  {
    id: 'lifecycle/effective-capabilities-are-no-surprise',
    title: 'what a deployment can do is plain JSON, the same for every connection, and names the same facts',
    hint: 'effectiveCapabilities leaves out fields, or asks for what changes from call to call.',
    async run({ store, reconnect }) {
      const effective = (await store.effectiveCapabilities?.()) ?? store.capabilities;
      expectEqual(JSON.parse(JSON.stringify(effective)), effective, 'after a trip through JSON');
      expectEqual(Object.keys(effective).toSorted(), Object.keys(store.capabilities).toSorted(), 'facts');
      const other = await reconnect();
      expectEqual((await other.effectiveCapabilities?.()) ?? other.capabilities, effective, 'from a new connection');
      expectEqual(effective.access, store.capabilities.access, 'access');
    },
  },
  {
    id: 'lifecycle/capabilities-do-not-contradict-each-other',
    title: 'capabilities fit together',
    hint: 'Use defineCapabilities; normalizes must be a part of metrics; a limit of 0 or Infinity is none: leave it out.',
    async run({ capabilities }) {
      const { metrics, normalizes, rounds, ids, vectors, datatypes, limits } = capabilities;
      for (const one of [...normalizes, ...rounds]) {
        expectThat(metrics.includes(one), `normalizes or rounds names "${one}", which is not in metrics`);
      }
      expectThat(ids.length > 0, 'ids is empty');
      expectThat(vectors.includes('dense'), 'vectors must include dense');
      expectThat(datatypes.includes('float32'), 'datatypes must include float32');
      for (const [name, limit] of Object.entries(limits)) {
        expectThat(limit === undefined || (Number.isSafeInteger(limit) && limit > 0), `limits.${name} is ${limit}`);
      }
    },
  },
  {
    id: 'lifecycle/closes-twice',
    title: 'a store can be closed twice, and before its first use',
    hint: 'close() connects first, or ends a pool that was ended.',
    async run({ connect, store }) {
      const unused = await connect();
      await unused.close();
      await unused.close();
      const used = await connect();
      await used.listCollections();
      await used.close();
      await used.close();
      expectThat(Array.isArray(await store.listCollections()), 'closing one store must leave another usable');
    },
  },
  {
    id: 'lifecycle/leaves-a-given-client-open',
    title: 'a client that the user made stays usable after the store on it was closed',
    hint: 'close() ends every client: end only what the adapter has made itself.',
    needs: 'givenClient',
    async run({ offered }) {
      const given = await offered.givenClient?.();
      expectThat(given !== undefined, 'the option `givenClient` is not given');
      try {
        await given.store.listCollections();
        await given.store.close();
        await given.store.close();
        let problem: unknown;
        await given.use().catch((error: unknown) => (problem = error));
        expectThat(problem === undefined, `after close the client is of no use: ${String(problem)}`);
      } finally {
        await given.end();
      }
    },
  },
  {
    id: 'lifecycle/is-closed-after-close',
    title: 'every call after close is CLOSED, on the store and on its collections',
    hint: 'The factory does not return guardStore(…); an opened collection keeps its own connection.',
    async run({ store, capabilities, filled }) {
      const collection = await filled(makeRecords(capabilities, 2));
      await store.close();
      const id = makeRecord(capabilities, 0).id;
      for (const [what, action] of Object.entries({
        listCollections: () => store.listCollections(),
        openCollection: () => store.openCollection(collection.name),
        describe: () => collection.describe(),
        count: () => collection.count(),
        scan: () => collection.scan({ limit: 1, include: [] }),
        fetch: () => collection.fetch([id]),
        query: () => collection.query({ vector: makeVector(1), topK: 1 }),
        ...(canWrite(capabilities) && {
          createCollection: () => store.createCollection({ name: collection.name, vectors: {} }),
          upsert: () => collection.upsert([makeRecord(capabilities, 1)]),
          delete: () => collection.delete([id]),
        }),
      })) {
        await expectRefusal(action, 'CLOSED', `${what} after close`);
      }
    },
  },
  {
    id: 'lifecycle/first-calls-at-once',
    title: 'the first calls of a store may come at the same time',
    hint: 'Connecting lazily is not shared: two first calls connect twice, or one finds a half-open client.',
    async run({ connect }) {
      const fresh = await connect();
      const lists = await Promise.all(Array.from({ length: 5 }, () => fresh.listCollections()));
      expectThat(lists.every(Array.isArray), 'every call must give a list');
    },
  },
  {
    id: 'lifecycle/survives-a-new-connection',
    title: 'what was written is there after the store was closed and opened again',
    hint: 'Writes are only flushed at the end of the process; close() does not wait for them.',
    appliesTo: canWrite,
    async run({ store, capabilities, comparison, filled, reconnect }) {
      const records = makeRecords(capabilities, 5);
      const { name } = await filled(records);
      const other = await reconnect();
      if (other === store) return;
      await store.close();
      expectSameRecords(await readAll(await other.openCollection(name)), records, 'afterwards', comparison);
    },
  },
  {
    id: 'lifecycle/flush-makes-writes-readable',
    title: 'once upsert, and flush where there is one, has resolved, every write can be read',
    hint: 'flush does not wait for the store; a store without flush must wait in upsert.',
    appliesTo: canWrite,
    async run({ capabilities, comparison, create, settle }) {
      const collection = await create();
      const records = makeRecords(capabilities, 30);
      await collection.upsert(records);
      await collection.flush?.();
      const check = async (): Promise<void> => {
        expectEqual((await collection.count()).value, 30, 'count');
        expectSameRecords(await readAll(collection), records, 'scan', comparison);
      };
      // A store that offers flush promises that nobody has to wait after it.
      await (collection.flush === undefined ? settle(check) : check());
      await collection.flush?.();
    },
  },
  {
    id: 'lifecycle/bulk-load-leaves-no-trace',
    title: 'after a bulk load the collection is described as before, from a new connection and twice',
    hint: 'The old settings are kept in memory instead of in the token; ending twice restores the settings of the bulk load.',
    appliesTo: canWrite,
    async run({ capabilities, comparison, filled, write, reconnect }) {
      const records = makeRecords(capabilities, 10);
      const collection = await filled(records.slice(0, 2));
      const begins = collection.beginBulkLoad !== undefined;
      expectEqual(collection.endBulkLoad !== undefined, begins, 'beginBulkLoad and endBulkLoad come together');
      expectEqual(collection.prepareBulkLoad !== undefined, begins, 'prepareBulkLoad and beginBulkLoad come together');
      if (!begins) return;
      const before = await collection.describe();
      const token = (await collection.prepareBulkLoad?.()) ?? null;
      expectEqual(await collection.describe(), before, 'the description after preparing, which changes nothing');
      await collection.beginBulkLoad?.(token);
      const copy = JSON.parse(JSON.stringify(token)) as typeof token;
      expectEqual(copy, token, 'the token after a trip through JSON');
      await write(collection, records);
      const other = await (await reconnect()).openCollection(collection.name);
      for (const time of ['once', 'twice']) {
        await other.endBulkLoad?.(copy);
        expectEqual(await other.describe(), before, `the description after ending ${time}`);
      }
      expectEqual(await collection.describe(), before, 'the description in the first connection');
      expectSameRecords(await readAll(collection), records, 'after the bulk load', comparison);
    },
  },
  {
    id: 'lifecycle/read-only-refuses-to-write',
    title: 'every write is UNSUPPORTED where the store is read only',
    hint: 'The factory does not return guardStore(…).',
    appliesTo: ({ access }) => access === 'read-only',
    async run({ store, capabilities, name, filled }) {
      const records = makeRecords(capabilities, 3);
      const collection = await filled(records);
      const schema = { name: name(), vectors: { '': { kind: 'dense', dimension: 4 } as const } };
      for (const [what, action] of Object.entries({
        createCollection: () => store.createCollection(schema),
        upsert: () => collection.upsert(records),
        delete: () => collection.delete(records.map(({ id }) => id)),
        ...(store.dropCollection !== undefined && {
          dropCollection: async () => store.dropCollection?.(collection.name),
        }),
      })) {
        await expectRefusal(action, 'UNSUPPORTED', what);
      }
      expectEqual((await readAll(collection)).length, 3, 'records left');
    },
  },
];
