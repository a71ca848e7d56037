import { HashSet, keyHash } from '@vsm/core/adapter';
import type { Command, Connection, Reply } from './client.ts';
import { infoField } from './client.ts';
import { redisError } from './errors.ts';

/** Which keys are those of a collection. */
export interface KeySpace {
  /** Keys begin with one of these; with several of them, or an empty one, the id of a record is its whole key. */
  readonly prefixes: readonly string[];
}

/** Names of keys are bytes; here each is a character, so that none is lost. */
export type Key = string;

export const toKey = (bytes: Buffer): Key => bytes.toString('latin1');
export const fromKey = (key: Key): Buffer => Buffer.from(key, 'latin1');

/** The prefix of the keys of a collection that VSM makes. A colon ends it, and stands nowhere else in it. */
export function prefixOf(name: string): string {
  return `${name.replaceAll('%', '%25').replaceAll(':', '%3A')}:`;
}

/** What a collection is called that has no name but its prefix. */
export function nameOfPrefix(prefix: string): string {
  return prefix.replace(/[:/.|_-]+$/, '') || prefix;
}

/** The part of keys that ids do not have. */
function commonPrefix({ prefixes }: KeySpace): Buffer {
  return Buffer.from(prefixes.length === 1 ? (prefixes[0] ?? '') : '');
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text that the bytes are, `undefined` where they are none. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The id of a key, `undefined` where it is no text. */
export function idOfKey(key: Key, space: KeySpace): string | undefined {
  return textOf(fromKey(key).subarray(commonPrefix(space).length));
}

/** `undefined` where no key of this collection has this id. */
export function keyOfId(id: string, space: KeySpace): Key | undefined {
  const key = toKey(Buffer.concat([commonPrefix(space), Buffer.from(id)]));
  return isIn(key, space) ? key : undefined;
}

function isIn(key: Key, { prefixes }: KeySpace): boolean {
  return prefixes.some((prefix) => key.startsWith(toKey(Buffer.from(prefix))));
}

/** What MATCH takes for "begins with this". */
function pattern({ prefixes }: KeySpace): string {
  const [prefix = '', ...others] = prefixes;
  return others.length > 0 ? '*' : `${prefix.replaceAll(/[\\*?[\]^-]/g, String.raw`\$&`)}*`;
}

/** Where a scan goes on. */
interface Place {
  /** Of SCAN: the number of a bucket, of which the next start of the server knows nothing. */
  readonly at: string;
  readonly run: string;
  /** Keys that were found and did not fit into the page. */
  readonly left: readonly Key[];
  /** Tells scans apart, one that began anew included, so that no cursor comes twice. */
  readonly scan: string;
}

/** What one SCAN gave. */
interface Scanned {
  readonly run: string;
  readonly at: string;
  readonly keys: readonly Key[];
}

/** Keys that one SCAN looks for, at the least. */
const COUNT = 100;
/** Scans whose seen keys are remembered. */
const MOST_SCANS = 64;
/** SCANs in a row that find nothing, before the page is given back empty. */
const MOST_EMPTY = 32;

/**
 * Pages of keys. SCAN gives a key that is there all the time at least once, and where the table grows or shrinks perhaps twice: those
 * are left out, up to about six million keys of one scan in one process. After a restart of the server a scan begins anew.
 */
export class KeyPages {
  readonly #connection: Connection;
  readonly #space: KeySpace;
  /** By the cursor that was given last: whoever asks for another page again gets all of it. */
  readonly #seen = new Map<string, HashSet>();

  constructor(connection: Connection, space: KeySpace) {
    this.#connection = connection;
    this.#space = space;
  }

  /** `read` gets the keys; only once it has, they count as seen. */
  async page<Result>(
    cursor: string | undefined,
    limit: number,
    read: (keys: readonly Key[]) => Promise<Result>,
  ): Promise<{ result: Result; cursor: string | null }> {
    const from = cursor === undefined ? undefined : parsePlace(cursor);
    const seen = (cursor === undefined ? undefined : this.#seen.get(cursor)) ?? new HashSet();
    const { keys, place } = await this.#find(from, limit, seen);
    const taken = keys.slice(0, limit);
    const result = await read(taken);
    for (const key of taken) see(seen, key);
    if (cursor !== undefined) this.#seen.delete(cursor);
    const left = keys.slice(limit);
    if (place.at === '0' && left.length === 0) return { result, cursor: null };
    const next = JSON.stringify({ ...place, left } satisfies Place);
    this.#seen.set(next, seen);
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size <= MOST_SCANS) break;
      this.#seen.delete(oldest);
    }
    return { result, cursor: next };
  }

  async #find(from: Place | undefined, limit: number, seen: HashSet): Promise<{ keys: Key[]; place: Place }> {
    let place = from ?? { at: '0', run: '', left: [], scan: scanName() };
    const keys = place.left.filter((key) => !seen.has(...hashOf(key)));
    let isOver = place.left.length > 0 && place.at === '0';
    // What does not fit into a page lies in its cursor, so that half a page is better than one and a half.
    let empty = 0;
    while (!isOver && keys.length < limit / 2 && empty < MOST_EMPTY) {
      const scanned = await this.#scan(place, Math.max(COUNT, limit) * 2 ** Math.min(empty, 4));
      const before = new Set(keys);
      const found = scanned.keys.filter(
        (key) => isIn(key, this.#space) && !before.has(key) && !seen.has(...hashOf(key)),
      );
      // As the server gives them, the same keys may come in another order when they are asked for again.
      keys.push(...new Set(found.toSorted()));
      empty = found.length === 0 ? empty + 1 : 0;
      const anew = place.run !== '' && scanned.run !== place.run;
      place = { ...place, at: scanned.at, run: scanned.run, ...(anew && { scan: scanName() }) };
      isOver = scanned.at === '0';
    }
    return { keys, place };
  }

  /** One SCAN, from the beginning where the server has started anew: its buckets are others then. */
  async #scan({ at, run: expected }: Place, count: number): Promise<Scanned> {
    const scanned = await this.#scanAt(at, count);
    return expected === '' || scanned.run === expected ? scanned : this.#scanAt('0', count);
  }

  async #scanAt(at: string, count: number): Promise<Scanned> {
    const action = 'scan keys';
    const scan: Command = ['SCAN', at, 'MATCH', pattern(this.#space), 'COUNT', count];
    const [info = null, reply = null] = await this.#connection.run(action, [['INFO', 'server'], scan]);
    if (reply instanceof Error) throw this.#connection.failure(action, reply);
    if (info instanceof Error) throw this.#connection.failure('ask the server what it is', info);
    const [next, keys] = reply as readonly [Buffer, readonly Buffer[]];
    return { run: infoField(String(info), 'run_id'), at: String(next), keys: keys.map(toKey) };
  }
}

