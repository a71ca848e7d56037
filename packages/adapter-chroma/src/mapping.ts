import {
  checkList,
  checkObject,
  checkText,
  isMetadataObject,
  parseJson,
  setOwn,
  stringifyForSerde,
  stringifyJson,
  vectorBase64,
  WrongAnswer,
  type DenseVector,
  type Metadata,
  type MetadataValue,
  type VectorRecord,
} from '@vsm/core/adapter';
import { readVectorLists } from './vector-text.ts';

/** The body of `add` and `upsert`: columns, vectors as base64 float32, numbers exact. */
export function toBody(records: readonly VectorRecord[]): string {
  const column = (print: (record: VectorRecord) => string): string => `[${records.map(print).join(',')}]`;
  return (
    `{"ids":${column(({ id }) => JSON.stringify(id))}` +
    `,"embeddings":${column(({ vectors }) => `"${vectorBase64(vectors[''] as DenseVector)}"`)}` +
    `,"metadatas":${column(({ metadata }) => (Object.keys(metadata).length === 0 ? 'null' : stringifyForSerde(metadata)))}` +
    `,"documents":${column(({ document }) => JSON.stringify(document ?? null))}` +
    `,"uris":${column(({ uri }) => JSON.stringify(uri ?? null))}}`
  );
}

/** Bytes that a record takes in such a body, roughly and from above. */
export function bodyBytes(record: VectorRecord): number {
  const vector = record.vectors[''] as DenseVector;
  const text = (record.document?.length ?? 0) + (record.uri?.length ?? 0) + record.id.length;
  const keys = Object.keys(record.metadata);
  const metadata = keys.length === 0 ? 4 : stringifyJson(record.metadata).length;
  // A character takes up to three bytes in UTF-8, and an escaped one six.
  return Math.ceil(vector.length / 3) * 16 + 3 * (text + metadata) + 40;
}

/** Parts of a record that a request may ask for. */
export type Column = 'embeddings' | 'metadatas' | 'documents' | 'uris';

/** What was asked for, which the answer must not exceed. */
interface Asked {
  readonly limit: number;
  readonly include: readonly Column[];
  readonly ids?: readonly string[];
}

/** The records of an answer of `get`. @throws WrongAnswer where it is not one, or not to this request */
export function fromAnswer(bytes: Buffer, { limit, include, ids: wanted }: Asked): VectorRecord[] {
  const { embeddings, rest } = takeEmbeddings(bytes);
  const { metadatas, rest: texts } = takeMetadatas(rest);
  const answer = checkObject(parseJson(texts), 'the answer');
  const ids = checkList(answer['ids'], 'the ids', limit).map((id) => checkText(id, 'an id'));
  if (wanted !== undefined) checkAsked(ids, new Set(wanted));
  const column = (name: Column, value: unknown): readonly unknown[] | undefined => {
    // Some servers answer null for uris, where no record has one.
    if ((value === null || value === undefined) && (name === 'uris' || !include.includes(name))) return undefined;
    const list = checkList(value, name);
    if (list.length === ids.length) return list;
    throw new WrongAnswer(`${name} must be as many as ids, ${ids.length}, but are ${list.length}`);
  };
  const vectors = column('embeddings', embeddings) as Embeddings | undefined;
  const maps = column('metadatas', metadatas ?? answer['metadatas']);
  const documents = column('documents', answer['documents']);
  const uris = column('uris', answer['uris']);
  return ids.map((id, index) => {
    const vector = vectors?.[index];
    const document = documents?.[index];
    const uri = uris?.[index];
    return {
      id,
      vectors: vector === undefined || vector === null ? {} : { '': checkVector(vector) },
      metadata: withoutNulls(maps?.[index]),
      ...(isText(document, 'a document') && { document }),
      ...(isText(uri, 'a uri') && { uri }),
    };
  });
}

