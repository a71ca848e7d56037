import { parseJson, stringifyJson } from '../json/json.ts';
import type { MetadataValue, VectorRecord } from '../spec/record.ts';
import type { RejectedRecord } from './log.ts';

/** What is kept of a run, as text: numbers stay as exact as they are. */
export function printKept(value: object): string {
  return stringifyJson(withoutUndefined(value) as MetadataValue);
}

export function parseKept(text: string): unknown {
  return parseJson(text);
}

export function printRejected({ rejection, record, by }: RejectedRecord, page?: string): string {
  return printKept({ page, rejection, record: plainly(record), by });
}

/** A record as it is kept: of one that was parsed again the text is the same. */
export function printRecord(record: VectorRecord): string {
  return printKept(plainly(record));
}

/** Vectors as plain lists: JSON has no typed arrays. */
function plainly(record: VectorRecord): object {
  const vectors = JSON.parse(
    JSON.stringify(record.vectors, (_key, value: unknown) =>
      value instanceof Float32Array || value instanceof Uint32Array ? [...value] : value,
    ),
  ) as MetadataValue;
  return { ...record, vectors };
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, withoutUndefined(item)]])),
  );
}
