import type { ValueFigure } from '@vsm/core/adapter';

const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5];

/** The fields of one message, one after the other. Shares no code with what reads records: it is there to find what that misreads. */
export class Fields {
  field = 0;
  type = 0;
  /** Of the content of the field: for bytes without their length. */
  start = 0;
  stop = 0;
  readonly #bytes: Buffer;
  #at = 0;
  #end = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  enter(start: number, end: number): void {
    this.#at = start;
    this.#end = end;
  }

  next(): boolean {
    if (this.#at >= this.#end) return false;
    const tag = this.#varint();
    this.field = Math.floor(tag / 8);
    this.type = tag % 8;
    const length = this.type === BYTES ? this.#varint() : this.type === FIXED64 ? 8 : this.type === FIXED32 ? 4 : 0;
    this.start = this.#at;
    if (this.type === VARINT) this.#varint();
    else this.#at += length;
    this.stop = this.#at;
    if (this.stop > this.#end) throw new RangeError(`a field ends at ${this.stop}, its message at ${this.#end}`);
    return true;
  }

  #varint(): number {
    // No lists that are taken apart: they are made for each number of a page, here and in whatever else runs for each value.
    let value = 0;
    let scale = 1;
    let byte = 0;
    do {
      byte = this.#bytes[this.#at] ?? 0;
      this.#at += 1;
      value += (byte & 0x7f) * scale;
      scale *= 128;
    } while (byte >= 0x80);
    return value;
  }
}

/** What is counted of one key, one vector or the document. */
export class Counts {
  readonly part: ValueFigure['part'];
  readonly name: string;
  records = 0;
  filled = 0;
  octets = 0;
  sum = 0;
  first = 0;
  last = 0;

  constructor(part: ValueFigure['part'], name: string) {
    this.part = part;
    this.name = name;
  }
}

interface Known {
  readonly counts: Counts;
  readonly start: number;
  readonly length: number;
}

/** Counts by names that lie in the page: held against those that came before byte by byte, so that each is decoded once. */
export class Named {
  readonly #part: ValueFigure['part'];
  readonly #bytes: Buffer;
  readonly #known = new Map<number, Known[]>();

  constructor(part: ValueFigure['part'], bytes: Buffer) {
    this.#part = part;
    this.#bytes = bytes;
  }

  at(start: number, stop: number): Counts {
    const bytes = this.#bytes;
    let hash = stop - start;
    for (let at = start; at < stop; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
    let alike = this.#known.get(hash);
    if (alike === undefined) this.#known.set(hash, (alike = []));
    for (const known of alike) if (this.#isSame(known, start, stop)) return known.counts;
    const counts = new Counts(this.#part, bytes.toString('utf8', start, stop));
    alike.push({ counts, start, length: stop - start });
    return counts;
  }

  get all(): Counts[] {
    return [...this.#known.values()].flatMap((alike) => alike.map(({ counts }) => counts));
  }

  #isSame(known: Known, start: number, stop: number): boolean {
    if (known.length !== stop - start) return false;
    for (let at = 0; at < known.length; at += 1)
      if (this.#bytes[known.start + at] !== this.#bytes[start + at]) return false;
    return true;
  }
}