function checkAsked(ids: readonly string[], wanted: ReadonlySet<string>): void {
  const other = ids.find((id) => !wanted.has(id));
  if (other !== undefined) throw new WrongAnswer(`it holds record ${JSON.stringify(other)}, which was not asked for`);
}

/** What was read from the bytes is made of numbers alone. */
function checkVector(vector: DenseVector): DenseVector {
  if (vector instanceof Float32Array) return vector;
  if (checkList(vector, 'a vector').every((component) => typeof component === 'number')) return vector;
  throw new WrongAnswer('a vector must hold numbers alone');
}

function isText(value: unknown, what: string): value is string {
  return value !== null && value !== undefined && checkText(value, what) === value;
}

type Embeddings = readonly (DenseVector | null)[] | null;

const KEY = '"embeddings":';

/**
 * Cuts the vectors out of the answer, so that they are read quickly and everything else exactly.
 * The key is unmistakable: inside a JSON string its quotes would be escaped, and before it the answer holds ids alone.
 */
function takeEmbeddings(bytes: Buffer): { readonly embeddings: Embeddings; readonly rest: string } {
  const at = bytes.indexOf(KEY);
  if (at === -1) return { embeddings: null, rest: bytes.toString() };
  const start = at + KEY.length;
  const quick = readVectorLists(bytes, start);
  const end = quick?.end ?? endOfVectors(bytes, start);
  return {
    // Some are missing, or printed in a way that is not Chroma's.
    embeddings: quick?.vectors ?? (JSON.parse(bytes.toString('utf8', start, end)) as Embeddings),
    rest: `${bytes.toString('utf8', 0, start)}null${bytes.toString('utf8', end)}`,
  };
}

/** Vectors hold no strings, so the next quote opens the next key, after a comma; without one the object ends. */
function endOfVectors(bytes: Buffer, start: number): number {
  const quote = bytes.indexOf('"', start);
  return quote === -1 ? bytes.lastIndexOf('}') : bytes.lastIndexOf(',', quote);
}

const METADATAS = '"metadatas":[';
/** Metadata as almost all of it is: without an object in it. */
const FLAT = /null|\{[^{}"]*(?:"[^"\\]*(?:\\.[^"\\]*)*"[^{}"]*)*\}/y;

/** Cuts the metadata out as well, one by one: what one number in a page needs to stay exact, the other records need not pay for. */
function takeMetadatas(text: string): { readonly metadatas: (Metadata | null)[] | undefined; readonly rest: string } {
  const start = text.indexOf(METADATAS);
  let at = start + METADATAS.length;
  if (start === -1 || text[at] === ']') return { metadatas: undefined, rest: text };
  const metadatas: (Metadata | null)[] = [];
  for (;;) {
    FLAT.lastIndex = at;
    if (!FLAT.test(text)) return { metadatas: undefined, rest: text };
    metadatas.push(parseJson(text.slice(at, FLAT.lastIndex)) as Metadata | null);
    at = FLAT.lastIndex;
    if (text[at] === ']') break;
    if (text[at] !== ',') return { metadatas: undefined, rest: text };
    at += 1;
  }
  return { metadatas, rest: `${text.slice(0, start + METADATAS.length - 1)}null${text.slice(at + 1)}` };
}

/** Chroma has no null; some versions print one where a key was deleted. */
function withoutNulls(value: unknown): Metadata {
  if (value === null || value === undefined) return {};
  const metadata = checkObject(value, 'metadata') as Metadata;
  if (!isMetadataObject(metadata)) throw new WrongAnswer('metadata must be an object');
  // The server gives keys in any order. In one order, the metadata of all records have one shape, which is quicker to read and to copy.
  const sorted: Record<string, MetadataValue> = {};
  for (const key of Object.keys(metadata).sort()) {
    const one = metadata[key] as MetadataValue; // own key: it is one of the object's
    if (one !== null) setOwn(sorted, key, one);
  }
  return sorted;
}
