import { constants } from 'node:buffer';
import { once } from 'node:events';
import type { Transform } from 'node:stream';
import zlib from 'node:zlib';
import { isMulti, isSparse, stringifyJson, type DenseVector, type Vector, type VectorRecord } from '@vsm/core/adapter';
import type { Format } from '../options.ts';
import { OutputFile, type Written } from '../output-file.ts';
import { mostBytes } from '../record-size.ts';
import type { RecordWriter } from '../record-writer.ts';

const PIECE_CHARACTERS = 4 * 1024 * 1024;

/** Writes one JSON object per line. */
export class JsonlWriter implements RecordWriter {
  readonly #output: OutputFile;
  readonly #codec: Transform | undefined;
  readonly #doubles: ReadonlySet<string>;
  #copied: Promise<void> = Promise.resolve();
  #longestLine = 0;

  private constructor(output: OutputFile, codec: Transform | undefined, doubles: ReadonlySet<string>) {
    this.#doubles = doubles;
    this.#output = output;
    this.#codec = codec;
    if (codec !== undefined) this.#copied = copy(codec, output);
    // Whoever waits for it sees the error; until then it must not end the process.
    this.#copied.catch(() => undefined);
  }

  static async create(
    path: string,
    format: Exclude<Format, 'parquet'>,
    doubles: ReadonlySet<string>,
  ): Promise<JsonlWriter> {
    const codec = codecOf(format);
    return new JsonlWriter(await OutputFile.create(path), codec, doubles);
  }

  async write(records: readonly VectorRecord[]): Promise<void> {
    let lines: string[] = [];
    let characters = 0;
    for (const record of records) {
      const line = `${lineOf(record, this.#doubles)}\n`;
      lines.push(line);
      characters += line.length;
      // Many long lines in one would be longer than a text can be.
      if (characters < PIECE_CHARACTERS) continue;
      await this.#write(lines);
      lines = [];
      characters = 0;
    }
    await this.#write(lines);
  }

  async #write(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    const bytes = Buffer.from(lines.join(''));
    for (let start = 0; start < bytes.length;) {
      const end = bytes.indexOf(10, start);
      this.#longestLine = Math.max(this.#longestLine, end - start);
      start = end + 1;
    }
    if (this.#codec === undefined) await this.#output.write(bytes);
    else if (!this.#codec.write(bytes)) await Promise.race([once(this.#codec, 'drain'), this.#copied]);
  }

  async finish(): Promise<readonly Written[]> {
    this.#codec?.end();
    await this.#copied;
    return [{ ...(await this.#output.finish()), longestLine: this.#longestLine }];
  }

  async abandon(): Promise<void> {
    this.#codec?.destroy();
    await this.#copied.catch(() => undefined);
    await this.#output.abandon();
  }
}

function codecOf(format: Exclude<Format, 'parquet'>): Transform | undefined {
  if (format === 'jsonl') return undefined;
  if (format === 'jsonl.gz') return zlib.createGzip();
  // Without a checksum of its own, a stream of zstd does not notice a flipped bit.
  return zlib.createZstdCompress({ params: { [zlib.constants.ZSTD_c_checksumFlag]: 1 } });
}

async function copy(codec: Transform, output: OutputFile): Promise<void> {
  for await (const chunk of codec as AsyncIterable<Buffer>) await output.write(chunk);
}

/** Why a record has no place in a line, `undefined` where it has one. */
export function lineProblem(
  record: VectorRecord,
  longestLine: number,
  doubles: ReadonlySet<string>,
): string | undefined {
  if (mostBytes(record) <= longestLine) return undefined;
  const bytes = bytesOfLine(record, doubles);
  if (bytes <= longestLine) return undefined;
  if (bytes > constants.MAX_STRING_LENGTH) return 'its line would be longer than one text can be (512 MiB)';
  return `its line would have ${bytes} bytes, over the limit of ${longestLine}; the option "maxLineBytes" raises it (file:…?maxLineBytes=${bytes})`;
}

function bytesOfLine(record: VectorRecord, doubles: ReadonlySet<string>): number {
  try {
    return Buffer.byteLength(lineOf(record, doubles));
  } catch (cause) {
    // Longer than a text can be.
    if (cause instanceof RangeError) return Infinity;
    throw cause;
  }
}

/** One record as JSON: `vector` for the unnamed vector, `vectors` for the others. */
function lineOf(record: VectorRecord, doubles: ReadonlySet<string>): string {
  const { '': unnamed, ...named } = record.vectors;
  const parts = [`"id":${JSON.stringify(record.id)}`];
  if (record.namespace !== undefined) parts.push(`"namespace":${JSON.stringify(record.namespace)}`);
  if (unnamed !== undefined) parts.push(`"vector":${vectorText(unnamed, doubles.has(''))}`);
  const others = Object.entries(named).map(
    ([name, vector]) => `${JSON.stringify(name)}:${vectorText(vector, doubles.has(name))}`,
  );
  if (others.length > 0) parts.push(`"vectors":{${others.join(',')}}`);
  if (record.document !== undefined) parts.push(`"document":${JSON.stringify(record.document)}`);
  if (record.uri !== undefined) parts.push(`"uri":${JSON.stringify(record.uri)}`);
  if (Object.keys(record.metadata).length > 0) parts.push(`"metadata":${stringifyJson(record.metadata)}`);
  return `{${parts.join(',')}}`;
}

function vectorText(vector: Vector, isDouble: boolean): string {
  if (isSparse(vector)) {
    return `{"indices":[${Array.from(vector.indices).join(',')}],"values":${numbersText(vector.values)}}`;
  }
  const text = isDouble ? doublesText : numbersText;
  return isMulti(vector) ? `[${vector.rows.map(text).join(',')}]` : text(vector);
}

/** The shortest decimals that give the same doubles. */
function doublesText(numbers: DenseVector): string {
  const texts: string[] = [];
  for (const value of numbers) texts.push(Object.is(value, -0) ? '-0' : String(value));
  return `[${texts.join(',')}]`;
}

function numbersText(numbers: DenseVector): string {
  const texts: string[] = [];
  for (const value of numbers) texts.push(numberText(Math.fround(value)));
  return `[${texts.join(',')}]`;
}

/** Powers of ten that a double holds exactly. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** Nine digits bring back every float32; more would only be the noise of its double. */
function numberText(single: number): string {
  if (Object.is(single, -0)) return '-0';
  const power = POWERS[8 - Math.floor(Math.log10(Math.abs(single)))];
  const rounded = power === undefined ? Number.NaN : Math.round(single * power) / power;
  // Twice as fast as `toPrecision`, which is kept for numbers that are very large or very small.
  return String(Math.fround(rounded) === single ? rounded : Number(single.toPrecision(9)));
}
