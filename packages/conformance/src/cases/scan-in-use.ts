import { VsmError, type CollectionV1, type Partition, type ScanRequest, type VectorRecord } from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import { expectSameRecords, recordDifference } from '../compare.ts';
import type { ConformanceContext } from '../context.ts';
import { expectThat } from '../expectations.ts';
import { makeRecord, makeVector } from '../records.ts';
import { canWrite, canWriteAnd } from './applies.ts';
import { partitionsOf } from './partitions.ts';

const RECORDS = 150;
const PAGE = 6;
/** Records written, and as many deleted, after each page. */
const CHANGES = 3;

export const scanInUseCases: readonly ConformanceCase[] = [
  {
    id: 'scan/in-use-gives-nothing-that-never-was',
    title: 'a scan of a collection that is written to ends, and every record in it was there at some time, whole',
    hint: 'The parts of a record are read by two requests with a write in between; the end is looked for by a count that changes.',
    appliesTo: canWrite,
    async run(context) {
      const { collection, life } = await lively(context);
      for (const record of (await scanInUse(collection, life, { title: 'in three parts', parts: 3 })) ?? []) {
        const versions = life.versions.get(record.id) ?? [];
        expectThat(versions.length > 0, `record "${record.id}" was never written`);
        const differences = versions.map((version) => recordDifference(record, version, context.comparison));
        expectThat(differences.includes(undefined), `record "${record.id}" was never like this: ${differences[0]}`);
      }
    },
  },
  {
    id: 'scan/in-use-misses-nothing-that-stays',
    title: 'what nobody touches is read, whatever is written and deleted before, between and behind it meanwhile',
    hint: 'Pages are offsets, so that all behind a deleted record move up: go by key, or say best-effort in capabilities.scan.',
    appliesTo: canWriteAnd(({ scan }) => scan !== 'best-effort'),
    async run(context) {
      for (const way of WAYS) {
        const { collection, life } = await lively(context);
        const read = await scanInUse(collection, life, way);
        expectAllThatStay(context, life, read, way.title);
      }
    },
  },
  {
    id: 'scan/in-use-goes-on-in-a-new-connection',
    title:
      'a scan that goes on in a new connection, after writes, has missed nothing that stayed either, or is refused',
    hint: 'What was there when the scan began is remembered in this process alone, and its place is counted from it.',
    appliesTo: canWriteAnd(({ scan }) => scan !== 'best-effort'),
    async run(context) {
      const { collection, life } = await lively(context);
      const other = await (await context.reconnect()).openCollection(collection.name);
      const read = await scanInUse(collection, life, { title: 'in two connections', parts: 3, other });
      expectAllThatStay(context, life, read, 'in two connections');
    },
  },
  {
    id: 'scan/in-use-shows-one-moment',
    title: 'a scan of a snapshot gives what was there when it began, and nothing of what was written since',
    hint: 'Each page reads the newest state: that is `stable`, if nothing is missed. Partitions are pinned when the first page comes.',
    appliesTo: canWriteAnd(({ scan }) => scan === 'snapshot'),
    async run(context) {
      for (const way of WAYS) {
        const { collection, life } = await lively(context);
        const read = await scanInUse(collection, life, way);
        if (read !== undefined) expectSameRecords(read, life.before, way.title ?? 'all records', context.comparison);
      }
    },
  },
];

interface Way {
  readonly title: string;
  /** Whether writes are flushed while the scan goes on. */
  readonly flush?: boolean;
  readonly parts?: number;
  readonly filter?: ScanRequest['filter'];
  /** A second connection, which reads the later half. */
  readonly other?: CollectionV1;
}

const WAYS: readonly Way[] = [
  { title: 'in one piece' },
  { title: 'in three parts', parts: 3 },
  { title: 'with a filter', filter: { op: 'gte', path: 'number', value: 0 } },
  { title: 'while writes are flushed', parts: 2, flush: true },
];

/** What becomes of each record while it is read. */
interface Life {
  readonly before: readonly VectorRecord[];
  readonly stays: readonly VectorRecord[];
  /** In the order in which they are made. */
  readonly writes: VectorRecord[];
  readonly deletes: string[];
  /** Every form that a record ever had, by id. */
  readonly versions: ReadonlyMap<string, readonly VectorRecord[]>;
}

