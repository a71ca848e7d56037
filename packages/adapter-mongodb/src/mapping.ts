import {
  emptyRecord,
  isMetadataArray,
  isMetadataObject,
  isSparse,
  keyBeside,
  own,
  parseJson,
  putWatched,
  setOwn,
  stringifyJson,
  toRecord,
  unfit,
  vectorOf,
  type FieldLayout,
  type FlatRecord,
  type MetadataValue,
  type RecordProblem,
  type ScanRequest,
  type VectorRecord,
} from '@vsm/core/adapter';
import { BSON, type Document } from 'mongodb';
import {
  elementsOf,
  isRestored,
  MARKS,
  marksOf,
  printMarks,
  readValue,
  toBson,
  TYPE,
  type Element,
  type Mark,
  type Marks,
} from './bson-values.ts';
import { keyProblem, valueProblem, type Rules } from './fits.ts';
import { bsonId, idElement, idOf } from './ids.ts';
import type { Layout } from './layout.ts';
import { readVector, vectorProblem, writeVector } from './vectors.ts';

const ID_ALONE = { id: ['_id'], vectors: [], fields: [] } as const satisfies FieldLayout;

/** The record that a document is. What of it cannot be carried has it rejected by name. */
export function readDocument(bytes: Uint8Array, layout: Layout, include: ScanRequest['include']): VectorRecord {
  const id = idOf(idElement(bytes), layout.places.ids);
  try {
    return readParts(bytes, id, layout, include);
  } catch (error) {
    if (!(error instanceof BSON.BSONError)) throw error;
    return { id, vectors: {}, metadata: { '(document)': unfit(`it cannot be read: ${error.message}`) } };
  }
}

function readParts(bytes: Uint8Array, id: string, layout: Layout, include: ScanRequest['include']): VectorRecord {
  const { document, uri, container, rest } = layout.places;
  const [withVectors, withMetadata] = [include.includes('vectors'), include.includes('metadata')];
  const record = emptyRecord();
  record.ids.set('_id', id);
  const marks: Record<string, Mark> = {};
  const beside: [key: string, mark: Mark][] = [];
  const seen = new Set<string>();
  for (const [field, element] of elementsOf(bytes)) {
    if (field === '_id' || layout.ignored.has(field)) continue;
    if (seen.size === seen.add(field).size) {
      record.metadata.push([field, unfit('the document has this field twice')]);
      continue;
    }
    const vector = layout.vectors.find((one) => one.field === field);
    if (vector !== undefined) {
      if (withVectors) putVector(record, vector, element);
      continue;
    }
    if (!withMetadata) continue;
    const [value, mark] = readValue(element);
    if (field === document && value !== null) record.document = textIn(value, mark);
    else if (field === uri && value !== null) record.uri = textIn(value, mark);
    else if (field === rest && isMetadataArray(value)) putRest(record, value);
    else if (field === container && isMetadataObject(value)) {
      record.entries = { ...record.entries, ...value };
      if (typeof mark === 'object') for (const [key, inner] of Object.entries(mark)) setOwn(marks, key, inner);
    } else {
      putField(record, { field, value, isVector: isBinaryVector(element) }, layout);
      if (mark !== undefined) beside.push([layout.keys.get(field) ?? field, mark]);
    }
  }
  const entries = record.entries ?? {};
  for (const [key, mark] of beside)
    setOwn(
      marks,
      keyBeside(key, (name) => Object.hasOwn(entries, name)),
      mark,
    );
  return withMarks(toRecord(record, { ...ID_ALONE, document, uri }, 0), marks);
}

/** What stands for a value of another type is no text. */
function textIn(value: MetadataValue, mark: Mark | undefined): MetadataValue {
  return mark === undefined ? value : unfit('it is of another type');
}

/** `null` is no vector, as with all stores that may leave one out. */
function putVector(record: FlatRecord, { name, field, kind }: Layout['vectors'][number], element: Element): void {
  const found = kind === 'dense' ? readVector(element)?.vector : undefined;
  if (found !== undefined) {
    record.vectors.push([name, found]);
    return;
  }
  const [value] = readValue(element);
  if (value === null) return;
  const vector = vectorOf(value, kind);
  const problem = `it holds what is no ${kind} vector; ignore=${field} or metadata=${field} in the location says what to do with it`;
  if (vector === undefined) record.metadata.push([field, unfit(problem)]);
  else record.vectors.push([name, vector]);
}

