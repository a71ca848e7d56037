import { isMetadataArray, isMetadataObject, numberKind, type Metadata, type MetadataValue } from '@vsm/core/adapter';
import { createHash } from 'node:crypto';
import { invalid } from './problem.ts';

export interface IndexShape {
  readonly dimension: number;
  readonly metric: 'cosine' | 'euclidean';
  readonly nonFilterable: readonly string[];
}

export interface StoredVector {
  readonly key: string;
  /** Decides the order of listings and the segment, neither of which is documented. */
  readonly place: number;
  readonly data: Float32Array;
  readonly metadata: Metadata | undefined;
  readonly bytes: number;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-limitations.html */
const [FILTERABLE_BYTES, TOTAL_BYTES, MOST_KEYS, KEY_LENGTH] = [2048, 40 * 1024, 50, 1024];

/** @throws Problem for what the service refuses; the path says which of the vectors. */
export function readVector(value: MetadataValue, at: number, shape: IndexShape): StoredVector {
  const path = `vectors[${at}]`;
  if (!isMetadataObject(value)) throw invalid(path, 'a vector must be a structure');
  const { key, data, metadata = null } = value;
  if (typeof key !== 'string' || key === '' || key.length > KEY_LENGTH) {
    throw invalid(`${path}.key`, `Member must have length between 1 and ${KEY_LENGTH}`);
  }
  const refuse = (what: string): never => {
    throw invalid(path, `Invalid record for key '${key}': ${what}`);
  };
  const given = data !== undefined && isMetadataObject(data) ? data['float32'] : undefined;
  if (given === undefined || !isMetadataArray(given)) return refuse('vector must be a list of float32');
  if (given.length !== shape.dimension) {
    return refuse(`vector must have length ${shape.dimension}, but has length ${given.length}`);
  }
  const floats = Float32Array.from(given, Number);
  if (!given.every((one) => numberKind(one) !== undefined) || !floats.every(Number.isFinite)) {
    return refuse('vector contains invalid values');
  }
  if (shape.metric === 'cosine' && floats.every((one) => one === 0)) return refuse('zero vectors are not allowed');
  const read = metadata === null ? undefined : readMetadata(metadata, shape, refuse);
  const place = createHash('sha256').update(key).digest().readUInt32BE();
  const bytes = floats.byteLength + Buffer.byteLength(JSON.stringify(read ?? {})) + Buffer.byteLength(key);
  return { key, place, data: floats, metadata: read, bytes };
}

function readMetadata(value: MetadataValue, shape: IndexShape, refuse: (what: string) => never): Metadata {
  if (!isMetadataObject(value)) return refuse('metadata must be an object');
  const entries = Object.entries(value);
  if (entries.length > MOST_KEYS) return refuse(`metadata must have at most ${MOST_KEYS} keys`);
  const size = (some: readonly [string, MetadataValue][]): number =>
    Buffer.byteLength(JSON.stringify(Object.fromEntries(some)));
  const filterable = entries.filter(([key]) => !shape.nonFilterable.includes(key));
  if (size(filterable) > FILTERABLE_BYTES) {
    return refuse(`filterable metadata must have at most ${FILTERABLE_BYTES} bytes`);
  }
  if (size(entries) > TOTAL_BYTES) return refuse(`metadata must have at most ${TOTAL_BYTES} bytes`);
  // Numbers are doubles in there.
  return Object.fromEntries(entries.map(([key, one]) => [key, toStored(one, refuse)]));
}

function toStored(value: MetadataValue, refuse: (what: string) => never): MetadataValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (numberKind(value) !== undefined) return Number(value);
  if (isMetadataArray(value))
    return value.map((item) => (isMetadataArray(item) ? refuse(WRONG_TYPE) : toStored(item, refuse)));
  return refuse(WRONG_TYPE);
}

const WRONG_TYPE = 'metadata values must be strings, numbers, booleans or lists of them';
