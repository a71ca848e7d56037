import { setTimeout as delay } from 'node:timers/promises';
import { recordKey, type VectorRecord } from '../spec/record.ts';
import type { CollectionDescription } from '../spec/v1.ts';
import type { WitnessDifference } from '../witness/record-witness.ts';
import { recordBytes } from '../scan/record-bytes.ts';
import type { PagePlace } from '../scan/pages.ts';
import { compareRecords, type FieldDifference, type VectorTolerance } from './compare.ts';
import { SETTLE_MS, SETTLE_POLL_MS } from './count.ts';
import { eachPage, EVERYTHING, type Sides } from './ids.ts';
import { OwnRoad } from './own-road.ts';
import { reportOf, type RoadsReport } from './roads-report.ts';

/** A collection of no more records is compared whole, unless told otherwise. */
export const WHOLE = 2000;
/** Of larger ones: one page in so many, beside the first and the last of each part … */
const ONE_PAGE_IN = 16;
/** … and so many records of it, evenly spread. */
export const OF_A_PAGE = 64;
/** Records with something of a kind that none before had, which are compared as well. */
const MOST_NEW = 10_000;
const MOST_WAITING = 500;
const MOST_WAITING_BYTES = 4 * 1024 * 1024;
const MOST_SUSPECTS = 100;

export class RoadCheck {
  readonly #sides: Sides;
  readonly #side: RoadsReport['side'];
  readonly #records: number;
  readonly #whole: boolean;
  readonly #wanted: number | undefined;
  #described: Promise<Described> | undefined;
  readonly #own = new OwnRoad();
  #compared = 0;
  #new = 0;
  #suspected: Record<Road, number> = { fetch: 0, own: 0 };
  #waiting: VectorRecord[] = [];
  #waitingBytes = 0;
  readonly #suspects = new Map<string, Suspect>();
  readonly #ends = new Map<string, readonly VectorRecord[]>();

  constructor(sides: Sides, side: RoadsReport['side'], records: number) {
    this.#sides = sides;
    this.#side = side;
    this.#records = records;
    this.#wanted = mostWitnessed(sides);
    this.#whole = records <= (this.#wanted ?? WHOLE);
  }

