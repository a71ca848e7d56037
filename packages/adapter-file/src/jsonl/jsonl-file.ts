import {
  understandFields,
  VsmError,
  type CollectionDescription,
  type Field,
  type FieldLayout,
  type FieldReading,
  type RecordsWitness,
  type ScanRequest,
  type ValuesWitness,
  type VectorRecord,
  type Witness,
} from '@vsm/core/adapter';
import type { ByteSource } from '../byte-source.ts';
import { damaged, toVsmError } from '../errors.ts';
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
import { envelopeReadings, formOf, type Row } from './forms.ts';
import { KeptRows } from './kept-rows.ts';
import { RowReader, type LineLayout } from './line-record.ts';
import { LineError, linesOf, type Line } from './lines.ts';
import { sampleLines, type LineSample } from './sample.ts';
import { members } from './top-level.ts';
import { LineWitness, PlainLines } from './witness-records.ts';
import { witnessLines } from './witness-values.ts';

const ADVICE = 'Correct or remove the line, or make the file again.';
/** A part is read by whole pieces of a megabyte, the last of which reaches into the next part: smaller parts would be read several times. */
const PART_BYTES = 4 * 1024 * 1024;
/** As many parts as a run reads at once may be small. */
const LEAST_PARTS = 4;

/** Lines from the beginning, and from each of some places further on: what comes late is seen before it is read. */
const FIRST_LINES = 200;
const PLACES = 16;
const LINES_OF_PLACE = 16;
/** Half-read compressed files that are kept for the page that follows; a plain file is simply read from its offset. */
const OPEN_STREAMS = 4;

const PIECE_BYTES = 64 * 1024;

/** How our own lines are read; named vectors are the members of `vectors`. */
const OWN_LAYOUT: FieldLayout = {
  id: ['id'],
  namespace: 'namespace',
  document: 'document',
  uri: 'uri',
  vectors: [],
  fields: [],
  metadata: 'metadata',
};
const OWN_NOTES = ['written by vsm, with everything that a record can hold'];

type Lines = AsyncGenerator<Line, void, undefined>;
type Rows = AsyncGenerator<PlacedRow, void, undefined>;

interface PlacedRow {
  /** Of a record within a line: the offset of the line and its number in it, which is less than the line is long. */
  readonly position: Position;
  readonly line: Line;
  readonly row: Row;
}

interface Sampled extends LineSample {
  readonly left: readonly FieldReading[];
}

/** A file with one JSON object per line. */
export class JsonlFile implements PartOfMany {
  readonly path: string;
  readonly #source: ByteSource;
  readonly #manifest: Manifest | undefined;
  readonly #format: Format;
  readonly #options: FileOptions;
  readonly #streams = new Map<Position, { readonly row: PlacedRow; readonly rows: Rows }>();
  readonly #picking = new KeptRows<PlacedRow>();
  readonly #plain: PlainLines;
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  readonly #longestLine: number;
  readonly #sample: () => Promise<Sampled>;
  readonly #witness: () => Promise<number>;
  /** Number of the row at the end of each page that was read, where ids are made of them. */
  readonly #rowNumbers = new Map<Position, number>([[0, 0]]);
  #context: Context;
  #count: number | undefined;

