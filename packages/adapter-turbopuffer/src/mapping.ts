import {
  checkObject,
  checkText,
  isDense,
  own,
  parseJsonObject,
  setOwn,
  stringifyForSerde,
  stringifyJson,
  vectorBase64,
  vectorText,
  WrongAnswer,
  type IdKind,
  type MetadataValue,
  type Vector,
  type VectorRecord,
  floatsOf,
} from '@vsm/core/adapter';
import { MARK, REST, vectorNameOf, type NamespaceInfo } from './namespace-info.ts';
import { fits, fromAttribute } from './values.ts';

/** What the parts of a document are to records. */
export interface Places {
  readonly info: NamespaceInfo;
  readonly document: string | undefined;
  readonly ignored: ReadonlySet<string>;
  /** Attributes that are no metadata: a key of such a name goes to the rest. */
  readonly held: ReadonlySet<string | undefined>;
}

/** A document as JSON. Ids are numbers where the namespace numbers them, of up to 20 digits. */
export function toRow(record: VectorRecord, { info, document, held }: Places): string {
  const parts = [`"id":${printId(record.id, info.ids)}`];
  for (const { attribute, datatype } of info.vectors) {
    const vector = own(record.vectors, vectorNameOf(info, attribute));
    if (vector === undefined || !isDense(vector)) continue;
    // https://turbopuffer.com/docs/write
    const text = datatype === 'float32' ? `"${vectorBase64(vector)}"` : vectorText(vector);
    parts.push(`${JSON.stringify(attribute)}:${text}`);
  }
  const rest: Record<string, MetadataValue> = {};
  for (const [key, value] of Object.entries(record.metadata)) {
    const type = held.has(key) ? undefined : info.types.get(key);
    if (type !== undefined && fits(value, type)) parts.push(`${JSON.stringify(key)}:${stringifyForSerde(value)}`);
    else setOwn(rest, key, value);
  }
  if (record.document !== undefined && document !== undefined) {
    parts.push(`${JSON.stringify(document)}:${JSON.stringify(record.document)}`);
  }
  if (Object.keys(rest).length > 0) parts.push(`"${REST}":${JSON.stringify(stringifyJson(rest))}`);
  return `{${parts.join(',')}}`;
}

export function printId(id: string, kind: IdKind): string {
  return kind === 'uint64' ? id : JSON.stringify(id);
}

/** @throws WrongAnswer for anything but a document of this namespace */
export function fromRow(value: unknown, places: Places, withMetadata = true): VectorRecord {
  const row = checkObject(value, 'a document') as Readonly<Record<string, MetadataValue>>;
  const { info } = places;
  const vectors: Record<string, Vector> = {};
  for (const { attribute, dimension } of info.vectors) {
    const given = own(row, attribute);
    if (given !== undefined && given !== null)
      setOwn(vectors, vectorNameOf(info, attribute), readVector(given, dimension));
  }
  return {
    id: readId(row['id']),
    vectors,
    ...(withMetadata ? readAttributes(row, places) : { metadata: {} }),
  };
}

export function readId(id: unknown): string {
  if (typeof id === 'bigint' || (typeof id === 'number' && Number.isSafeInteger(id) && id >= 0)) return String(id);
  return checkText(id, 'an id');
}

function readVector(value: MetadataValue, dimension: number): Float32Array {
  const floats =
    typeof value === 'string'
      ? new Float32Array(Uint8Array.from(Buffer.from(value, 'base64')).buffer)
      : Array.isArray(value)
        ? floatsOf(value)
        : undefined;
  if (floats?.length === dimension) return floats;
  throw new WrongAnswer(`a vector must have ${dimension} components, but has ${floats?.length ?? 'none'}`);
}

function readAttributes(
  row: Readonly<Record<string, MetadataValue>>,
  { info, document, ignored }: Places,
): Pick<VectorRecord, 'metadata' | 'document'> {
  const metadata: Record<string, MetadataValue> = {};
  let text: string | undefined;
  const rest = parseJsonObject(own(row, REST));
  for (const [key, value] of Object.entries(row)) {
    if (key === 'id' || key === '$dist' || value === null || ignored.has(key)) continue;
    if ((key === REST && rest !== undefined) || (key === MARK && info.ours)) continue;
    if (info.vectors.some(({ attribute }) => attribute === key)) continue;
    if (key === document && typeof value === 'string') text = value;
    else setOwn(metadata, key, fromAttribute(value, info.types.get(key)));
  }
  for (const [key, value] of Object.entries(rest ?? {})) setOwn(metadata, key, value);
  return { metadata, ...(text !== undefined && { document: text }) };
}
