import { setTimeout as delay } from 'node:timers/promises';
import { decodeRecord } from '../mapping/envelope.ts';
import type { MappedRecord } from '../mapping/page.ts';
import type { PagePlace } from '../scan/pages.ts';
import { recordKey, type VectorRecord } from '../spec/record.ts';
import type { ScanPage } from '../spec/v1.ts';
import { ValueTally, type KeptTally } from '../witness/value-tally.ts';
import { WitnessTally, type KeptWitnesses } from '../witness/witness-tally.ts';
import { Census, compareCensus, type CensusReport, type CensusSide } from './census.ts';
import { compareRecords, type VectorTolerance } from './compare.ts';
import { SETTLE_MS, SETTLE_POLL_MS } from './count.ts';
import { IdDigest } from './id-digest.ts';
import { eachPage, EVERYTHING, expectedPairs, type Sides } from './ids.ts';
import { chosenWhileReading, RoadCheck } from './roads.ts';
import { mergeRoads, type RoadsReport } from './roads-report.ts';
import { fetchStored, vectorTolerances } from './values.ts';

export interface Difference {
  readonly kind: 'missing' | 'extra' | 'changed';
  /** The id in the source; for an extra record the one in the target. */
  readonly id: string;
  readonly namespace?: string | undefined;
  readonly field?: string | undefined;
  readonly expected?: string | undefined;
  readonly actual?: string | undefined;
}

/** A pass as it is kept. */
export interface KeptPass {
  readonly read: number | undefined;
  readonly compared: number;
  readonly source: CensusSide;
  readonly expected: CensusSide;
  readonly target: CensusSide;
  readonly sourceTally: KeptTally;
  readonly targetTally: KeptTally;
  /** What pages carried of figures; absent in what an older version kept. */
  readonly sourceWitness?: KeptWitnesses | undefined;
  readonly roads: readonly RoadsReport[];
}

/** What is counted while values are compared. */
export class ValuesPass {
  /** Records that reading the source gave; none where it was not read. */
  read: number | undefined;
  compared = 0;
  readonly #source = new Census();
  readonly #expected = new Census();
  readonly #target = new Census();
  readonly #roads: RoadCheck;
  readonly #chosen: string;
  /** Of passes that were taken in. */
  readonly #otherRoads: RoadsReport[] = [];
  /** As the stores gave them, envelopes included. */
  readonly sourceTally: ValueTally = new ValueTally();
  readonly targetTally: ValueTally = new ValueTally();
  /** What the pages carried of figures. */
  readonly sourceWitness: WitnessTally = new WitnessTally();
  readonly targetWitness: WitnessTally = new WitnessTally();

  constructor(run: Sides) {
    this.#roads = new RoadCheck(run, 'source', run.plan.totalVectors);
    this.#chosen = chosenWhileReading(run);
  }

  async page(read: Pick<ScanPage, 'records' | 'witness'>, place: PagePlace): Promise<void> {
    const { records } = read;
    this.sourceWitness.add(read);
    this.read = (this.read ?? 0) + records.length;
    for (const record of records) this.#source.add(decodeRecord(record));
    const unlike = records.filter((record) => this.sourceTally.add(record));
    await this.#roads.page(records, place, unlike);
  }

  expect(record: VectorRecord): void {
    this.#expected.add(record);
  }

  /** @returns whether the record has something of a kind that none before it had */
  found(stored: VectorRecord, decoded: VectorRecord): boolean {
    this.#target.add(decoded);
    return this.targetTally.add(stored);
  }

  /** One record on its own. */
  pair(original: VectorRecord, stored: VectorRecord, decoded: VectorRecord): void {
    this.compared += 1;
    this.expect(original);
    this.found(stored, decoded);
  }

  async roads(): Promise<RoadsReport> {
    const own = await this.#roads.report(this.#chosen);
    return this.#otherRoads.length === 0 ? own : mergeRoads([own, ...this.#otherRoads], 'source', own.chosen);
  }

  /** Takes in what another pass counted. */
  merge({ read, compared, source, expected, target, sourceTally, targetTally, sourceWitness, roads }: KeptPass): void {
    if (read !== undefined) this.read = (this.read ?? 0) + read;
    this.compared += compared;
    this.#source.merge(source);
    this.#expected.merge(expected);
    this.#target.merge(target);
    this.sourceTally.merge(sourceTally);
    this.targetTally.merge(targetTally);
    this.sourceWitness.merge(sourceWitness ?? { without: 1, figures: [], unwitnessed: [] });
    this.#otherRoads.push(...roads);
  }

  async keep(): Promise<KeptPass> {
    return {
      read: this.read,
      compared: this.compared,
      source: this.#source.side,
      expected: this.#expected.side,
      target: this.#target.side,
      sourceTally: this.sourceTally.toJSON(),
      targetTally: this.targetTally.toJSON(),
      sourceWitness: this.sourceWitness.toJSON(),
      roads: [await this.roads()],
    };
  }

  census({ plan, transformed }: Sides): CensusReport {
    const [source, expected, target] = [this.#source.side, this.#expected.side, this.#target.side];
    return compareCensus(source, expected, target, { plan, transformed, leftOut: source.records - expected.records });
  }
}

/** One pass over the source: the ids that should arrive, and their values, or those of a share of them, against the target. */
export async function compareValues(
  run: Sides,
  share: number,
  report: ReportDifference,
  pass: ValuesPass,
): Promise<IdDigest> {
  const digest = new IdDigest({ watchDoubles: share === 1, buckets: run.digestBuckets });
  const tolerances = vectorTolerances(run.plan, run.targetStore, run.pipeline.computedVector);
  await eachPage(run, 'source', EVERYTHING, async (page, place) => {
    const { records, bytes } = page;
    const { pairs, rejected } = await expectedPairs(records, run);
    await pass.page(page, place);
    digest.rejected += rejected;
    for (const { stored } of pairs) digest.add(stored);
    const chosen = share === 1 ? pairs : pairs.filter(() => Math.random() < share);
    for (const { original } of chosen) pass.expect(original);
    const onFound = (stored: VectorRecord, decoded: VectorRecord): void => {
      pass.compared += 1;
      pass.found(stored, decoded);
    };
    // Of a share, those that are missing are told by their ids.
    const told = (difference: Difference): void => {
      if (share === 1 || difference.kind !== 'missing') report(difference);
    };
    await comparePairs(chosen, run, tolerances, told, onFound);
    run.tracker.advance({ records: records.length, bytes });
  });
  return digest;
}

/** Is told of each difference. */
export type ReportDifference = (difference: Difference) => void;

/** Fetches what should be in the target, and compares. */
export async function comparePairs(
  pairs: readonly MappedRecord[],
  run: Sides,
  tolerances: ReadonlyMap<string, VectorTolerance>,
  report: ReportDifference,
  onFound: (stored: VectorRecord, decoded: VectorRecord) => void,
): Promise<void> {
  const wanted = pairs.map(({ stored }) => stored);
  const found = await settledFetch(wanted, run);
  for (const { original, stored } of pairs) {
    const present = found.get(recordKey(stored));
    const { id, namespace } = original;
    if (present === undefined) {
      report({ kind: 'missing', id, namespace });
      continue;
    }
    const actual = decodeRecord(present);
    onFound(present, actual);
    for (const difference of compareRecords(original, actual, tolerances)) {
      report({ kind: 'changed', id, namespace, ...difference });
    }
  }
}

/** A store that shows its writes late is asked again for what it lacks, within a bound. */
export async function settledFetch(records: readonly VectorRecord[], run: Sides): Promise<Map<string, VectorRecord>> {
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
