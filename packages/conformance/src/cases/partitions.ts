import type { CollectionV1, Partition, ScanRequest, VectorRecord } from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import { expectSameRecords } from '../compare.ts';
import { expectEqual, expectThat } from '../expectations.ts';
import { readAll } from '../reading.ts';
import { makeRecords } from '../records.ts';
import { canWrite } from './applies.ts';

export const partitionCases: readonly ConformanceCase[] = [
  ...[1, 2, 5, 16].map((target): ConformanceCase => ({
    id: `scan/${target}-partitions-are-disjoint-and-cover`,
    title: `the collection in ${target} ${target === 1 ? 'piece' : 'pieces'} is the collection`,
    hint: 'The borders of ranges overlap or leave a gap; the last partition is open at neither end; ids outside the sampled range are lost.',
    async run({ capabilities, comparison, filled }) {
      const records = makeRecords(capabilities, 37);
      const collection = await filled(records);
      const pieces = await readPartitions(collection, target, { limit: 4 });
      expectSameRecords(pieces, records, `${target} partitions`, comparison);
    },
  })),
  {
    id: 'scan/more-partitions-than-records',
    title: 'a collection of two records in 16 pieces is still two records',
    hint: 'A range without records is read as a range without end.',
    async run({ capabilities, comparison, filled }) {
      const records = makeRecords(capabilities, 2);
      expectSameRecords(await readPartitions(await filled(records), 16), records, '16 partitions', comparison);
    },
  },
  {
    id: 'scan/partitions-of-nothing',
    title: 'an empty collection can be split, and stays empty',
    hint: 'The smallest and largest id are used without looking whether there are any.',
    appliesTo: canWrite,
    async run({ create }) {
      expectEqual((await readPartitions(await create(), 4)).length, 0, 'records');
    },
  },
  {
    id: 'scan/partitions-are-valid-in-a-new-connection',
    title: 'partitions and their cursors go through JSON and continue from a new connection',
    hint: 'A partition refers to state in this process; its id contains raw bytes.',
    async run({ capabilities, comparison, filled, reconnect }) {
      const records = makeRecords(capabilities, 24);
      const collection = await filled(records);
      const partitions = await partitionsOf(collection, 3);
      const copies = JSON.parse(JSON.stringify(partitions)) as (Partition | null)[];
      const other = await (await reconnect()).openCollection(collection.name);
      const found: VectorRecord[] = [];
      for (const copy of copies) {
        const partition = copy ?? undefined;
        const first = await collection.scan({ limit: 2, include: ['vectors', 'metadata'], partition });
        found.push(...first.records);
        if (first.cursor === null) continue;
        found.push(...(await readAll(other, { limit: 3, partition, cursor: first.cursor })));
      }
      expectSameRecords(found, records, 'all partitions', comparison);
    },
  },
];

/** Every partition read to its end, one after the other. */
export async function readPartitions(
  collection: CollectionV1,
  target: number,
  request: Partial<ScanRequest> = {},
): Promise<VectorRecord[]> {
  const found: VectorRecord[] = [];
  for (const partition of await partitionsOf(collection, target, request)) {
    found.push(...(await readAll(collection, { ...request, partition })));
  }
  return found;
}

/** A store that cannot split is one piece, as it is for core. */
export async function partitionsOf(
  collection: CollectionV1,
  target: number,
  { namespace, filter }: Partial<ScanRequest> = {},
): Promise<readonly (Partition | undefined)[]> {
  if (collection.partition === undefined) return [undefined];
  const partitions = await collection.partition(target, { namespace, filter });
  const ids = partitions.map(({ id, namespace: of = '' }) => `${of}\0${id}`);
  expectThat(new Set(ids).size === ids.length, `two partitions have one id: ${ids.join(', ')}`);
  return partitions;
}
