import {
  VsmError,
  type CollectionDescription,
  type ScanRequest,
  type VectorRecord,
  type VectorSchema,
} from '@vsm/core/adapter';
import { ByteSource } from '../byte-source.ts';
import { damaged, toVsmError } from '../errors.ts';
import { understand, type Layout } from '../schema.ts';
import type { Manifest } from '../manifest.ts';
import { MAX_LINE_BYTES, type FileOptions, type Format } from '../options.ts';
import { EVERYTHING, type FilePage, type Position, type Range, type RecordFile } from '../read.ts';
import { candidatesOf, lineRecord, namedVectors } from './line-record.ts';
import { LineError, linesOf, type Line } from './lines.ts';

const ADVICE = 'Correct or remove the line, or make the file again.';
const SAMPLE_LINES = 100;
/** Half-read compressed files that are kept for the page that follows; a plain file is simply read from its offset. */
const OPEN_STREAMS = 4;

const PIECE_BYTES = 64 * 1024;

/** How our own lines are read; named vectors are found by their key `vectors`. */
const OWN_LAYOUT: Layout = {
  id: 'id',
  namespace: 'namespace',
  document: 'document',
  uri: 'uri',
  vectors: [{ name: '', column: 'vector', kind: 'dense' }],
  fields: [],
  metadata: 'metadata',
  notes: ['written by vsm, with everything that a record can hold'],
};

type Lines = AsyncGenerator<Line, void, undefined>;

interface Understood {
  readonly layout: Layout;
  readonly vectors: Readonly<Record<string, VectorSchema>>;
}

/** A file with one JSON object per line. */
export class JsonlFile implements RecordFile {
  readonly path: string;
  readonly #source: ByteSource;
  readonly #manifest: Manifest | undefined;
  readonly #format: Format;
  readonly #options: FileOptions;
  readonly #streams = new Map<Position, { readonly line: Line; readonly lines: Lines }>();
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  readonly #longestLine: number;
  #understood: Promise<Understood> | undefined;
  #count: number | undefined;

  private constructor(source: ByteSource, format: Format, options: FileOptions, manifest: Manifest | undefined) {
    this.path = source.path;
    this.#source = source;
    this.#format = format;
    this.#options = options;
    this.#manifest = manifest;
    this.#count = manifest?.records;
    // Whatever we wrote, we read.
    this.#longestLine = Math.max(options.maxLineBytes ?? MAX_LINE_BYTES, manifest?.longestLine ?? 0);
  }

  static async open(path: string, format: Format, options: FileOptions, manifest?: Manifest): Promise<JsonlFile> {
    return new JsonlFile(await ByteSource.open(path, manifest?.files[0]), format, options, manifest);
  }

