import { Refusal } from './resp.ts';

export type Value =
  | { readonly type: 'hash'; readonly fields: Map<string, Buffer> }
  | { readonly type: 'ReJSON-RL'; text: string }
  | { readonly type: 'list'; readonly items: Buffer[] }
  /** What is in it is not kept: nobody reads it. */
  | { readonly type: 'vectorset' };

interface Entry {
  value: Value;
  /** In milliseconds since 1970. */
  expires?: number | undefined;
}

/** Keys lie in buckets, and SCAN goes from one to the next: what is there all the time is met, whatever comes and goes. */
const BUCKETS = 4096;
const REPEATED = 400;

/** Keys and fields are bytes; here each is a character. */
export class Database {
  readonly #entries = new Map<string, Entry>();
  readonly #buckets = Array.from({ length: BUCKETS }, () => new Set<string>());
  /** Has SCAN give keys of the buckets before once more, as a table does that shrinks. */
  repeats = false;
  #seed = 0;

  get(key: string): Value | undefined {
    return this.#entry(key)?.value;
  }

  /** @throws Refusal for a key of another type */
  of<Type extends Value['type']>(key: string, type: Type): Extract<Value, { type: Type }> | undefined {
    const value = this.get(key);
    if (value !== undefined && value.type !== type) {
      throw new Refusal(
        type === 'ReJSON-RL'
          ? 'Existing key has wrong Redis type'
          : 'WRONGTYPE Operation against a key holding the wrong kind of value',
      );
    }
    return value as Extract<Value, { type: Type }> | undefined;
  }

  set(key: string, value: Value): void {
    this.#entries.set(key, { value, expires: this.#entry(key)?.expires });
    this.#bucketOf(key).add(key);
  }

  delete(key: string): boolean {
    const there = this.#entry(key) !== undefined;
    this.#remove(key);
    return there;
  }

  expiry(key: string): number {
    const entry = this.#entry(key);
    return entry === undefined ? -2 : (entry.expires ?? -1);
  }

  expireAt(key: string, time: number): boolean {
    const entry = this.#entry(key);
    if (entry === undefined) return false;
    if (time <= Date.now()) this.#remove(key);
    else entry.expires = time;
    return true;
  }

  /** Puts keys into other buckets. */
  reseed(): void {
    for (const bucket of this.#buckets) bucket.clear();
    this.#seed += 1;
    for (const key of this.#entries.keys()) this.#bucketOf(key).add(key);
  }

  keys(): string[] {
    return [...this.#entries.keys()].filter((key) => this.#entry(key) !== undefined);
  }

  scan(from: number, count: number, matches: (key: string) => boolean): { next: number; keys: string[] } {
    const keys: string[] = [];
    let met = 0;
    let bucket = from;
    for (; bucket < BUCKETS && met < count; bucket += 1) {
      const found = [...(this.#buckets[bucket] ?? [])].filter((key) => this.#entry(key) !== undefined);
      met += found.length;
      keys.push(...found.filter(matches));
    }
    const before = this.repeats ? this.#buckets.slice(Math.max(0, from - REPEATED), from) : [];
    const repeated = before.flatMap((one) => [...one]).filter(matches);
    return { next: bucket === BUCKETS ? 0 : bucket, keys: [...repeated, ...keys] };
  }

  expiring(): number {
    return this.keys().filter((key) => this.expiry(key) >= 0).length;
  }

  #entry(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry?.expires === undefined || entry.expires > Date.now()) return entry;
    this.#remove(key);
    return undefined;
  }

  #remove(key: string): void {
    this.#entries.delete(key);
    this.#bucketOf(key).delete(key);
  }

  #bucketOf(key: string): Set<string> {
    return this.#buckets[bucketOf(`${this.#seed}${key}`)] as Set<string>;
  }
}

function bucketOf(key: string): number {
  let hash = 2166136261;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 16777619);
  return (hash >>> 0) % BUCKETS;
}