/** Metadata, unless it is a vector that nobody expected. */
function putField(
  record: FlatRecord,
  { field, value, isVector }: { readonly field: string; readonly value: MetadataValue; readonly isVector: boolean },
  layout: Layout,
): void {
  const key = layout.keys.get(field) ?? field;
  if (layout.named.has(field)) record.metadata.push([key, value]);
  else if (isVector) record.metadata.push([key, unfit(LATE.replaceAll('FIELD', field))]);
  else if (layout.watched.has(field)) putWatched(record, field, key, value);
  else record.metadata.push([key, value]);
}

const LATE =
  'it holds a vector where the sample had none; vector=FIELD or metadata=FIELD in the location says what it is';

function isBinaryVector({ bytes, type, from }: Element): boolean {
  return type === TYPE.binary && bytes[from + 4] === BSON.Binary.SUBTYPE_VECTOR;
}

/** Entries as pairs of key and JSON. */
function putRest(record: FlatRecord, pairs: readonly MetadataValue[]): void {
  const entries: Record<string, MetadataValue> = { ...record.entries };
  for (const pair of pairs) {
    const { k, v } = isMetadataObject(pair) ? pair : {};
    if (typeof k === 'string' && typeof v === 'string') setOwn(entries, k, parseJson(v));
  }
  record.entries = entries;
}

/** With the marks that the document gives, and those that an earlier write could not apply. */
function withMarks(record: VectorRecord, marks: Marks): VectorRecord {
  if (Object.keys(marks).length === 0) return record;
  const { metadata } = record;
  const kept = marksOf(metadata);
  const isTheirs = kept === undefined && Object.hasOwn(metadata, MARKS);
  const entry = isTheirs ? unfit('types of BSON travel under this name') : printMarks({ ...kept, ...marks });
  return { ...record, metadata: { ...metadata, [MARKS]: entry } };
}

interface Writing {
  readonly layout: Layout;
  /** FerretDB refuses lists within lists, and takes −0 for 0. */
  readonly isFerret: boolean;
}

/** The document of a record, or why there is none. */
export function toDocument(record: VectorRecord, { layout, isFerret }: Writing): Document | RecordProblem {
  const { document, uri, container, beside, rest, ids } = layout.places;
  const made: Record<string, unknown> = { _id: bsonId(record.id, ids) };
  for (const { name, field, form, kind } of layout.vectors) {
    const vector = own(record.vectors, name);
    if (vector === undefined) continue;
    if (kind !== 'dense' || isSparse(vector) || !('length' in vector))
      return { reason: 'invalid-vector', detail: `vectors of "${field}" are ${kind}, which are read, but not written` };
    const problem = vectorProblem(vector, form);
    if (problem !== undefined) return { reason: 'invalid-vector', detail: problem };
    setOwn(made, field, writeVector(vector, form));
  }
  for (const [field, text] of [[document, record.document] as const, [uri, record.uri] as const]) {
    if (text === undefined) continue;
    if (field === undefined)
      return { reason: 'refused', detail: 'the documents of this collection have no field for it' };
    setOwn(made, field, text);
  }
  const rules: Rules = { plainNames: rest !== undefined || isFerret, isFerret };
  const marks = marksOf(record.metadata);
  const stale: Record<string, Mark> = { ...marks };
  const entries: Record<string, unknown> = {};
  const left: { readonly k: string; readonly v: string }[] = [];
  for (const [key, value] of Object.entries(record.metadata)) {
    if (key === MARKS && marks !== undefined) continue;
    const problem = keyProblem(key, rules) ?? valueProblem(value, rules);
    const field = container === undefined ? key : own(beside, key);
    const isNull = value === null && (field === document || field === uri);
    const isTaken = field !== undefined && (Object.hasOwn(made, field) || (isPlace(field, layout) && !isNull));
    if (problem === undefined && !isTaken) {
      const mark = marks === undefined ? undefined : own(marks, key);
      const fits = mark !== undefined && isRestored(value, mark);
      if (fits) delete stale[key];
      setOwn(field === undefined ? entries : made, field ?? key, toBson(value, fits ? mark : undefined));
    } else if (rest !== undefined) left.push({ k: key, v: stringifyJson(value) });
    else {
      const detail = `metadata "${key}": ${problem ?? 'the documents of this collection have another field of this name'}`;
      return { reason: 'invalid-metadata', detail };
    }
  }
  // Types of what changed on the way, so that the record comes back as it is.
  if (Object.keys(stale).length > 0) setOwn(container === undefined ? made : entries, MARKS, printMarks(stale));
  if (container !== undefined) setOwn(made, container, entries);
  if (rest !== undefined && left.length > 0) setOwn(made, rest, left);
  return made;
}

function isPlace(field: string, { places, vectors, ignored }: Layout): boolean {
  const { document, uri, container } = places;
  return [document, uri, container].includes(field) || ignored.has(field) || vectors.some((one) => one.field === field);
}
