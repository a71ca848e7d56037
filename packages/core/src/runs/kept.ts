import { parseJson, stringifyJson } from '../json/json.ts';
import type { MetadataValue } from '../spec/record.ts';
import type { RejectedRecord } from './log.ts';

/** What is kept of a run, as text: numbers stay as exact as they are. */
export function printKept(value: object): string {
  return stringifyJson(withoutUndefined(value) as MetadataValue);
}

export function parseKept(text: string): unknown {
  return parseJson(text);
}

/** Vectors as plain lists: JSON has no typed arrays. */
export function printRejected({ rejection, record, by }: RejectedRecord, page?: string): string {
  const vectors = JSON.parse(
    JSON.stringify(record.vectors, (_key, value: unknown) =>
      value instanceof Float32Array || value instanceof Uint32Array ? [...value] : value,
    ),
  ) as MetadataValue;
  return printKept({ page, rejection, record: { ...record, vectors }, by });
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, withoutUndefined(item)]])),
  );
}