async function lively({ capabilities, filled }: ConformanceContext): Promise<{ collection: CollectionV1; life: Life }> {
  const numbers = Array.from({ length: RECORDS }, (_, number) => number);
  const of = (...fates: readonly number[]): VectorRecord[] =>
    numbers.filter((number) => fates.includes(number % 5)).map((number) => makeRecord(capabilities, number));
  const again = of(2).map(({ metadata, ...record }) => ({
    ...record,
    vectors: { '': makeVector(Number(metadata['number']) + RECORDS) },
    metadata: { ...metadata, label: 'written again' },
  }));
  const before = of(0, 1, 2, 3);
  const added = of(4);
  const collection = await filled(before);
  return {
    collection,
    life: {
      before,
      stays: of(0, 1),
      writes: scattered([...again, ...added]),
      deletes: scattered(of(3).map(({ id }) => id)),
      versions: Map.groupBy([...before, ...again, ...added], ({ id }) => id),
    },
  };
}

/** The same in every run: neither from one end to the other, nor all in one place. */
function scattered<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item, at) => ({ item, place: (at * 37) % items.length }))
    .toSorted((left, right) => left.place - right.place)
    .map(({ item }) => item);
}

/**
 * Reads page by page, the parts in turn, and writes after every page. `undefined` where the store says that the scan has to begin anew,
 * because its place is no longer known: nothing was missed unseen.
 */
async function scanInUse(
  collection: CollectionV1,
  life: Life,
  { parts: target, filter, other, flush }: Way,
): Promise<readonly VectorRecord[] | undefined> {
  const parts: readonly (Partition | undefined)[] =
    target === undefined ? [undefined] : await partitionsOf(collection, target, { filter });
  const read: VectorRecord[] = [];
  let waiting = parts.map((partition) => ({ partition, cursor: undefined as string | undefined }));
  let pages = 0;
  while (waiting.length > 0) {
    const next: typeof waiting = [];
    for (const { partition, cursor } of waiting) {
      const from = other !== undefined && pages % 2 === 1 ? other : collection;
      const request = { limit: PAGE, include: ['vectors', 'metadata'], partition, cursor, filter } as const;
      const page = await unlessRefused(() => from.scan(request));
      if (page === undefined) return undefined;
      read.push(...page.records);
      pages += 1;
      expectThat(pages < RECORDS * 10, `the scan does not end: ${pages} pages so far`);
      if (page.cursor !== null) next.push({ partition, cursor: page.cursor });
      await change(collection, life);
      if (flush === true) await collection.flush?.();
    }
    waiting = next;
  }
  return read;
}

async function unlessRefused<Result>(read: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    if (VsmError.isInstance(error) && error.code === 'INVALID_CURSOR') return undefined;
    throw error;
  }
}

async function change(collection: CollectionV1, life: Life): Promise<void> {
  const written = life.writes.splice(0, CHANGES);
  const deleted = life.deletes.splice(0, CHANGES);
  if (written.length > 0) {
    const { rejected } = await collection.upsert(written);
    expectThat(rejected.length === 0, `record "${rejected[0]?.id}" was refused: ${rejected[0]?.detail}`);
  }
  if (deleted.length > 0) await collection.delete(deleted);
}

function expectAllThatStay(
  { comparison }: ConformanceContext,
  { stays }: Life,
  read: readonly VectorRecord[] | undefined,
  title: string,
): void {
  if (read === undefined) return;
  const found = Map.groupBy(read, ({ id }) => id);
  const missed = stays.filter(({ id }) => !found.has(id));
  expectThat(
    missed.length === 0,
    `${title}: ${missed.length} of ${stays.length} records that nobody touched were not read, such as "${missed[0]?.id}"`,
  );
  for (const record of stays) {
    for (const copy of found.get(record.id) ?? []) {
      const difference = recordDifference(copy, record, comparison);
      expectThat(difference === undefined, `${title}: record "${record.id}", which nobody touched: ${difference}`);
    }
  }
}
