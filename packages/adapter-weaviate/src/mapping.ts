import {
  checkObject,
  checkText,
  isMetadataObject,
  isMulti,
  isSparse,
  own,
  parseJsonObject,
  setOwn,
  stringifyJson,
  vectorText,
  WrongAnswer,
  type MetadataValue,
  type Vector,
  type VectorRecord,
  floatsOf,
} from '@vsm/core/adapter';
import type { ClassInfo, ClassVector } from './class.ts';
import { namespaceOf, tenantOf } from './names.ts';
import { REST } from './schema.ts';
import { fromStored, toStored } from './values.ts';

/** Where the parts of a record are in a class. */
export interface Places {
  readonly info: ClassInfo;
  readonly document: string;
  readonly ignored: ReadonlySet<string>;
}

/** One object of a batch, numbers exact. */
export function toObject(record: VectorRecord, { info, document }: Places): string {
  const properties: Record<string, MetadataValue> = {};
  const rest: Record<string, MetadataValue> = {};
  for (const [key, value] of Object.entries(record.metadata)) {
    const property = key === document || key === REST ? undefined : info.properties.get(key);
    const stored = property === undefined ? undefined : toStored(value, property);
    if (stored !== undefined) setOwn(properties, key, stored.value);
    if (stored?.whole !== true) setOwn(rest, key, value);
  }
  if (Object.keys(rest).length > 0) properties[REST] = stringifyJson(rest);
  if (record.document !== undefined) setOwn(properties, document, record.document);
  const unnamed = info.vectors.find(({ stored }) => stored === '');
  const named = info.vectors.filter((vector) => vector !== unnamed && own(record.vectors, vector.name) !== undefined);
  const print = ({ name }: ClassVector): string => printVector(own(record.vectors, name) as Vector);
  const parts = [
    `"class":${JSON.stringify(info.class)},"id":${JSON.stringify(record.id)}`,
    `"properties":${stringifyJson(properties)}`,
    ...(info.tenants ? [`"tenant":${JSON.stringify(tenantOf(record.namespace))}`] : []),
    ...(unnamed !== undefined && own(record.vectors, unnamed.name) !== undefined ? [`"vector":${print(unnamed)}`] : []),
    ...(named.length > 0
      ? [`"vectors":{${named.map((one) => `${JSON.stringify(one.stored)}:${print(one)}`).join(',')}}`]
      : []),
  ];
  return `{${parts.join(',')}}`;
}

export function printVector(vector: Vector): string {
  if (isMulti(vector)) return `[${vector.rows.map(vectorText).join(',')}]`;
  if (isSparse(vector)) throw new TypeError('a sparse vector has no place in a class');
  return vectorText(vector);
}

/** @throws WrongAnswer for anything but an object */
export function fromObject(value: unknown, places: Places, tenant: string, withMetadata = true): VectorRecord {
  const { info } = places;
  const { id, properties, vector, vectors } = checkObject(value, 'an object');
  const found: Record<string, Vector> = {};
  for (const { name, stored } of info.vectors) {
    const given = stored === '' ? vector : own((vectors ?? {}) as Record<string, unknown>, stored);
    if (given !== undefined && given !== null) setOwn(found, name, readVector(given));
  }
  const content = withMetadata
    ? readProperties(checkObject(properties ?? {}, 'the properties'), places)
    : { metadata: {} };
  return {
    id: checkText(id, 'an id'),
    ...(tenant !== '' && namespaceOf(tenant) !== '' && { namespace: namespaceOf(tenant) }),
    vectors: found,
    ...content,
  };
}

function readVector(value: unknown): Vector {
  if (!Array.isArray(value)) throw new WrongAnswer('a vector must be a list');
  if (!Array.isArray(value[0])) return readDense(value);
  return { rows: value.map(readDense) };
}

function readDense(value: unknown): Float32Array {
  if (Array.isArray(value) && value.every((component) => typeof component === 'number')) return floatsOf(value);
  throw new WrongAnswer('a vector must hold numbers alone');
}

function readProperties(
  properties: Readonly<Record<string, unknown>>,
  { info, document, ignored }: Places,
): Pick<VectorRecord, 'metadata' | 'document'> {
  const metadata: Record<string, MetadataValue> = {};
  let text: string | undefined;
  const rest = parseJsonObject(properties[REST]);
  for (const [key, value] of Object.entries(properties)) {
    if (ignored.has(key) || value === null || (key === REST && rest !== undefined)) continue;
    if (key === document && typeof value === 'string') text = value;
    else setOwn(metadata, key, fromStored(value, info.properties.get(key)));
  }
  for (const [key, original] of Object.entries(rest ?? {})) {
    const property = info.properties.get(key);
    const now = own(metadata, key);
    const stored = property === undefined ? undefined : toStored(original, property);
    // What somebody changed in the property since then is newer.
    const changed = now !== undefined && (stored === undefined || !sameValue(stored.value, now));
    if (!changed) setOwn(metadata, key, original);
  }
  return { metadata, ...(text !== undefined && { document: text }) };
}

function sameValue(left: MetadataValue, right: MetadataValue): boolean {
  if (stringifyJson(left) === stringifyJson(right)) return true;
  // The server adds to a phone number.
  const [one, other] = [left, right].map((value) => (isMetadataObject(value) ? value['input'] : undefined));
  return typeof one === 'string' && one === other;
}
