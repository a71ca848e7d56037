import type { VectorRecord } from '../spec/record.ts';
import type { MeasuredPage } from '../scan/pages.ts';
import { ValueTally } from '../witness/value-tally.ts';
import { eachPage, EVERYTHING, type Sides } from './ids.ts';
import { fetchStored } from './values.ts';
import type { ValuesPass } from './values-pass.ts';
import { compareWitness, notWitnessed, type ValuesReport } from './values-witness.ts';

/** Holds what reading all of the source gave against figures of its pages, or those that its store is asked for. */
export async function witnessSource(run: Sides, pass: ValuesPass): Promise<ValuesReport> {
  const carried = pass.sourceWitness.witness;
  if (isPart(run) && carried === undefined) return notWitnessed('source', PART);
  const again = (): Promise<ValueTally> => tallyAgain(run, 'source', EVERYTHING, async ({ records }) => records);
  return compareWitness(
    'source',
    run.source,
    { read: pass.sourceTally, carried, again, isCounted: isCounted(run) },
    run,
  );
}

/** The same of the target; `whole` where all that it holds was read. */
export async function witnessTarget(run: Sides, pass: ValuesPass, whole: boolean): Promise<ValuesReport> {
  const carried = pass.targetWitness.witness;
  if (isPart(run) && carried === undefined) return notWitnessed('target', PART);
  if (!whole)
    return notWitnessed('target', 'it holds records beside those that were compared, or not all of them were');
  const again = (): Promise<ValueTally> =>
    tallyAgain(run, 'target', [], async ({ records }) => (await fetchStored(records, run)).values());
  return compareWitness(
    'target',
    run.target,
    { read: pass.targetTally, carried, again, isCounted: isCounted(run) },
    run,
  );
}

/** Whether the store is asked to count even what its pages carried figures of: it reads all of its records for it. */
const isCounted = (run: Sides): boolean => run.witness !== undefined && !isPart(run);

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
