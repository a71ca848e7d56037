import {
  probesFor,
  ValueTally,
  witnessDifferences,
  type Capabilities,
  type CollectionV1,
  type ValuesWitness,
  type VectorRecord,
} from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import { expectSameRecords } from '../compare.ts';
import type { ConformanceContext } from '../context.ts';
import { expectEqual, expectThat } from '../expectations.ts';
import { readAll, readPages } from '../reading.ts';
import { makeRecord } from '../records.ts';
import { canWrite } from './applies.ts';
import { SAMPLE_GROUPS } from './metadata-values.ts';

/** Records with every kind of value that the store holds, some without what others have. */
function variedRecords(capabilities: Capabilities): VectorRecord[] {
  const samples = SAMPLE_GROUPS.flatMap(({ id, samples: group }) => group.map((sample) => ({ ...sample, id })));
  return samples
    .filter(({ held }) => held(capabilities.metadata))
    .map(({ id, name, value }, at) => {
      const key = `sample ${id} ${name}`.replaceAll(/[^a-z0-9]+/gi, '_');
      const { document, ...record } = makeRecord(capabilities, at, { metadata: { [key]: value, number: at } });
      return { ...record, ...(document !== undefined && at % 3 !== 0 && { document: `${document} – ü` }) };
    });
}

async function fetchAll(collection: CollectionV1, records: readonly VectorRecord[]): Promise<VectorRecord[]> {
  const found: VectorRecord[] = [];
  for (const [namespace, group] of Map.groupBy(records, (record) => record.namespace)) {
    found.push(
      ...(await collection.fetch(
        group.map(({ id }) => id),
        { namespace },
      )),
    );
  }
  return found;
}

/** Read back at its end, where the store may show its writes late. */
async function filledCollection({ capabilities, filled, settle }: ConformanceContext): Promise<CollectionV1> {
  const records = variedRecords(capabilities);
  const collection = await filled(records);
  await settle(async () => expectEqual((await readAll(collection)).length, records.length, 'records of the scan'));
  return collection;
}

export const twoRoadsCases: readonly ConformanceCase[] = [
  {
    id: 'scan/gives-what-fetch-gives',
    title: 'a scan and a fetch of the same ids give the same records, whatever they hold',
    hint: 'The two are read by different code, or asked of different endpoints, of which one leaves out or converts a value.',
    appliesTo: canWrite,
    async run(context) {
      const collection = await filledCollection(context);
      const scanned = await readAll(collection, { limit: 7 });
      expectSameRecords(
        await fetchAll(collection, scanned),
        scanned,
        'what fetch gives, held against the scan',
        'bits',
      );
    },
  },
  {
    id: 'witness/figures-are-those-of-the-records',
    title: 'every figure that the store counts itself is that of the records that are read',
    hint: 'A null, an empty text or a row that is no record is counted or left out; a sum is taken of texts; the count is one of the wrong column. A figure that cannot be exact belongs into unwitnessed; pages that carry figures carry them of every key.',
    appliesTo: canWrite,
    async run(context) {
      const collection = await filledCollection(context);
      const tally = new ValueTally();
      for (const record of await readAll(collection)) tally.add(record);
      expectFigures(await collection.witnessValues?.({ keys: tally.keys }), tally, 'the store counts');
      for (const page of await readPages(collection, { limit: 7, witness: true })) {
        const ofPage = new ValueTally();
        for (const record of page.records) ofPage.add(record);
        expectFigures(page.witness, ofPage, 'the page carries');
        if (page.witness !== undefined) expectEveryKey(page.witness, ofPage);
      }
    },
  },
  {
    id: 'witness/records-are-those-that-are-read',
    title: 'what the store says itself of single records is what is read of them',
    hint: 'A score is no distance as the contract has it; the index answers instead of the vectors; a field stands under another name; a value that has a form of its own in records belongs into skipped.',
    appliesTo: canWrite,
    async run(context) {
      const collection = await filledCollection(context);
      const read = await readAll(collection);
      const probes = probesFor(read, await collection.describe());
      for (const [namespace, group] of Map.groupBy(read, (record) => record.namespace)) {
        const ids = group.map(({ id }) => id);
        const witness = await collection.witnessRecords?.({ ids, namespace, probes });
        if (witness === undefined) return;
        expectThat(witness.by !== '', 'the witness does not say by which road it speaks');
        const records = new Map(group.map((record) => [record.id, record]));
        let compared = 0;
        for (const found of witness.records) {
          const record = records.get(found.id);
          if (record === undefined) continue;
          const { witnessed, differences } = witnessDifferences(record, found, probes, witness.metrics);
          compared += witnessed.length;
          expectEqual(differences, [], `what ${witness.by} says of "${found.id}" that is not what was read`);
        }
        expectThat(compared > 0, `${witness.by} says nothing of any record`);
      }
    },
  },
];

function expectEveryKey({ figures, unwitnessed }: ValuesWitness, { keys }: ValueTally): void {
  for (const key of keys) {
    const isTold = figures.some(({ part, name }) => part === 'metadata' && name === key);
    expectThat(
      isTold || unwitnessed.includes(`metadata "${key}"`),
      `the page carries no figure of metadata "${key}", which its records have, and does not say so`,
    );
  }
}

function expectFigures(witness: ValuesWitness | undefined, tally: ValueTally, says: string): void {
  if (witness === undefined) return;
  expectThat(witness.by !== '', 'the witness does not say by which road it counts');
  expectEqual(JSON.parse(JSON.stringify(witness)), witness, 'the witness after a trip through JSON');
  for (const figure of witness.figures) {
    const { value, within } = tally.figure(figure);
    const { part, name, measure } = figure;
    expectThat(
      Math.abs(figure.value - value) <= within,
      `${measure} of ${part} "${name}": ${says} ${figure.value}, but its records have ${value}`,
    );
  }
}
