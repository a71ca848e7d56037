import type { ColumnMetaData, DecodedArray, FileMetaData, ParquetParsers, RowGroup, SchemaTree } from 'hyparquet';
import { readPage } from 'hyparquet/src/column.js';
import { convert } from 'hyparquet/src/convert.js';
import { uuidText } from '@vsm/core/adapter';
import type { ByteSource } from '../byte-source.ts';
import { assemble } from './assemble.ts';
import { compressors, PageReader } from './pages.ts';

/** Leaves numbers and times as they are stored: the library would round decimals and cut times to milliseconds. */
const raw = (value: unknown): unknown => value;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const parsers: ParquetParsers = {
  timestampFromMilliseconds: raw,
  timestampFromMicroseconds: raw,
  timestampFromNanoseconds: raw,
  dateFromDays: raw,
  geometryFromBytes: raw,
  geographyFromBytes: raw,
  jsonFromBytes: (bytes: Uint8Array | undefined) => bytes && utf8.decode(bytes),
  stringFromBytes: (bytes: Uint8Array | undefined) => bytes && utf8.decode(bytes),
  uuidFromBytes(bytes: Uint8Array | undefined) {
    return bytes && uuidText(Buffer.from(bytes).toString('hex'));
  },
};

const KEPT = new Set(['UTF8', 'JSON', 'LIST', 'MAP', 'MAP_KEY_VALUE']);
const KEPT_LOGICAL = new Set(['STRING', 'JSON', 'UUID', 'FLOAT16', 'LIST', 'MAP']);

/** The schema without the conversions that would lose something. */
export function withoutConversions(metadata: FileMetaData): FileMetaData {
  return {
    ...metadata,
    schema: metadata.schema.map(({ converted_type: converted, logical_type: logical, ...element }) => ({
      ...element,
      ...(converted !== undefined && KEPT.has(converted) && { converted_type: converted }),
      ...(logical !== undefined && KEPT_LOGICAL.has(logical.type) && { logical_type: logical }),
    })),
  };
}

/** Reads one top-level column of any shape. */
export class ValueColumn {
  readonly #node: SchemaTree;
  readonly #leaves: readonly LeafColumn[];

  constructor(source: ByteSource, group: RowGroup, path: readonly SchemaTree[]) {
    this.#node = path.at(-1) as SchemaTree;
    this.#leaves = leafPaths(path).map((leaf) => new LeafColumn(source, group, leaf));
  }

  async take(count: number): Promise<ArrayLike<unknown>> {
    const [only] = this.#leaves;
    if (only === undefined) return [];
    if (this.#node.children.length === 0) return only.take(count);
    const values = new Map<SchemaTree, ArrayLike<unknown>>();
    for (const leaf of this.#leaves) values.set(leaf.node, await leaf.take(count));
    return assemble(this.#node, values);
  }

  async skip(count: number): Promise<void> {
    for (const leaf of this.#leaves) await leaf.skip(count);
  }
}

class LeafColumn {
  readonly node: SchemaTree;
  readonly #path: readonly SchemaTree[];
  readonly #pages: PageReader;
  readonly #repeated: boolean;
  #dictionary: DecodedArray | undefined;
  #rows: ArrayLike<unknown> = [];
  #at = 0;
  #open: unknown[] = [];
  #ended = false;

  constructor(source: ByteSource, group: RowGroup, path: readonly SchemaTree[]) {
    this.#path = path;
    this.#repeated = path.some(({ element }) => element.repetition_type === 'REPEATED');
    this.node = path.at(-1) as SchemaTree;
    this.#pages = new PageReader(source, chunkOf(group, this.node.path));
  }

  async take(count: number): Promise<unknown[]> {
    const taken: unknown[] = [];
    while (taken.length < count && (await this.#fill(0))) {
      const end = Math.min(this.#rows.length, this.#at + count - taken.length);
      for (; this.#at < end; this.#at += 1) taken.push(this.#rows[this.#at]);
    }
    return taken;
  }

  async skip(count: number): Promise<void> {
    let left = count;
    while (left > 0 && (await this.#fill(left))) {
      const step = Math.min(left, this.#rows.length - this.#at);
      this.#at += step;
      left -= step;
    }
  }

  /** Makes at least one row available; pages of which no row is wanted stay compressed. */
  async #fill(skippable: number): Promise<boolean> {
    while (this.#at >= this.#rows.length) {
      if (this.#ended) return false;
      this.#at = 0;
      this.#rows = [];
      const page = await this.#pages.next();
      if (page === undefined) {
        this.#ended = true;
        this.#rows = this.#open;
        continue;
      }
      const { header, bytes } = page;
      const { chunk } = this.#pages;
      const { element } = this.node;
      const decoder = {
        pathInSchema: chunk.path_in_schema,
        element,
        schemaPath: [...this.#path],
        parsers,
        compressors,
        utf8: false,
        type: chunk.type,
        codec: chunk.codec,
      };
      const values = header.data_page_header?.num_values ?? header.data_page_header_v2?.num_values ?? 0;
      if (!this.#repeated && header.type !== 'DICTIONARY_PAGE' && values <= skippable) {
        this.#rows = { length: values };
        continue;
      }
      const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
      const open = this.#open;
      const { data } = readPage(reader, header, decoder, this.#dictionary, this.#repeated ? open : undefined, 0);
      if (header.type === 'DICTIONARY_PAGE') {
        this.#dictionary = convert(data ?? [], decoder);
      } else if (this.#repeated) {
        const rows = data as unknown[];
        this.#open = rows.slice(-1);
        this.#rows = rows.slice(0, -1);
      } else {
        if ((data?.length ?? 0) !== values) throw new Error(`a page has ${data?.length} values instead of ${values}`);
        this.#rows = data ?? [];
      }
    }
    return true;
  }
}

function leafPaths(path: readonly SchemaTree[]): readonly (readonly SchemaTree[])[] {
  const children = path.at(-1)?.children ?? [];
  return children.length === 0 ? [path] : children.flatMap((child) => leafPaths([...path, child]));
}

export function chunkOf(group: RowGroup, path: readonly string[]): ColumnMetaData {
  // Compared part by part: the name of a column may contain a dot.
  const chunk = group.columns.find(
    ({ meta_data: found }) =>
      found?.path_in_schema.length === path.length && found.path_in_schema.every((part, index) => part === path[index]),
  )?.meta_data;
  if (chunk === undefined) throw new Error(`the row group has no column "${path.join('.')}"`);
  return chunk;
}
