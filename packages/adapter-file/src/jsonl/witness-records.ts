import {
  own,
  setOwn,
  witnessedRow,
  type JsonObject,
  type JsonValue,
  type RecordsWitness,
  type WitnessedPlaces,
  type WitnessedRecord,
} from '@vsm/core/adapter';
import type { ByteSource } from '../byte-source.ts';
import type { Format } from '../options.ts';
import { KeptRows } from './kept-rows.ts';
import type { LineLayout } from './line-record.ts';
import { unpacked } from './count-lines.ts';

const LINE_FEED = 10;
/** Of one line that is looked up, most of the time all of it. */
const PIECE_BYTES = 32 * 1024;

interface PlainLine {
  readonly position: number;
  readonly text: string;
}

/** Lines at known places, split and parsed by nothing that reads records. */
export class PlainLines {
  readonly #source: ByteSource;
  readonly #format: Format;
  /** A compressed file has to be unpacked from its beginning: whoever asks for what follows goes on there. */
  readonly #kept = new KeptRows<PlainLine>();

  constructor(source: ByteSource, format: Format) {
    this.#source = source;
    this.#format = format;
  }

  /** @param positions where lines begin, ascending */
  async *at(positions: readonly number[]): AsyncGenerator<PlainLine, void, undefined> {
    if (this.#format === 'jsonl') {
      for (const position of positions) {
        for await (const line of lines(this.#source.stream(position, PIECE_BYTES), position)) {
          yield line;
          break;
        }
      }
      return;
    }
    const begin = async (): Promise<{ rows: ReturnType<typeof lines>; number: number }> => ({
      rows: lines(unpacked(this.#source, this.#format), 0),
      number: 0,
    });
    for await (const { next } of this.#kept.at(positions, begin)) yield next;
  }

  async close(): Promise<void> {
    await this.#kept.close();
  }
}

async function* lines(chunks: AsyncIterable<Uint8Array>, from: number): AsyncGenerator<PlainLine, void, undefined> {
  let position = from;
  let pending: Uint8Array[] = [];
  const line = (): PlainLine => ({ position, text: new TextDecoder().decode(Buffer.concat(pending)) });
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      pending.push(chunk.subarray(start, end));
      yield line();
      position += pending.reduce((total, { length }) => total + length, 1);
      pending = [];
      start = end + 1;
    }
    pending.push(chunk.subarray(start));
  }
  yield line();
}

/** What the plain `JSON.parse` says of lines. */
export class LineWitness {
  readonly #records: WitnessedRecord[] = [];
  readonly #unwitnessed = new Set<string>();
  readonly #nested: ReadonlySet<string>;
  readonly #vectors: ReadonlyMap<string, string>;
  readonly #roles: ReadonlySet<string>;
  readonly #places: WitnessedPlaces;
  /** Fields that stand in the name of a folder, and in no line. */
  readonly #elsewhere: readonly string[];

  constructor({ layout, nested }: LineLayout, constants: readonly string[]) {
    const { id, namespace, document, uri, metadata: container, ignored = [] } = layout;
    const keys = new Map(layout.fields.map(({ column, key }) => [column, key]));
    const keyOf = (field: string): string => keys.get(field) ?? field;
    const vectors = new Map(layout.vectors.map(({ name, column }) => [column, name]));
    const named = (fields: readonly (string | undefined)[]): string[] => fields.filter((field) => field !== undefined);
    // A field may be metadata beside being the id.
    const unread = new Set(named([...id, namespace, ...ignored]).filter((field) => !keys.has(field)));
    this.#nested = nested;
    this.#vectors = vectors;
    this.#roles = new Set([...unread, ...vectors.keys(), ...named([document, uri, container])]);
    this.#elsewhere = constants.map(keyOf).flatMap((key) => [key, `${key}__column`]);
    this.#places = { document, uri, container, vectors, isIgnored: (field) => unread.has(field), keyOf };
  }

  add(text: string, id: string): void {
    const line = withMembers(JSON.parse(text) as JsonObject, this.#nested, this.#roles);
    const { container = '' } = this.#places;
    // A record whose metadata are null has none, and no field of that name.
    if (own(line, container) === null) delete line[container];
    const { skipped = [], ...found } = witnessedRow(line, this.#places);
    if (skipped.some((field) => this.#vectors.has(field))) this.#unwitnessed.add('vectors that are no plain lists');
    this.#records.push({ id, ...found, skipped: [...skipped, ...this.#elsewhere] });
  }

  get result(): RecordsWitness {
    const by = 'the plain JSON.parse of their lines';
    return { by, records: this.#records, metrics: {}, unwitnessed: ['ids', ...this.#unwitnessed] };
  }
}

/** Members of an object that holds vectors are fields of their own where they have a role; the rest stays in the object. */
function withMembers(
  line: JsonObject,
  nested: ReadonlySet<string>,
  roles: ReadonlySet<string>,
): Record<string, JsonValue> {
  const row: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(line)) {
    if (!nested.has(key) || !isObject(value)) {
      setOwn(row, key, value);
      continue;
    }
    const rest: Record<string, JsonValue> = {};
    for (const [member, inner] of Object.entries(value)) {
      const field = `${key}.${member}`;
      if (roles.has(field)) setOwn(row, field, inner);
      else setOwn(rest, member, inner);
    }
    if (Object.keys(rest).length > 0) setOwn(row, key, rest);
  }
  return row;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
