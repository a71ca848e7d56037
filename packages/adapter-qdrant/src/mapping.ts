import {
  isDense,
  isMetadataObject,
  isSparse,
  JsonWalker,
  parseJson,
  setOwn,
  stringifyForSerde,
  vectorText,
  WrongAnswer,
  type Metadata,
  type MetadataValue,
  type ValuesWitness,
  type Vector,
  type VectorRecord,
} from '@vsm/core/adapter';
import { compareIds, idText, isId } from './ids.ts';

export interface PayloadNames {
  readonly documentKey: string | false;
  /** Only in a collection with custom shard keys. */
  readonly shardKeyField?: string | undefined;
}

/** One point as JSON text. */
export function pointText(record: VectorRecord, names: PayloadNames): string {
  return `{"id":${idText(record.id)},"vector":${vectorsText(record.vectors)},"payload":${stringifyForSerde(payloadOf(record, names))}}`;
}

/** Metadata and text as they lie in the store. */
function payloadOf({ metadata, document }: VectorRecord, { documentKey, shardKeyField }: PayloadNames): Metadata {
  const withText = document !== undefined && documentKey !== false;
  if (!withText && shardKeyField === undefined) return metadata;
  const payload: Record<string, MetadataValue> = { ...metadata };
  if (shardKeyField !== undefined) delete payload[shardKeyField];
  if (withText) setOwn(payload, documentKey, document);
  return payload;
}

function vectorsText(vectors: VectorRecord['vectors']): string {
  const entries = Object.entries(vectors);
  const [first] = entries;
  // The unnamed vector alone stands bare; beside sparse ones it has the empty name.
  if (entries.length === 1 && first?.[0] === '' && !isSparse(first[1])) return oneVectorText(first[1]);
  return `{${entries.map(([name, vector]) => `${JSON.stringify(name)}:${oneVectorText(vector)}`).join(',')}}`;
}

function oneVectorText(vector: Vector): string {
  if (isDense(vector)) return vectorText(vector);
  if (isSparse(vector)) {
    return `{"indices":${JSON.stringify(Array.from(vector.indices))},"values":${vectorText(vector.values)}}`;
  }
  return `[${vector.rows.map(vectorText).join(',')}]`;
}

export interface PointPage {
  readonly records: VectorRecord[];
  /** First id of the next page. */
  readonly next: string | null;
  /** Counts what the answer holds of the first so many of them; absent where that was not asked for, or cannot be done. */
  readonly count?: ((records: number) => ValuesWitness) | undefined;
}

/** Reads the answer of a scroll or a fetch: vectors plainly, and of the payloads only those exactly that need it. */
export function readPage(text: string, names: PayloadNames): PointPage {
  const walker = new JsonWalker(text);
  const records: VectorRecord[] = [];
  let next: string | null = null;
  let isPage = false;
  const points = (): void => {
    isPage = true;
    walker.array(() => records.push(readPoint(walker, names)));
  };
  walker.object((key) => {
    if (key !== 'result') walker.value();
    else if (!walker.isObject()) points();
    else
      walker.object((member) => {
        if (member === 'points') points();
        else if (member === 'next_page_offset') next = readOffset(walker.value());
        else walker.value();
      });
  });
  if (!isPage) throw new WrongAnswer('the answer must hold points, but has none');
  return { records, next };
}

/** What a page was asked for. */
interface PageRequest {
  readonly limit: number;
  readonly offset?: string | undefined;
}

/** @throws WrongAnswer for a page that is longer than asked, or that leads back to where it began: the server pages by id. */
export function checkPage(page: PointPage, { limit, offset }: PageRequest): PointPage {
  const { records, next } = page;
  if (records.length > limit)
    throw new WrongAnswer(`the page must hold at most ${limit} points, as asked, but holds ${records.length}`);
  if (next !== null && offset !== undefined && compareIds(next, offset) <= 0) {
    throw new WrongAnswer(`the page from ${offset} on leads back to ${next}, so that the pages do not end`);
  }
  return page;
}

