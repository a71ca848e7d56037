import {
  emptyRecord,
  fieldPuts,
  Float,
  isDense,
  isMetadataArray,
  isMetadataObject,
  lookup,
  own,
  parseJson,
  setOwn,
  stringifyJson,
  toRecord,
  unfit,
  vectorText,
  VsmError,
  WrongAnswer,
  type DenseVector,
  type FieldLayout,
  type FlatRecord,
  type JsonWalker,
  type MetadataValue,
  type Put,
  type ScanRequest,
  type VectorRecord,
} from '@vsm/core/adapter';
import { FILTER, KEPT } from './create.ts';
import type { IndexedCopy, VectorField } from './index-info.ts';
import { ADAPTER } from './options.ts';

/** Where the parts of a record are in a document. */
export interface Places {
  readonly layout: FieldLayout;
  /** By field. */
  readonly vectors: ReadonlyMap<string, VectorField>;
  readonly copies: readonly IndexedCopy[];
  readonly keeps: boolean;
}

export const ROUTING = '_routing';
type Source = Record<string, MetadataValue>;

/** One hit of a search, or a document that was fetched. */
export interface Hit {
  readonly record: VectorRecord;
  /** Place in the order of its shard. */
  readonly at: number;
  readonly routing: string | undefined;
  /** As it was sent; a search by order has none. */
  readonly score: unknown;
}

/** Reads the hit in front of the walker. */
export function createHitReader(
  places: Places,
  include: ScanRequest['include'],
): (walker: JsonWalker) => Hit | undefined {
  const { layout, vectors } = places;
  const puts = fieldPuts(layout, include);
  const columns = new Map(layout.vectors.map(({ name, column }) => [column, name]));
  const inside = [...columns.keys()].filter((column) => column.includes('.'));
  const withVectors = include.includes('vectors');
  const ignored = new Set(layout.ignored);
  const putVector = (flat: FlatRecord, column: string, value: unknown): void => {
    if (value === null || value === undefined) return;
    const vector = readVector(value, vectors.get(column));
    if (vector !== undefined) flat.vectors.push([columns.get(column) as string, vector]);
    else
      flat.metadata.push([
        column,
        unfit('it holds something else than a list of numbers, which nobody has tried to read'),
      ]);
  };
  const readSource = (walker: JsonWalker, flat: FlatRecord): void => {
    walker.object((key) => {
      if (columns.has(key)) {
        const text = walker.numbers();
        if (withVectors) putVector(flat, key, JSON.parse(text));
        return;
      }
      const text = walker.value();
      if (key === KEPT && places.keeps) {
        if (!withVectors) return;
        for (const [column, value] of Object.entries(JSON.parse(text) as object)) putVector(flat, column, value);
        return;
      }
      if (ignored.has(key)) return;
      const within = inside.filter((column) => column.startsWith(`${key}.`));
      const put =
        puts.get(key) ??
        (include.includes('metadata') && !layout.vectors.some(({ column }) => column === key)
          ? otherPut(key)
          : undefined);
      if (put === undefined && within.length === 0) return;
      let value = parseJson(text);
      for (const column of within) {
        const [found, rest] = takeOut(value, column.slice(key.length + 1).split('.'));
        value = rest;
        if (withVectors) putVector(flat, column, found);
      }
      put?.(flat, value);
    });
  };
  return (walker) => {
    const flat = emptyRecord();
    let [found, at, routing]: [boolean, number, string | undefined] = [true, -1, undefined];
    let score: unknown;
    walker.object((key) => {
      if (key === '_source') return readSource(walker, flat);
      const text = walker.value();
      if (key === '_id') flat.ids.set('_id', JSON.parse(text) as string);
      else if (key === 'found') found = text === 'true';
      else if (key === 'sort') at = Number((JSON.parse(text) as unknown[])[0]);
      else if (key === '_score') score = JSON.parse(text);
      else if (key === 'error') throw missing(text);
      else if (key === ROUTING) routing = JSON.parse(text) as string;
    });
    if (!found) return undefined;
    if (routing !== undefined && include.includes('metadata')) flat.metadata.push([ROUTING, routing]);
    if (typeof flat.ids.get('_id') !== 'string') throw new WrongAnswer('a document has no _id');
    return { record: toRecord(flat, layout, 0), at, routing, score };
  };
}

/** What is said of a single document instead of giving it. */
function missing(text: string): Error {
  if (!text.includes('index_not_found_exception'))
    return new WrongAnswer(`a document could not be read: ${text.slice(0, 300)}`);
  return new VsmError('NOT_FOUND', `${ADAPTER}: cannot fetch: the index is not there any more`, { adapter: ADAPTER });
}

/** Fields that are in no mapping and no sample. */
const otherPut =
  (key: string): Put =>
  (flat, value) =>
    flat.metadata.push([key, value]);

/** A value inside objects, and these without it. */
function takeOut(
  value: MetadataValue,
  [key = '', ...rest]: readonly string[],
): [MetadataValue | undefined, MetadataValue] {
  if (!isMetadataObject(value) || !Object.hasOwn(value, key)) return [undefined, value];
  const { [key]: inner, ...others } = value;
  if (rest.length === 0) return [inner, others];
  const [found, left] = takeOut(inner as MetadataValue, rest);
  return [found, { ...value, [key]: left }];
}

