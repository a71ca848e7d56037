import type { SourceComparison, VerifyRun } from './comparison.ts';
import { inParallel } from './in-parallel.ts';
import type { RoadsReport } from './roads-report.ts';
import { checkTargetRoads } from './target-roads.ts';
import { witnessSource, witnessTarget } from './side-witness.ts';
import type { ValuesPass } from './values-pass.ts';
import type { ValuesReport } from './values-witness.ts';
import { watchReading, watchWitness, type WitnessReport, type WitnessWatch } from './witness.ts';

/** One for each side that has any. */
type Watches = { readonly source: WitnessWatch; readonly target: WitnessWatch } | undefined;

/** Counts by roads of their own; they know nothing of filters, and so speak only where all of a collection is meant. */
export async function watchBoth({ plan, source, target, signal }: VerifyRun): Promise<Watches> {
  if (plan.filter !== undefined || plan.namespaces !== undefined) return undefined;
  return {
    source: await watchReading(source, signal),
    target: await watchWitness('target', target, signal),
  };
}

/** What was compared, and of how much of the target. */
interface Heard {
  readonly compared: SourceComparison | undefined;
  readonly pass: ValuesPass;
  readonly watches: Watches;
  readonly inTarget: number;
  readonly whole: boolean;
  readonly withValues: boolean;
}

interface Testimony {
  readonly witness: WitnessReport | undefined;
  readonly roads?: RoadsReport | undefined;
  readonly values?: ValuesReport | undefined;
}

/** Asks both stores at once for what shares nothing with the comparison, first that of the source. */
export async function hearWitnesses(run: VerifyRun, heard: Heard): Promise<readonly Testimony[]> {
  return inParallel<[Testimony, Testimony]>(run.signal, [
    (signal) => hearSource({ ...run, signal }, heard),
    (signal) => hearTarget({ ...run, signal }, heard),
  ]);
}

async function hearSource(run: VerifyRun, { compared, pass, watches, withValues }: Heard): Promise<Testimony> {
  const witness = pass.read === undefined ? undefined : await watches?.source(pass.read);
  if (!withValues) return { witness };
  const roads = await pass.roads();
  return { witness, roads, values: compared?.sourceValues ?? (await witnessSource(run, pass)) };
}

async function hearTarget(run: VerifyRun, heard: Heard): Promise<Testimony> {
  const { compared, pass, watches, inTarget, withValues, whole } = heard;
  const witness = await watches?.target(inTarget);
  if (!withValues) return { witness };
  const roads = compared?.targetRoads ?? (await checkTargetRoads(run, inTarget));
  return { witness, roads, values: await witnessTarget(run, pass, whole) };
}
