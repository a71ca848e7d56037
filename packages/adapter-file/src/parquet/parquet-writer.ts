import zlib from 'node:zlib';
import { parquetSchema, type ColumnChunk, type FileMetaData, type RowGroup, type SchemaTree } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writeColumn } from 'hyparquet-writer/src/column.js';
import { encodeNestedValues } from 'hyparquet-writer/src/dremel.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import { asFloats, isSparse, own, type DenseVector, type Vector, type VectorRecord } from '@vsm/core/adapter';
import { doublesOf } from '../doubles.ts';
import type { FieldKind } from '../field-kinds.ts';
import type { OwnLayout } from '../manifest.ts';
import { OutputFile, type Written } from '../output-file.ts';
import type { RecordWriter } from '../record-writer.ts';
import { multiRow, ownColumn, sizeOf, stored, wordsOf } from './cells.ts';
import { writeListColumn, type ListRow } from './list-writer.ts';
import { OWN_KEY, schemaElements } from './own-schema.ts';

const MAGIC = Buffer.from('PAR1');
/** A reader holds a page of each column, but many tools read whole row groups. */
const GROUP_ROWS = 10_000;
const GROUP_BYTES = 32 * 1024 * 1024;
const CODEC = 'ZSTD';
const compressors = { [CODEC]: (bytes: Uint8Array) => zlib.zstdCompressSync(bytes) };

/** Writes records as Parquet, one row group after the other. */
export class ParquetWriter implements RecordWriter {
  readonly #output: OutputFile;
  readonly #layout: OwnLayout;
  readonly #metadata: FileMetaData;
  readonly #tree: SchemaTree;
  readonly #groupBytes: number;
  #buffer: ByteWriter;
  #rows: VectorRecord[] = [];
  #bytes = 0;