  /** A page that a scan gave, and those of its records that are unlike all before. */
  async page(records: readonly VectorRecord[], place: PagePlace, unlike: readonly VectorRecord[]): Promise<void> {
    const fresh = this.#new >= MOST_NEW ? [] : unlike;
    this.#new += fresh.length;
    if (this.#whole) return this.compare(records);
    const before = place.last && records.length === 0 ? this.#ends.get(place.part) : undefined;
    const spread = evenly(records, this.#quota(records.length, place));
    if (place.last) this.#ends.delete(place.part);
    else this.#ends.set(place.part, records.slice(-OF_A_PAGE));
    await this.compare([...new Set([...(before ?? []), ...spread, ...fresh])]);
  }

  /** How many of a page are compared. */
  #quota(size: number, { index, last }: PagePlace): number {
    const isEnd = last || index === 0;
    if (this.#wanted === undefined) return isEnd || index % ONE_PAGE_IN === 0 ? OF_A_PAGE : 0;
    const share = Math.ceil((size * this.#wanted) / this.#records);
    return isEnd ? Math.max(share, OF_A_PAGE) : share;
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
    for (const suspect of await this.#differing(scanned, true)) {
      const key = recordKey(suspect.scanned);
      if (!this.#suspects.has(key)) for (const road of roadsOf(suspect)) this.#suspected[road] += 1;
      if (this.#suspects.size < MOST_SUSPECTS) this.#suspects.set(key, suspect);
    }
  }

  async #differing(scanned: readonly VectorRecord[], counts: boolean): Promise<Suspect[]> {
    if (scanned.length === 0) return [];
    const { signal } = this.#sides;
    const collection = this.#sides[this.#side];
    const { description, tolerances } = await (this.#described ??= collection.describe({ signal }).then(describedAs));
    const suspects: Suspect[] = [];
    for (const [namespace, group] of Map.groupBy(scanned, (record) => record.namespace)) {
      const ids = group.map(({ id }) => id);
      // Of ids that occur twice, any record may be meant.
      const fetched = Map.groupBy(await collection.fetch(ids, { namespace, signal }), recordKey);
      const contradicted = await this.#own.ask(collection, group, description, { counts, signal });
      for (const record of group) {
        const found = fetched.get(recordKey(record)) ?? [];
        const each = found.map((other) => compareRecords(record, other, tolerances));
        const agrees = each.some((differences) => differences.length === 0);
        const own = contradicted.get(record) ?? [];
        if (agrees && own.length === 0) continue;
        suspects.push({ scanned: record, fetched: found[0], differences: agrees ? [] : (each[0] ?? ABSENT), own });
      }
    }
    return suspects;
  }

  /**
   * Somebody may have written between the two: all roads are taken again, and what each gives now has to be what it gave before.
   * A store that shows its writes late is given its time.
   */
  async report(ofLarger: string): Promise<RoadsReport> {
    await this.#fetchWaiting();
    const confirmed = this.#suspects.size === 0 ? [] : await this.#confirmed();
    const placed = <Difference>(differencesOf: (suspect: Suspect) => readonly Difference[]) =>
      confirmed.flatMap((suspect) =>
        differencesOf(suspect).map((difference) => {
          const { id, namespace } = suspect.scanned;
          return { id, namespace, ...difference };
        }),
      );
    // Of more suspects than were kept, those that were not looked at again count as well.
    const differing = (road: Road): number => {
      const count = (suspects: Iterable<Suspect>): number =>
        [...suspects].filter((suspect) => roadsOf(suspect).includes(road)).length;
      const found = count(confirmed);
      return found === 0 ? 0 : found + Math.max(0, this.#suspected[road] - count(this.#suspects.values()));
    };
    return reportOf({
      side: this.#side,
      compared: this.#compared,
      of: this.#records,
      chosen: this.#whole ? 'all' : ofLarger,
      differing: differing('fetch'),
      differences: placed(({ differences }) =>
        differences.map(({ field, expected, actual }) => ({ field, scanned: expected, fetched: actual })),
      ),
      own: this.#own.report({ differing: differing('own'), differences: placed(({ own }) => own) }),
    });
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
      for (const found of await this.#differing(asked, false)) {
        const before = this.#suspects.get(recordKey(found.scanned)) as Suspect;
        const isSame = (one: VectorRecord | undefined, other: VectorRecord | undefined): boolean =>
          one === undefined || other === undefined ? one === other : compareRecords(one, other, NONE).length === 0;
        if (isSame(before.scanned, found.scanned) && isSame(before.fetched, found.fetched)) still.push(found);
      }
    });
    return still;
  }
}

/** By which a record that was scanned is looked at once more. */
type Road = 'fetch' | 'own';

interface Suspect {
  readonly scanned: VectorRecord;
  readonly fetched: VectorRecord | undefined;
  /** From what fetching gives. */
  readonly differences: readonly FieldDifference[];
  /** From what the store itself says. */
  readonly own: readonly WitnessDifference[];
}

function roadsOf({ differences, own }: Suspect): readonly Road[] {
  return [...(differences.length > 0 ? (['fetch'] as const) : []), ...(own.length > 0 ? (['own'] as const) : [])];
}

const NONE: ReadonlyMap<string, VectorTolerance> = new Map();
const ABSENT: readonly FieldDifference[] = [{ field: 'record', expected: 'a record', actual: 'none' }];

interface Described {
  readonly description: CollectionDescription;
  readonly tolerances: ReadonlyMap<string, VectorTolerance>;
}

/** float64 is compared as it is, all else as float32: one road may give its digits, the other its bits. */
function describedAs(description: CollectionDescription): Described {
  const doubles = Object.entries(description.vectors).flatMap(([name, vector]) =>
    vector.kind !== 'sparse' && vector.datatype === 'float64' ? [[name, 'doubles'] as const] : [],
  );
  return { description, tolerances: new Map(doubles) };
}

export function evenly<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (most <= 0) return [];
  if (items.length <= most) return items;
  if (most === 1) return items.slice(items.length >> 1, (items.length >> 1) + 1);
  return Array.from({ length: most }, (_, at) => items[Math.round((at * (items.length - 1)) / (most - 1))] as Item);
}

/** How many records are to be read by every road; `undefined` where nobody said. */
export function mostWitnessed({ witness }: Pick<Sides, 'witness'>): number | undefined {
  return witness === 'all' ? Number.POSITIVE_INFINITY : witness;
}

export function chosenWhileReading({ witness }: Sides): string {
  const which =
    witness === undefined ? 'some of the first, the last and each 16th page of every part' : 'some of every page';
  return `${which}, and the first records with anything new`;
}
