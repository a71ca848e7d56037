import {
  bytesVector,
  Float,
  isMetadataObject,
  isProblem,
  mergeBeside,
  own,
  parseJson,
  parseNumber,
  setOwn,
  stringifyForSerde,
  stringifyJson,
  textVector,
  unfit,
  vectorBytesProblem,
  vectorFromBytes,
  vectorOf,
  vectorToBytes,
  type DenseVector,
  type Metadata,
  type MetadataValue,
  type RecordProblem,
  type ScanRequest,
  type Vector,
  type VectorRecord,
} from '@vsm/core/adapter';
import type { Word } from './client.ts';
import { idOfKey, textOf, type Key } from './keys.ts';
import type { Layout, LayoutVector } from './layout.ts';
import type { Raw } from './raw.ts';

type Include = ScanRequest['include'];

/** `undefined` where the key was gone by then. */
export function toRecord(key: Key, raw: Raw, layout: Layout, include: Include): VectorRecord | undefined {
  if (raw.kind === 'gone') return undefined;
  const id = idOfKey(key, layout);
  if (id === undefined) return rejected(printable(key), 'its key is no UTF-8');
  if (raw.kind === 'other') return rejected(id, raw.why);
  const parts: Parts = { vectors: {}, entries: {}, beside: [] };
  if (raw.kind === 'hash') for (const [field, bytes] of raw.fields) putBytes(parts, field, bytes, layout);
  else if (!putDocument(parts, raw.text, layout)) return rejected(id, 'its document is no JSON object');
  return {
    id,
    vectors: include.includes('vectors') ? parts.vectors : {},
    ...(include.includes('metadata')
      ? { metadata: metadataOf(parts), document: parts.document, uri: parts.uri }
      : { metadata: {} }),
  };
}

/** A record of which nothing can be carried, so that it is rejected by name. */
function rejected(id: string, why: string): VectorRecord {
  return { id, vectors: {}, metadata: { '(key)': unfit(why) } };
}

function printable(key: Key): string {
  return key.replaceAll(/[^\x20-\x7e]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** What the fields of a key became. */
interface Parts {
  readonly vectors: Record<string, Vector>;
  document?: string;
  uri?: string;
  entries: Readonly<Record<string, MetadataValue>>;
  readonly beside: (readonly [field: string, value: MetadataValue])[];
}

function putBytes(parts: Parts, field: string, bytes: Buffer, layout: Layout): void {
  if (layout.ignored.has(field)) return;
  const vector = layout.vectors.find((one) => one.field === field);
  if (vector !== undefined) {
    const numbers = numbersIn(bytes, vector);
    if (numbers === undefined)
      parts.beside.push([field, unfit(`its ${bytes.length} bytes are no ${vector.datatype ?? 'float32'} vector`)]);
    else setOwn(parts.vectors, vector.name, numbers);
    return;
  }
  const text = textOf(bytes);
  if (text === undefined) parts.beside.push([field, bytes.toString('base64')]);
  else if (field === layout.document) parts.document = text;
  else if (field === layout.uri) parts.uri = text;
  else if (field === layout.container) putContainer(parts, field, text);
  else parts.beside.push([field, layout.numeric.has(field) ? numberIn(text) : text]);
}

function numbersIn(bytes: Buffer, { datatype }: LayoutVector): DenseVector | undefined {
  if (datatype !== undefined) return vectorFromBytes(bytes, datatype);
  const text = textOf(bytes);
  return (text === undefined ? undefined : textVector(text)) ?? bytesVector(bytes);
}

function putContainer(parts: Parts, field: string, text: string): void {
  try {
    const value = parseJson(text);
    if (isMetadataObject(value)) {
      parts.entries = value;
      return;
    }
  } catch {
    // Any text may stand there.
  }
  parts.beside.push([field, text]);
}

/** The number that a text is, where its digits come back; else the text. */
function numberIn(text: string): MetadataValue {
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text)) return text;
  const value = parseNumber(text);
  return stringifyJson(value) === text ? value : text;
}

/** `false` where the document is no object. */
function putDocument(parts: Parts, text: string, layout: Layout): boolean {
  const document = parseJson(text);
  if (!isMetadataObject(document)) return false;
  for (const [field, value] of Object.entries(document)) {
    if (layout.ignored.has(field)) continue;
    const vector = layout.vectors.find((one) => one.field === field);
    // An index takes null for no vector.
    if (vector !== undefined && value === null) continue;
    if (vector !== undefined) {
      const numbers = vectorOf(value, 'dense');
      if (numbers === undefined) parts.beside.push([field, unfit('it is no list of numbers')]);
      else setOwn(parts.vectors, vector.name, numbers);
    } else if (field === layout.document && typeof value === 'string') parts.document = value;
    else if (field === layout.uri && typeof value === 'string') parts.uri = value;
    else if (field === layout.container && isMetadataObject(value)) parts.entries = value;
    else if (field === layout.container && typeof value === 'string') putContainer(parts, field, value);
    else parts.beside.push([field, value]);
  }
  return true;
}

