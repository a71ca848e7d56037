import { deltas, lengthsFirst, prefixesFirst } from './delta.ts';

/** What a page stores of one value. */
export type Stored = number | bigint | boolean | Uint8Array;
/** The values of a page, one by one. */
export type Values = (at: number) => Stored;

/** As the format numbers them. */
const [PLAIN, PLAIN_DICTIONARY, RLE, RLE_DICTIONARY, BYTE_STREAM_SPLIT] = [0, 2, 3, 8, 9];
const [DELTA_NUMBERS, DELTA_LENGTHS, DELTA_TEXTS] = [5, 6, 7];

const WIDTHS: ReadonlyMap<string, number> = new Map([
  ['INT32', 4],
  ['INT64', 8],
  ['FLOAT', 4],
  ['DOUBLE', 8],
]);

/** `undefined` for what this road does not read. */
export function valuesOf(
  bytes: Uint8Array,
  { encoding, type, length = 0 }: { readonly encoding: number; readonly type: string; readonly length?: number },
  count: number,
  dictionary: Values | undefined,
): Values | undefined {
  switch (encoding) {
    case PLAIN:
      return plainValues(bytes, type, length, count);
    case RLE: {
      const bits = type === 'BOOLEAN' ? hybrid(bytes.subarray(4), 1, count) : undefined;
      return bits && ((at) => bits[at] === 1);
    }
    case PLAIN_DICTIONARY:
    case RLE_DICTIONARY: {
      const indexes = hybrid(bytes.subarray(1), bytes[0] ?? 0, count);
      return dictionary && ((at) => dictionary(indexes[at] as number));
    }
    case DELTA_NUMBERS:
      return listed(deltas(bytes, type === 'INT32' ? 32 : 64).numbers);
    case DELTA_LENGTHS:
      return listed(lengthsFirst(bytes));
    case DELTA_TEXTS:
      return listed(prefixesFirst(bytes));
    case BYTE_STREAM_SPLIT: {
      const width = WIDTHS.get(type);
      if (width === undefined) return undefined;
      const one = new Uint8Array(width);
      const only = plainValues(one, type, length, 1);
      return (
        only &&
        ((at) => {
          for (let byte = 0; byte < width; byte += 1) one[byte] = bytes[byte * count + at] as number;
          return only(0);
        })
      );
    }
    default:
      return undefined;
  }
}

const listed =
  (values: readonly Stored[]): Values =>
  (at) =>
    values[at] as Stored;

function plainValues(bytes: Uint8Array, type: string, length: number, count: number): Values | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type) {
    case 'BOOLEAN':
      return (at) => (((bytes[at >> 3] ?? 0) >> (at & 7)) & 1) === 1;
    case 'INT32':
      return (at) => view.getInt32(4 * at, true);
    case 'INT64':
      return (at) => view.getBigInt64(8 * at, true);
    case 'FLOAT':
      return (at) => view.getFloat32(4 * at, true);
    case 'DOUBLE':
      return (at) => view.getFloat64(8 * at, true);
    case 'FIXED_LEN_BYTE_ARRAY':
      return (at) => bytes.subarray(length * at, length * (at + 1));
    case 'BYTE_ARRAY': {
      const starts: number[] = [];
      for (let at = 0; starts.length < count; at += 4 + view.getUint32(at, true)) starts.push(at + 4);
      return (at) => {
        const start = starts[at] as number;
        return bytes.subarray(start, start + view.getUint32(start - 4, true));
      };
    }
    default:
      return undefined;
  }
}

/** Runs of one value, and groups of eight that are packed bit by bit. */
export function hybrid(bytes: Uint8Array, width: number, count: number): Uint32Array {
  const found = new Uint32Array(count);
  let at = 0;
  const next = (): number => {
    const byte = bytes[at];
    if (byte === undefined) throw new RangeError('the levels or indexes of a page end early');
    at += 1;
    return byte;
  };
  for (let done = 0; done < count;) {
    let head = 0;
    for (let scale = 1, byte = 128; byte >= 128; scale *= 128) {
      byte = next();
      head += (byte & 127) * scale;
    }
    if (head % 2 === 0) {
      let value = 0;
      for (let byte = 0; byte < Math.ceil(width / 8); byte += 1) value += next() * 256 ** byte;
      const end = Math.min(count, done + head / 2);
      found.fill(value, done, end);
      done = end;
    } else {
      const packed = 8 * ((head - 1) / 2);
      const from = 8 * at;
      for (let item = 0; item < packed && done < count; item += 1, done += 1) {
        let value = 0;
        for (let bit = 0; bit < width; bit += 1) {
          const place = from + item * width + bit;
          value += (((bytes[Math.floor(place / 8)] ?? 0) >> (place % 8)) & 1) * 2 ** bit;
        }
        found[done] = value;
      }
      at += (packed * width) / 8;
    }
  }
  return found;
}
