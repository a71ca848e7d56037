import {
  isDense,
  isMetadataArray,
  isMetadataObject,
  lookup,
  Float,
  own,
  setOwn,
  stringifyJson,
  vectorText,
  type DenseVector,
  type MetadataValue,
  type RecordProblem,
  type VectorRecord,
} from '@vsm/core/adapter';
import { FILTER, KEPT } from './create.ts';
import type { IndexedCopy } from './index-info.ts';
import { ROUTING, type Places } from './mapping.ts';
import { isRoutingRequired, sourceProblem, vectorProblem } from './rules.ts';
import { packBits, squareOf } from './vectors.ts';

type Source = Record<string, MetadataValue>;

/** The source of a document, or why the index cannot have it. */
export function toSource(record: VectorRecord, places: Places): string | RecordProblem {
  const { layout, rules } = places;
  const refuse = (detail: string): RecordProblem => ({ reason: 'refused', detail });
  const source: Source = {};
  if (record.document !== undefined) {
    if (layout.document === undefined) return refuse('the index has no field for the document: document=… names one');
    setOwn<MetadataValue>(source, layout.document, record.document);
  }
  if (record.uri !== undefined) {
    if (layout.uri === undefined) return refuse('the index has no field for the uri: uri=… names one');
    setOwn<MetadataValue>(source, layout.uri, record.uri);
  }
  const taken = new Set([...layout.vectors.map(({ column }) => column), layout.document, layout.uri]);
  const entries: Source = {};
  for (const [key, value] of Object.entries(record.metadata)) {
    const column =
      layout.fields.find((field) => field.key === key)?.column ?? (layout.metadata === undefined ? key : undefined);
    if (column === undefined) setOwn(entries, key, value);
    else if (column === ROUTING) continue;
    else if (taken.has(column)) return refuse(`metadata "${key}": the index has another field of that name`);
    else setOwn(source, column, value);
  }
  if (layout.metadata !== undefined) setOwn<MetadataValue>(source, layout.metadata, entries);
  if (rules !== undefined) {
    if (isRoutingRequired(rules) && typeof own(record.metadata, ROUTING) !== 'string')
      return refuse(`the mapping asks for a routing value, which metadata "${ROUTING}" would be`);
    const problem = sourceProblem(source, rules);
    if (problem !== undefined) return { reason: 'invalid-metadata', detail: `the mapping ${problem}` };
  }
  const vectors: string[] = [];
  for (const { name, column } of layout.vectors) {
    const vector = own(record.vectors, name);
    if (vector === undefined || !isDense(vector)) continue;
    const field = places.vectors.get(column);
    if (field?.form === 'bit' && !vector.every((one: number) => one === 0 || one === 1))
      return { reason: 'invalid-vector', detail: `vector "${name}" has components that are no bits` };
    const problem = places.keeps || field === undefined ? undefined : vectorProblem(vector, field);
    if (problem !== undefined) return { reason: 'invalid-vector', detail: `field "${column}": ${problem}` };
    if (places.keeps && field?.metric === 'cosine' && !hasDirection(vector)) {
      source[KEPT] = { ...(source[KEPT] as Source | undefined), [column]: [...vector] };
    } else if (field?.form === 'bit') putIn(source, column, packBits(vector));
    else if (column.includes('.')) putIn(source, column, [...vector]);
    else vectors.push(`${JSON.stringify(column)}:${vectorText(vector)}`);
  }
  for (const copy of places.copies) putCopy(source, copy, record);
  const rest = stringifyJson(source).slice(1, -1);
  return `{${[...(rest === '' ? [] : [rest]), ...vectors].join(',')}}`;
}

function putIn(source: Source, column: string, vector: readonly number[]): void {
  const [key = '', ...rest] = column.split('.');
  if (rest.length === 0) return setOwn<MetadataValue>(source, key, vector);
  const inner = own(source, key);
  const object = inner !== undefined && isMetadataObject(inner) ? { ...inner } : {};
  putIn(object, rest.join('.'), vector);
  setOwn<MetadataValue>(source, key, object);
}

/** Whether the length is a number that float32 has, above zero: both refuse others under cosine. */
function hasDirection(vector: DenseVector): boolean {
  const square = squareOf(vector);
  return square > SMALLEST_SQUARE && square < LARGEST_SQUARE;
}
const [SMALLEST_SQUARE, LARGEST_SQUARE] = [1e-36, 3.4e38];

/** Longer texts are not indexed, and not looked for. */
export const LONGEST_KEYWORD = 8000;

function putCopy(source: Source, { path, field, kind }: IndexedCopy, { metadata }: VectorRecord): void {
  const found = lookup(metadata, path);
  if (found === undefined) return;
  const copies = (isMetadataArray(found) ? found : [found]).flatMap((value): MetadataValue[] => {
    if (kind === 'double') {
      const number = typeof value === 'bigint' || Float.isInstance(value) ? Number(value) : value;
      return typeof number === 'number' && Number.isFinite(number) ? [number] : [];
    }
    const fits =
      kind === 'boolean' ? typeof value === 'boolean' : typeof value === 'string' && value.length <= LONGEST_KEYWORD;
    return fits ? [value] : [];
  });
  if (copies.length > 0) source[FILTER] = { ...(source[FILTER] as Source | undefined), [field]: copies };
}
