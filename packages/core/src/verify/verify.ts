import { setTimeout as delay } from 'node:timers/promises';
import { decodeRecord } from '../mapping/envelope.ts';
import { recordKey, type VectorRecord } from '../spec/record.ts';
import { Census, compareCensus, type CensusReport, type CensusSide } from './census.ts';
import { compareRecords } from './compare.ts';
import { countExpected, SETTLE_MS, SETTLE_POLL_MS, settledCount, type NamespaceCount } from './count.ts';
import { IdDigest } from './id-digest.ts';
import { compareIds, digestExpected, eachPage, EVERYTHING, expectedPairs, type Sides } from './ids.ts';
import { compareSearches, type SearchReport } from './search.ts';
import { fetchStored, vectorTolerances } from './values.ts';
import { watchWitness, type WitnessReport, type WitnessWatch } from './witness.ts';

/** Each level includes the ones before it. */
export const VERIFY_LEVELS = ['count', 'ids', 'values', 'search'] as const;

export type VerifyLevel = (typeof VERIFY_LEVELS)[number];

export interface Difference {
  readonly kind: 'missing' | 'extra' | 'changed';
  /** The id in the source; for an extra record the one in the target. */
  readonly id: string;
  readonly namespace?: string | undefined;
  readonly field?: string | undefined;
  readonly expected?: string | undefined;
  readonly actual?: string | undefined;
}

export interface VerificationReport {
  readonly passed: boolean;
  readonly level: VerifyLevel;
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
  /** The first 100. */
  readonly differences: readonly Difference[];
  /** What each side holds, where all values were compared. */
  readonly census?: CensusReport | undefined;
  /** Independent counts of the sides, where the stores have any. One that differs from what was read fails the verification. */
  readonly witnesses: readonly WitnessReport[];
  readonly search?: SearchReport | undefined;
  readonly notes: readonly string[];
  readonly durationSeconds: number;
}

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
}

/** What one pass over the source, or over parts of it, found. */
export interface SourceComparison {
  readonly digest: IdDigest;
  readonly pass: ValuesPass;
  readonly totals: Record<Difference['kind'], number>;
  /** The first 100. */
  readonly differences: Difference[];
}

const LISTED = 100;

/** Compares what the target holds with what the plan says it should. Reads only. */
export async function verifyRecords(run: VerifyRun): Promise<VerificationReport> {
  const { plan, tracker } = run;
  const started = performance.now();
  const depth = VERIFY_LEVELS.indexOf(run.level);
  const notes: string[] = [];
  const { differences, totals, report } = collect(run.compared);
  tracker.enter('verifying', plan.totalVectors, plan.sample.vectorsPerSecond);

  const withValues = depth >= 2;
  const pass = run.compared?.pass ?? new ValuesPass(run.pipeline.computedVector);
  const watches = await watchBoth(run);
  const share = shareOf(run);
  const digest = run.compared?.digest ?? (depth === 0 ? undefined : await readSource(run, report, pass));
  const extrasMatter = plan.targetCount === 0;
  if (!extrasMatter)
    notes.push(`the target held ${plan.targetCount} records before; records only it has are not differences`);

  const counts = await settledCount(run, digest?.namespaces ?? (await countExpected(run)));
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
    const followed =
      missingKnown &&
      totals.missing === 0 &&
      run.ownTarget === true &&
      counts.every(({ expected, found }) => expected === found);
    const proven = missingKnown && holdsNothingElse(run, digest, counts, pass.compared);
    const whole =
      followed ||
      proven ||
      (await compareIds(run, digest, ({ kind, id, namespace }) => {
        if (kind === 'doubled') report({ kind: 'extra', id, namespace, field: 'the id occurs twice' });
        else if (kind === 'shared')
          report({
            kind: 'missing',
            id,
            namespace,
            field: 'another record of the source has the same id in the target',
          });
        else if (kind === 'extra' ? extrasMatter : !missingKnown) report({ kind, id, namespace });
      }));
    if (!whole) notes.push('too many records differ to list them all: missing and extra are lower bounds');
  }
  const census = withValues && share === 1 ? pass.census(run) : undefined;
  const inTarget = counts.reduce((sum, count) => sum + count.found, 0);
  const witnesses = (
    await Promise.all([pass.read === undefined ? undefined : watches?.source(pass.read), watches?.target(inTarget)])
  ).filter((witness) => witness !== undefined);
  const search = depth >= 3 ? await compareSearches(run, notes) : undefined;
  const expectedCount = counts.reduce((sum, { expected }) => sum + expected, 0);
  const nothingLeft =
    expectedCount === 0 && (run.rejected ?? 0) + (digest?.rejected ?? 0) + (run.absent?.size ?? 0) > 0;
  if (nothingLeft) notes.push('every record of the source was rejected, so there is nothing to compare');
  return {
    passed:
      !nothingLeft &&
      totals.missing + totals.extra + totals.changed === 0 &&
      (census?.unexplained.length ?? 0) === 0 &&
      witnesses.every(({ problem }) => problem === undefined) &&
      (search?.passed ?? true),
    level: run.level,
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
    search,
    notes,
    durationSeconds: (performance.now() - started) / 1000,
  };
}

