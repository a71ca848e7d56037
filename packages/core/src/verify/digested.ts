/**
 * Compares values by digests: one of what the source says the target should hold, one of what the target holds, each read page by page and
 * on its own. Only where they differ are records themselves held against each other.
 */
import { RecordDigest } from '../digest/record-digest.ts';
import { decodeRecord } from '../mapping/envelope.ts';
import { hashedKey, keyHash } from '../digest/key-hash.ts';
import { isDense, recordKey, recordOfKey, type DenseVector, type VectorRecord } from '../spec/record.ts';
import type { ScanPage } from '../spec/v1.ts';
import { fetchRecords } from '../store/fetch-records.ts';
import { withRetry } from '../store/retry.ts';
import { settledCount } from './count.ts';
import { compareDoubled } from './doubled.ts';
import {
  asCopied,
  doubledKeys,
  eachPage,
  EVERYTHING,
  expectedPairs,
  neededForIds,
  digestedInTarget,
  type Sides,
} from './ids.ts';
import { IdDigest } from './id-digest.ts';
import { inParallel } from './in-parallel.ts';
import { formsOf, SourceReading } from './reading.ts';
import { chosenWhileReading, RoadCheck } from './roads.ts';
import type { RoadsReport } from './roads-report.ts';
import { witnessSource } from './side-witness.ts';
import { comparePairs, type ReportDifference } from './values-pass.ts';
import { vectorTolerances } from './values.ts';
import type { ValuesReport } from './values-witness.ts';

/** What the two digests, and whatever had to be looked at beside, said. */
export interface DigestedValues {
  readonly reading: SourceReading;
  readonly targetRoads: RoadsReport;
  readonly sourceValues: ValuesReport;
  /** Whether the target holds the expected records, each once, and none beside. `undefined` where too much differs to be told by digests. */
  readonly equal: boolean | undefined;
  /** Whether the source had other ids when what differs was read once more. */
  readonly sourceChanged: boolean;
}

/** Where more records than this, and than this share of all, lie in buckets that differ, everything is compared anew. */
const MOST_AGAIN = 50_000;
const MOST_SHARE = 0.25;

/**
 * Why digests cannot tell whether the values of the two sides are equal; `undefined` where they can. A vector that its store scales is
 * digested as it was sent, and a look at some of the source tells whether scaling will leave it alone.
 */
export async function digestProblem(sides: Sides): Promise<string | undefined> {
  const { plan, targetStore, pipeline, source, signal } = sides;
  if (plan.targetCount > 0) return 'the target held other records before';
  const scaled: string[] = [];
  for (const [name, tolerance] of vectorTolerances(plan, targetStore, pipeline.computedVector)) {
    if (tolerance === 'rounded') return `${targetStore.adapter} rounds components`;
    if (tolerance === 'normalized' || tolerance === 'normalized-halves') scaled.push(name);
  }
  if (scaled.length === 0) return undefined;
  const namespace = plan.namespaces?.[0];
  const firstPage = (): Promise<ScanPage> =>
    source.scan({ limit: LOOKED_AT, include: EVERYTHING, namespace }, { signal });
  const { records } = await withRetry(firstPage, sides.retry, signal);
  const { pairs } = await expectedPairs(records, sides);
  const isLeftAlone = pairs.every(({ stored: { vectors } }) =>
    scaled.every((name) => {
      const vector = Object.hasOwn(vectors, name) ? vectors[name] : undefined;
      return vector === undefined || (isDense(vector) && isUnit(vector));
    }),
  );
  return isLeftAlone ? undefined : `${targetStore.adapter} scales vectors that are not of length 1`;
}

const LOOKED_AT = 20;
const NEARLY = 5e-7;

function isUnit(vector: DenseVector): boolean {
  let square = 0;
  for (let at = 0; at < vector.length; at += 1) square += Math.fround(vector[at] as number) ** 2;
  return Math.abs(square - 1) < NEARLY;
}

