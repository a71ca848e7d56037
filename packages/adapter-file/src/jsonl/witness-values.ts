import { own, ValueTally, type ValueFigure, type ValuesWitness, type VectorRecord } from '@vsm/core/adapter';
import type { ByteSource } from '../byte-source.ts';
import type { Format } from '../options.ts';
import { vectorWords } from '../vector-words.ts';
import { unpacked } from './count-lines.ts';
import type { LineLayout } from './line-record.ts';

/** Of a larger file, lines are not parsed a second time. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_PACKED_BYTES = 8 * 1024 * 1024;

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/** What the plain `JSON.parse` finds in a file: neither its lines nor its values are read by what reads records. */
export async function witnessLines(
  source: ByteSource,
  format: Format,
  layout: LineLayout,
): Promise<ValuesWitness | undefined> {
  if (source.size > (format === 'jsonl' ? MOST_BYTES : MOST_PACKED_BYTES)) return undefined;
  const rows = new PlainRows(layout);
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of unpacked(source, format)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) rows.add(line);
  }
  rows.add(rest + decoder.decode());
  return rows.witness;
}

class PlainRows {
  readonly #layout: LineLayout['layout'];
  readonly #nested: LineLayout['nested'];
  readonly #tally = new ValueTally();
  readonly #keys: ReadonlyMap<string, string>;
  readonly #roles: ReadonlySet<string>;
  /** Vectors that are something else than plain lists in some row, and keys that stand in two places of one. */
  readonly #odd = new Set<string>();
  readonly #twice = new Set<string>();

  constructor({ layout, nested }: LineLayout) {
    this.#layout = layout;
    this.#nested = nested;
    this.#keys = new Map(layout.fields.map(({ column, key }) => [column, key]));
    const { id, namespace, document, uri, metadata, vectors, ignored = [] } = layout;
    const roles = [...id, namespace, document, uri, metadata, ...vectors.map(({ column }) => column), ...ignored];
    this.#roles = new Set(roles.filter((role) => role !== undefined));
  }

  add(line: string): void {
    if (line.trim() === '') return;
    const row = JSON.parse(line) as JsonObject;
    const { document, uri } = this.#layout;
    const texts: { document?: string; uri?: string } = {};
    const text = textIn(row, document);
    if (text !== undefined) texts.document = text;
    const place = textIn(row, uri);
    if (place !== undefined) texts.uri = place;
    // Neither id nor namespace is counted.
    this.#tally.add({ id: '', vectors: this.#vectorsOf(row), metadata: this.#metadataOf(row), ...texts });
  }

  #vectorsOf(row: JsonObject): VectorRecord['vectors'] {
    const vectors: [string, readonly number[]][] = [];
    for (const { name, column } of this.#layout.vectors) {
      const value = own(row, column) ?? inObject(row, column);
      if (value === undefined || value === null) continue;
      if (Array.isArray(value) && value.every((component) => typeof component === 'number')) {
        vectors.push([name, value]);
      } else this.#odd.add(name);
    }
    return Object.fromEntries(vectors);
  }

  #metadataOf(row: JsonObject): JsonObject {
    const { metadata: container } = this.#layout;
    const value = container === undefined ? null : (own(row, container) ?? null);
    const entries = entriesOf(value);
    const found = new Map<string, Json>(entries === undefined ? [] : Object.entries(entries));
    if (container !== undefined && value !== null && entries === undefined) found.set(container, value);
    for (const [column, field] of Object.entries(row)) {
      if (this.#roles.has(column) || this.#nested.has(column)) continue;
      const key = this.#keys.get(column) ?? column;
      if (found.has(key)) this.#twice.add(key);
      found.set(key, field);
    }
    return Object.fromEntries(found);
  }

  get witness(): ValuesWitness {
    const { document, uri, vectors } = this.#layout;
    const unwitnessed = ['id', 'namespace', ...[...this.#nested].filter((key) => key !== 'vectors')];
    const figures: ValueFigure[] = [];
    const add = (part: ValueFigure['part'], name: string, measures: readonly ValueFigure['measure'][]): void => {
      for (const measure of measures) {
        const { value } = this.#tally.figure({ part, name, measure });
        // JSON has no infinity, which a sum may reach, and forgets the sign of a zero.
        if (Number.isFinite(value)) figures.push({ part, name, measure, value: value === 0 ? 0 : value });
      }
    };
    if (document !== undefined) add('document', '', ['records', 'octets']);
    if (uri !== undefined) add('uri', '', ['records', 'octets']);
    for (const { name } of vectors) {
      if (this.#odd.has(name)) unwitnessed.push(`${vectorWords(name)}, which is no plain list`);
      else add('vector', name, ['records', 'first', 'last']);
    }
    for (const key of this.#tally.keys) {
      if (this.#twice.has(key)) unwitnessed.push(`metadata "${key}", which stands in two places`);
      else {
        const hasNumbers = Number.isFinite(this.#tally.figure({ part: 'metadata', name: key, measure: 'least' }).value);
        add('metadata', key, ['records', 'octets', ...(hasNumbers ? (['sum', 'least', 'most'] as const) : [])]);
      }
    }
    return { by: 'the plain JSON.parse of its lines', figures, unwitnessed };
  }
}

function textIn(row: JsonObject, column: string | undefined): string | undefined {
  const value = column === undefined ? undefined : own(row, column);
  return typeof value === 'string' ? value : undefined;
}

/** `vectors.name` is the member of an object. */
function inObject(row: JsonObject, column: string): Json | undefined {
  const point = column.indexOf('.');
  const parent = point === -1 ? undefined : own(row, column.slice(0, point));
  return isObject(parent) ? own(parent, column.slice(point + 1)) : undefined;
}

function entriesOf(value: Json): JsonObject | undefined {
  const parsed = typeof value === 'string' && value.startsWith('{') ? (JSON.parse(value) as Json) : value;
  return isObject(parsed) ? parsed : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
