import { setTimeout as delay } from 'node:timers/promises';
import { recordKey, type VectorRecord } from '../spec/record.ts';
import type { CollectionDescription } from '../spec/v1.ts';
import { ByteBudget } from '../scan/byte-budget.ts';
import { recordBytes } from '../scan/record-bytes.ts';
import { scanPages, type PagePlace } from '../scan/pages.ts';
import { forEachPart, scanParts } from '../scan/parts.ts';
import { compareRecords, type FieldDifference, type VectorTolerance } from './compare.ts';
import { SETTLE_MS, SETTLE_POLL_MS } from './count.ts';
import { eachPage, EVERYTHING, keepsNamespaces, type Sides } from './ids.ts';

/** A record that reading page by page gives in another way than fetching it by its id. */
export interface RoadDifference extends Omit<FieldDifference, 'expected' | 'actual'> {
  readonly id: string;
  readonly namespace?: string | undefined;
  readonly scanned: string;
  readonly fetched: string;
}

/** The two roads to the records of one side, held against each other. */
export interface RoadsReport {
  readonly side: 'source' | 'target';
  /** Records that were read by both. */
  readonly compared: number;
  /** Which ones these are, in words. */
  readonly chosen: string;
  /** Records of which the two do not agree. Any fails the verification. */
  readonly differing: number;
  /** The first 20. */
  readonly differences: readonly RoadDifference[];
  /** Absent where the two agree. */
  readonly problem?: string | undefined;
}

/** One report of those of several parts of a side. */
export function mergeRoads(reports: readonly RoadsReport[], side: RoadsReport['side'], chosen: string): RoadsReport {
  const sum = (of: 'compared' | 'differing'): number => reports.reduce((total, report) => total + report[of], 0);
  const differences = reports.flatMap((report) => report.differences);
  return reportOf({ side, chosen, compared: sum('compared'), differing: sum('differing'), differences });
}

function reportOf(found: Omit<RoadsReport, 'problem'>): RoadsReport {
  const { side, compared, differing, differences } = found;
  if (differing === 0) return found;
  const [first] = differences;
  const example = first === undefined ? '' : `, such as ${first.id} in ${first.field}`;
  const problem = `scan and fetch of the ${side} do not agree on ${differing} of ${compared} records${example}`;
  return { ...found, differences: differences.slice(0, LISTED), problem };
}

/** A collection of no more records is compared whole. */
const WHOLE = 2000;
/** Of larger ones: one page in so many, beside the first and the last of each part … */
const ONE_PAGE_IN = 16;
/** … and so many records of it, evenly spread. */
const OF_A_PAGE = 64;
/** Records with something of a kind that none before had, which are compared as well. */
const MOST_NEW = 10_000;
const LISTED = 20;
const MOST_WAITING = 500;
const MOST_WAITING_BYTES = 4 * 1024 * 1024;
const MOST_SUSPECTS = 100;

export class RoadCheck {
  readonly #sides: Sides;
  readonly #side: RoadsReport['side'];
  readonly #whole: boolean;
  #tolerances: Promise<ReadonlyMap<string, VectorTolerance>> | undefined;
  #compared = 0;
  #new = 0;
  #suspected = 0;
  #waiting: VectorRecord[] = [];
  #waitingBytes = 0;
  readonly #suspects = new Map<string, Suspect>();
  readonly #ends = new Map<string, readonly VectorRecord[]>();

  constructor(sides: Sides, side: RoadsReport['side'], records: number) {
    this.#sides = sides;
    this.#side = side;
    this.#whole = records <= WHOLE;
  }

