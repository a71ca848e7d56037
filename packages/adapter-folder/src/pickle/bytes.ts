/** What a pickle holds that is not read: it is parsed, and nothing in it is ever run. */
export class PickleError extends Error {
  override readonly name = 'PickleError';
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The bytes of a pickle, taken from the front. */
export class PickleBytes {
  readonly length: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.length = bytes.length;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** How many were taken. */
  get at(): number {
    return this.#at;
  }

  /** @throws PickleError where there are fewer */
  take(length: number): Uint8Array {
    if (length > this.length - this.#at) throw new PickleError(`it is cut: it ends at byte ${this.length}`);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  byte(): number {
    return this.take(1)[0] as number;
  }

  uint16(): number {
    return this.byte() + 256 * this.byte();
  }

  int32(): number {
    this.take(4);
    return this.#view.getInt32(this.#at - 4, true);
  }

  uint32(): number {
    this.take(4);
    return this.#view.getUint32(this.#at - 4, true);
  }

  uint64(): number {
    return this.uint32() + 2 ** 32 * this.uint32();
  }

  double(): number {
    this.take(8);
    return this.#view.getFloat64(this.#at - 8, false);
  }

  text(length: number): string {
    const bytes = this.take(length);
    try {
      return decode(bytes);
    } catch {
      throw new PickleError(`the text at byte ${this.#at - length} is not UTF-8`);
    }
  }

  /** Up to the next line feed. */
  line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end === -1) throw new PickleError(`it is cut: it ends at byte ${this.length}`);
    const text = this.text(end - this.#at);
    this.take(1);
    return text;
  }
}

/** Python writes half of a surrogate pair as three bytes, which are no UTF-8. */
function decode(bytes: Uint8Array): string {
  let text = '';
  let from = 0;
  for (let at = bytes.indexOf(0xed); at !== -1; at = bytes.indexOf(0xed, at + 1)) {
    const [second = 0, third = 0] = bytes.subarray(at + 1, at + 3);
    if (second < 0xa0 || second > 0xbf || third < 0x80 || third > 0xbf) continue;
    text += UTF8.decode(bytes.subarray(from, at)) + String.fromCharCode(0xd000 + 64 * (second - 0x80) + third - 0x80);
    from = at + 3;
  }
  return text + UTF8.decode(bytes.subarray(from));
}
