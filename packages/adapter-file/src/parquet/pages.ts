import zlib from 'node:zlib';
import type { ColumnMetaData, PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { compressors as portable } from 'hyparquet-compressors';
import type { ByteSource } from '../byte-source.ts';

/** Node's own codecs are several times faster than portable ones. */
export const compressors: typeof portable = {
  ...portable,
  GZIP: (input) => zlib.gunzipSync(input),
  BROTLI: (input) => zlib.brotliDecompressSync(input),
  ZSTD: (input) => zlib.zstdDecompressSync(input),
};

const WINDOW_BYTES = 256 * 1024;
/** Statistics in a page header may hold whole values, so a header has no fixed size. */
const HEADER_BYTES = 64 * 1024;

export interface Page {
  readonly header: PageHeader;
  /** The page as it lies in the file, without its header. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Reads the pages of one column chunk one after the other, so that memory holds a page and not the chunk. */
export class PageReader {
  readonly chunk: ColumnMetaData;
  readonly #source: ByteSource;
  #offset: number;
  readonly #end: number;
  #window: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #windowStart = 0;

  constructor(source: ByteSource, chunk: ColumnMetaData) {
    this.#source = source;
    this.chunk = chunk;
    const data = Number(chunk.data_page_offset);
    const dictionary = Number(chunk.dictionary_page_offset ?? 0n);
    // Some writers leave a dictionary offset of 0, or one after the data, where there is no dictionary.
    this.#offset = dictionary > 0 && dictionary < data ? dictionary : data;
    this.#end = this.#offset + Number(chunk.total_compressed_size);
  }

  async next(): Promise<Page | undefined> {
    if (this.#offset >= this.#end) return undefined;
    const header = await this.#header();
    const size = header.compressed_page_size;
    if (!Number.isInteger(size) || size < 0 || this.#offset + size > this.#end) {
      throw new Error(`the page at byte ${this.#offset} has an impossible size (${size})`);
    }
    await this.#fill(size);
    const start = this.#offset - this.#windowStart;
    const bytes = this.#window.subarray(start, start + size);
    this.#offset += size;
    // Some writers make pages of 100 MB: such a one must not stay in memory twice.
    if (size > WINDOW_BYTES) this.#window = new Uint8Array(0);
    if (header.crc !== undefined && zlib.crc32(bytes) !== header.crc >>> 0) {
      throw new Error(`the checksum of the page at byte ${this.#offset - size} is wrong`);
    }
    return { header, bytes };
  }

  async #header(): Promise<PageHeader> {
    for (let wanted = HEADER_BYTES; ; wanted *= 4) {
      await this.#fill(Math.min(wanted, this.#end - this.#offset));
      const view = new DataView(this.#window.buffer, this.#window.byteOffset + this.#offset - this.#windowStart);
      const reader = { view, offset: 0 };
      try {
        const header = parquetHeader(reader);
        this.#offset += reader.offset;
        return header;
      } catch (cause) {
        if (!(cause instanceof RangeError) || wanted >= this.#end - this.#offset) throw cause;
      }
    }
  }

  /** Makes the next `size` bytes available in the window. */
  async #fill(size: number): Promise<void> {
    const available = this.#window.length === 0 ? 0 : this.#windowStart + this.#window.length - this.#offset;
    if (available >= size) return;
    const end = Math.min(this.#end, this.#offset + Math.max(size, WINDOW_BYTES));
    this.#window = await this.#source.read(this.#offset, end);
    this.#windowStart = this.#offset;
  }
}

/** A data page in pieces: levels are never compressed in version 2, and always together with the values in version 1. */
export interface DataPage {
  readonly valueCount: number;
  readonly encoding: string;
  readonly repetition: Uint8Array;
  readonly definition: Uint8Array;
  readonly values: Uint8Array;
}

export function openDataPage(
  { header, bytes }: Page,
  { codec }: ColumnMetaData,
  levels: { readonly repetition: boolean; readonly definition: boolean },
): DataPage {
  const version2 = header.data_page_header_v2;
  if (version2 !== undefined) {
    const first = version2.repetition_levels_byte_length;
    const second = first + version2.definition_levels_byte_length;
    const rest = bytes.subarray(second);
    const compressed = version2.is_compressed !== false;
    return {
      valueCount: version2.num_values,
      encoding: version2.encoding,
      repetition: bytes.subarray(0, first),
      definition: bytes.subarray(first, second),
      values: compressed ? decompressPage(rest, header.uncompressed_page_size - second, codec, compressors) : rest,
    };
  }
  const version1 = header.data_page_header;
  if (version1 === undefined) throw new Error(`a page of type ${header.type} where data was expected`);
  const page = decompressPage(bytes, header.uncompressed_page_size, codec, compressors);
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  let at = 0;
  const take = (present: boolean): Uint8Array => {
    if (!present) return page.subarray(0, 0);
    const length = view.getUint32(at, true);
    if (at + 4 + length > page.length) throw new RangeError('the levels of a page end early');
    at += 4 + length;
    return page.subarray(at - length, at);
  };
  const repetition = take(levels.repetition);
  const definition = take(levels.definition);
  return {
    valueCount: version1.num_values,
    encoding: version1.encoding,
    repetition,
    definition,
    values: page.subarray(at),
  };
}