  async describe(name: string): Promise<CollectionDescription> {
    if (this.#manifest !== undefined) return { ...this.#manifest.schema, name, notes: OWN_LAYOUT.notes };
    const { layout, vectors } = await this.#layout();
    const seek =
      this.#format === 'jsonl' ? [] : ['compressed: it is read from its beginning, also when a run is resumed'];
    const notes = [`read from the first ${SAMPLE_LINES} lines`, ...layout.notes, ...seek];
    return { name, vectors, namespaces: layout.namespace !== undefined, notes };
  }

  async count(): Promise<number> {
    if (this.#count === undefined) {
      let count = 0;
      for await (const _ of this.#lines(0)) count += 1;
      this.#count = count;
    }
    return this.#count;
  }

  async split(target: number): Promise<readonly Range[]> {
    if (this.#format !== 'jsonl') return [{ ...EVERYTHING, count: this.#count }];
    const { size } = this.#source;
    const starts = [0];
    for (let part = 1; part < target; part += 1) {
      const start = await this.#lineStart(Math.floor((size * part) / target));
      if (start < size && start > (starts.at(-1) ?? 0)) starts.push(start);
    }
    return starts.map((from, index) => ({ from, to: starts[index + 1] ?? EVERYTHING.to }));
  }

  async read({ from, to }: Range, limit: number, include: ScanRequest['include']): Promise<FilePage> {
    const { layout } = await this.#layout();
    const records: VectorRecord[] = [];
    const positions: Position[] = [];
    const kept = this.#streams.get(from);
    this.#streams.delete(from);
    const lines = kept?.lines ?? this.#lines(from);
    let next = kept === undefined ? await lines.next() : { done: false as const, value: kept.line };
    try {
      for (; next.done !== true && next.value.position < to; next = await lines.next()) {
        if (records.length === limit) {
          const { position } = next.value;
          if (this.#format !== 'jsonl' && this.#streams.size < OPEN_STREAMS) {
            this.#streams.set(position, { line: next.value, lines });
          } else await lines.return();
          return { records, positions, next: position };
        }
        records.push(await this.#record(next.value, layout, include));
        positions.push(next.value.position);
      }
    } catch (cause) {
      await lines.return();
      throw cause;
    }
    await lines.return();
    return { records, positions, next: undefined };
  }

  async pick(positions: readonly Position[]): Promise<readonly VectorRecord[]> {
    const { layout } = await this.#layout();
    const found: VectorRecord[] = [];
    if (this.#format === 'jsonl') {
      for (const position of positions) {
        for await (const line of this.#lines(position, PIECE_BYTES)) {
          found.push(await this.#record(line, layout, ['vectors', 'metadata']));
          break;
        }
      }
      return found;
    }
    const wanted = new Set(positions);
    const last = positions.at(-1) ?? -1;
    for await (const line of this.#lines(0)) {
      if (line.position > last) break;
      if (wanted.has(line.position)) found.push(await this.#record(line, layout, ['vectors', 'metadata']));
    }
    return found;
  }

  async close(): Promise<void> {
    for (const { lines } of this.#streams.values()) await lines.return();
    this.#streams.clear();
    await this.#source.close();
  }

  async *#lines(from: Position, chunkBytes?: number): Lines {
    try {
      yield* linesOf(this.#source, this.#format, from, this.#longestLine, chunkBytes);
    } catch (cause) {
      if (VsmError.isInstance(cause)) throw cause;
      if (cause instanceof LineError) throw damaged(this.path, await this.#place(cause.position), cause, ADVICE);
      throw toVsmError(cause, `read ${this.path}`);
    }
  }

  async #record(line: Line, layout: Layout, include: ScanRequest['include']): Promise<VectorRecord> {
    try {
      return lineRecord(this.#text(line), layout, include);
    } catch (cause) {
      throw damaged(this.path, await this.#place(line.position), cause, ADVICE);
    }
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

  /** Counting the lines before an offset costs a read of the file, and is done only for a message. */
  async #place(position: Position): Promise<string> {
    if (this.#format !== 'jsonl') return `line ${position + 1}`;
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

  #layout(): Promise<Understood> {
    this.#understood ??= this.#understand().catch((cause: unknown) => {
      this.#understood = undefined;
      throw cause;
    });
    return this.#understood;
  }

  async #understand(): Promise<Understood> {
    if (this.#manifest !== undefined) return { layout: OWN_LAYOUT, vectors: this.#manifest.schema.vectors };
    const sample: string[] = [];
    for await (const line of this.#lines(0)) {
      try {
        sample.push(this.#text(line));
        // Parsed here so that the error can name the line.
        candidatesOf(sample.slice(-1));
      } catch (cause) {
        throw damaged(this.path, await this.#place(line.position), cause, ADVICE);
      }
      if (sample.length === SAMPLE_LINES) break;
    }
    // An empty file is a collection without records.
    const layout = understand(
      this.path,
      sample.length === 0 ? [{ name: 'id', type: 'string' }] : candidatesOf(sample),
      this.#options,
    );
    const { metric } = this.#options;
    const schemas = [
      ...layout.vectors,
      ...[...namedVectors(sample)].map(([name, shape]) => ({ name, ...shape, kind: shape.vector ?? 'dense' })),
    ];
    const vectors = schemas.map(({ name, kind, dimension }): [string, VectorSchema] => [
      name,
      kind === 'sparse' ? { kind } : { kind, dimension, metric },
    ]);
    return { layout, vectors: Object.fromEntries(vectors) };
  }
}