  constructor(source: ByteSource, format: Format, options: FileOptions, manifest: Manifest | undefined) {
    this.path = source.path;
    this.#source = source;
    this.#plain = new PlainLines(source, format);
    this.#format = format;
    this.#options = options;
    this.#manifest = manifest;
    this.#count = manifest?.records;
    this.#sample = once(() => this.#takeSample());
    this.#witness = once(() => countLines(source, format));
    this.#context = {
      understood: once(async () => understandFields(await this.facts(true), options)),
      constants: async () => [],
      rowsBefore: async () => 0,
    };
    // Whatever we wrote, we read.
    this.#longestLine = Math.max(options.maxLineBytes ?? MAX_LINE_BYTES, manifest?.longestLine ?? 0);
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
      const rows = (await this.#isPlain()) ? this.#lines(0) : this.#rows(0);
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
      const start = await this.#lineStart(Math.floor((size * part) / parts));
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
    const rows = kept?.rows ?? this.#rows(from);
    let next = kept === undefined ? await rows.next() : { done: false as const, value: kept.row };
    try {
      for (; next.done !== true && next.value.position < to; next = await rows.next()) {
        if (records.length === limit) {
          const { position } = next.value;
          this.#rowNumbers.set(position, number);
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
      for await (const row of this.#rowsAt(positions)) found.push(await this.#record(row, reader, 0));
      return found;
    }
    const [first, last] = [positions[0], positions.at(-1)];
    if (first === undefined || last === undefined) return found;
    const wanted = new Set(positions);
    const kept = this.#picking.take(first);
    const rows = kept?.rows ?? this.#rows(0);
    let number = kept?.number ?? (await this.#rowNumber(0));
    try {
      let next = kept === undefined ? await rows.next() : { done: false as const, value: kept.next };
      for (; next.done !== true && next.value.position <= last; next = await rows.next()) {
        if (wanted.has(next.value.position)) found.push(await this.#record(next.value, reader, number));
        number += 1;
      }
      if (next.done !== true) await this.#picking.keep({ rows, next: next.value, number });
    } catch (cause) {
      await rows.return();
      throw cause;
    }
    return found;
  }

  async close(): Promise<void> {
    for (const { rows } of this.#streams.values()) await rows.return();
    this.#streams.clear();
    await this.#picking.close();
    await this.#plain.close();
    await this.#source.close();
  }

  /** Rows that lie one behind the other are read in one go. */
  async *#rowsAt(positions: readonly Position[]): Rows {
    let rows: Rows | undefined;
    try {
      for (const position of positions) {
        // What is damaged between two of them was not asked for.
        let next = await rows?.next().catch(() => undefined);
        if (next?.value?.position !== position) {
          await rows?.return();
          rows = this.#rows(position, PIECE_BYTES);
          next = await rows.next();
        }
        if (next.done !== true) yield next.value;
      }
    } finally {
      await rows?.return();
    }
  }

  async *#rows(from: Position, chunkBytes?: number): Rows {
    const { form } = await this.#layout();
    const start = form.many && this.#format === 'jsonl' ? await this.#lineOf(from) : from;
    for await (const line of this.#lines(start, chunkBytes)) {
      try {
        const parsed = members(this.#text(line));
        const found = form.fits(parsed) ? form.rows(parsed) : [parsed];
        for (const [at, row] of found.entries()) {
          if (line.position + at >= from) yield { position: line.position + at, line, row };
        }
      } catch (cause) {
        throw await this.#damage(line, cause);
      }
    }
  }

  async *#lines(from: Position, chunkBytes?: number): Lines {
    try {
      yield* linesOf(this.#source, this.#format, from, this.#longestLine, chunkBytes);
    } catch (cause) {
      if (VsmError.isInstance(cause)) throw cause;
      if (cause instanceof LineError) {
        throw damaged(this.path, await this.#place(cause.position, cause.line), cause, ADVICE);
      }
      throw toVsmError(cause, `read ${this.path}`);
    }
  }

  async #record({ line, row }: PlacedRow, reader: RowReader, number: number): Promise<VectorRecord> {
    try {
      return reader.record(row, number);
    } catch (cause) {
      throw await this.#damage(line, cause);
    }
  }

  async #damage({ position, number }: Line, cause: unknown): Promise<VsmError> {
    if (VsmError.isInstance(cause)) return cause;
    return damaged(this.path, await this.#place(position, number), cause, ADVICE);
  }

  #text({ position, bytes }: Line): string {
    const text = this.#utf8.decode(bytes);
    return position === 0 && text.startsWith('\uFEFF') ? text.slice(1) : text;
  }

  /** Where the first line begins that does so at `offset` or after it. */
  async #lineStart(offset: number): Promise<Position> {
    let at = Math.max(0, offset - 1);
    try {
      for await (const chunk of this.#source.stream(at, PIECE_BYTES)) {
        const found = chunk.indexOf(10);
        if (found !== -1) return at + found + 1;
        at += chunk.length;
      }
    } catch (cause) {
      throw damaged(this.path, `byte ${at}`, cause, ADVICE);
    }
    return this.#source.size;
  }

  /** Where the line begins in which an offset lies. */
  async #lineOf(offset: Position): Promise<Position> {
    for (let end = offset; end > 0;) {
      const start = Math.max(0, end - PIECE_BYTES);
      const found = Buffer.from(await this.#source.read(start, end)).lastIndexOf(10);
      if (found !== -1) return start + found + 1;
      end = start;
    }
    return 0;
  }

  /** Counting the lines before an offset costs a read of the file, and is done only for a message. */
  async #place(position: Position, number: number | undefined): Promise<string> {
    if (this.#format !== 'jsonl') return `line ${number}`;
    let line = 1;
    let at = 0;
    try {
      for await (const chunk of this.#source.stream(0, PIECE_BYTES)) {
        const before = chunk.subarray(0, Math.max(0, position - at));
        for (let found = before.indexOf(10); found !== -1; found = before.indexOf(10, found + 1)) line += 1;
        at += chunk.length;
        if (at >= position) break;
      }
    } catch {
      // What stands before the line may be damaged as well.
      return `byte ${position}`;
    }
    return `line ${line} (byte ${position})`;
  }

  async #isPlain(): Promise<boolean> {
    return !(await this.#layout()).form.many;
  }

  /** Whether a page can begin anywhere at little cost. */
  async #isSeekable(): Promise<boolean> {
    return this.#format === 'jsonl' && (await this.#isPlain());
  }

  /** How many rows come before one; nothing but a number where ids are not made of it. */
  async #rowNumber(position: Position): Promise<number> {
    if ((await this.#layout()).layout.id.length > 0) return 0;
    const before = await this.#context.rowsBefore();
    const known = this.#rowNumbers.get(position);
    if (known !== undefined) return position === 0 ? before : known;
    let number = before;
    for await (const row of this.#rows(0)) {
      if (row.position >= position) break;
      number += 1;
    }
    return number;
  }

  async #reader(include: ScanRequest['include']): Promise<RowReader> {
    return new RowReader(await this.#layout(), await this.#context.constants(), include);
  }

  async #layout(): Promise<LineLayout> {
    if (this.#manifest === undefined) {
      const { form, nested } = await this.#sample();
      return { ...(await this.#context.understood()), form, nested };
    }
    const { vectors } = this.#manifest.schema;
    const columns = Object.entries(vectors).map(([name, { kind }]) => ({
      name,
      column: name === '' ? 'vector' : `vectors.${name}`,
      kind,
    }));
    return { layout: { ...OWN_LAYOUT, vectors: columns }, form: formOf([]), nested: new Set(['vectors']) };
  }

  async #takeSample(): Promise<Sampled> {
    const lines: Row[] = [];
    const take = async (from: Position, most: number): Promise<Position> => {
      let taken = 0;
      for await (const line of this.#lines(from)) {
        try {
          const parsed = members(this.#text(line));
          // Looked at alone, so that an error can name the line.
          sampleLines([parsed]);
          lines.push(parsed);
        } catch (cause) {
          throw await this.#damage(line, cause);
        }
        taken += 1;
        if (taken === most) return line.position + line.bytes.length;
      }
      return EVERYTHING.to;
    };
    const end = await take(0, FIRST_LINES);
    if (this.#format === 'jsonl' && end < this.#source.size) {
      const { size } = this.#source;
      let after = end;
      for (let place = 0; place < PLACES && after < size; place += 1) {
        const offset = Math.max(after, end + Math.floor(((size - end) * place) / PLACES));
        try {
          after = await take(await this.#lineStart(offset), LINES_OF_PLACE);
        } catch {
          // What is damaged further on is told when reading comes there; what lies before it can be read.
          break;
        }
      }
    }
    const sampled = sampleLines(lines);
    // An empty file is a collection without records.
    const fields = lines.length > 0 ? sampled.fields : [NO_ID];
    return { ...sampled, fields, left: envelopeReadings(sampled.form, lines) };
  }
}

const NO_ID: Field = { field: 'id', shape: 'text', type: 'no records', sampled: 0, present: 0, fieldType: 'string' };