  /** A page that a scan gave, and those of its records that are unlike all before. */
  async page(records: readonly VectorRecord[], place: PagePlace, unlike: readonly VectorRecord[]): Promise<void> {
    const isEnd = place.last || place.index === 0;
    const fresh = this.#new >= MOST_NEW ? [] : unlike;
    this.#new += fresh.length;
    if (this.#whole) return this.compare(records);
    const before = place.last && records.length === 0 ? this.#ends.get(place.part) : undefined;
    const spread = isEnd || place.index % ONE_PAGE_IN === 0 ? evenly(records, OF_A_PAGE) : [];
    if (place.last) this.#ends.delete(place.part);
    else this.#ends.set(place.part, records.slice(-OF_A_PAGE));
    await this.compare([...new Set([...(before ?? []), ...spread, ...fresh])]);
  }

  /** Fetches what was scanned, many at once: in a compressed file, each fetch reads from the beginning. */
  async compare(scanned: readonly VectorRecord[]): Promise<void> {
    for (const record of scanned) {
      this.#waiting.push(record);
      this.#waitingBytes += recordBytes(record);
    }
    if (this.#waiting.length >= MOST_WAITING || this.#waitingBytes >= MOST_WAITING_BYTES) await this.#fetchWaiting();
  }

  /** Records that there is reason to look at, whether or not their page was chosen. */
  async suspected(scanned: readonly VectorRecord[]): Promise<void> {
    if (!this.#whole) await this.compare(scanned);
  }

  async #fetchWaiting(): Promise<void> {
    const scanned = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#compared += scanned.length;
    for (const suspect of await this.#differing(scanned)) {
      const key = recordKey(suspect.scanned);
      if (!this.#suspects.has(key)) this.#suspected += 1;
      if (this.#suspects.size < MOST_SUSPECTS) this.#suspects.set(key, suspect);
    }
  }

  async #differing(scanned: readonly VectorRecord[]): Promise<Suspect[]> {
    if (scanned.length === 0) return [];
    const { signal } = this.#sides;
    const collection = this.#sides[this.#side];
    const tolerances = await (this.#tolerances ??= collection.describe({ signal }).then(exactDoubles));
    const suspects: Suspect[] = [];
    for (const [namespace, group] of Map.groupBy(scanned, (record) => record.namespace)) {
      const ids = group.map(({ id }) => id);
      // Of ids that occur twice, any record may be meant.
      const fetched = Map.groupBy(await collection.fetch(ids, { namespace, signal }), recordKey);
      for (const record of group) {
        const found = fetched.get(recordKey(record)) ?? [];
        const each = found.map((other) => compareRecords(record, other, tolerances));
        if (each.some((differences) => differences.length === 0)) continue;
        suspects.push({ scanned: record, fetched: found[0], differences: each[0] ?? ABSENT });
      }
    }
    return suspects;
  }

  /**
   * Somebody may have written between the two: both roads are taken again, and what each gives now has to be what it gave before.
   * A store that shows its writes late is given its time.
   */
  async report(ofLarger: string): Promise<RoadsReport> {
    const chosen = this.#whole ? 'all' : ofLarger;
    await this.#fetchWaiting();
    const confirmed = this.#suspects.size === 0 ? [] : await this.#confirmed();
    const side = this.#side;
    const differences = confirmed.flatMap(({ scanned: { id, namespace }, differences: fields }) =>
      fields.map(({ field, expected, actual }): RoadDifference => ({
        id,
        namespace,
        field,
        scanned: expected,
        fetched: actual,
      })),
    );
    // Of more suspects than were kept, those that were not looked at again count as well.
    const unseen = confirmed.length === 0 ? 0 : Math.max(0, this.#suspected - this.#suspects.size);
    return reportOf({ side, compared: this.#compared, chosen, differing: confirmed.length + unseen, differences });
  }

  async #confirmed(): Promise<Suspect[]> {
    const store = this.#side === 'target' ? this.#sides.targetStore : undefined;
    const eventual = store?.capabilities.readAfterWrite === 'eventual';
    const deadline = performance.now() + SETTLE_MS;
    for (;;) {
      const still = await this.#again();
      if (still.length === 0 || !eventual || performance.now() > deadline) return still;
      await delay(SETTLE_POLL_MS, undefined, { signal: this.#sides.signal });
    }
  }

  async #again(): Promise<Suspect[]> {
    const still: Suspect[] = [];
    await eachPage(this.#sides, this.#side, EVERYTHING, async ({ records }) => {
      const asked = records.filter((record) => this.#suspects.has(recordKey(record)));
      for (const found of await this.#differing(asked)) {
        const before = this.#suspects.get(recordKey(found.scanned)) as Suspect;
        const isSame = (one: VectorRecord | undefined, other: VectorRecord | undefined): boolean =>
          one === undefined || other === undefined ? one === other : compareRecords(one, other, NONE).length === 0;
        if (isSame(before.scanned, found.scanned) && isSame(before.fetched, found.fetched)) still.push(found);
      }
    });
    return still;
  }
}

interface Suspect {
  readonly scanned: VectorRecord;
  readonly fetched: VectorRecord | undefined;
  readonly differences: readonly FieldDifference[];
}

const NONE: ReadonlyMap<string, VectorTolerance> = new Map();
const ABSENT: readonly FieldDifference[] = [{ field: 'record', expected: 'a record', actual: 'none' }];

/** float64 is compared as it is, all else as float32: one road may give its digits, the other its bits. */
function exactDoubles({ vectors }: CollectionDescription): ReadonlyMap<string, VectorTolerance> {
  return new Map(
    Object.entries(vectors).flatMap(([name, vector]) =>
      vector.kind !== 'sparse' && vector.datatype === 'float64' ? [[name, 'doubles'] as const] : [],
    ),
  );
}

function evenly<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, at) => items[Math.round((at * (items.length - 1)) / (most - 1))] as Item);
}

export const CHOSEN_WHILE_READING =
  'some of the first, the last and each 16th page of every part, and the first records with anything new';

/** Parts into which a target is split so that its scan is looked at in many places. */
const MOST_PARTS = 64;
const OF_A_PART = 2000;
const LAST_PART = 10_000;

/** Scans a share of the target, which has been fetched only, and fetches that share. */
export async function checkTargetRoads(sides: Sides, records: number): Promise<RoadsReport> {
  const { plan, target, concurrency, maxBytesInFlight, retry, signal, batchSize } = sides;
  const check = new RoadCheck(sides, 'target', records);
  const whole = records <= WHOLE;
  const count = whole ? concurrency : Math.max(concurrency, Math.min(MOST_PARTS, Math.ceil(records / OF_A_PART)));
  const namespaces = keepsNamespaces(plan) ? plan.namespaces : undefined;
  const parts = await scanParts(target, count, { namespaces, signal });
  const last = parts.at(-1);
  const limit = whole ? batchSize : Math.min(batchSize, OF_A_PAGE);
  const settings = {
    namespaces,
    limit,
    budget: new ByteBudget(maxBytesInFlight, concurrency, plan.sample.bytesPerRecord),
    include: EVERYTHING,
    retry,
  };
  let toItsEnd = true;
  await forEachPart(parts, concurrency, signal, async (part, stop) => {
    let read = 0;
    for await (const page of scanPages(target, part, {
      ...settings,
      limit: part === last ? batchSize : limit,
      signal: stop,
    })) {
      const firstPage = read === 0;
      read += page.records.length;
      if (whole || part !== last || firstPage || page.cursor === null)
        await check.compare(whole ? page.records : evenly(page.records, OF_A_PAGE));
      // Two pages: what is wrong with cursors shows in the second.
      if (!whole && part !== last && (read > limit || page.cursor === null)) break;
      if (!whole && read >= LAST_PART && page.cursor !== null) {
        toItsEnd = false;
        break;
      }
    }
  });
  const ends = `the first records of each of ${parts.length} parts, and ${toItsEnd ? 'of the last page' : `of the first ${LAST_PART} of the last part`}`;
  return check.report(ends);
}
