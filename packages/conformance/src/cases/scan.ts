import type { ConformanceCase } from '../case.ts';
import { expectSameRecords } from '../compare.ts';
import { expectEqual, expectRefusal, expectThat } from '../expectations.ts';
import { readAll, readPages } from '../reading.ts';
import { makeRecords } from '../records.ts';
import { canWrite } from './applies.ts';

export const scanCases: readonly ConformanceCase[] = [
  {
    id: 'scan/reads-every-field',
    title: 'a scan gives whole records',
    hint: 'The vendor leaves out vectors or documents unless asked; a file column is not read.',
    async run({ capabilities, comparison, filled }) {
      const records = makeRecords(capabilities, 8);
      expectSameRecords(await readAll(await filled(records)), records, 'scan', comparison);
    },
  },
  ...[1, 3, 7, 1000].map((limit): ConformanceCase => ({
    id: `scan/every-record-once-in-pages-of-${limit}`,
    title: `pages of ${limit} give every record exactly once`,
    hint: 'The page border is counted wrongly (last record of a page again, or first of the next skipped); the last page is dropped; the sort key is not unique.',
    async run({ capabilities, comparison, filled }) {
      const records = makeRecords(capabilities, 21);
      const pages = await readPages(await filled(records), { limit });
      for (const page of pages) {
        expectThat(page.records.length <= limit, `a page of ${limit} has ${page.records.length} records`);
      }
      expectSameRecords(
        pages.flatMap((page) => page.records),
        records,
        `pages of ${limit}`,
        comparison,
      );
    },
  })),
  {
    id: 'scan/ends-once',
    title: 'only the last page has no cursor, and the scan takes no more pages than it needs',
    hint: 'A short page is taken for the end; the cursor after the last record leads to the start again.',
    async run({ capabilities, filled }) {
      const pages = await readPages(await filled(makeRecords(capabilities, 12)), { limit: 4 });
      const sizes = pages.map((page) => page.records.length);
      expectEqual(
        sizes.reduce((total, size) => total + size, 0),
        12,
        `records in pages of ${sizes.join(', ')}`,
      );
      expectThat(pages.length <= 12, `12 records in pages of 4 took ${pages.length} pages`);
    },
  },
  {
    id: 'scan/of-nothing-ends',
    title: 'a scan of an empty collection ends without records',
    hint: 'The first page is read without looking whether there is one.',
    appliesTo: canWrite,
    async run({ create }) {
      const pages = await readPages(await create(), { limit: 5 });
      expectEqual(pages.flatMap((page) => page.records).length, 0, 'records');
      expectThat(pages.length <= 2, `it took ${pages.length} pages`);
    },
  },
  {
    id: 'scan/cursor-is-valid-in-a-new-connection',
    title: 'a cursor that went through JSON continues the scan from a new connection',
    hint: 'The cursor points to state in this process or on this connection, or contains raw bytes.',
    async run({ capabilities, comparison, filled, reconnect }) {
      const records = makeRecords(capabilities, 11);
      const collection = await filled(records);
      const first = await collection.scan({ limit: 4, include: ['vectors', 'metadata'] });
      expectThat(first.cursor !== null, 'the first page of 4 must have a cursor');
      const cursor = JSON.parse(JSON.stringify(first.cursor)) as string;
      expectEqual(cursor, first.cursor, 'the cursor after a trip through JSON');
      expectThat(cursor.isWellFormed(), 'the cursor is not well-formed text');
      const other = await (await reconnect()).openCollection(collection.name);
      const rest = await readAll(other, { limit: 4, cursor });
      expectSameRecords([...first.records, ...rest], records, 'first page and the rest', comparison);
    },
  },
  {
    id: 'scan/cursor-can-be-used-again',
    title: 'a page asked for twice, after a crash or a retry, is the same page',
    hint: 'The cursor moves a shared iterator; the server forgets a cursor that was used.',
    async run({ capabilities, filled }) {
      const collection = await filled(makeRecords(capabilities, 13));
      const { cursor } = await collection.scan({ limit: 5, include: [] });
      expectThat(cursor !== null, 'the first page of 5 must have a cursor');
      const once = await collection.scan({ limit: 5, include: [], cursor });
      await readAll(collection, { limit: 5, cursor });
      const again = await collection.scan({ limit: 5, include: [], cursor });
      expectEqual(
        again.records.map(({ id }) => id),
        once.records.map(({ id }) => id),
        'ids of the second page',
      );
    },
  },
  {
    id: 'scan/two-at-once-do-not-disturb-each-other',
    title: 'two scans of one collection, page by page in turn, each see everything',
    hint: 'The position is kept in the collection instead of in the cursor.',
    async run({ capabilities, filled }) {
      const collection = await filled(makeRecords(capabilities, 9));
      const [left, right] = await Promise.all([
        readAll(collection, { limit: 2, include: [] }),
        readAll(collection, { limit: 3, include: [] }),
      ]);
      expectEqual(new Set(left.map(({ id }) => id)).size, 9, 'records of the first scan');
      expectEqual(new Set(right.map(({ id }) => id)).size, 9, 'records of the second scan');
    },
  },
  {
    id: 'scan/refuses-a-foreign-cursor',
    title: 'a cursor of something else is INVALID_CURSOR',
    hint: 'The factory does not return guardStore(…).',
    async run({ capabilities, filled }) {
      const collection = await filled(makeRecords(capabilities, 3));
      for (const cursor of ['', 'nonsense', '{"offset":1}', 'another-store/1/docs/17']) {
        await expectRefusal(
          () => collection.scan({ limit: 1, include: [], cursor }),
          'INVALID_CURSOR',
          `the cursor "${cursor}"`,
        );
      }
    },
  },
  {
    id: 'scan/refuses-a-cursor-of-another-collection',
    title: 'a cursor of another collection of the store is INVALID_CURSOR',
    hint: 'The factory does not return guardStore(…).',
    appliesTo: canWrite,
    async run({ capabilities, filled }) {
      const [one, other] = [await filled(makeRecords(capabilities, 3)), await filled(makeRecords(capabilities, 3))];
      const { cursor } = await one.scan({ limit: 1, include: [] });
      expectThat(cursor !== null, 'the first page of 1 must have a cursor');
      const scan = (): Promise<unknown> => other.scan({ limit: 1, include: [], cursor });
      await expectRefusal(scan, 'INVALID_CURSOR', 'the cursor of another collection');
    },
  },
  {
    id: 'scan/same-order-every-time',
    title: 'the same scan gives the same order again, whatever the page size',
    hint: 'There is no ORDER BY; the order depends on a hash or on which thread was first.',
    async run({ capabilities, filled }) {
      const collection = await filled(makeRecords(capabilities, 30));
      const order = async (limit: number): Promise<string[]> =>
        (await readAll(collection, { limit, include: [] })).map(({ id }) => id);
      const first = await order(7);
      expectEqual(await order(7), first, 'ids in pages of 7');
      expectEqual(await order(11), first, 'ids in pages of 11');
    },
  },
  {
    id: 'scan/include-is-honoured',
    title: 'a scan gives vectors and metadata only where asked, ids always',
    hint: '`include` is not looked at, or documents come although metadata was not asked for.',
    async run({ capabilities, comparison, filled }) {
      const records = makeRecords(capabilities, 3);
      const collection = await filled(records);
      const bare = records.map(({ id }) => ({ id, vectors: {}, metadata: {} }));
      const onlyVectors = records.map(({ id, vectors }) => ({ id, vectors, metadata: {} }));
      const onlyMetadata = records.map((record) => ({ ...record, vectors: {} }));
      expectSameRecords(await readAll(collection, { include: [] }), bare, 'include nothing', comparison);
      expectSameRecords(
        await readAll(collection, { include: ['vectors'] }),
        onlyVectors,
        'include vectors',
        comparison,
      );
      expectSameRecords(await readAll(collection, { include: ['metadata'] }), onlyMetadata, 'include metadata');
    },
  },
  {
    id: 'scan/refuses-a-page-of-nothing',
    title: 'a limit of 0, -1 or 1.5 is INVALID_OPTIONS',
    hint: 'The factory does not return guardStore(…).',
    async run({ capabilities, filled }) {
      const collection = await filled(makeRecords(capabilities, 2));
      for (const limit of [0, -1, 1.5]) {
        await expectRefusal(() => collection.scan({ limit, include: [] }), 'INVALID_OPTIONS', `a limit of ${limit}`);
      }
    },
  },
];
