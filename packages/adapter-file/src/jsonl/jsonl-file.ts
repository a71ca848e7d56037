import { open, stat } from 'node:fs/promises';
import {
  VsmError,
  type CollectionDescription,
  type ScanRequest,
  type VectorRecord,
  type VectorSchema,
} from '@vsm/core/adapter';
import { damaged, toVsmError } from '../errors.ts';
import { understand, type Layout } from '../layout.ts';
import type { FileOptions, Format } from '../options.ts';
import { EVERYTHING, type FilePage, type Position, type Range, type RecordFile } from '../record-file.ts';
import { candidatesOf, lineRecord, namedVectors } from './line-record.ts';
import { LineError, linesOf, type Line } from './lines.ts';

const ADVICE = 'Correct or remove the line, or make the file again.';
const SAMPLE_LINES = 100;
/** Half-read compressed files that are kept for the page that follows; a plain file is simply read from its offset. */
const OPEN_STREAMS = 4;

type Lines = AsyncGenerator<Line, void, undefined>;

interface Understood {
  readonly layout: Layout;
  readonly vectors: Readonly<Record<string, VectorSchema>>;
}

/** A file with one JSON object per line. */
export class JsonlFile implements RecordFile {
  readonly path: string;
  readonly #format: Format;
  readonly #options: FileOptions;
  readonly #streams = new Map<Position, { readonly line: Line; readonly lines: Lines }>();
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #understood: Promise<Understood> | undefined;
  #count: number | undefined;

  constructor(path: string, format: Format, options: FileOptions) {
    this.path = path;
    this.#format = format;
    this.#options = options;
  }

  async describe(name: string): Promise<CollectionDescription> {
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
    try {
      const handle = await open(this.path, 'r');
      try {
        const { size } = await handle.stat();
        const starts = [0];
        for (let part = 1; part < target; part += 1) {
          const start = await lineStart(handle, Math.floor((size * part) / target), size);
          if (start < size && start > (starts.at(-1) ?? 0)) starts.push(start);
        }
        return starts.map((from, index) => ({ from, to: starts[index + 1] ?? EVERYTHING.to }));
      } finally {
        await handle.close();
      }
    } catch (cause) {
      throw toVsmError(cause, `read ${this.path}`);
    }
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

  async close(): Promise<void> {
    for (const { lines } of this.#streams.values()) await lines.return();
    this.#streams.clear();
  }

  async *#lines(from: Position): Lines {
    try {
      yield* linesOf(this.path, this.#format, from);
    } catch (cause) {
      if (VsmError.isInstance(cause)) throw cause;
      throw cause instanceof LineError
        ? damaged(this.path, await this.#place(cause.position), cause, ADVICE)
        : toVsmError(cause, `read ${this.path}`);
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

  /** Counting the lines before an offset costs a read of the file, and is done only for a message. */
  async #place(position: Position): Promise<string> {
    if (this.#format !== 'jsonl') return `line ${position + 1}`;
    let line = 1;
    const handle = await open(this.path, 'r');
    try {
      for await (const chunk of handle.createReadStream({
        autoClose: false,
        end: Math.max(0, position - 1),
      }) as AsyncIterable<Buffer>) {
        if (position > 0) for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) line += 1;
      }
    } finally {
      await handle.close();
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
    const sample: string[] = [];
    await stat(this.path).catch((cause: unknown) => {
      throw toVsmError(cause, `read ${this.path}`);
    });
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

/** The first line that begins at `offset` or after it. */
async function lineStart(handle: Awaited<ReturnType<typeof open>>, offset: number, size: number): Promise<number> {
  const buffer = Buffer.alloc(64 * 1024);
  for (let at = Math.max(0, offset - 1); at < size;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return size;
    const found = buffer.subarray(0, bytesRead).indexOf(10);
    if (found !== -1) return at + found + 1;
    at += bytesRead;
  }
  return size;
}