/** Compares parts of the source, `run.sourceParts`, for a verification that others take part in. */
export async function compareSource(run: VerifyRun): Promise<SourceComparison> {
  const { report, ...found } = collect(undefined);
  const pass = new ValuesPass(run.pipeline.computedVector);
  const digest = await readSource(run, report, pass);
  return { ...found, pass, digest };
}

async function readSource(
  run: VerifyRun,
  report: (difference: Difference) => void,
  pass: ValuesPass,
): Promise<IdDigest> {
  return VERIFY_LEVELS.indexOf(run.level) >= 2 ? compareValues(run, shareOf(run), report, pass) : digestExpected(run);
}

function shareOf({ sample, plan }: VerifyRun): number {
  return sample === undefined ? 1 : Math.min(1, sample / Math.max(1, plan.totalVectors));
}

function collect(
  found: Pick<SourceComparison, 'totals' | 'differences'> | undefined,
): Pick<SourceComparison, 'totals' | 'differences'> & { readonly report: (difference: Difference) => void } {
  const totals = { missing: 0, extra: 0, changed: 0, ...found?.totals };
  const differences = [...(found?.differences ?? [])];
  return {
    totals,
    differences,
    report(difference) {
      totals[difference.kind] += 1;
      if (differences.length < LISTED) differences.push(difference);
    },
  };
}

/**
 * Whether counting alone shows that the target has no record beside the expected ones, and none twice, so that its ids need not be
 * read: where all of them were found by id, no two of them are the same record, and there are just as many in each namespace.
 */
function holdsNothingElse(
  { plan, targetStore }: VerifyRun,
  digest: IdDigest,
  counts: readonly NamespaceCount[],
  found: number,
): boolean {
  // What a filter selects is counted in another way than it is fetched, and a late count may miss the last record.
  if (plan.filter !== undefined || targetStore.capabilities.readAfterWrite !== 'immediate') return false;
  const agree = counts.every((count) => count.found === count.expected);
  return agree && digest.distinct && found === digest.total;
}

/** If none of `compared` random records differs, fewer than 3 in `compared` do, at 95 % (the rule of three). */
function confidence(compared: number): string {
  const bound = compared === 0 ? 100 : (100 * 3) / compared;
  return `${compared} records were compared at random: with 95 % confidence, fewer than ${bound.toPrecision(2)} % of all would differ if none of these does`;
}

/** A pass as it is kept. */
export interface KeptPass {
  readonly read: number | undefined;
  readonly compared: number;
  readonly source: CensusSide;
  readonly expected: CensusSide;
  readonly target: CensusSide;
}

