import { damaged } from '../errors.ts';
import type { RandomFile } from '../random-file.ts';

const CHUNK_BYTES = 1024 * 1024;
const QUOTE = 34;
const BACKSLASH = 92;
const [OPEN_LIST, CLOSE_LIST] = [91, 93];
const [OPEN_OBJECT, CLOSE_OBJECT] = [123, 125];
const COMMA = 44;
const COLON = 58;
/** By byte: whether it is a bracket. */
const NESTED = Uint8Array.from({ length: 256 }, (_, byte) =>
  [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT].includes(byte) ? 1 : 0,
);

/** Walks over the JSON in a file without parsing it, in bounded memory: the file may be longer than any text. */
export class ByteCursor {
  readonly #file: RandomFile;
  readonly #bytes: Buffer;
  #chunk: Buffer = Buffer.alloc(0);
  #start = 0;
  #at = 0;

  constructor(file: RandomFile, chunkBytes: number = CHUNK_BYTES) {
    this.#file = file;
    this.#bytes = Buffer.allocUnsafeSlow(chunkBytes);
  }

  /** How many bytes lie before the next one. */
  get offset(): number {
    return this.#start + this.#at;
  }

  /** Visits each member of the object in front: `key` is its bytes with the quotes, and `visit` must consume the value. */
  object(visit: (key: { readonly from: number; readonly to: number }) => void): void {
    this.#expect(OPEN_OBJECT, '{');
    if (this.#skipIf(CLOSE_OBJECT)) return;
    do {
      this.#space();
      const from = this.offset;
      if (this.#peek() !== QUOTE) throw this.#unexpected('a key');
      this.#string();
      const to = this.offset;
      this.#expect(COLON, ':');
      this.#space();
      visit({ from, to });
    } while (this.#skipIf(COMMA));
    this.#expect(CLOSE_OBJECT, '}');
  }

  /** Visits each item of the list in front, which `visit` must consume. */
  list(visit: () => void): void {
    this.#expect(OPEN_LIST, '[');
    if (this.#skipIf(CLOSE_LIST)) return;
    do {
      this.#space();
      visit();
    } while (this.#skipIf(COMMA));
    this.#expect(CLOSE_LIST, ']');
  }

  isObject(): boolean {
    this.#space();
    return this.#peek() === OPEN_OBJECT;
  }

  isList(): boolean {
    this.#space();
    return this.#peek() === OPEN_LIST;
  }

  /** Goes past the value in front, whatever it is. */
  skip(): void {
    this.#space();
    const first = this.#peek();
    if (first === QUOTE) return this.#string();
    if (first !== OPEN_OBJECT && first !== OPEN_LIST) return this.#scalar();
    let depth = 0;
    do {
      const byte = this.#nextOfNested();
      if (byte === QUOTE) {
        this.#at -= 1;
        this.#string();
      } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth += 1;
      else depth -= 1;
    } while (depth > 0);
  }

  /** The next quote or bracket. All that is not numbers alone comes through here, byte by byte. */
  #nextOfNested(): number {
    for (;;) {
      const chunk = this.#chunk;
      for (let at = this.#at; at < chunk.length; at += 1) {
        const byte = chunk[at] as number;
        if (byte !== QUOTE && (byte < OPEN_LIST || NESTED[byte] === 0)) continue;
        this.#at = at + 1;
        return byte;
      }
      this.#at = chunk.length;
      if (this.#peek() === undefined) throw this.#unexpected('more');
    }
  }

  /** @throws VsmError where something else follows */
  end(): void {
    this.#space();
    if (this.#peek() !== undefined) throw this.#unexpected('the end');
  }

  #scalar(): void {
    const start = this.offset;
    for (let byte = this.#peek(); byte !== undefined; byte = this.#peek()) {
      if (byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_LIST || byte <= 32) break;
      this.#at += 1;
    }
    if (this.offset === start) throw this.#unexpected('a value');
  }

  #string(): void {
    this.#at += 1;
    for (;;) {
      const chunk = this.#chunk;
      let at = this.#at;
      while (at < chunk.length && chunk[at] !== QUOTE && chunk[at] !== BACKSLASH) at += 1;
      this.#at = at;
      const byte = this.#next();
      if (byte === QUOTE) return;
      if (byte === BACKSLASH) this.#next();
    }
  }

  #space(): void {
    for (let byte = this.#peek(); byte !== undefined && byte <= 32; byte = this.#peek()) this.#at += 1;
  }

  #skipIf(byte: number): boolean {
    this.#space();
    if (this.#peek() !== byte) return false;
    this.#at += 1;
    return true;
  }

  #expect(byte: number, what: string): void {
    if (!this.#skipIf(byte)) throw this.#unexpected(`"${what}"`);
  }

  #next(): number {
    const byte = this.#peek();
    if (byte === undefined) throw this.#unexpected('more');
    this.#at += 1;
    return byte;
  }

  #peek(): number | undefined {
    if (this.#at < this.#chunk.length) return this.#chunk[this.#at];
    const left = this.#file.size - this.offset;
    if (left <= 0) return undefined;
    this.#start = this.offset;
    this.#at = 0;
    this.#chunk = this.#file.into(this.#bytes.subarray(0, left), this.#start);
    return this.#chunk[0];
  }

  #unexpected(wanted: string): Error {
    const isCut = this.offset >= this.#file.size;
    const reason = isCut ? `it is cut: it ends at byte ${this.offset}` : `there is no JSON at byte ${this.offset}`;
    return damaged(this.#file.path, `${reason}, where ${wanted} was expected`);
  }
}
