import { parquetMetadataAsync, parquetSchema, type FileMetaData, type RowGroup, type SchemaTree } from 'hyparquet';
import {
  VsmError,
  type CollectionDescription,
  type ScanRequest,
  type VectorRecord,
  type VectorSchema,
} from '@vsm/core/adapter';
import { ByteSource, type Expected } from '../byte-source.ts';
import { damaged } from '../errors.ts';
import { understand, type Candidate, type Layout } from '../schema.ts';
import { MANIFEST_VERSION, type OwnLayout } from '../manifest.ts';
import type { FileOptions } from '../options.ts';
import type { FilePage, Position, Range, RecordFile } from '../read.ts';

import { floatList, otherVector } from './columns.ts';
import { OWN_KEY, ownLayout } from './own-schema.ts';
import { RowGroupReader } from './row-group.ts';
import { chunkOf, withoutConversions } from './value-column.ts';
import { columnOf } from './values.ts';
import { VectorColumn } from './vector-column.ts';

const ADVICE = 'It was cut or changed; make it again or restore a copy.';
/** How many half-read row groups are kept for the page that follows: one per partition that is read at once. */
const OPEN_READERS = 8;

interface Group {
  readonly index: number;
  readonly from: number;
  readonly to: number;
  readonly group: RowGroup;
}

/** A Parquet file, read page by page: a row group is never in memory as a whole. */
export class ParquetFile implements RecordFile {
  readonly path: string;
  readonly #source: ByteSource;
  readonly #metadata: FileMetaData;
  readonly #layout: Layout;
  readonly #own: OwnLayout | undefined;
  readonly #metric: FileOptions['metric'];
  readonly #groups: readonly Group[];
  readonly #readers = new Map<string, RowGroupReader>();

  private constructor(
    source: ByteSource,
    metadata: FileMetaData,
    layout: Layout,
    own: OwnLayout | undefined,
    metric: FileOptions['metric'],
  ) {
    this.path = source.path;
    this.#source = source;
    this.#metadata = metadata;
    this.#layout = layout;
    this.#own = own;
    this.#metric = metric;
    let from = 0;
    this.#groups = metadata.row_groups.map((group, index) => {
      const to = from + Number(group.num_rows);
      const placed = { index, from, to, group };
      from = to;
      return placed;
    });
  }

  static async open(path: string, options: FileOptions, expected?: Expected): Promise<ParquetFile> {
    const source = await ByteSource.open(path, expected);
    try {
      const metadata = await readMetadata(source);
      const own = ownOf(path, metadata);
      const layout =
        own === undefined
          ? understand(path, await candidatesOf(source, metadata), options)
          : ownLayout(
              own,
              parquetSchema(metadata).children.some(({ element }) => element.name === 'namespace'),
            );
      return new ParquetFile(source, metadata, layout, own, options.metric);
    } catch (cause) {
      await source.close();
      throw cause;
    }
  }

  async describe(name: string): Promise<CollectionDescription> {
    if (this.#own !== undefined) return { ...this.#own.schema, name, notes: this.#layout.notes };
    return {
      name,
      vectors: Object.fromEntries(
        this.#layout.vectors.map((vector): [string, VectorSchema] => [
          vector.name,
          vector.kind === 'sparse'
            ? { kind: 'sparse' }
            : { kind: vector.kind, dimension: vector.dimension, metric: this.#metric },
        ]),
      ),
      namespaces: this.#layout.namespace !== undefined,
      fields: Object.fromEntries(this.#layout.fields.map(({ key, type }) => [key, type])),
      notes: this.#layout.notes,
    };
  }

  async count(): Promise<number> {
    return this.#groups.at(-1)?.to ?? 0;
  }

  async split(target: number): Promise<readonly Range[]> {
    const size = Math.max(1, Math.ceil((await this.count()) / target));
    const ranges: { from: number; to: number }[] = [];
    for (const { from, to } of this.#groups) {
      const last = ranges.at(-1);
      if (last !== undefined && to - last.from <= size) last.to = to;
      else ranges.push({ from, to });
    }
    return ranges.map((range) => ({ ...range, count: range.to - range.from }));
  }

  async read({ from, to }: Range, limit: number, include: ScanRequest['include']): Promise<FilePage> {
    const placed = this.#groups.find((group) => from < group.to);
    if (placed === undefined || from >= to) return { records: [], positions: [], next: undefined };
    const wanted = Math.min(limit, placed.to - from, to - from);
    const key = (at: number): string => `${at} ${include.join()}`;
    try {
      const open = this.#readers.get(key(from));
      // Two readers of one place must not share it.
      this.#readers.delete(key(from));
      const reader = open ?? this.#reader(placed, include);
      if (open === undefined) await reader.skip(from - placed.from);
      const records = await reader.take(wanted);
      const next = from + wanted;
      if (next < placed.to) this.#keep(key(next), reader);
      return {
        records,
        positions: records.map((_, index) => from + index),
        next: next < Math.min(to, await this.count()) ? next : undefined,
      };
    } catch (cause) {
      throw this.#damage(placed, cause);
    }
  }

  async pick(positions: readonly Position[]): Promise<readonly VectorRecord[]> {
    const found: VectorRecord[] = [];
    for (const placed of this.#groups) {
      const wanted = positions.filter((position) => position >= placed.from && position < placed.to);
      if (wanted.length === 0) continue;
      const reader = this.#reader(placed, ['vectors', 'metadata']);
      let at = placed.from;
      try {
        for (const position of wanted) {
          await reader.skip(position - at);
          found.push(...(await reader.take(1)));
          at = position + 1;
        }
      } catch (cause) {
        throw this.#damage(placed, cause);
      }
    }
    return found;
  }

  async close(): Promise<void> {
    this.#readers.clear();
    await this.#source.close();
  }

  #reader({ group }: Group, include: ScanRequest['include']): RowGroupReader {
    return new RowGroupReader(this.#source, this.#metadata, group, this.#layout, include);
  }

  #damage({ index, from, to }: Group, cause: unknown): VsmError {
    if (VsmError.isInstance(cause)) return cause;
    return damaged(this.path, `row group ${index} (rows ${from} to ${to - 1})`, cause, ADVICE);
  }

  #keep(key: string, reader: RowGroupReader): void {
    this.#readers.set(key, reader);
    const [oldest] = this.#readers.keys();
    if (this.#readers.size > OPEN_READERS && oldest !== undefined) this.#readers.delete(oldest);
  }
}

