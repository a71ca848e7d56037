import {
  understandFields,
  type CollectionDescription,
  type Field,
  type RecordsWitness,
  type ScanRequest,
  type ValuesWitness,
  type VectorRecord,
  type Witness,
} from '@vsm/core/adapter';
import type { ByteSource } from '../byte-source.ts';
import type { Manifest } from '../manifest.ts';
import { MAX_LINE_BYTES, type FileOptions, type Format } from '../options.ts';
import {
  EVERYTHING,
  once,
  type Context,
  type FilePage,
  type PartOfMany,
  type PlacedId,
  type Position,
  type Range,
} from '../read.ts';
import { describeForeign } from '../schema.ts';
import { countLines } from './count-lines.ts';
import { KeptRows } from './kept-rows.ts';
import { RowReader, type LineLayout } from './line-record.ts';
import { LineFile } from './line-file.ts';
import { ownLayout } from './own-layout.ts';
import { placedRows, rowsAt, type Formed, type PlacedRow, type Rows } from './placed-rows.ts';
import { RowNumbers } from './row-numbers.ts';
import { takeSample, type Sampled } from './take-sample.ts';
import { LineWitness, PlainLines } from './witness-records.ts';
import { witnessLines } from './witness-values.ts';

/** A part is read by whole pieces of a megabyte, the last of which reaches into the next part: smaller parts would be read several times. */
const PART_BYTES = 4 * 1024 * 1024;
/** As many parts as a run reads at once may be small. */
const LEAST_PARTS = 4;

/** Half-read compressed files that are kept for the page that follows; a plain file is simply read from its offset. */
const OPEN_STREAMS = 4;

const OWN_NOTES = ['written by vsm, with everything that a record can hold'];

/** A file with one JSON object per line. */
export class JsonlFile implements PartOfMany {
  readonly path: string;
  readonly #source: ByteSource;
  readonly #lines: LineFile;
  readonly #manifest: Manifest | undefined;
  readonly #format: Format;
  readonly #options: FileOptions;
  readonly #streams = new Map<Position, { readonly row: PlacedRow; readonly rows: Rows }>();
  readonly #picking = new KeptRows<PlacedRow>();
  readonly #plain: PlainLines;
  readonly #sample: () => Promise<Sampled>;
  readonly #witness: () => Promise<number>;
  readonly #numbers = new RowNumbers();
  #context: Context;
  #count: number | undefined;

