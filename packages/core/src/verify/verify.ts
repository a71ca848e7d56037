import type { CensusReport } from './census.ts';
import { countExpected, settledCount, type NamespaceCount } from './count.ts';
import { compareDoubled } from './doubled.ts';
import type { IdDigest } from './id-digest.ts';
import {
  collect,
  compareSides,
  shareOf,
  VERIFY_LEVELS,
  type SourceComparison,
  type SourceRead,
  type VerifyLevel,
  type VerifyRun,
} from './comparison.ts';
import { asCopied, compareIds, filterOfTarget } from './ids.ts';
import { recordKey } from '../spec/record.ts';
import { hearWitnesses, watchBoth } from './hear-witnesses.ts';
import type { RoadsReport } from './roads-report.ts';
import { vectorLabel } from '../store/vector-label.ts';
import { compareSearches, type SearchReport } from './search.ts';
import { ValuesPass, type Difference } from './values-pass.ts';
import type { ValuesReport } from './values-witness.ts';
import type { WitnessReport } from './witness.ts';

export interface VerificationReport {
  readonly passed: boolean;
  readonly level: VerifyLevel;
  /** `once`: what the copy read was compared. `twice`: the source was read anew. Absent where no run is verified, or nothing but a count. */
  readonly sourceRead?: SourceRead | undefined;
  /** Records of the source that should be in the target: selected, not dropped, not refused. */
  readonly expectedCount: number;
  /** Records of the target; with a filter, those that it selects. */
  readonly targetCount: number;
  /** By namespace, where there are any and not more than a thousand. */
  readonly counts: readonly NamespaceCount[];
  /** Records whose values were compared. */
  readonly valuesCompared: number;
  /** With `sample`, what the comparison says of the records that were not looked at. */
  readonly confidence?: string | undefined;
  readonly missing: number;
  readonly extra: number;
  readonly changed: number;
  /** The first 100, or as many as were asked for. */
  readonly differences: readonly Difference[];
  /** What each side holds, where all values were compared. */
  readonly census?: CensusReport | undefined;
  /** Independent counts of the sides, where the stores have any. One that differs from what was read fails the verification. */
  readonly witnesses: readonly WitnessReport[];
  /** Of each side, whether a scan, a fetch and the store itself gave the same of the same records; from level `values` on. */
  readonly roads: readonly RoadsReport[];
  /** Of each side, what its store counted of the values itself, held against what was read; from level `values` on. */
  readonly values: readonly ValuesReport[];
  readonly search?: SearchReport | undefined;
  readonly notes: readonly string[];
  readonly durationSeconds: number;
}

const READ_ONCE =
  'the source was read once: the target was held against what the copy read, so that a misreading of the source is not told by reading it again, nor what was written there since';

const COMPUTED = 'was computed on the way: whether each record has one was compared, its numbers were not';
const UNTOLD =
  'the target differs from what was read of the source, which has other records now, so that it cannot be told in what: verify once more when nobody writes to the source';
const EQUAL_IDS = { whole: true, sourceChanged: false };
const ALL_SELECTED =
  'what the filter looks at is changed on the way, so that records of the target do not tell whether it selects them: those of other origin count as extra';

