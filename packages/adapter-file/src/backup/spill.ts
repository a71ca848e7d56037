import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { VectorRecord } from '@vsm/core/adapter';
import { attempt } from '../errors.ts';
import { decodeEntry, encodeEntry, HEADER_BYTES } from '../frames.ts';
import { compareKeys, keyOf, type Key } from './keys.ts';

/** Runs that are merged at once: each has a window in memory and an open file. */
const FAN_IN = 64;
const WINDOW_BYTES = 256 * 1024;

interface Framed {
  readonly key: Key;
  readonly frame: Uint8Array<ArrayBuffer>;
  /** Where it was decoded already. */
  readonly record?: VectorRecord | undefined;
}

/** Is told of a record whose key another one has, which is kept; `isSame` where they hold the same. */
export type OnRepeated = (key: Key, isSame: boolean) => void;

export interface SpilledRecord {
  readonly key: Key;
  readonly record: VectorRecord;
  readonly bytes: number;
}

/** Sorts more records than memory holds: sorted runs on disk, which are merged while they are read. */
export class Spill {
  readonly #folder: string;
  readonly #doubles: ReadonlySet<string>;
  readonly #budget: number;
  readonly #onRepeated: OnRepeated;
  #held: Framed[] = [];
  #heldBytes = 0;
  #runs: string[] = [];
  #made = 0;
  #records = 0;
  #bytes = 0;
  #writing: Promise<void> = Promise.resolve();

  /** @param budget bytes that are held before a run is written */
  constructor(folder: string, doubles: ReadonlySet<string>, budget: number, onRepeated: OnRepeated) {
    this.#folder = folder;
    this.#doubles = doubles;
    this.#budget = budget;
    this.#onRepeated = onRepeated;
  }

  /** Of one record, in the mean. */
  get bytesPerRecord(): number {
    return this.#bytes / Math.max(1, this.#records);
  }

  get records(): number {
    return this.#records;
  }

  async add(records: readonly VectorRecord[]): Promise<void> {
    for (const record of records) {
      const frame = encodeEntry({ record }, 0, this.#doubles);
      this.#held.push({ key: keyOf(record), frame });
      this.#heldBytes += frame.length;
      this.#records += 1;
      this.#bytes += frame.length;
      if (this.#heldBytes >= this.#budget) await this.#writeRun();
    }
  }

  /** In the order of keys, and each key once: a scan may give a record again, and a store may have several of one id. */
  async *sorted(): AsyncGenerator<SpilledRecord, void, undefined> {
    await this.#writing;
    while (this.#runs.length > FAN_IN) {
      const merged = this.#runs.slice(0, FAN_IN);
      const path = await this.#newRun(merge(merged.map(readRun), this.#onRepeated));
      this.#runs = [path, ...this.#runs.slice(FAN_IN)];
      for (const run of merged) await rm(run);
    }
    const held = this.#held.toSorted((one, other) => compareKeys(one.key, other.key));
    for await (const { key, frame, record } of merge([...this.#runs.map(readRun), ofArray(held)], this.#onRepeated)) {
      yield { key, record: record ?? recordOf(frame), bytes: frame.length };
    }
  }

  /** One after the other; whoever comes meanwhile fills the next one. */
  async #writeRun(): Promise<void> {
    const held = this.#held.sort((one, other) => compareKeys(one.key, other.key));
    this.#held = [];
    this.#heldBytes = 0;
    const before = this.#writing;
    this.#writing = (async () => {
      await before;
      this.#runs.push(await this.#newRun(ofArray(held)));
    })();
    await this.#writing;
  }

  async #newRun(frames: AsyncIterable<Framed>): Promise<string> {
    const path = join(this.#folder, `run-${(this.#made += 1)}`);
    return attempt(`write ${path}`, async () => {
      await mkdir(this.#folder, { recursive: true });
      const file = await open(path, 'wx');
      try {
        let pieces: Uint8Array[] = [];
        let bytes = 0;
        const write = async (): Promise<void> => {
          await file.writeFile(Buffer.concat(pieces));
          [pieces, bytes] = [[], 0];
        };
        for await (const { frame } of frames) {
          pieces.push(frame);
          bytes += frame.length;
          if (bytes >= WINDOW_BYTES) await write();
        }
        await write();
      } finally {
        await file.close();
      }
      return path;
    });
  }
}

/** Vectors are views on the frame, whose body lies at a multiple of four. */
function recordOf(frame: Uint8Array<ArrayBuffer>): VectorRecord {
  const entry = decodeEntry(frame.subarray(HEADER_BYTES));
  if ('record' in entry) return entry.record;
  throw new Error('a deleted record was spilled');
}

async function* ofArray(frames: readonly Framed[]): AsyncGenerator<Framed, void, undefined> {
  yield* frames;
}

async function* readRun(path: string): AsyncGenerator<Framed, void, undefined> {
  const file = await open(path, 'r');
  try {
    let window = Buffer.allocUnsafe(WINDOW_BYTES);
    let [start, end] = [0, 0];
    for (;;) {
      // A frame begins with the length of its body.
      const length = end - start < HEADER_BYTES ? HEADER_BYTES : HEADER_BYTES + window.readUInt32LE(start);
      if (end - start >= length && length > HEADER_BYTES) {
        const frame = Uint8Array.from(window.subarray(start, start + length));
        start += length;
        const record = recordOf(frame);
        yield { key: keyOf(record), frame, record };
        continue;
      }
      const larger = length > window.length ? Buffer.allocUnsafe(length) : window;
      window.copy(larger, 0, start, end);
      [window, end, start] = [larger, end - start, 0];
      const { bytesRead } = await file.read(window, end, window.length - end);
      if (bytesRead === 0) return;
      end += bytesRead;
    }
  } finally {
    await file.close();
  }
}

async function* merge(
  runs: readonly AsyncGenerator<Framed, void, undefined>[],
  onRepeated: OnRepeated,
): AsyncGenerator<Framed, void, undefined> {
  try {
    const heads = await Promise.all(runs.map((run) => run.next()));
    for (;;) {
      let least = -1;
      for (const [at, { value }] of heads.entries()) {
        if (value === undefined) continue;
        const best = least === -1 ? undefined : heads[least]?.value;
        if (!best || compareKeys(value.key, best.key) < 0) least = at;
      }
      const chosen = heads[least]?.value;
      if (!chosen) return;
      yield chosen;
      for (const [at, run] of runs.entries()) {
        while (heads[at]?.value && compareKeys(heads[at].value.key, chosen.key) === 0) {
          const { value } = heads[at];
          if (value !== chosen) onRepeated(value.key, Buffer.compare(value.frame, chosen.frame) === 0);
          heads[at] = await run.next();
        }
      }
    }
  } finally {
    for (const run of runs) await run.return();
  }
}
