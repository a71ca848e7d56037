import {
  Float,
  isMetadataObject,
  setOwn,
  unfit,
  type Metadata,
  type Vector,
  type VectorRecord,
  uuidText,
} from '@vsm/core/adapter';
import type { Include } from '../content.ts';
import { PickleError } from '../pickle/bytes.ts';
import { readPickle } from '../pickle/read-pickle.ts';
import { toMetadata } from '../pickle/to-metadata.ts';
import { PickledObject, type PickleValue } from '../pickle/values.ts';

/** Classes of `qdrant_client.http.models` that points are made of, and those of pydantic 1 before they had modules. */
const TYPES: ReadonlySet<string> = new Set([
  'qdrant_client.http.models.models.PointStruct',
  'qdrant_client.http.models.models.SparseVector',
]);
const NO_TYPES: ReadonlySet<string> = new Set();

/** The id in the key of a row: a pickle in base64. */
export function idOfKey(key: string): string {
  return idOf(readPickle(Buffer.from(key, 'base64'), NO_TYPES));
}

/** Ids as records spell them: Qdrant takes a UUID in several spellings for one. */
function idOf(value: PickleValue | undefined): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value !== 'string') throw new PickleError('its id is neither a number nor a text');
  const digits = value.replaceAll(/^urn:uuid:|[{}-]/g, '').toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(digits)) return value;
  return uuidText(digits);
}

/** The record of a row. What cannot be read has it rejected by its id. */
export function recordOf(id: string, point: Uint8Array, include: Include): VectorRecord {
  try {
    const pickled = readPickle(point, TYPES);
    const fields = fieldsOf(pickled);
    return {
      id,
      vectors: include.includes('vectors') ? vectorsIn(fields.get('vector')) : {},
      metadata: include.includes('metadata') ? payloadOf(fields.get('payload')) : {},
    };
  } catch (cause) {
    if (!(cause instanceof PickleError)) throw cause;
    return { id, vectors: {}, metadata: { '(point)': unfit(cause.message) } };
  }
}

function payloadOf(value: PickleValue | undefined): Metadata {
  const payload = toMetadata(value ?? new Map());
  return isMetadataObject(payload) ? payload : { payload };
}

function fieldsOf(value: PickleValue | undefined): ReadonlyMap<PickleValue, PickleValue> {
  const fields = value instanceof PickledObject ? value.fields : undefined;
  if (fields !== undefined) return fields;
  throw new PickleError('it is no point');
}

function vectorsIn(value: PickleValue | undefined): Record<string, Vector> {
  if (value === undefined || value === null) return {};
  if (!(value instanceof Map)) return { '': vectorOf(value) };
  const vectors: Record<string, Vector> = {};
  for (const [name, vector] of value) {
    if (typeof name !== 'string') throw new PickleError('the name of a vector is no text');
    setOwn(vectors, name, vectorOf(vector));
  }
  return vectors;
}

function vectorOf(value: PickleValue): Vector {
  if (value instanceof PickledObject) {
    const fields = fieldsOf(value);
    return { indices: numbersOf(fields.get('indices')), values: numbersOf(fields.get('values')) };
  }
  if (Array.isArray(value) && Array.isArray(value[0])) return { rows: value.map(numbersOf) };
  return numbersOf(value);
}

function numbersOf(value: PickleValue | undefined): readonly number[] {
  if (!Array.isArray(value)) throw new PickleError('its vector is no list of numbers');
  return value.map((item) => {
    if (typeof item === 'number' || Float.isInstance(item)) return Number(item);
    throw new PickleError('its vector is no list of numbers');
  });
}
