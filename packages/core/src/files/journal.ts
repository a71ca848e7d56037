import { createReadStream, existsSync } from 'node:fs';
import { open, truncate, type FileHandle } from 'node:fs/promises';
import { parseJson } from '../json/json.ts';
import { MigrationError, VsmError } from '../errors.ts';

/** Appends lines and syncs them; lines that come while a sync is under way share the next one. */
export class Appender {
  readonly #file: FileHandle;
  readonly #path: string;
  #waiting: string[] = [];
  #flushing: Promise<void> | undefined;

  private constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  static async open(path: string): Promise<Appender> {
    return new Appender(await open(path, 'a'), path);
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
    try {
      await this.#file.appendFile(`${lines.join('\n')}\n`);
      await this.#file.datasync();
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

export async function cutTornLine(path: string): Promise<void> {
  if (existsSync(path)) await truncate(path, await wholeBytes(path));
}

/** How many bytes of a file come before the end of its last whole line; 0 where there is no file. */
async function wholeBytes(path: string): Promise<number> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
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
