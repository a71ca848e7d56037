import type { ByteReader } from '../byte-source.ts';
import type { S3Head, S3Objects } from './objects.ts';

/** A block of the checksums of a manifest is one request. */
const BLOCK_BYTES = 4 * 1024 * 1024;
const MOST_AT_ONCE = 6;
/** Blocks that are fetched before they are asked for, of an object that is read from one end to the other. */
const AHEAD = 3;
/** For all objects of a store together: 96 MiB. */
const MOST_KEPT = 24;

/** Reads objects by blocks, some of them at once and some of them ahead, and keeps those that were read last. */
export class Ranges {
  readonly #objects: S3Objects;
  /** The one that was asked for longest ago comes first. */
  readonly #kept = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(objects: S3Objects) {
    this.#objects = objects;
  }

  /** Of the object as it was when `head` was asked for: another one in its place is an error. */
  reader(path: string, { bytes: size, etag }: S3Head): ByteReader {
    const block = (index: number): Promise<Uint8Array<ArrayBuffer>> =>
      this.#block(`${path} ${etag} ${index}`, () =>
        this.#objects.range(path, index * BLOCK_BYTES, Math.min(size, (index + 1) * BLOCK_BYTES), etag),
      );
    /** The block that was begun last, of each place that somebody reads on from. */
    const fronts = new Set<number>();
    const readAhead = (index: number): void => {
      const isFollowed = fronts.delete(index - 1);
      if (fronts.size >= MOST_AT_ONCE) fronts.clear();
      fronts.add(index);
      const most = isFollowed ? Math.min(index + AHEAD, Math.ceil(size / BLOCK_BYTES) - 1) : index;
      // Whoever asks for it meets the error.
      for (let next = index + 1; next <= most; next += 1) block(next).catch(() => undefined);
    };
    return {
      async read(start, end) {
        if (end > size) throw new Error(`it ends at byte ${size}, but more was expected`);
        const bytes = new Uint8Array(new ArrayBuffer(Math.max(0, end - start)));
        const [first, last] = [Math.floor(start / BLOCK_BYTES), Math.ceil(end / BLOCK_BYTES)];
        for (let from = first; from < last; from += MOST_AT_ONCE) {
          const indices = Array.from({ length: Math.min(MOST_AT_ONCE, last - from) }, (_, at) => from + at);
          const fetched = indices.map(block);
          for (const promise of fetched) promise.catch(() => undefined);
          for (const [at, promise] of fetched.entries()) {
            const offset = (from + at) * BLOCK_BYTES;
            const piece = (await promise).subarray(Math.max(0, start - offset), Math.max(0, end - offset));
            bytes.set(piece, Math.max(0, offset - start));
          }
        }
        if (last > first && !fronts.has(last - 1)) readAhead(last - 1);
        return bytes;
      },
      close: async () => undefined,
    };
  }

  #block(key: string, fetch: () => Promise<Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer>> {
    const found = this.#kept.get(key) ?? this.#limited(fetch);
    this.#kept.delete(key);
    this.#kept.set(key, found);
    // What failed is tried again.
    found.catch(() => this.#kept.get(key) === found && this.#kept.delete(key));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return found;
  }

  async #limited<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running >= MOST_AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