const readOffset = (text: string): string | null => (text === 'null' ? null : readId(text));
function readId(text: string): string {
  const id = text.startsWith('"') ? text.slice(1, -1) : text;
  if (isId(id)) return id;
  throw new WrongAnswer(`an id must be a whole number or a UUID, but is ${text.slice(0, 100)}`);
}

function readPoint(walker: JsonWalker, names: PayloadNames): VectorRecord {
  let id = '';
  let vectors: Record<string, Vector> = {};
  let payload: Point['payload'] = [];
  let shardKey: MetadataValue = null;
  walker.object((key) => {
    if (key === 'id') id = readId(walker.value());
    else if (key === 'payload') payload = Object.entries(readPayload(walker.value()));
    else if (key === 'vector') vectors = readVectors(walker);
    else if (key === 'shard_key') shardKey = parseJson(walker.value());
    else walker.value();
  });
  return toRecord({ id, vectors, payload, shardKey }, names);
}

function readPayload(text: string): Metadata {
  const payload = parseJson(text);
  if (payload === null) return {};
  if (isMetadataObject(payload)) return payload;
  throw new WrongAnswer(`a payload must be an object, but is ${text.slice(0, 100)}`);
}

/** A point as it lies in the store. */
export interface Point {
  readonly id: string;
  readonly vectors: VectorRecord['vectors'];
  /** Its order is changed. */
  readonly payload: [string, MetadataValue][];
  /** `null` where the collection has none. */
  readonly shardKey: MetadataValue;
}

export function toRecord({ id, vectors, payload, shardKey }: Point, names: PayloadNames): VectorRecord {
  const { documentKey, shardKeyField } = names;
  sortByKey(payload);
  const metadata: Record<string, MetadataValue> = {};
  let document: string | undefined;
  for (const [key, value] of payload) {
    if (key === documentKey && typeof value === 'string') document = value;
    else setOwn(metadata, key, value);
  }
  if (shardKeyField !== undefined && shardKey !== null) setOwn(metadata, shardKeyField, shardKey);
  return document === undefined ? { id, vectors, metadata } : { id, vectors, metadata, document };
}

/**
 * The server gives keys in any order. In one order, the metadata of all points have one shape, which is quicker to read and to copy. Few
 * are put in their places one by one, without the lists that `sort` makes of them.
 */
function sortByKey(payload: [string, MetadataValue][]): void {
  if (payload.length > FEW_KEYS) {
    payload.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
    return;
  }
  for (let next = 1; next < payload.length; next += 1) {
    const entry = payload[next] as [string, MetadataValue];
    let at = next;
    for (; at > 0 && (payload[at - 1] as [string, MetadataValue])[0] > entry[0]; at -= 1)
      payload[at] = payload[at - 1] as [string, MetadataValue];
    payload[at] = entry;
  }
}

const FEW_KEYS = 24;

function readVectors(walker: JsonWalker): Record<string, Vector> {
  if (!walker.isObject()) {
    const text = walker.numbers();
    return text === 'null' ? {} : { '': readVector(text) };
  }
  const vectors: [string, Vector][] = [];
  walker.object((name) => vectors.push([name, readVector(walker.numbers())]));
  // Not by assignment: a vector may be called __proto__.
  return Object.fromEntries(vectors);
}

type VectorJson = number[] | number[][] | { readonly indices: number[]; readonly values: number[] };

function readVector(text: string): Vector {
  // The server prints NaN and infinities, which it takes in for 1e39, as null. Core refuses them by name.
  if (text.startsWith('[') && text.includes('"')) throw new WrongAnswer('a vector must hold numbers alone');
  const vector = (text.includes('ll') ? JSON.parse(text, nullToNaN) : JSON.parse(text)) as VectorJson;
  if (!Array.isArray(vector)) return vector;
  return Array.isArray(vector[0]) ? { rows: vector as number[][] } : (vector as number[]);
}

const nullToNaN = (_key: string, value: unknown): unknown => (value === null ? Number.NaN : value);
