import {
  checkList,
  checkObject,
  checkText,
  isDense,
  isMetadataArray,
  numberKind,
  own,
  parseJsonObject,
  setOwn,
  stringifyForSerde,
  stringifyJson,
  vectorText,
  WrongAnswer,
  type Metadata,
  type MetadataValue,
  type RecordProblem,
  type VectorRecord,
  floatsOf,
} from '@vsm/core/adapter';
import { REST, type IndexInfo } from './index-info.ts';

/** What the parts of a vector's metadata are to records. */
export interface Places {
  readonly info: IndexInfo;
  readonly document: string | undefined;
  readonly ignored: ReadonlySet<string>;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-limitations.html */
const [FILTERABLE_BYTES, TOTAL_BYTES, MOST_KEYS] = [2048, 40 * 1024, 50];
/** Keys besides the text, the rest and what core adds. */
const MOST_OWN_KEYS = MOST_KEYS - 4;
const LONGEST_KEY = 63;

/** A vector as JSON, or why the index cannot hold it. */
export function toWire(record: VectorRecord, places: Places): string | RecordProblem {
  const { info, document } = places;
  const parts = new Map<string, string>();
  const rest: Record<string, MetadataValue> = {};
  for (const [key, value] of Object.entries(record.metadata)) {
    const isOurs = key === document || key === REST;
    if (!isOurs && parts.size < MOST_OWN_KEYS && fitsKey(key) && fits(value)) parts.set(key, stringifyForSerde(value));
    else setOwn(rest, key, value);
  }
  const filterable = (): number =>
    [...parts].reduce((bytes, [key, text]) => bytes + (info.nonFilterable.has(key) ? 0 : sizeOf(key, text)), 2);
  if (info.hasRest) {
    // The largest go first, so that as many as possible can be filtered by.
    const bySize = [...parts].filter(([key]) => !info.nonFilterable.has(key));
    for (const [key] of bySize.toSorted((left, right) => right[1].length - left[1].length)) {
      if (filterable() <= FILTERABLE_BYTES) break;
      parts.delete(key);
      setOwn(rest, key, record.metadata[key] as MetadataValue); // own key: of the entries above
    }
  }
  if (record.document !== undefined && document !== undefined) parts.set(document, JSON.stringify(record.document));
  if (Object.keys(rest).length > 0) parts.set(REST, JSON.stringify(stringifyJson(rest)));
  const problem = sizeProblem(filterable(), [...parts], info);
  if (problem !== undefined) return problem;
  const vector = own(record.vectors, '');
  const data = vector !== undefined && isDense(vector) ? vectorText(vector) : '[]';
  const metadata = [...parts].map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',');
  return `{"key":${JSON.stringify(record.id)},"data":{"float32":${data}},"metadata":{${metadata}}}`;
}

function sizeProblem(
  filterable: number,
  parts: readonly (readonly [string, string])[],
  { hasRest }: IndexInfo,
): RecordProblem | undefined {
  if (filterable > FILTERABLE_BYTES) {
    const advice = hasRest ? '' : `; an index that VSM makes has a place for more, one cannot be added to this index`;
    return {
      reason: 'too-large',
      detail: `filterable metadata takes ${filterable} bytes, over ${FILTERABLE_BYTES}${advice}`,
    };
  }
  const total = parts.reduce((bytes, [key, text]) => bytes + sizeOf(key, text), 2);
  if (total <= TOTAL_BYTES) return undefined;
  return { reason: 'too-large', detail: `metadata and document take ${total} bytes together, over ${TOTAL_BYTES}` };
}

const sizeOf = (key: string, text: string): number => Buffer.byteLength(key) + Buffer.byteLength(text) + 4;

/** A `$` begins the operators of filters. */
const fitsKey = (key: string): boolean => key !== '' && key.length <= LONGEST_KEY && !key.startsWith('$');

/** Whether the value comes back as it is: numbers are doubles in there, and of lists only those of texts are sure. */
function fits(value: MetadataValue): boolean {
  if (typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) && Math.abs(value) < 2 ** 53;
  return isMetadataArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
}

/** @throws WrongAnswer for anything but a vector of this index */
export function fromWire(value: unknown, { info, document, ignored }: Places): VectorRecord {
  const { key, data, metadata: given } = checkObject(value, 'a vector');
  const metadata: Record<string, MetadataValue> = {};
  let text: string | undefined;
  const parts = checkObject(given ?? {}, 'the metadata') as Metadata;
  const rest = parseJsonObject(own(parts, REST));
  for (const [name, part] of Object.entries(parts)) {
    if (ignored.has(name) || (name === REST && rest !== undefined)) continue;
    if (name === document && typeof part === 'string') text = part;
    else setOwn(metadata, name, fromStored(part));
  }
  for (const [name, part] of Object.entries(rest ?? {})) setOwn(metadata, name, part);
  return {
    id: checkText(key, 'a key'),
    vectors: data === undefined ? {} : { '': readVector(data, info.dimension) },
    metadata,
    ...(text !== undefined && { document: text }),
  };
}

/** Doubles alone are kept, so that a whole number is an integer however it is printed. */
function fromStored(value: MetadataValue): MetadataValue {
  if (isMetadataArray(value)) return value.map(fromStored);
  return numberKind(value) === 'float' ? Number(value) : value;
}

function readVector(data: unknown, dimension: number): Float32Array {
  const list = checkList(checkObject(data, 'the data')['float32'], 'the components');
  if (list.length !== dimension)
    throw new WrongAnswer(`a vector must have ${dimension} components, but has ${list.length}`);
  const floats = floatsOf(list);
  if (!floats.every(Number.isFinite)) throw new WrongAnswer('a vector must hold finite numbers alone');
  return floats;
}