  private constructor(output: OutputFile, layout: OwnLayout, namespaces: boolean, groupBytes: number) {
    this.#groupBytes = groupBytes;
    this.#output = output;
    this.#layout = layout;
    this.#metadata = {
      version: 2,
      created_by: 'vsm',
      schema: schemaElements(layout, namespaces),
      num_rows: 0n,
      row_groups: [],
      metadata_length: 0,
      key_value_metadata: [{ key: OWN_KEY, value: JSON.stringify(layout) }],
    };
    this.#tree = parquetSchema(this.#metadata);
    this.#buffer = bufferAt(MAGIC.length);
  }

  static async create(
    path: string,
    layout: OwnLayout,
    namespaces: boolean,
    groupBytes: number = GROUP_BYTES,
  ): Promise<ParquetWriter> {
    const output = await OutputFile.create(path);
    await output.write(MAGIC);
    return new ParquetWriter(output, layout, namespaces, Math.min(groupBytes, GROUP_BYTES));
  }

  async write(records: readonly VectorRecord[]): Promise<void> {
    for (const record of records) {
      this.#rows.push(record);
      this.#bytes += sizeOf(record);
      if (this.#rows.length >= GROUP_ROWS || this.#bytes >= this.#groupBytes) await this.#writeGroup();
    }
  }

  /** Of what is in the file already. */
  get bytes(): number {
    return this.#buffer.offset;
  }

  async finish(): Promise<readonly Written[]> {
    if (this.#rows.length > 0) await this.#writeGroup();
    writeMetadata(this.#buffer, this.#metadata);
    this.#buffer.appendBytes(MAGIC);
    await this.#output.write(this.#buffer.getBytes());
    return [await this.#output.finish()];
  }

  async abandon(): Promise<void> {
    await this.#output.abandon();
  }

  async #writeGroup(): Promise<void> {
    const start = this.#buffer.offset;
    const rows = this.#rows;
    const columns: ColumnChunk[] = this.#tree.children.flatMap((node) => this.#writeColumn(node, rows));
    const group: RowGroup = {
      columns,
      total_byte_size: columns.reduce((total, chunk) => total + (chunk.meta_data?.total_uncompressed_size ?? 0n), 0n),
      num_rows: BigInt(rows.length),
      total_compressed_size: BigInt(this.#buffer.offset - start),
    };
    this.#metadata.row_groups.push(group);
    this.#metadata.num_rows += group.num_rows;
    await this.#output.write(this.#buffer.getBytes());
    this.#buffer = bufferAt(this.#buffer.offset);
    this.#rows = [];
    this.#bytes = 0;
  }

  #writeColumn(node: SchemaTree, rows: readonly VectorRecord[]): readonly ColumnChunk[] {
    const { name } = node.element;
    const vector = Object.entries(this.#layout.vectors).find(([, column]) => column === name);
    if (vector !== undefined) return this.#writeVectors(vector[0], name, rows);
    const kind = own(this.#layout.fields, name);
    const values = rows.map((record) =>
      kind === undefined ? ownColumn(record, name, this.#layout) : stored(own(record.metadata, name), kind),
    );
    return [this.#writeValues(node, values, kind)];
  }

  #writeVectors(name: string, column: string, rows: readonly VectorRecord[]): readonly ColumnChunk[] {
    const vectors = rows.map((record) => own(record.vectors, name));
    const list = [column, 'list', 'element'];
    const write = (
      path: readonly string[],
      type: 'FLOAT' | 'DOUBLE' | 'INT32',
      depth: 1 | 2,
      toRow: (vector: Vector) => ListRow,
    ): ColumnChunk =>
      writeListColumn(
        this.#buffer,
        { path, type, depth },
        vectors.map((vector) => (vector === undefined ? undefined : toRow(vector))),
      );
    const isDouble = doublesOf(this.#layout.schema).has(name);
    const number = isDouble ? 'DOUBLE' : 'FLOAT';
    switch (own(this.#layout.schema.vectors, name)?.kind) {
      case 'sparse':
        return [
          write([column, 'indices', 'list', 'element'], 'INT32', 1, (vector) => ({
            words: isSparse(vector) ? Uint32Array.from(vector.indices) : new Uint32Array(0),
          })),
          write([column, 'values', 'list', 'element'], 'FLOAT', 1, (vector) => ({
            words: isSparse(vector) ? asFloats(vector.values) : new Float32Array(0),
          })),
        ];
      case 'multi':
        return [write([...list, 'list', 'element'], number, 2, (vector) => multiRow(vector, isDouble))];
      case 'dense':
      case undefined:
        return [write(list, number, 1, (vector) => ({ words: wordsOf(vector as DenseVector, isDouble) }))];
    }
  }

  #writeValues(node: SchemaTree, values: unknown[], kind: FieldKind | undefined): ColumnChunk {
    const path = [this.#tree, ...pathToLeaf(node)];
    const leaf = path.at(-1) as SchemaTree;
    // The library would print JSON again, and round it.
    const { converted_type: converted, ...element } = leaf.element;
    const { chunk } = writeColumn({
      writer: this.#buffer,
      column: {
        columnName: leaf.path.join('.'),
        element: converted === 'JSON' ? element : leaf.element,
        schemaPath: path.map((step) => step.element),
        codec: CODEC,
        compressors,
        stats: kind !== 'float' && converted !== 'JSON',
        pageSize: 1024 * 1024,
        columnIndex: false,
        offsetIndex: false,
        // A dictionary would take -0 for 0.
        ...(kind === 'float' && { encoding: 'PLAIN' as const }),
      },
      pageData: encodeNestedValues(path, values),
    });
    return chunk;
  }
}

/** Offsets in the footer are those of the file, while the buffer holds one row group. */
function bufferAt(offset: number): ByteWriter {
  const buffer = new ByteWriter(1024 * 1024);
  buffer.offset = offset;
  return buffer;
}

function pathToLeaf(node: SchemaTree): SchemaTree[] {
  const [child] = node.children;
  return child === undefined ? [node] : [node, ...pathToLeaf(child)];
}
