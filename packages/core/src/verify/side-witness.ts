import type { VectorRecord } from '../spec/record.ts';
import type { MeasuredPage } from '../scan/pages.ts';
import { ValueTally } from '../store/value-tally.ts';
import { eachPage, EVERYTHING, type Sides } from './ids.ts';
import { fetchStored } from './values.ts';
import { compareWitness, notWitnessed, type ValuesReport } from './values-witness.ts';

/** Has the store of the source count its values, and holds them against `read`, what reading all of it gave. */
export async function witnessSource(run: Sides, read: ValueTally): Promise<ValuesReport> {
  if (isPart(run)) return notWitnessed('source', PART);
  const again = (): Promise<ValueTally> => tallyAgain(run, 'source', EVERYTHING, async ({ records }) => records);
  return compareWitness('source', run.source, read, again, run.signal);
}

/** The same of the target; `whole` where all that it holds was read. */
export async function witnessTarget(run: Sides, read: ValueTally, whole: boolean): Promise<ValuesReport> {
  if (isPart(run)) return notWitnessed('target', PART);
  if (!whole)
    return notWitnessed('target', 'it holds records beside those that were compared, or not all of them were');
  const again = (): Promise<ValueTally> =>
    tallyAgain(run, 'target', [], async ({ records }) => (await fetchStored(records, run)).values());
  return compareWitness('target', run.target, read, again, run.signal);
}

/** Stores count all of a collection. */
const isPart = ({ plan }: Sides): boolean => plan.filter !== undefined || plan.namespaces !== undefined;

const PART = 'only a part of the records was compared';

async function tallyAgain(
  run: Sides,
  side: 'source' | 'target',
  include: typeof EVERYTHING,
  recordsOf: (page: MeasuredPage) => Promise<Iterable<VectorRecord>>,
): Promise<ValueTally> {
  const tally = new ValueTally();
  await eachPage(run, side, include, async (page) => {
    for (const record of await recordsOf(page)) tally.add(record);
  });
  return tally;
}
