import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { parseJson } from '../json/json.ts';
import { MigrationError, VsmError } from '../errors.ts';
import { isMissing } from './durable.ts';

/**
 * Appends lines and syncs them; lines that come while a sync is under way share the next one. A line that was cut, by a kill or for want
 * of room, is taken away before the next one is written, so that no line is ever glued to half of another.
 */
export class Appender {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #before: () => Promise<void>;
  /** Bytes that are accepted: whole lines. */
  #end: number;
  #isTorn = false;
  #waiting: string[] = [];
  #flushing: Promise<void> | undefined;

  private constructor(file: FileHandle, path: string, end: number, before: () => Promise<void>) {
    this.#file = file;
    this.#path = path;
    this.#end = end;
    this.#before = before;
  }

  /** @param before asked before each write; what it throws reaches whoever appends, and nothing is written */
  static async open(path: string, before: () => Promise<void> = async () => undefined): Promise<Appender> {
    const end = await wholeBytes(path);
    const file = await open(path, 'a');
    const appender = new Appender(file, path, end, before);
    appender.#isTorn = (await file.stat()).size > end;
    return appender;
  }

  async append(lines: readonly string[]): Promise<void> {
    this.#waiting.push(...lines);
    // Whoever comes while a flush is under way waits for the one after it, which takes their lines along.
    await this.#flushing?.catch(() => undefined);
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined;
    });
    await this.#flushing;
  }

  async #flush(): Promise<void> {
    const lines = this.#waiting;
    this.#waiting = [];
    if (lines.length === 0) return;
    await this.#before();
    const bytes = Buffer.from(`${lines.join('\n')}\n`);
    try {
      if (this.#isTorn) await this.#file.truncate(this.#end);
      this.#isTorn = true;
      await this.#file.appendFile(bytes);
      await this.#file.datasync();
      this.#isTorn = false;
      this.#end += bytes.length;
    } catch (cause) {
      throw new MigrationError(
        `The checkpoint ${this.#path} cannot be written: ${(cause as Error).message}. ` +
          'Nothing is lost: make room or choose another run directory, and resume.',
        { cause },
      );
    }
  }

  async close(): Promise<void> {
    await this.#flushing?.catch(() => undefined);
    await this.#file.close();
  }
}

/** Lines of JSON, one after the other. A last line without its end was torn by a crash: it is not there. */
export async function* readLines<Line>(path: string): AsyncGenerator<Line, void, void> {
  const whole = await wholeBytes(path);
  if (whole === 0) return;
  let number = 0;
  // Not by readline, which also ends lines at U+2028, as it may stand in any JSON text.
  let begun = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', end: whole - 1 }) as AsyncIterable<string>) {
    const lines = (begun + chunk).split('\n');
    begun = lines.pop() ?? '';
    for (const line of lines) {
      number += 1;
      yield parseLine(line, path, number) as Line;
    }
  }
}

function parseLine(line: string, path: string, number: number): unknown {
  try {
    return parseJson(line);
  } catch (cause) {
    throw new VsmError('INVALID_DATA', `${path}, line ${number} is not JSON. The run cannot be resumed from it.`, {
      cause,
    });
  }
}

/** How many bytes of a file come before the end of its last whole line; 0 where there is no file. */
async function wholeBytes(path: string): Promise<number> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    if (isMissing(cause)) return undefined;
    throw cause;
  });
  if (file === undefined) return 0;
  try {
    let { size: end } = await file.stat();
    const block = Buffer.alloc(64 * 1024);
    while (end > 0) {
      const length = Math.min(block.length, end);
      await file.read(block, 0, length, end - length);
      const newline = block.subarray(0, length).lastIndexOf(0x0a);
      if (newline >= 0) return end - length + newline + 1;
      end -= length;
    }
    return 0;
  } finally {
    await file.close();
  }
}