/** A field beside the metadata that says what an entry of its name says is a copy for an index, and comes once. */
function metadataOf({ entries, beside }: Parts): Metadata {
  const isOwn = ([field, value]: Parts['beside'][number]): boolean => {
    const entry = own(entries, field);
    return entry === undefined || !isCopy(value, entry);
  };
  return mergeBeside(entries, beside.filter(isOwn), new Set(beside.map(([field]) => field)));
}

function isCopy(value: MetadataValue, entry: MetadataValue): boolean {
  if (typeof value === 'string' && typeof entry === 'string') return value === entry;
  if (typeof value === 'object' && value !== null && !Float.isInstance(value))
    return stringifyJson(value) === stringifyJson(entry);
  const text = typeof entry === 'string' ? entry : stringifyJson(entry);
  return text === (typeof value === 'string' ? value : stringifyJson(value));
}

export type Written = { readonly words: readonly Word[] } | RecordProblem;

/** Fields and values of a hash, in turn. */
export function toHash(record: VectorRecord, layout: Layout): Written {
  const words: Word[] = [];
  for (const { name, field, datatype = 'float32' } of layout.vectors) {
    const vector = own(record.vectors, name) as DenseVector | undefined;
    if (vector === undefined) continue;
    const problem = vectorBytesProblem(vector, datatype);
    if (problem !== undefined) return { reason: 'invalid-vector', detail: `field "${field}": ${problem}` };
    words.push(field, vectorToBytes(vector, datatype));
  }
  const placed = placeText(record, layout);
  if (isProblem(placed)) return placed;
  for (const [field, text] of placed.texts) words.push(field, text);
  const { name } = layout.manifest?.given ?? {};
  if (name !== undefined) words.push(name, layout.name);
  if (layout.container !== undefined) words.push(layout.container, stringifyJson(record.metadata));
  for (const [field, value] of Object.entries(record.metadata)) {
    if (layout.container !== undefined && !isIndexed(field, layout)) continue;
    const text = typeof value === 'string' ? value : stringifyJson(value);
    const back = layout.numeric.has(field) ? numberIn(text) : text;
    const isSame = typeof value === typeof back && stringifyJson(back) === stringifyJson(value);
    if (isSame && !taken(field, layout)) words.push(field, text);
    else if (layout.container === undefined) {
      return {
        reason: 'invalid-metadata',
        detail: `metadata "${field}": fields of a hash hold text, and there is none for metadata of other types`,
      };
    }
  }
  if (words.length === 0) return { reason: 'refused', detail: 'a hash must have a field, and this record has none' };
  return { words };
}

/** The text of a document. */
export function toJson(record: VectorRecord, layout: Layout): Written {
  const placed = placeText(record, layout);
  if (isProblem(placed)) return placed;
  const document: Record<string, MetadataValue> = {};
  for (const [field, text] of placed.texts) setOwn(document, field, text);
  for (const { name, field } of layout.vectors) {
    const vector = own(record.vectors, name) as DenseVector | undefined;
    if (vector !== undefined) setOwn(document, field, [...vector]);
  }
  if (layout.container !== undefined) setOwn(document, layout.container, record.metadata);
  else {
    for (const [field, value] of Object.entries(record.metadata)) {
      if (taken(field, layout))
        return {
          reason: 'invalid-metadata',
          detail: `metadata "${field}": the field holds another part of the record`,
        };
      setOwn(document, field, value);
    }
  }
  return { words: [stringifyForSerde(document)] };
}

function placeText({ document, uri }: VectorRecord, layout: Layout): { texts: [string, string][] } | RecordProblem {
  const texts: [string, string][] = [];
  for (const [role, field, text] of [
    ['document', layout.document, document],
    ['uri', layout.uri, uri],
  ] as const) {
    if (text === undefined) continue;
    if (field === undefined) return { reason: 'refused', detail: `the collection has no field for the ${role}` };
    texts.push([field, text]);
  }
  return { texts };
}

function isIndexed(field: string, { index, manifest }: Layout): boolean {
  if (manifest !== undefined) return manifest.given?.filters.some((filter) => filter.field === field) ?? false;
  return index?.attributes.some((attribute) => attribute.field === field) ?? false;
}

function taken(field: string, { vectors, document, uri, container, ignored }: Layout): boolean {
  return (
    field === document ||
    field === uri ||
    field === container ||
    ignored.has(field) ||
    vectors.some((vector) => vector.field === field)
  );
}