/** Compares what the target holds with what the plan says it should. Reads only. */
export async function verifyRecords(given: VerifyRun): Promise<VerificationReport> {
  const { plan, tracker } = given;
  const started = performance.now();
  const depth = VERIFY_LEVELS.indexOf(given.level);
  const notes: string[] = [];
  tracker.enter('verifying', plan.totalVectors, plan.sample.vectorsPerSecond);

  const withValues = depth >= 2;
  const watches = await watchBoth(given);
  const share = shareOf(given);
  const compared = given.compared ?? (depth === 0 ? undefined : await compareSides(given, notes));
  const run = (depth === 0 ? given.copied !== undefined : compared?.copied === true) ? asCopied(given) : given;
  const { differences, totals, report } = collect(compared, run.limit);
  const digest = compared?.digest;
  const pass = compared?.pass ?? new ValuesPass(run);
  const extrasMatter = plan.targetCount === 0;
  if (sourceReadOf(given, compared) === 'once') notes.push(READ_ONCE);
  const { computedVector } = run.pipeline;
  if (withValues && computedVector !== undefined) notes.push(`${vectorLabel(computedVector)} ${COMPUTED}`);
  if (!extrasMatter)
    notes.push(`the target held ${plan.targetCount} records before; records only it has are not differences`);
  const comparedByDigest = pass.compared;
  if (depth > 0) {
    await compareDoubled(run, {
      values: withValues,
      report,
      onFound: (original, stored, decoded) => {
        if (withValues) pass.pair(original, stored, decoded);
      },
    });
  }

  let untold = compared?.sourceChanged === true;
  const counts = await settledCount(run, (digest ?? run.copied?.ids)?.namespaces ?? (await countExpected(run)));
  if (digest === undefined) {
    for (const { expected, found } of counts) {
      totals.missing += Math.max(0, expected - found);
      totals.extra += extrasMatter ? Math.max(0, found - expected) : 0;
    }
  } else {
    if (digest.rejected > 0) {
      notes.push(
        `${digest.rejected} records of the source have no form in the layout, so they are not expected in the target`,
      );
    }
    // Where every value was looked at, what is missing is known already.
    const missingKnown = withValues && share === 1;
    // Every record that should be there is, there are no more than these, and nobody else has written there: no id can be extra.
    const followed = missingKnown && totals.missing === 0 && run.ownTarget === true;
    const proven = missingKnown && holdsNothingElse(run, digest, comparedByDigest);
    const agree = counts.every(({ expected, found }) => expected === found);
    const equal = agree && (compared?.equal ?? (followed || proven));
    const { whole, sourceChanged } = equal
      ? EQUAL_IDS
      : await compareIds(run, digest, ({ kind, id, namespace, stored }) => {
          // It was refused by name.
          if (kind === 'shared' && given.doubled?.has(recordKey(stored)) === true) return;
          if (kind === 'doubled') report({ kind: 'extra', id, namespace, field: 'the id occurs twice' });
          else if (kind === 'shared')
            report({
              kind: 'missing',
              id,
              namespace,
              field: 'another record of the source has the same id in the target',
            });
          else if (kind === 'extra' ? extrasMatter : !missingKnown) report({ kind, id, namespace });
        });
    untold ||= sourceChanged;
    if (!whole) notes.push('too many records differ to list them all: missing and extra are lower bounds');
  }
  untold &&= totals.missing + totals.extra + totals.changed === 0;
  if (untold) notes.push(UNTOLD);
  if (totals.extra > 0 && plan.filter !== undefined && filterOfTarget(run) === undefined) notes.push(ALL_SELECTED);
  const census = withValues && share === 1 ? pass.census(run) : undefined;
  const inTarget = counts.reduce((sum, count) => sum + count.found, 0);
  const whole = share === 1 && inTarget === pass.compared;
  const heard = await hearWitnesses(run, { compared, pass, watches, inTarget, whole, withValues });
  const witnesses = heard.flatMap(({ witness }) => witness ?? []);
  const roads = heard.flatMap((one) => one.roads ?? []);
  const values = heard.flatMap((one) => one.values ?? []);
  const search = depth >= 3 ? await compareSearches(run, notes) : undefined;
  const expectedCount = counts.reduce((sum, { expected }) => sum + expected, 0);
  const nothingLeft =
    expectedCount === 0 && (run.rejected ?? 0) + (digest?.rejected ?? 0) + (run.absent?.size ?? 0) > 0;
  if (nothingLeft) notes.push('every record of the source was rejected, so there is nothing to compare');
  return {
    passed:
      !nothingLeft &&
      !untold &&
      totals.missing + totals.extra + totals.changed === 0 &&
      (census?.unexplained.length ?? 0) === 0 &&
      [...witnesses, ...roads].every(({ problem }) => problem === undefined) &&
      values.every(({ problems }) => problems.length === 0) &&
      (search?.passed ?? true),
    level: run.level,
    sourceRead: sourceReadOf(run, compared),
    expectedCount,
    targetCount: inTarget,
    counts,
    valuesCompared: pass.compared,
    confidence: withValues && share < 1 ? confidence(pass.compared) : undefined,
    missing: totals.missing,
    extra: totals.extra,
    changed: totals.changed,
    differences,
    census,
    witnesses,
    roads,
    values,
    search,
    notes,
    durationSeconds: (performance.now() - started) / 1000,
  };
}

function sourceReadOf({ ofRun, copied }: VerifyRun, compared: SourceComparison | undefined): SourceRead | undefined {
  if (ofRun !== true) return undefined;
  if (compared === undefined) return copied === undefined ? undefined : 'once';
  return compared.copied === true ? 'once' : 'twice';
}

/**
 * Whether counts that agree in each namespace show that the target has no record beside the expected ones, and none twice, so that its
 * ids need not be read: where all of them were found by id, and no two of them are the same record.
 */
function holdsNothingElse({ plan, targetStore }: VerifyRun, digest: IdDigest, found: number): boolean {
  // What a filter selects is counted in another way than it is fetched, and a late count may miss the last record.
  if (plan.filter !== undefined || targetStore.capabilities.readAfterWrite !== 'immediate') return false;
  return digest.distinct && found === digest.total;
}

/** If none of `compared` random records differs, fewer than 3 in `compared` do, at 95 % (the rule of three). */
function confidence(compared: number): string {
  const bound = compared === 0 ? 100 : (100 * 3) / compared;
  return `${compared} records were compared at random: with 95 % confidence, fewer than ${bound.toPrecision(2)} % of all would differ if none of these does`;
}
