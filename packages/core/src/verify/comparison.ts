/** One side held against the other at a level, before anything is counted: which ids should be there, and what their values are. */
import { compareDigests, digestProblem } from './digested.ts';
import type { IdDigest } from './id-digest.ts';
import { digestExpected, type Sides } from './ids.ts';
import type { SourceReading } from './reading.ts';
import type { RoadsReport } from './roads-report.ts';
import { compareValues, ValuesPass, type Difference } from './values-pass.ts';
import type { ValuesReport } from './values-witness.ts';

/** Each level includes the ones before it. */
export const VERIFY_LEVELS = ['count', 'ids', 'values', 'search'] as const;

export type VerifyLevel = (typeof VERIFY_LEVELS)[number];

/** How often a run that verifies reads its source. */
export const SOURCE_READS = ['once', 'twice'] as const;

export type SourceRead = (typeof SOURCE_READS)[number];

export interface VerifyRun extends Sides {
  /** Records that the run which is verified has rejected, whoever did. */
  readonly rejected?: number | undefined;
  /** Whether the target collection was made by the run that is verified, so that it holds nothing else. */
  readonly ownTarget?: boolean | undefined;
  readonly level: VerifyLevel;
  /** Compare the values of about this many records, chosen at random; all of them when absent. */
  readonly sample?: number | undefined;
  /** What comparing the parts of the source, one by one, has found, so that it is not read again. */
  readonly compared?: SourceComparison | undefined;
  /** Whether a run is verified, by itself. */
  readonly ofRun?: boolean | undefined;
  /** What the copy read of the source, so that it is not read again. */
  readonly copied?: SourceReading | undefined;
  /** Differences that are listed. @default 100 */
  readonly limit?: number | undefined;
}

/** What one pass over the source, or over parts of it, found. */
export interface SourceComparison {
  readonly digest: IdDigest;
  readonly pass: ValuesPass;
  readonly totals: Record<Difference['kind'], number>;
  /** The first 100. */
  readonly differences: Difference[];
  /** Whether the source was not read for it. */
  readonly copied?: boolean | undefined;
  /** Where the target was read whole. */
  readonly targetRoads?: RoadsReport | undefined;
  /** Where the store of the source has counted its values already. */
  readonly sourceValues?: ValuesReport | undefined;
  /** Whether the target is known to hold the expected records, each once, and none beside, or known not to. */
  readonly equal?: boolean | undefined;
  /** Whether the source had other ids when what differs was read once more. */
  readonly sourceChanged?: boolean | undefined;
}

const LISTED = 100;

/** Compares parts of the source, `run.sourceParts`, for a verification that others take part in. */
export async function compareSource(run: VerifyRun): Promise<SourceComparison> {
  const { report, ...found } = collect(undefined, run.limit);
  const pass = new ValuesPass(run);
  const digest = await readSource(run, report, pass);
  return { ...found, pass, digest };
}

/** What the source says the target should hold, held against the target at this level. */
export async function compareSides(run: VerifyRun, notes: string[]): Promise<SourceComparison> {
  const { copied } = run;
  if (VERIFY_LEVELS.indexOf(run.level) < 2) {
    const { report: _report, ...found } = collect(undefined);
    const digest = copied?.ids ?? (await digestExpected(run));
    return { ...found, digest, pass: copied?.pass ?? new ValuesPass(run), copied: copied !== undefined };
  }
  if (shareOf(run) < 1) return compareSource(run);
  const problem = await digestProblem(run);
  if (problem === undefined) {
    const { report, ...found } = collect(undefined, run.limit);
    const { reading, ...digested } = await compareDigests(run, copied, report);
    const { ids: digest, pass } = reading;
    if (digested.equal !== undefined) return { ...found, ...digested, digest, pass, copied: copied !== undefined };
    notes.push('the digests of the two sides differ in too much to tell what: both were read once more');
  } else if (copied !== undefined) {
    notes.push(`the source was read once more, since no digest can be taken of what should arrive: ${problem}`);
  }
  return compareSource(run);
}

async function readSource(
  run: VerifyRun,
  report: (difference: Difference) => void,
  pass: ValuesPass,
): Promise<IdDigest> {
  return VERIFY_LEVELS.indexOf(run.level) >= 2 ? compareValues(run, shareOf(run), report, pass) : digestExpected(run);
}

export function shareOf({ sample, plan }: Pick<VerifyRun, 'sample' | 'plan'>): number {
  return sample === undefined ? 1 : Math.min(1, sample / Math.max(1, plan.totalVectors));
}

export function collect(
  found: Pick<SourceComparison, 'totals' | 'differences'> | undefined,
  limit: number = LISTED,
): Pick<SourceComparison, 'totals' | 'differences'> & { readonly report: (difference: Difference) => void } {
  const totals = { missing: 0, extra: 0, changed: 0, ...found?.totals };
  const differences = [...(found?.differences ?? [])];
  return {
    totals,
    differences,
    report(difference: Difference): void {
      totals[difference.kind] += 1;
      if (differences.length < limit) differences.push(difference);
    },
  };
}
