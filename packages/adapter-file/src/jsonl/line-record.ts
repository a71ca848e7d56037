import {
  isMetadataArray,
  isMetadataObject,
  parseJson,
  parsePlainJson,
  type FieldType,
  type MetadataValue,
  type ScanRequest,
  type Vector,
  type VectorRecord,
} from '@vsm/core/adapter';
import type { Candidate, Layout } from '../schema.ts';
import { toRecord, type FlatRecord } from '../mapping.ts';
import { members } from './top-level.ts';

/** The key under which our own lines hold named vectors. */
const VECTORS = 'vectors';

/** @throws SyntaxError or Error saying what is wrong with the line. */
export function lineRecord(line: string, layout: Layout, include: ScanRequest['include']): VectorRecord {
  const record: FlatRecord = { vectors: [], metadata: [] };
  const vectorNames = new Map(layout.vectors.map(({ column, name }) => [column, name]));
  for (const [key, text] of members(line)) {
    const vectorName = vectorNames.get(key);
    if (key === layout.id) record.id = parseJson(text);
    else if (key === layout.namespace) record.namespace = parseJson(text);
    else if (vectorName !== undefined || key === VECTORS) {
      if (!include.includes('vectors')) continue;
      if (vectorName !== undefined) putVector(record, vectorName, parsePlainJson(text));
      else for (const [name, value] of Object.entries(parsePlainJson(text) as object)) putVector(record, name, value);
    } else if (include.includes('metadata')) {
      const value = parseJson(text);
      if (key === layout.document) record.document = value;
      else if (key === layout.uri) record.uri = value;
      else if (key === 'metadata' && isMetadataObject(value)) record.metadata.push(...Object.entries(value));
      else if (key !== 'metadata' || value !== null) record.metadata.push([key, value]);
    }
  }
  return toRecord(record);
}

function putVector(record: FlatRecord, name: string, value: unknown): void {
  if (value !== null) record.vectors.push([name, toVector(value)]);
}

function toVector(value: unknown): Vector {
  if (Array.isArray(value)) {
    return Array.isArray(value[0]) ? { rows: (value as unknown[]).map(numbers) } : numbers(value);
  }
  if (typeof value === 'object' && value !== null && 'indices' in value && 'values' in value) {
    return { indices: numbers(value.indices), values: numbers(value.values) };
  }
  throw new Error('a vector is neither a list of numbers, a list of such lists, nor an object of indices and values');
}

function numbers(value: unknown): number[] {
  if (!Array.isArray(value)) throw new Error('a list of numbers was expected in a vector');
  // NaN is null in JSON: whoever writes the record refuses it by its id, and the rest of the file goes on.
  return value.map((item: unknown) => {
    if (typeof item !== 'number' && item !== null) throw new Error('a vector holds something that is not a number');
    return item ?? Number.NaN;
  });
}

/** What the keys of the first lines can be taken for. */
export function candidatesOf(lines: readonly string[]): readonly Candidate[] {
  const found = new Map<string, Candidate>();
  for (const line of lines) {
    for (const [key, text] of members(line)) {
      if (key === VECTORS) continue;
      const known = found.get(key);
      const value = parsePlainJson(text) as MetadataValue;
      if (value === null && known !== undefined) continue;
      if (known === undefined || known.type !== typeOf(value)) {
        found.set(key, { name: key, type: typeOf(value), ...shapeOf(value) });
      }
    }
  }
  return [...found.values()];
}

/** Named vectors of our own lines, by name. */
export function namedVectors(lines: readonly string[]): ReadonlyMap<string, ReturnType<typeof shapeOf>> {
  const found = new Map<string, ReturnType<typeof shapeOf>>();
  for (const line of lines) {
    const text = members(line).get(VECTORS);
    if (text === undefined) continue;
    for (const [name, value] of Object.entries(parsePlainJson(text) as Record<string, MetadataValue>)) {
      if (value !== null && !found.has(name)) found.set(name, shapeOf(value));
    }
  }
  return found;
}

function shapeOf(value: MetadataValue): Pick<Candidate, 'vector' | 'dimension'> {
  if (isMetadataArray(value)) {
    const [first] = value;
    if (typeof first === 'number' && value.every((item) => typeof item === 'number' || item === null)) {
      return { vector: 'dense', dimension: value.length };
    }
    const row = isMetadataArray(first ?? null) ? shapeOf(first ?? null) : undefined;
    return row?.vector === 'dense' ? { vector: 'multi', dimension: row.dimension } : {};
  }
  if (!isMetadataObject(value)) return {};
  const isSparse =
    Object.keys(value).length === 2 &&
    isMetadataArray(value['indices'] ?? null) &&
    isMetadataArray(value['values'] ?? null);
  return isSparse ? { vector: 'sparse' } : {};
}

function typeOf(value: MetadataValue): FieldType {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'number' ? 'float' : 'json';
}
