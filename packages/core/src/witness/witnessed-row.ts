import { own, setOwn } from '../spec/record.ts';
import type { JsonObject, JsonValue, WitnessedRecord } from '../spec/v1.ts';

/** Which part of a record is where in a row, a document or a payload that the plain `JSON.parse` read. */
export interface WitnessedPlaces {
  readonly document?: string | false | undefined;
  readonly uri?: string | undefined;
  /** The field whose entries are metadata, as an object or as its text. */
  readonly container?: string | undefined;
  /** A text of JSON whose entries are metadata and take the place of others. */
  readonly rest?: string | undefined;
  /** By their fields. */
  readonly vectors?: ReadonlyMap<string, string> | undefined;
  readonly isIgnored?: ((field: string) => boolean) | undefined;
  /** Fields that have a form of their own in records. */
  readonly isOdd?: ((field: string, value: JsonValue) => boolean) | undefined;
  readonly keyOf?: ((field: string) => string) | undefined;
  /** Whether a field that is null is one that is not there. */
  readonly dropsNulls?: boolean | undefined;
}

/** What a row says of the record that it is. */
export function witnessedRow(
  row: JsonObject,
  places: WitnessedPlaces,
): Pick<WitnessedRecord, 'document' | 'uri' | 'metadata' | 'skipped' | 'vectors'> {
  const { container, rest, isIgnored = () => false, isOdd = () => false, keyOf = (field) => field } = places;
  const vectors: Record<string, readonly number[]> = {};
  const entries = container === undefined ? undefined : objectIn(own(row, container));
  const others = rest === undefined ? undefined : objectIn(own(row, rest));
  const metadata: Record<string, JsonValue> = { ...entries };
  const skipped: string[] = [];
  for (const [field, value] of Object.entries(row)) {
    const isTaken = (field === container && entries !== undefined) || (field === rest && others !== undefined);
    if (isTaken || isIgnored(field)) continue;
    const vector = places.vectors?.get(field);
    if (vector !== undefined) {
      if (isNumbers(value)) setOwn(vectors, vector, value);
      else if (value !== null) skipped.push(field);
    } else if ((field === places.document || field === places.uri) && (typeof value === 'string' || value === null)) {
      // A null may be no text, or a value of that name.
      if (value === null && places.dropsNulls !== true) skipped.push(keyOf(field));
    } else if (value !== null || places.dropsNulls !== true) {
      const key = keyOf(field);
      // Beside an entry of the same name, the record has the field under another.
      if (entries !== undefined && Object.hasOwn(entries, key)) skipped.push(key, `${key}__column`);
      else if (isOdd(field, value)) skipped.push(key);
      else setOwn(metadata, key, value);
    }
  }
  for (const [key, value] of Object.entries(others ?? {})) setOwn(metadata, key, value);
  const textAt = (field: string | false | undefined): string | null | undefined => {
    if (field === undefined || field === false) return undefined;
    const value = own(row, field) ?? null;
    return value === null || typeof value === 'string' ? value : undefined;
  };
  return { document: textAt(places.document), uri: textAt(places.uri), metadata, skipped, vectors };
}

function isNumbers(value: JsonValue): value is readonly number[] {
  return Array.isArray(value) && value.every((component) => typeof component === 'number');
}

function objectIn(value: JsonValue | undefined): JsonObject | undefined {
  if (typeof value !== 'string') return isObject(value) ? value : undefined;
  try {
    const parsed = JSON.parse(value) as JsonValue;
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The float32 numbers of bytes, one by one, where vectors are read all at once. */
export function plainFloats(bytes: Buffer): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, at) => view.getFloat32(4 * at, true));
}
