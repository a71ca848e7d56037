import { VsmError } from '@vsm/core/adapter';
import type { ByteSource } from '../byte-source.ts';
import { damaged, toVsmError } from '../errors.ts';
import { misnamed } from '../first-bytes.ts';
import type { Format } from '../options.ts';
import type { Position } from '../read.ts';
import { LineError, linesOf, type Line } from './lines.ts';

const ADVICE = 'Correct or remove the line, or make the file again.';
export const PIECE_BYTES: number = 64 * 1024;

type Lines = AsyncGenerator<Line, void, undefined>;

/** The lines of a file, from any place on, and where one stands, for messages. */
export class LineFile {
  readonly path: string;
  readonly source: ByteSource;
  readonly format: Format;
  readonly #longestLine: number;
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  constructor(source: ByteSource, format: Format, longestLine: number) {
    this.path = source.path;
    this.source = source;
    this.format = format;
    this.#longestLine = longestLine;
  }

  async *lines(from: Position, chunkBytes?: number): Lines {
    try {
      yield* linesOf(this.source, this.format, from, this.#longestLine, chunkBytes);
    } catch (cause) {
      if (VsmError.isInstance(cause)) throw cause;
      if (cause instanceof LineError) throw await this.#damaged(cause.position, cause.line, cause);
      throw toVsmError(cause, `read ${this.path}`);
    }
  }

  text({ position, bytes }: Line): string {
    const text = this.#utf8.decode(bytes);
    return position === 0 && text.startsWith('\uFEFF') ? text.slice(1) : text;
  }

  /** An error that names the line. */
  async damage({ position, number }: Line, cause: unknown): Promise<VsmError> {
    if (VsmError.isInstance(cause)) return cause;
    return this.#damaged(position, number, cause);
  }

  async #damaged(position: Position, number: number | undefined, cause: unknown): Promise<VsmError> {
    const otherwise = (await misnamed(this.source, this.format)) ?? (await this.#changed(position));
    return otherwise ?? damaged(this.path, await this.#place(position, number), cause, ADVICE);
  }

  /** Whoever begins within a line has its place from what the file was before. */
  async #changed(position: Position): Promise<VsmError | undefined> {
    if (this.format !== 'jsonl' || (await this.lineOf(position)) === position) return undefined;
    return new VsmError(
      'INVALID_CURSOR',
      `file: no line of ${this.path} begins at byte ${position}, where reading was to go on: the file was changed since. Begin anew (vsm migrate --restart).`,
      { adapter: 'file' },
    );
  }

  /** Where the first line begins that does so at `offset` or after it. */
  async lineStart(offset: number): Promise<Position> {
    let at = Math.max(0, offset - 1);
    try {
      for await (const chunk of this.source.stream(at, PIECE_BYTES)) {
        const found = chunk.indexOf(10);
        if (found !== -1) return at + found + 1;
        at += chunk.length;
      }
    } catch (cause) {
      throw damaged(this.path, `byte ${at}`, cause, ADVICE);
    }
    return this.source.size;
  }

  /** Where the line begins in which an offset lies. */
  async lineOf(offset: Position): Promise<Position> {
    for (let end = offset; end > 0;) {
      const start = Math.max(0, end - PIECE_BYTES);
      const found = Buffer.from(await this.source.read(start, end)).lastIndexOf(10);
      if (found !== -1) return start + found + 1;
      end = start;
    }
    return 0;
  }

  /** Counting the lines before an offset costs a read of the file, and is done only for a message. */
  async #place(position: Position, number: number | undefined): Promise<string> {
    if (this.format !== 'jsonl') return `line ${number}`;
    let line = 1;
    let at = 0;
    try {
      for await (const chunk of this.source.stream(0, PIECE_BYTES)) {
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
}
