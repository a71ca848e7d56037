import { snappyUncompress } from 'hyparquet/src/snappy.js';
import { compressors } from 'hyparquet-compressors';
import type { ColumnMetaData } from 'hyparquet';
import type { ByteSource } from '../../byte-source.ts';
import { readStruct, type Thrift } from './thrift.ts';

/** One page as it lies in the file, and what its header says. */
export interface RawPage {
  readonly kind: 'data' | 'data-v2' | 'dictionary' | 'other';
  readonly values: number;
  /** Rows that it holds, where the header says so. */
  readonly rows: number | undefined;
  readonly encoding: number;
  readonly repetitionBytes: number;
  readonly definitionBytes: number;
  /** The levels of a page of version 2 are never compressed, and come first. */
  readonly read: () => Promise<{ readonly levels: Uint8Array; readonly body: Uint8Array } | undefined>;
}

const HEADER_BYTES = 4096;

/** The pages of one column chunk. Nothing but their headers is read before it is wanted. */
export async function* pagesOf(source: ByteSource, chunk: ColumnMetaData): AsyncGenerator<RawPage, void, undefined> {
  const [data, dictionary] = [Number(chunk.data_page_offset), Number(chunk.dictionary_page_offset ?? 0)];
  let at = dictionary > 0 && dictionary < data ? dictionary : data;
  const end = at + Number(chunk.total_compressed_size);
  while (at < end) {
    const { fields, length } = await headerAt(source, at, end);
    const [size, whole] = [numberOf(fields, 3), numberOf(fields, 2)];
    const start = at + length;
    at = start + size;
    const [first, second] = [structOf(fields, 8), structOf(fields, 5) ?? structOf(fields, 7)];
    const header = first ?? second ?? new Map<number, Thrift>();
    const [definitionBytes, repetitionBytes] = first === undefined ? [0, 0] : [numberOf(first, 5), numberOf(first, 6)];
    const before = definitionBytes + repetitionBytes;
    const isCompressed = first?.get(7) !== false;
    yield {
      kind: first !== undefined ? 'data-v2' : fields.has(5) ? 'data' : fields.has(7) ? 'dictionary' : 'other',
      values: numberOf(header, 1),
      rows: first === undefined ? undefined : numberOf(first, 3),
      encoding: numberOf(header, first === undefined ? 2 : 4),
      repetitionBytes,
      definitionBytes,
      async read() {
        const bytes = await source.read(start, start + size);
        const packed = bytes.subarray(before);
        const body = isCompressed ? unpack(packed, whole - before, chunk.codec) : packed;
        return body === undefined ? undefined : { levels: bytes.subarray(0, before), body };
      },
    };
  }
}

async function headerAt(source: ByteSource, at: number, end: number): Promise<ReturnType<typeof readStruct>> {
  for (let wanted = HEADER_BYTES; ; wanted *= 8) {
    try {
      return readStruct(await source.read(at, Math.min(end, at + wanted)));
    } catch (cause) {
      if (!(cause instanceof RangeError) || at + wanted >= end) throw cause;
    }
  }
}

/** By other code than reads records: that takes what Node has, and a snappy in WebAssembly. Of LZ4 there is one alone. */
function unpack(bytes: Uint8Array, length: number, codec: string): Uint8Array | undefined {
  switch (codec) {
    case 'UNCOMPRESSED':
      return bytes;
    case 'SNAPPY': {
      const unpacked = new Uint8Array(length);
      snappyUncompress(bytes, unpacked);
      return unpacked;
    }
    case 'GZIP':
    case 'BROTLI':
    case 'ZSTD':
      return compressors[codec]?.(bytes, length);
    default:
      return undefined;
  }
}

function numberOf(fields: ReadonlyMap<number, Thrift>, field: number): number {
  const value = fields.get(field);
  return typeof value === 'number' ? value : 0;
}

function structOf(fields: ReadonlyMap<number, Thrift>, field: number): ReadonlyMap<number, Thrift> | undefined {
  const value = fields.get(field);
  return value instanceof Map ? value : undefined;
}