function readVector(value: unknown, field: VectorField | undefined): DenseVector | undefined {
  const { form = 'float', dimension } = field ?? {};
  const numbers =
    typeof value === 'string' && form !== 'float' && /^([0-9a-f]{2})*$/i.test(value) ? signed(value) : value;
  if (
    !Array.isArray(numbers) ||
    !numbers.every((one) => typeof one === 'number' || typeof one === 'bigint' || Float.isInstance(one))
  )
    return undefined;
  const floats = Float32Array.from(numbers, Number);
  return form === 'bit' && floats.length !== dimension ? unpackBits(floats) : floats;
}

/** Hexadecimal, in which Elasticsearch takes bytes as well. */
const signed = (text: string): number[] => [...Int8Array.from(Buffer.from(text, 'hex'))];

function unpackBits(bytes: Float32Array): Float32Array {
  return Float32Array.from({ length: bytes.length * 8 }, (_, at) => ((bytes[at >> 3] as number) >> (7 - (at & 7))) & 1);
}

export function packBits(vector: DenseVector): number[] {
  const bytes = new Int8Array(vector.length / 8);
  for (let at = 0; at < vector.length; at += 1)
    if (vector[at] !== 0) bytes[at >> 3] = (bytes[at >> 3] as number) | (128 >> (at & 7));
  return [...bytes];
}

/** The source of a document, or why it cannot be one. */
export function toSource(record: VectorRecord, places: Places): string | { readonly problem: string } {
  const { layout } = places;
  const source: Source = {};
  if (record.document !== undefined) {
    if (layout.document === undefined)
      return { problem: 'the index has no field for the document: document=… names one' };
    setOwn<MetadataValue>(source, layout.document, record.document);
  }
  if (record.uri !== undefined) {
    if (layout.uri === undefined) return { problem: 'the index has no field for the uri: uri=… names one' };
    setOwn<MetadataValue>(source, layout.uri, record.uri);
  }
  const taken = new Set([...layout.vectors.map(({ column }) => column), layout.document, layout.uri]);
  const entries: Source = {};
  for (const [key, value] of Object.entries(record.metadata)) {
    const column =
      layout.fields.find((field) => field.key === key)?.column ?? (layout.metadata === undefined ? key : undefined);
    if (column === undefined) setOwn(entries, key, value);
    else if (column === ROUTING) continue;
    else if (taken.has(column)) return { problem: `metadata "${key}": the index has another field of that name` };
    else setOwn(source, column, value);
  }
  if (layout.metadata !== undefined) setOwn<MetadataValue>(source, layout.metadata, entries);
  const vectors: string[] = [];
  for (const { name, column } of layout.vectors) {
    const vector = own(record.vectors, name);
    if (vector === undefined || !isDense(vector)) continue;
    const field = places.vectors.get(column);
    if (field?.form === 'bit' && !vector.every((one: number) => one === 0 || one === 1))
      return { problem: `vector "${name}" has components that are no bits` };
    if (places.keeps && field?.metric === 'cosine' && !hasDirection(vector)) {
      source[KEPT] = { ...(source[KEPT] as Source | undefined), [column]: [...vector] };
    } else if (field?.form === 'bit') putIn(source, column, packBits(vector));
    else if (column.includes('.')) putIn(source, column, [...vector]);
    else vectors.push(`${JSON.stringify(column)}:${vectorText(vector)}`);
  }
  for (const copy of places.copies) putCopy(source, copy, record);
  const rest = stringifyJson(source).slice(1, -1);
  return `{${[...(rest === '' ? [] : [rest]), ...vectors].join(',')}}`;
}

function putIn(source: Source, column: string, vector: readonly number[]): void {
  const [key = '', ...rest] = column.split('.');
  if (rest.length === 0) return setOwn<MetadataValue>(source, key, vector);
  const inner = own(source, key);
  const object = inner !== undefined && isMetadataObject(inner) ? { ...inner } : {};
  putIn(object, rest.join('.'), vector);
  setOwn<MetadataValue>(source, key, object);
}

/** Whether the length is a number that float32 has, above zero: both refuse others under cosine. */
function hasDirection(vector: DenseVector): boolean {
  let sum = 0;
  for (let at = 0; at < vector.length; at += 1) sum += (vector[at] as number) ** 2;
  return sum > SMALLEST_SQUARE && sum < LARGEST_SQUARE;
}
const [SMALLEST_SQUARE, LARGEST_SQUARE] = [1e-36, 3.4e38];

/** Longer texts are not indexed, and not looked for. */
export const LONGEST_KEYWORD = 8000;

function putCopy(source: Source, { path, field, kind }: IndexedCopy, { metadata }: VectorRecord): void {
  const found = lookup(metadata, path);
  if (found === undefined) return;
  const copies = (isMetadataArray(found) ? found : [found]).flatMap((value): MetadataValue[] => {
    if (kind === 'double') {
      const number = typeof value === 'bigint' || Float.isInstance(value) ? Number(value) : value;
      return typeof number === 'number' && Number.isFinite(number) ? [number] : [];
    }
    const fits =
      kind === 'boolean' ? typeof value === 'boolean' : typeof value === 'string' && value.length <= LONGEST_KEYWORD;
    return fits ? [value] : [];
  });
  if (copies.length > 0) source[FILTER] = { ...(source[FILTER] as Source | undefined), [field]: copies };
}