/** Reads the target, and the source too unless `copied` is what the copy read of it. */
export async function compareDigests(
  given: Sides,
  copied: SourceReading | undefined,
  report: ReportDifference,
): Promise<DigestedValues> {
  const run = copied === undefined ? given : asCopied(given);
  const reading = copied ?? new SourceReading(run, 'values');
  const { values: expected = new RecordDigest(formsOf(run)), pass, ids } = reading;
  const actual = new RecordDigest(formsOf(run));
  const roads = new RoadCheck(run, 'target', run.plan.totalVectors);
  const readSource = (sides: Sides): Promise<void> =>
    eachPage(sides, 'source', EVERYTHING, async (page, place) => {
      const { records, bytes } = page;
      const { pairs, rejected } = await expectedPairs(records, run);
      await reading.page(page, place, pairs, rejected);
      run.tracker.advance({ records: records.length, bytes });
    });
  const readTarget = (sides: Sides): Promise<void> =>
    eachPage(sides, 'target', EVERYTHING, async (page, place) => {
      const { records, bytes } = page;
      pass.targetWitness.add(page);
      const unlike = digestedInTarget(records, run).filter((record) => {
        const decoded = decodeRecord(record);
        actual.add(hashedKey(record), decoded);
        return pass.found(record, decoded);
      });
      await roads.page(records, place, unlike);
      if (copied !== undefined) run.tracker.advance({ records: records.length, bytes });
    });
  const together = copied === undefined && run.targetStore.capabilities.readAfterWrite === 'immediate';
  if (copied === undefined && !together) await readSource(run);
  const share = together ? { ...run, maxBytesInFlight: Math.ceil(run.maxBytesInFlight / 2) } : run;
  const [sourceValues] = await inParallel<[ValuesReport, void]>(run.signal, [
    async (signal) => {
      const sides = { ...share, signal };
      if (together) await readSource(sides);
      return witnessSource(sides, pass);
    },
    async (signal) => {
      const sides = { ...share, signal };
      // What a store does not show yet would only have to be looked at twice.
      if (!together) await settledCount(sides, ids.namespaces);
      await readTarget(sides);
    },
  ]);

  const differing = expected.differing(actual);
  const again = [...differing].reduce((sum, at) => sum + Math.max(expected.counts[at] ?? 0, actual.counts[at] ?? 0), 0);
  const tooMany = again > MOST_AGAIN && again > MOST_SHARE * Math.max(expected.total, actual.total);
  const sure = [...expected.counts.entries()].reduce((sum, [at, count]) => sum + (differing.has(at) ? 0 : count), 0);
  pass.compared += sure;
  const isOfCopy = copied !== undefined;
  const sourceChanged =
    differing.size > 0 &&
    !tooMany &&
    (await compareBuckets(given, differing, { expected, reading, roads, report, isOfCopy }));
  const targetRoads = await roads.report(chosenWhileReading(run));
  return { reading, targetRoads, sourceValues, equal: tooMany ? undefined : differing.size === 0, sourceChanged };
}

interface Again {
  readonly expected: RecordDigest;
  readonly reading: SourceReading;
  readonly roads: RoadCheck;
  readonly report: ReportDifference;
  /** Whether doubled ids were digested, so that their buckets may differ too. */
  readonly isOfCopy: boolean;
}

/**
 * Holds the records of some buckets against each other, read from both sides anew, and both roads to those of the target.
 * @returns whether the source has other ids there than it had
 */
async function compareBuckets(
  run: Sides,
  buckets: ReadonlySet<number>,
  { expected, reading, roads, report, isOfCopy }: Again,
): Promise<boolean> {
  const ids = new IdDigest();
  const onFound = (): void => void (reading.pass.compared += 1);
  const isMeantKey = (key: string): boolean => buckets.has(expected.bucketOf(keyHash(key).bucket));
  const isMeant = (record: VectorRecord): boolean => isMeantKey(recordKey(record));
  const tolerances = vectorTolerances(run.plan, run.targetStore, run.pipeline.computedVector);
  const include = neededForIds(run);
  await eachPage(run, 'source', include, async ({ records }) => {
    const meant = (await expectedPairs(records, run)).pairs.filter(({ stored }) => isMeant(stored));
    if (meant.length === 0) return;
    for (const { stored } of meant) ids.add(stored);
    const whole = include === EVERYTHING ? records : await wholeRecords(records, isMeant, run);
    const pairs = (await expectedPairs(whole, run)).pairs.filter(({ stored }) => isMeant(stored));
    await comparePairs(pairs, run, tolerances, report, onFound);
  });
  const doubled = new Set(doubledKeys(run).filter(isMeantKey));
  if (isOfCopy) {
    await compareDoubled({ ...run, doubled }, { values: true, report, onFound });
    for (const key of doubled) ids.add(recordOfKey(key) as VectorRecord, keyHash(key));
  }
  await eachPage(run, 'target', EVERYTHING, ({ records }) => roads.suspected(records.filter(isMeant)));
  return reading.ids.differing(ids).some((mark) => buckets.has(expected.bucketOf(mark)));
}

/** Those of a page that are meant, with their vectors: only their ids are looked for in all of it. */
async function wholeRecords(
  records: readonly VectorRecord[],
  isMeant: (stored: VectorRecord) => boolean,
  run: Sides,
): Promise<readonly VectorRecord[]> {
  const meant: VectorRecord[] = [];
  for (const record of records) {
    const { pairs } = await expectedPairs([record], run);
    if (pairs.some(({ stored }) => isMeant(stored))) meant.push(record);
  }
  return [...(await fetchRecords(run.source, meant, { signal: run.signal })).values()];
}
