import { parquetSchema, type FileMetaData, type RowGroup } from 'hyparquet';
import {
  understandFields,
  VsmError,
  type CollectionDescription,
  type Field,
  type RecordsWitness,
  type WitnessedRecord,
  type FieldLayout,
  type ScanRequest,
  type ValuesWitness,
  type VectorRecord,
  type Witness,
} from '@vsm/core/adapter';
import { ByteSource, type Expected } from '../byte-source.ts';
import { damaged } from '../errors.ts';
import { describeForeign } from '../schema.ts';
import type { OwnLayout } from '../manifest.ts';
import type { FileOptions } from '../options.ts';
import {
  once,
  type Context,
  type FilePage,
  type PartOfMany,
  type PlacedId,
  type Position,
  type Range,
} from '../read.ts';
import { factsOf } from './facts.ts';
import { ADVICE, ownOf, readMetadata } from './footer.ts';
import { ownLayout } from './own-schema.ts';
import { RowGroupReader } from './row-group.ts';
import { PlainRows } from './witness-records.ts';
import { witnessFooter } from './witness-values.ts';

/** How many half-read row groups are kept for the page that follows: one per partition that is read at once. */
const OPEN_READERS = 8;

interface Group {
  readonly index: number;
  readonly from: number;
  readonly to: number;
  readonly group: RowGroup;
}

/** A Parquet file, read page by page: a row group is never in memory as a whole. */
export class ParquetFile implements PartOfMany {
  readonly path: string;
  readonly #source: ByteSource;
  readonly #metadata: FileMetaData;
  readonly #own: OwnLayout | undefined;
  readonly #metric: FileOptions['metric'];
  readonly #groups: readonly Group[];
  readonly #readers = new Map<string, RowGroupReader>();
  #plain: PlainRows | undefined;
  #context: Context;

  private constructor(source: ByteSource, metadata: FileMetaData, own: OwnLayout | undefined, options: FileOptions) {
    this.path = source.path;
    this.#source = source;
    this.#metadata = metadata;
    this.#own = own;
    this.#metric = options.metric;
    this.#context = {
      understood: once(async () => understandFields(await this.facts(true), options)),
      constants: async () => [],
      rowsBefore: async () => 0,
    };
    let from = 0;
    this.#groups = metadata.row_groups.map((group, index) => {
      const to = from + Number(group.num_rows);
      const placed = { index, from, to, group };
      from = to;
      return placed;
    });
  }

  static async open(path: string, options: FileOptions, expected?: Expected): Promise<ParquetFile> {
    return ParquetFile.of(await ByteSource.open(path, expected), options);
  }

  /** Closes the source where it cannot be read. */
  static async of(source: ByteSource, options: FileOptions): Promise<ParquetFile> {
    try {
      const metadata = await readMetadata(source);
      return new ParquetFile(source, metadata, ownOf(source.path, metadata), options);
    } catch (cause) {
      await source.close();
      throw cause;
    }
  }

  async facts(sampled: boolean): Promise<readonly Field[]> {
    if (this.#own !== undefined) return [];
    try {
      return await factsOf(this.#source, this.#metadata, sampled);
    } catch (cause) {
      if (VsmError.isInstance(cause)) throw cause;
      const rows = `row group 0 (rows 0 to ${Math.max(0, (this.#groups[0]?.to ?? 0) - 1)})`;
      throw damaged(this.path, this.#groups.length > 1 ? 'a sample of its row groups' : rows, cause, ADVICE);
    }
  }

  readAs(context: Context): void {
    this.#context = context;
  }

  async describe(name: string): Promise<CollectionDescription> {
    if (this.#own === undefined) return describeForeign(name, await this.#context.understood(), this.#metric, true);
    return { ...this.#own.schema, name, notes: ['written by vsm, with everything that a record can hold'] };
  }

  async #layout(): Promise<FieldLayout> {
    if (this.#own === undefined) return (await this.#context.understood()).layout;
    const { children } = parquetSchema(this.#metadata);
    return ownLayout(
      this.#own,
      children.some(({ element }) => element.name === 'namespace'),
    );
  }

  async witness(): Promise<Witness> {
    return {
      count: Number(this.#metadata.num_rows),
      by: 'the row count in the footer',
      hint: 'The file was changed while it was read, or its pages hold fewer rows than its footer says.',
    };
  }

  async witnessValues(): Promise<ValuesWitness> {
    const { vectors } = await this.describe('');
    const dimensions = Object.entries(vectors).flatMap(([name, { dimension }]) =>
      dimension === undefined ? [] : [[name, dimension] as const],
    );
    return witnessFooter(this.#metadata, await this.#layout(), new Map(dimensions));
  }

  async witnessRecords(places: readonly PlacedId[]): Promise<RecordsWitness> {
    this.#plain ??= new PlainRows(
      this.#source,
      this.#metadata,
      await this.#layout(),
      (await this.#context.constants()).map(([field]) => field),
    );
    const found: WitnessedRecord[] = [];
    for (const { id, position } of places) {
      const placed = this.#groups.find(({ to }) => position < to);
      if (placed === undefined) continue;
      try {
        found.push(await this.#plain.record(placed.group, position - placed.from, id));
      } catch (cause) {
        throw this.#damage(placed, cause);
      }
    }
    return this.#plain.witness(found);
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
      const reader = open ?? (await this.#reader(placed, include));
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
      const reader = await this.#reader(placed, ['vectors', 'metadata']);
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

  async #reader({ group, from }: Group, include: ScanRequest['include']): Promise<RowGroupReader> {
    const layout = await this.#layout();
    const { constants, rowsBefore } = this.#context;
    const firstRow = from + (layout.id.length === 0 ? await rowsBefore() : 0);
    return new RowGroupReader(
      { source: this.#source, metadata: this.#metadata, layout, constants: await constants(), include },
      group,
      firstRow,
    );
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
