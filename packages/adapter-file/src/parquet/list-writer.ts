import { crc32 } from 'node:zlib';
import type { ColumnChunk } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';

/** Rows of numbers: a vector, the rows of a multi-vector in one piece, or nothing. */
export interface ListRow {
  readonly words: Float32Array | Float64Array | Uint32Array;
  /** Length of one row inside, for lists of lists. */
  readonly width?: number | undefined;
}

export interface ListColumn {
  readonly path: readonly string[];
  readonly type: 'FLOAT' | 'DOUBLE' | 'INT32';
  /** 2 for a list of lists. */
  readonly depth: 1 | 2;
}

const PAGE_BYTES = 1024 * 1024;

/**
 * Writes a column chunk of number lists from whole arrays: the library takes numbers one by one, with two levels for each. Not
 * compressed, because embeddings hardly shrink. Levels: 0 no list, 1 an empty list, and the deepest a number.
 */
export function writeListColumn(
  writer: ByteWriter,
  column: ListColumn,
  rows: readonly (ListRow | undefined)[],
): ColumnChunk {
  const start = writer.offset;
  let values = 0;
  let page: (ListRow | undefined)[] = [];
  let pageBytes = 0;
  const flush = (): void => {
    if (page.length > 0) values += writePage(writer, column, page);
    page = [];
    pageBytes = 0;
  };
  for (const row of rows) {
    page.push(row);
    pageBytes += row?.words.byteLength ?? 0;
    if (pageBytes >= PAGE_BYTES) flush();
  }
  flush();
  const size = BigInt(writer.offset - start);
  return {
    file_offset: BigInt(start),
    meta_data: {
      type: column.type,
      encodings: ['PLAIN', 'RLE'],
      path_in_schema: [...column.path],
      codec: 'UNCOMPRESSED',
      num_values: BigInt(values),
      total_uncompressed_size: size,
      total_compressed_size: size,
      data_page_offset: BigInt(start),
    },
  };
}

function writePage(writer: ByteWriter, { depth }: ListColumn, rows: readonly (ListRow | undefined)[]): number {
  const repetition = new Runs();
  const definition = new Runs();
  const data = new ByteWriter(PAGE_BYTES + 1024);
  let missing = 0;
  for (const row of rows) {
    const length = row?.words.length ?? 0;
    repetition.add(0, 1);
    if (row === undefined || length === 0) {
      definition.add(row === undefined ? 0 : 1, 1);
      missing += 1;
      continue;
    }
    definition.add(depth + 1, length);
    const width = depth === 1 ? length : (row.width ?? length);
    for (let at = 0; at < length; at += width) {
      if (at > 0) repetition.add(1, 1);
      repetition.add(depth, width - 1);
    }
    data.appendBytes(new Uint8Array(row.words.buffer, row.words.byteOffset, row.words.byteLength));
  }
  const levels = [repetition.bytes(), definition.bytes()] as const;
  const body = Buffer.concat([...levels, data.getBytes()]);
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: body.length,
    compressed_page_size: body.length,
    // Thrift has signed numbers only.
    crc: crc32(body) | 0,
    data_page_header_v2: {
      num_values: definition.count,
      num_nulls: missing,
      num_rows: rows.length,
      encoding: 'PLAIN',
      repetition_levels_byte_length: levels[0].length,
      definition_levels_byte_length: levels[1].length,
      is_compressed: false,
    },
  });
  writer.appendBytes(body);
  return definition.count;
}

/** Levels as run lengths. A value takes one byte, as no level here needs more than eight bits. */
class Runs {
  count = 0;
  readonly #writer = new ByteWriter();
  #value = 0;
  #length = 0;

  add(value: number, times: number): void {
    if (times === 0) return;
    this.count += times;
    if (value !== this.#value) this.#end();
    this.#value = value;
    this.#length += times;
  }

  bytes(): Uint8Array {
    this.#end();
    return this.#writer.getBytes();
  }

  #end(): void {
    if (this.#length === 0) return;
    this.#writer.appendVarInt(this.#length * 2);
    this.#writer.appendUint8(this.#value);
    this.#length = 0;
  }
}
