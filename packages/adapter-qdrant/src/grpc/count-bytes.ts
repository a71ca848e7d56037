import type { ValueFigure, ValuesWitness } from '@vsm/core/adapter';
import type { PayloadNames } from '../mapping.ts';

const BY = 'the bytes of the pages, counted beside the reader of records';
const UNWITNESSED = ['id', 'what lies within lists and objects', 'components of vectors beside the first and the last'];

const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5];

/** The fields of one message, one after the other. Shares no code with what reads records: it is there to find what that misreads. */
class Fields {
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
    let [value, scale, byte] = [0, 1, 0];
    do {
      byte = this.#bytes[this.#at] ?? 0;
      this.#at += 1;
      value += (byte & 0x7f) * scale;
      scale *= 128;
    } while (byte >= 0x80);
    return value;
  }
}

// Of qdrant.Value.
const [NULL, DOUBLE, INTEGER, TEXT, LIST] = [1, 2, 3, 4, 7];

class Counts {
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
class Named {
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

/**
 * Counts what the first `points` points of a `qdrant.ScrollResponse` hold.
 * @throws RangeError for bytes that are no such message
 */
export function countBytes(page: Uint8Array, points: number, names: PayloadNames): ValuesWitness {
  const bytes = Buffer.from(page.buffer, page.byteOffset, page.byteLength);
  const fields = (): Fields => new Fields(bytes);
  // One for each level, used again for every message there.
  const [response, point, entry, value] = [fields(), fields(), fields(), fields()];
  const [vectors, named, vector, dense] = [fields(), fields(), fields(), fields()];
  const document = new Counts('document', '');
  const [metadata, ofVectors] = [new Named('metadata', bytes), new Named('vector', bytes)];
  const countEntry = (): void => {
    let [start, stop] = [0, 0];
    let isText = false;
    let [filled, octets, number] = [0, 0, 0];
    while (entry.next()) {
      if (entry.field === 1) [start, stop] = [entry.start, entry.stop];
      else if (entry.field === 2) {
        value.enter(entry.start, entry.stop);
        while (value.next()) {
          const { field } = value;
          filled = field === NULL || (field === LIST && value.start === value.stop) ? 0 : 1;
          isText = field === TEXT;
          if (isText) octets = value.stop - value.start;
          else if (field === DOUBLE) number = bytes.readDoubleLE(value.start);
          else if (field === INTEGER) number = signed(bytes, value.start, value.stop);
        }
      }
    }
    const named = metadata.at(start, stop);
    const found = isText && named.name === names.documentKey ? document : named;
    found.records += 1;
    found.filled += filled;
    found.octets += octets;
    found.sum += number;
  };
  const countVector = (found: Counts): void => {
    found.records += 1;
    let [start, stop] = [0, 0];
    while (vector.next()) {
      const { field } = vector;
      if (field === 1) [start, stop] = [vector.start, vector.stop];
      else if (field === 101) {
        dense.enter(vector.start, vector.stop);
        while (dense.next()) if (dense.field === 1) [start, stop] = [dense.start, dense.stop];
      } else [start, stop] = [0, 0];
    }
    if (stop === start) return;
    found.first = (found.first + bytes.readUInt32LE(start)) >>> 0;
    found.last = (found.last + bytes.readUInt32LE(stop - 4)) >>> 0;
  };
  const countVectors = (): void => {
    while (vectors.next()) {
      if (vectors.field === 1) {
        vector.enter(vectors.start, vectors.stop);
        countVector(ofVectors.at(0, 0));
      } else if (vectors.field === 2) countNamed(vectors.start, vectors.stop);
    }
  };
  const countNamed = (start: number, stop: number): void => {
    named.enter(start, stop);
    while (named.next()) {
      entry.enter(named.start, named.stop);
      let found = ofVectors.at(0, 0);
      while (entry.next()) {
        if (entry.field === 1) found = ofVectors.at(entry.start, entry.stop);
        else if (entry.field === 2) vector.enter(entry.start, entry.stop);
      }
      countVector(found);
    }
  };
  response.enter(0, bytes.length);
  let left = points;
  while (response.next() && left > 0) {
    if (response.field !== 2) continue;
    left -= 1;
    point.enter(response.start, response.stop);
    while (point.next()) {
      if (point.field === 2) {
        entry.enter(point.start, point.stop);
        countEntry();
      } else if (point.field === 4) {
        vectors.enter(point.start, point.stop);
        countVectors();
      }
    }
  }
  const shard = names.shardKeyField;
  const isMetadata = ({ name, records }: Counts): boolean => records > 0 && name !== shard;
  const isVector = ({ records }: Counts): boolean => records > 0;
  const documents = names.documentKey === false ? [] : [document];
  return {
    by: BY,
    figures: [...documents, ...ofVectors.all.filter(isVector), ...metadata.all.filter(isMetadata)].flatMap(figuresOf),
    unwitnessed: shard === undefined ? UNWITNESSED : [...UNWITNESSED, `metadata "${shard}"`],
  };
}

function figuresOf(counts: Counts): ValueFigure[] {
  const { part, name } = counts;
  const measures =
    part === 'vector'
      ? (['records', 'first', 'last'] as const)
      : part === 'document'
        ? (['records', 'octets'] as const)
        : (['records', 'filled', 'octets', 'sum'] as const);
  return measures.map((measure) => ({ part, name, measure, value: counts[measure] }));
}

/** A varint of 64 bits with a sign. Of seven bytes or fewer it is positive and exact as a double. */
function signed(bytes: Buffer, start: number, stop: number): number {
  if (stop - start <= 7) {
    let value = 0;
    for (let at = stop - 1; at >= start; at -= 1) value = value * 128 + ((bytes[at] as number) & 0x7f);
    return value;
  }
  let value = 0n;
  for (let at = stop - 1; at >= start; at -= 1) value = (value << 7n) | BigInt((bytes[at] as number) & 0x7f);
  return Number(BigInt.asIntN(64, value));
}