function scanName(): string {
  return Math.random().toString(36).slice(2);
}

function hashOf(key: Key): [high: number, low: number] {
  const { high, low } = keyHash(key);
  return [high, low];
}

function see(seen: HashSet, key: Key): void {
  seen.add(...hashOf(key));
}

/** @throws VsmError with code `INVALID_CURSOR` */
function parsePlace(cursor: string): Place {
  try {
    const place = JSON.parse(cursor) as Place;
    const isPlace =
      /^\d+$/.test(place.at) && typeof place.run === 'string' && place.left.every((key) => typeof key === 'string');
    if (isPlace) return place;
  } catch {
    // Said below.
  }
  throw redisError('INVALID_CURSOR', `the cursor "${cursor}" is not from a scan of Redis`);
}

/** Keys of a collection, each once, as many at a time as one SCAN gives. */
export async function* allKeys(connection: Connection, space: KeySpace, most = 5000): AsyncGenerator<readonly Key[]> {
  const pages = new KeyPages(connection, space);
  let cursor: string | undefined;
  for (;;) {
    const page = await pages.page(cursor, most, async (keys) => keys);
    yield page.result;
    if (page.cursor === null) return;
    ({ cursor } = page);
  }
}

/** The entries of a reply that is a map: a flat list in RESP2. */
export function entriesOf(reply: Reply | undefined): [string, Reply][] {
  if (!Array.isArray(reply)) return [];
  const list = reply as readonly Reply[];
  return Array.from({ length: Math.floor(list.length / 2) }, (_, at) => [
    String(list[2 * at]),
    list[2 * at + 1] ?? null,
  ]);
}