/** What is counted while values are compared. */
export class ValuesPass {
  /** Records that reading the source gave; none where it was not read. */
  read: number | undefined;
  compared = 0;
  readonly #source = new Census();
  readonly #expected: Census;
  readonly #target: Census;

  constructor(computedVector: string | undefined) {
    this.#expected = new Census(computedVector);
    this.#target = new Census(computedVector);
  }

  page(records: readonly VectorRecord[]): void {
    this.read = (this.read ?? 0) + records.length;
    for (const record of records) this.#source.add(decodeRecord(record));
  }

  expect(record: VectorRecord): void {
    this.#expected.add(record);
  }

  found(record: VectorRecord): void {
    this.compared += 1;
    this.#target.add(record);
  }

  /** Takes in what another pass counted. */
  merge({ read, compared, source, expected, target }: KeptPass): void {
    if (read !== undefined) this.read = (this.read ?? 0) + read;
    this.compared += compared;
    this.#source.merge(source);
    this.#expected.merge(expected);
    this.#target.merge(target);
  }

  toJSON(): KeptPass {
    const { read, compared } = this;
    const [source, expected, target] = [this.#source.side, this.#expected.side, this.#target.side];
    return { read, compared, source, expected, target };
  }

  census({ plan, transformed }: VerifyRun): CensusReport {
    const [source, expected, target] = [this.#source.side, this.#expected.side, this.#target.side];
    return compareCensus(source, expected, target, { plan, transformed, leftOut: source.records - expected.records });
  }
}

/** Counts by roads of their own; they know nothing of filters, and so speak only where all of a collection is meant. */
async function watchBoth({
  plan,
  source,
  target,
  signal,
}: VerifyRun): Promise<{ readonly source: WitnessWatch; readonly target: WitnessWatch } | undefined> {
  if (plan.filter !== undefined || plan.namespaces !== undefined) return undefined;
  return {
    source: await watchWitness('source', source, signal),
    target: await watchWitness('target', target, signal),
  };
}

/** One pass over the source: the ids that should arrive, and their values, or those of a share of them, against the target. */
async function compareValues(
  run: VerifyRun,
  share: number,
  report: (difference: Difference) => void,
  pass: ValuesPass,
): Promise<IdDigest> {
  const digest = new IdDigest({ watchDoubles: share === 1, buckets: run.digestBuckets });
  const tolerances = vectorTolerances(run.plan, run.targetStore, run.pipeline.computedVector);
  await eachPage(run, 'source', EVERYTHING, async ({ records, bytes }) => {
    const { pairs, rejected } = await expectedPairs(records, run);
    pass.page(records);
    digest.rejected += rejected;
    for (const { stored } of pairs) digest.add(stored);
    const chosen = share === 1 ? pairs : pairs.filter(() => Math.random() < share);
    const found = await settledFetch(
      chosen.map(({ stored }) => stored),
      run,
    );
    for (const { original, stored } of chosen) {
      const present = found.get(recordKey(stored));
      const { id, namespace } = original;
      pass.expect(original);
      if (present === undefined) {
        if (share === 1) report({ kind: 'missing', id, namespace });
        continue;
      }
      const actual = decodeRecord(present);
      pass.found(actual);
      for (const difference of compareRecords(original, actual, tolerances)) {
        report({ kind: 'changed', id, namespace, ...difference });
      }
    }
    run.tracker.advance({ records: records.length, bytes });
  });
  return digest;
}

/** A store that shows its writes late is asked again for what it lacks, within a bound. */
async function settledFetch(records: readonly VectorRecord[], run: VerifyRun): Promise<Map<string, VectorRecord>> {
  const found = await fetchStored(records, run);
  if (run.targetStore.capabilities.readAfterWrite === 'immediate') return found;
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const lacking = records.filter((record) => !found.has(recordKey(record)));
    if (lacking.length === 0 || performance.now() > deadline) return found;
    await delay(SETTLE_POLL_MS, undefined, { signal: run.signal });
    for (const [key, record] of await fetchStored(lacking, run)) found.set(key, record);
  }
}