  constructor(source: ByteSource, format: Format, options: FileOptions, manifest: Manifest | undefined) {
    this.path = source.path;
    this.#source = source;
    this.#plain = new PlainLines(source, format);
    this.#format = format;
    this.#options = options;
    this.#manifest = manifest;
    // Whatever we wrote, we read.
    const longest = Math.max(options.maxLineBytes ?? MAX_LINE_BYTES, manifest?.longestLine ?? 0);
    this.#lines = new LineFile(source, format, longest);
    this.#count = manifest?.records;
    this.#sample = once(() => takeSample(this.#lines));
    this.#witness = once(() => countLines(source, format));
    this.#context = {
      understood: once(async () => understandFields(await this.facts(true), options)),
      constants: async () => [],
      rowsBefore: async () => 0,
    };
  }

  async facts(sampled: boolean): Promise<readonly Field[]> {
    return sampled && this.#manifest === undefined ? (await this.#sample()).fields : [];
  }

  readAs(context: Context): void {
    this.#context = context;
  }

  async describe(name: string): Promise<CollectionDescription> {
    if (this.#manifest !== undefined) return { ...this.#manifest.schema, name, notes: OWN_NOTES };
    const { form, left } = await this.#sample();
    const understood = await this.#context.understood();
    const notes = [
      `read as ${form.name}`,
      ...(this.#format === 'jsonl' ? [] : ['compressed: it is read from its beginning, also when a run is resumed']),
    ];
    const reading = [...(understood.reading ?? []), ...left];
    return { ...describeForeign(name, { ...understood, reading }, this.#options.metric, false), notes };
  }

  async count(): Promise<number> {
    if (this.#count === undefined) {
      let count = 0;
      const rows = (await this.#isPlain()) ? this.#lines.lines(0) : placedRows(await this.#formed(), 0);
      for await (const _ of rows) count += 1;
      this.#count = count;
    }
    return this.#count;
  }

  async witness(): Promise<Witness | undefined> {
    if (!(await this.#isPlain())) return undefined;
    return {
      count: await this.#witness(),
      by: 'the count of its lines',
      hint: 'The file was changed while it was read, or holds records that could not be told apart.',
    };
  }

  async witnessValues(): Promise<ValuesWitness | undefined> {
    return (await this.#isPlain()) ? witnessLines(this.#source, this.#format, await this.#layout()) : undefined;
  }

  async witnessRecords(places: readonly PlacedId[]): Promise<RecordsWitness | undefined> {
    if (!(await this.#isPlain())) return undefined;
    const layout = await this.#layout();
    const constants = (await this.#context.constants()).map(([field]) => field);
    const witness = new LineWitness(layout, constants);
    const ids = new Map(places.map(({ id, position }) => [position, id]));
    for await (const { position, text } of this.#plain.at([...ids.keys()])) witness.add(text, ids.get(position) ?? '');
    return witness.result;
  }

  async split(target: number): Promise<readonly Range[]> {
    const { layout } = await this.#layout();
    if (this.#format !== 'jsonl' || layout.id.length === 0) return [{ ...EVERYTHING, count: this.#count }];
    const { size } = this.#source;
    const parts = Math.min(target, Math.max(LEAST_PARTS, Math.floor(size / PART_BYTES)));
    const starts = [0];
    for (let part = 1; part < parts; part += 1) {
      const start = await this.#lines.lineStart(Math.floor((size * part) / parts));
      if (start < size && start > (starts.at(-1) ?? 0)) starts.push(start);
    }
    return starts.map((from, index) => ({ from, to: starts[index + 1] ?? EVERYTHING.to }));
  }

  async read({ from, to }: Range, limit: number, include: ScanRequest['include']): Promise<FilePage> {
    const reader = await this.#reader(include);
    const records: VectorRecord[] = [];
    const positions: Position[] = [];
    let number = await this.#rowNumber(from);
    const kept = this.#streams.get(from);
    this.#streams.delete(from);
    const rows = kept?.rows ?? placedRows(await this.#formed(), from);
    let next = kept === undefined ? await rows.next() : { done: false as const, value: kept.row };
    try {
      for (; next.done !== true && next.value.position < to; next = await rows.next()) {
        if (records.length === limit) {
          const { position } = next.value;
          this.#numbers.remember(position, number);
          if (!(await this.#isSeekable()) && this.#streams.size < OPEN_STREAMS) {
            this.#streams.set(position, { row: next.value, rows });
          } else await rows.return();
          return { records, positions, next: position };
        }
        records.push(await this.#record(next.value, reader, number));
        positions.push(next.value.position);
        number += 1;
      }
    } catch (cause) {
      await rows.return();
      throw cause;
    }
    await rows.return();
    return { records, positions, next: undefined };
  }

  async pick(positions: readonly Position[]): Promise<readonly VectorRecord[]> {
    const reader = await this.#reader(['vectors', 'metadata']);
    const found: VectorRecord[] = [];
    const { layout } = await this.#layout();
    if ((await this.#isSeekable()) && layout.id.length > 0) {
      for await (const row of rowsAt(await this.#formed(), positions)) found.push(await this.#record(row, reader, 0));
      return found;
    }
    const begin = async (): Promise<{ rows: Rows; number: number }> => ({
      rows: placedRows(await this.#formed(), 0),
      number: await this.#rowNumber(0),
    });
    for await (const { next, number } of this.#picking.at(positions, begin))
      found.push(await this.#record(next, reader, number));
    return found;
  }

  async close(): Promise<void> {
    for (const { rows } of this.#streams.values()) await rows.return();
    this.#streams.clear();
    await this.#picking.close();
    await this.#plain.close();
    await this.#source.close();
  }

  async #record({ line, row }: PlacedRow, reader: RowReader, number: number): Promise<VectorRecord> {
    try {
      return reader.record(row, number);
    } catch (cause) {
      throw await this.#lines.damage(line, cause);
    }
  }

  async #formed(): Promise<Formed> {
    return { file: this.#lines, form: (await this.#layout()).form };
  }

  async #isPlain(): Promise<boolean> {
    return !(await this.#layout()).form.many;
  }

  /** Whether a page can begin anywhere at little cost. */
  async #isSeekable(): Promise<boolean> {
    return this.#format === 'jsonl' && (await this.#isPlain());
  }

  /** Nothing but a number where ids are not made of it. */
  async #rowNumber(position: Position): Promise<number> {
    if ((await this.#layout()).layout.id.length > 0) return 0;
    return this.#numbers.at(position, await this.#context.rowsBefore(), await this.#formed());
  }

  async #reader(include: ScanRequest['include']): Promise<RowReader> {
    return new RowReader(await this.#layout(), await this.#context.constants(), include);
  }

  async #layout(): Promise<LineLayout> {
    if (this.#manifest === undefined) {
      const { form, nested } = await this.#sample();
      return { ...(await this.#context.understood()), form, nested };
    }
    return ownLayout(this.#manifest.schema);
  }
}
