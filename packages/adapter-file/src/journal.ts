import { mkdir, open, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { VsmError } from '@vsm/core/adapter';
import { readIfThere, syncFolder, writeDurably, type Lock } from '@vsm/core/files';
import { refuseOutside } from './containment.ts';
import { attempt, conflict, damaged, toVsmError } from './errors.ts';
import { doublesOf } from './doubles.ts';
import { decodeEntry, encodeEntry, HEADER_BYTES, isIntact, type Entry } from './frames.ts';
import { HEAD, journalFolder, takeLock, type JournalHead } from './journal-folder.ts';

const CONTENT = ['log', 'data', 'manifest.json'];
const ADVICE = 'Restore it, or delete the folder and start the export again.';
const WINDOW_BYTES = 1024 * 1024;
/** Further on there are none: numbers that look like a later batch are chance. */
const MOST_BATCHES = 10_000_000;

export interface PlacedEntry {
  readonly offset: number;
  /** Offset of the entry after this one. */
  readonly next: number;
  readonly entry: Entry;
}

/** Writes that were accepted, in order, each on disk before it is reported. */
export class Journal {
  readonly folder: string;
  readonly head: JournalHead;
  readonly #takeOver: boolean;
  /** For reading alone until the journal is claimed: whoever only looks may not be able to write there. */
  #log: FileHandle;
  #end: number;
  #batch = 0;
  /** Whether bytes of a batch that was never accepted may follow the end. */
  #isCut = false;
  #lock: Lock | undefined;
  #window: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #windowStart = 0;

  private constructor(folder: string, head: JournalHead, log: FileHandle, end: number, takeOver: boolean) {
    this.#takeOver = takeOver;
    this.folder = folder;
    this.head = head;
    this.#log = log;
    this.#end = end;
  }

  /** @throws VsmError `CONFLICT` where one is there already, or is being made. */
  static async create(file: string, head: JournalHead, takeOver = false): Promise<Journal> {
    const folder = journalFolder(file);
    await attempt(`make ${folder}`, () => mkdir(folder, { recursive: true }));
    await refuseOutside(dirname(folder), folder);
    const refuseTaken = async (): Promise<void> => {
      const begun = await attempt(`read ${folder}`, () => readIfThere(join(folder, HEAD)));
      if (begun !== undefined) throw conflict(`an unfinished export to ${file} exists already, in ${folder}`);
    };
    await refuseTaken();
    const held = await takeLock(folder, takeOver);
    try {
      // Where a process was killed before it had begun, there is a folder and no journal; where another one was faster, there is one.
      await refuseTaken();
      return await attempt(`write to ${folder}`, async () => {
        // What an earlier one was killed over must not be taken for that of this one.
        for (const name of CONTENT) await rm(join(folder, name), { recursive: true, force: true });
        const log = await open(join(folder, 'log'), 'wx+');
        await writeDurably(join(folder, HEAD), JSON.stringify(head));
        await syncFolder(dirname(folder));
        const journal = new Journal(folder, head, log, 0, takeOver);
        journal.#lock = held;
        return journal;
      });
    } catch (cause) {
      await held.release();
      throw cause;
    }
  }

  /** An unfinished export that an earlier process left, `undefined` where there is none. Nothing is written. */
  static async open(file: string, takeOver = false): Promise<Journal | undefined> {
    const folder = journalFolder(file);
    await refuseOutside(dirname(folder), folder);
    for (const name of [HEAD, ...CONTENT]) await refuseOutside(folder, join(folder, name));
    try {
      const text = await readIfThere(join(folder, HEAD));
      if (text === undefined) return undefined;
      const log = await open(join(folder, 'log'), 'r');
      return new Journal(folder, JSON.parse(text) as JournalHead, log, (await log.stat()).size, takeOver);
    } catch (cause) {
      if (cause instanceof SyntaxError) throw damaged(folder, HEAD, cause, ADVICE);
      throw toVsmError(cause, `read ${folder}`);
    }
  }

  get end(): number {
    return this.#end;
  }

  /**
   * Every entry in order. What a crash cut off at the end was never accepted, and is left out; the next write replaces it.
   * @throws VsmError `INVALID_DATA` where something accepted is damaged.
   */
  async *replay(): AsyncGenerator<PlacedEntry, void, undefined> {
    let offset = 0;
    while (offset < this.#end) {
      const found = await this.#read(offset);
      if (found === undefined) {
        await this.#refuseGap(offset);
        this.#end = offset;
        this.#window = new Uint8Array(0);
        this.#isCut = true;
        return;
      }
      this.#batch = found.batch;
      yield found;
      offset = found.next;
    }
  }

  /** Entries from `offset` on. */
  async *from(offset: number): AsyncGenerator<PlacedEntry, void, undefined> {
    for (let at = offset; at < this.#end;) {
      const found = await this.#read(at);
      if (found === undefined) throw this.#damage(at);
      yield found;
      at = found.next;
    }
  }

  /** Resolves with the offset of each entry once all are on disk. */
  async append(entries: readonly Entry[]): Promise<readonly number[]> {
    await this.claim();
    const offsets: number[] = [];
    let at = this.#end;
    const frames = entries.map((entry) => {
      const frame = encodeEntry(entry, this.#batch + 1, doublesOf(this.head.schema));
      offsets.push(at);
      at += frame.length;
      return frame;
    });
    try {
      if (this.#isCut) await this.#log.truncate(this.#end);
      this.#isCut = true;
      let position = this.#end;
      for (const frame of frames) {
        await this.#log.write(frame, 0, frame.length, position);
        position += frame.length;
      }
      await this.#log.datasync();
      this.#isCut = false;
    } catch (cause) {
      throw toVsmError(cause, `write to ${this.folder}`);
    }
    this.#batch += 1;
    this.#end = at;
    return offsets;
  }

  /**
   * Takes the journal for this process without writing to it, or makes sure that it still has it.
   * @throws VsmError `CONFLICT` where another process has it, or has changed it since it was opened
   */
  async claim(): Promise<void> {
    if (this.#lock !== undefined) return this.#lock.check();
    const { size, ino } = await this.#log.stat();
    const held = await takeLock(this.folder, this.#takeOver);
    try {
      const now = await stat(join(this.folder, 'log'));
      if (now.ino !== ino || now.size !== size || size < this.#end) throw this.#changed();
      const log = await open(join(this.folder, 'log'), 'r+');
      await this.#log.close();
      this.#log = log;
      this.#lock = held;
    } catch (cause) {
      await held.release();
      throw toVsmError(cause, `write to ${this.folder}`);
    }
  }

  async close(): Promise<void> {
    await this.#log.close();
    await this.#lock?.release();
    this.#lock = undefined;
  }

  /** After the file is in place, or when the collection is dropped. */
  async remove(): Promise<void> {
    // First: what is left by a process that is killed over it is no journal any more.
    await rm(join(this.folder, HEAD), { force: true });
    await this.close();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  #changed(): VsmError {
    return conflict(`another process has written to ${this.folder} since it was opened. Open the collection again.`);
  }

  async #read(offset: number): Promise<(PlacedEntry & { readonly batch: number }) | undefined> {
    const header = await this.#bytes(offset, HEADER_BYTES);
    if (header === undefined) return undefined;
    const view = new DataView(header.buffer, header.byteOffset);
    const length = view.getUint32(0, true);
    const sum = view.getUint32(4, true);
    const batch = view.getUint32(8, true);
    const body = await this.#bytes(offset + HEADER_BYTES, length);
    if (body === undefined || length < 4 || !isIntact(body, sum)) return undefined;
    return { offset, next: offset + HEADER_BYTES + length, batch, entry: decodeEntry(body) };
  }

  /** Frames begin at multiples of four, and so do windows: what is cut from them can hold views of floats. */
  async #bytes(offset: number, length: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (offset + length > this.#end) return undefined;
    if (offset < this.#windowStart || offset + length > this.#windowStart + this.#window.length) {
      const size = Math.min(this.#end - offset, Math.max(length, WINDOW_BYTES));
      const window = new Uint8Array(new ArrayBuffer(size));
      await this.#log.read(window, 0, size, offset);
      this.#window = window;
      this.#windowStart = offset;
    }
    const start = offset - this.#windowStart;
    return this.#window.subarray(start, start + length);
  }

  /** Only the last batch can have been cut off. If a later one follows the broken place, something accepted was damaged. */
  async #refuseGap(broken: number): Promise<void> {
    // The length in the broken frame may be wrong too, so every place where a frame could begin is tried.
    for (let from = broken; from + HEADER_BYTES < this.#end; from += WINDOW_BYTES) {
      const size = Math.min(this.#end - from, WINDOW_BYTES + HEADER_BYTES);
      const bytes = await this.#bytes(from, size);
      if (bytes === undefined) return;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      for (let at = 0; at + HEADER_BYTES <= size; at += 4) {
        const length = view.getUint32(at, true);
        const batch = view.getUint32(at + 8, true);
        const isPossible = length >= 4 && length % 4 === 0 && from + at + HEADER_BYTES + length <= this.#end;
        if (!isPossible || batch < this.#batch + 2 || batch > this.#batch + MOST_BATCHES) continue;
        if ((await this.#read(from + at)) !== undefined) throw this.#damage(broken);
      }
    }
  }

  #damage(offset: number): VsmError {
    return damaged(join(this.folder, 'log'), `byte ${offset}`, new Error('an accepted record is damaged'), ADVICE);
  }
}
