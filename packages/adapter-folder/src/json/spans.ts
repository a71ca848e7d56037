import { KeyTable } from '@vsm/core/adapter';
import { damaged } from '../errors.ts';
import type { RandomFile } from '../random-file.ts';

/** The longest piece of a file that is read as one text. */
const MOST_BYTES = 64 * 1024 * 1024;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** A member of an object: its key, and its value as text. */
export interface Member {
  readonly key: string;
  readonly text: string;
}

/** Pieces of a file, of which only the places are kept. */
export class Spans {
  readonly #file: RandomFile;
  #places = new Float64Array(2048);
  size = 0;

  constructor(file: RandomFile) {
    this.#file = file;
  }

  add(from: number, to: number): void {
    if (2 * this.size === this.#places.length) {
      const larger = new Float64Array(2 * this.#places.length);
      larger.set(this.#places);
      this.#places = larger;
    }
    this.#places[2 * this.size] = from;
    this.#places[2 * this.size + 1] = to;
    this.size += 1;
  }

  text(index: number): string {
    return readText(this.#file, this.#places[2 * index] ?? 0, this.#places[2 * index + 1] ?? 0);
  }
}

/** The members of an object in a JSON file, or pairs in a list of them, found by their keys, at about 60 bytes of memory each. */
export class Members {
  readonly #spans: Spans;
  readonly #byKey = new KeyTable();

  constructor(file: RandomFile) {
    this.#spans = new Spans(file);
  }

  get size(): number {
    return this.#spans.size;
  }

  add(key: string, from: number, to: number): void {
    this.#byKey.set(key, this.size);
    this.#spans.add(from, to);
  }

  find(key: string): number | undefined {
    return this.#byKey.get(key);
  }

  at(index: number): Member {
    const text = this.#spans.text(index);
    const end = endOfKey(text);
    return { key: JSON.parse(text.slice(0, end)) as string, text: text.slice(end).replace(/^\s*[:,]\s*/, '') };
  }

  /** The value of a key as text; `undefined` where there is none. */
  get(key: string): string | undefined {
    const index = this.find(key);
    return index === undefined ? undefined : this.at(index).text;
  }
}

export function readText(file: RandomFile, from: number, to: number): string {
  if (to - from > MOST_BYTES) {
    throw damaged(
      file.path,
      `what begins at byte ${from} has ${to - from} bytes, and at most ${MOST_BYTES} are read as one`,
    );
  }
  try {
    return UTF8.decode(file.glance(from, to - from));
  } catch (cause) {
    if (cause instanceof TypeError) throw damaged(file.path, `what begins at byte ${from} is not UTF-8`, cause);
    throw cause;
  }
}

function endOfKey(text: string): number {
  for (let at = 1; ; at += 1) {
    if (text[at] === '"') return at + 1;
    if (text[at] === '\\') at += 1;
  }
}