async function readMetadata(source: ByteSource): Promise<FileMetaData> {
  try {
    const magic = source.size >= 12 ? new TextDecoder('latin1').decode(await source.read(0, 4)) : '';
    if (magic !== 'PAR1') throw new Error('it does not begin with PAR1');
    const file = {
      byteLength: source.size,
      slice: async (start: number, end: number = source.size) => (await source.read(start, end)).buffer,
    };
    const metadata = await parquetMetadataAsync(file, { geoparquet: false });
    const rows = metadata.row_groups.reduce((total, group) => total + group.num_rows, 0n);
    if (rows !== metadata.num_rows) throw new Error(`${metadata.num_rows} rows, but ${rows} in its row groups`);
    return metadata;
  } catch (cause) {
    if (VsmError.isInstance(cause)) throw cause;
    throw damaged(source.path, 'footer', cause, `This is not a whole Parquet file. ${ADVICE}`);
  }
}

/** The layout that a file of ours carries in its footer. */
function ownOf(path: string, metadata: FileMetaData): OwnLayout | undefined {
  const text = metadata.key_value_metadata?.find(({ key }) => key === OWN_KEY)?.value;
  if (text === undefined) return undefined;
  const own = JSON.parse(text) as OwnLayout;
  if (own.version <= MANIFEST_VERSION) return own;
  const reason = new Error(`it was written in version ${own.version}, and this release knows ${MANIFEST_VERSION}`);
  throw damaged(path, 'footer', reason, 'Use a newer release.');
}

async function candidatesOf(source: ByteSource, metadata: FileMetaData): Promise<readonly Candidate[]> {
  const root = parquetSchema(metadata);
  const decoded = parquetSchema(withoutConversions(metadata));
  const candidates = root.children.map(async (node, index): Promise<Candidate> => {
    const { element } = node;
    const path = [decoded, decoded.children[index] as SchemaTree];
    const { type, note } = columnOf(node);
    const list = floatList(path);
    if (list === undefined) return { name: element.name, type, note, vector: otherVector(path) };
    return { name: element.name, type, note, vector: 'dense', dimension: await dimensionOf(source, metadata, list) };
  });
  return Promise.all(candidates);
}

/** A list has no declared length: the first vector tells it. */
async function dimensionOf(
  source: ByteSource,
  metadata: FileMetaData,
  list: readonly SchemaTree[],
): Promise<number | undefined> {
  for (const [index, group] of metadata.row_groups.entries()) {
    try {
      const column = new VectorColumn(source, chunkOf(group, list.at(-1)?.path ?? []), list);
      for (let row = 0; row < Number(group.num_rows); row += 1) {
        const [vector] = await column.take(1);
        if (vector !== undefined) return vector.length;
      }
    } catch (cause) {
      if (VsmError.isInstance(cause)) throw cause;
      throw damaged(source.path, `row group ${index}`, cause, ADVICE);
    }
  }
  return undefined;
}
