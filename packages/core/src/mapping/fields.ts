import { parseNumber, stringifyJson } from '../json/json.ts';
import { ValidationError } from '../errors.ts';
import {
  float,
  Float,
  integer,
  numberKind,
  type Metadata,
  type MetadataValue,
  type VectorRecord,
  own,
  setOwn,
} from '../spec/record.ts';
import type { JsonValue } from '../spec/v1.ts';
import { isObject } from './transform.ts';

export type CastType = 'string' | 'integer' | 'float' | 'boolean';

/** Changes to metadata that need no code. Applied in this order: rename, drop, set, cast. Keys are top-level fields. */
export interface FieldMapping {
  /** Old name → new name. A record that has both is an error: one of them would be lost. */
  readonly rename?: Readonly<Record<string, string>> | undefined;
  readonly drop?: readonly string[] | undefined;
  /** The same value in every record. */
  readonly set?: Readonly<Record<string, JsonValue>> | undefined;
  /** A value that cannot be cast without loss is an error, not a guess. */
  readonly cast?: Readonly<Record<string, CastType>> | undefined;
}

/** @throws ValidationError naming record and field */
export function mapFields(record: VectorRecord, mapping: FieldMapping): VectorRecord {
  const fail = (key: string, what: string): never => {
    throw new ValidationError(`Field "${key}" of record "${record.id}": ${what}`);
  };
  const metadata: Record<string, MetadataValue> = { ...record.metadata };
  for (const [from, to] of Object.entries(mapping.rename ?? {})) {
    if (!Object.hasOwn(metadata, from) || from === to) continue;
    if (Object.hasOwn(metadata, to)) fail(from, `cannot be renamed to "${to}", which the record has already`);
    setOwn(metadata, to, own(metadata, from) as MetadataValue);
    delete metadata[from];
  }
  for (const key of mapping.drop ?? []) delete metadata[key];
  for (const [key, value] of Object.entries((mapping.set ?? {}) as Metadata)) setOwn(metadata, key, value);
  for (const [key, type] of Object.entries(mapping.cast ?? {})) {
    const value = own(metadata, key);
    if (value === undefined || value === null) continue;
    const result = cast(value, type);
    if (result === undefined) fail(key, `${stringifyJson(value)} is not a ${type}`);
    else setOwn(metadata, key, result);
  }
  return { ...record, metadata };
}

const CASTS: readonly unknown[] = ['string', 'integer', 'float', 'boolean'] satisfies CastType[];

/** @throws ValidationError for a mapping that was written by hand, and is none */
export function checkFields({ rename, drop, set, cast: types, ...others }: FieldMapping): void {
  const isText = (value: unknown): boolean => typeof value === 'string';
  const holds = (object: unknown, is: (value: unknown) => boolean): boolean =>
    object === undefined || (isObject(object) && Object.values(object).every(is));
  const wrong = Object.entries({
    rename: holds(rename, isText),
    drop: drop === undefined || (Array.isArray(drop) && drop.every(isText)),
    set: holds(set, (value) => value !== undefined),
    cast: holds(types, (value) => CASTS.includes(value)),
    ...Object.fromEntries(Object.keys(others).map((name) => [name, false])),
  }).find(([, isRight]) => !isRight);
  if (wrong !== undefined)
    throw new ValidationError(
      `fields: "${wrong[0]}" cannot be read. There are rename {"old":"new"}, drop ["name"], set {"name":value} and cast {"name":"string"}, "integer", "float" or "boolean".`,
    );
}

/** Whether what lies at one of these dotted paths may be another value afterwards, or none. */
export function changesPath(
  { rename = {}, drop = [], set = {}, cast: types = {} }: FieldMapping,
  paths: readonly string[],
): boolean {
  const touched = [...Object.entries(rename).flat(), ...drop, ...Object.keys(set), ...Object.keys(types)];
  return touched.some((key) => paths.some((path) => path === key || path.startsWith(`${key}.`)));
}

function cast(value: MetadataValue, type: CastType): MetadataValue | undefined {
  if (typeof value === 'object' && !Float.isInstance(value)) return undefined;
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : String(value);
    case 'boolean':
      return typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : undefined;
    case 'integer':
      return castNumber(value, 'integer');
    case 'float':
      return castNumber(value, 'float');
  }
}

const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

function castNumber(value: MetadataValue, type: 'integer' | 'float'): MetadataValue | undefined {
  const number = typeof value === 'string' && NUMBER.test(value) ? parseNumber(value) : value;
  const kind = numberKind(number);
  if (kind === undefined || kind === type) return kind === undefined ? undefined : number;
  const nearest = Number(number);
  if (type === 'integer') return Number.isInteger(nearest) ? integer(BigInt(nearest)) : undefined;
  // An integer beyond 2^53 is a float only if one has just its value.
  const exact = typeof number !== 'bigint' || BigInt(nearest) === number;
  return exact ? float(nearest) : undefined;
}
