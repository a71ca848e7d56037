import {
  emptyRecord,
  fieldPuts,
  isMetadataObject,
  parseJson,
  toRecord,
  unfit,
  VsmError,
  WrongAnswer,
  type FieldLayout,
  type FlatRecord,
  type JsonWalker,
  type MetadataValue,
  type Put,
  type ScanRequest,
  type VectorRecord,
} from '@vsm/core/adapter';
import { KEPT } from './create.ts';
import type { IndexedCopy, VectorField } from './index-info.ts';
import { ADAPTER } from './options.ts';
import type { Rules } from './rules.ts';
import { readVector } from './vectors.ts';

/** Where the parts of a record are in a document. */
export interface Places {
  readonly layout: FieldLayout;
  /** By field. */
  readonly vectors: ReadonlyMap<string, VectorField>;
  readonly copies: readonly IndexedCopy[];
  readonly keeps: boolean;
  /** `undefined` where the mapping refuses nothing. */
  readonly rules: Rules | undefined;
}

export const ROUTING = '_routing';

/** One hit of a search, or a document that was fetched. */
export interface Hit {
  readonly record: VectorRecord;
  /** Place in the order of its shard. */
  readonly at: number;
  readonly routing: string | undefined;
  /** As it was sent; a search by order has none. */
  readonly score: unknown;
}

/** Reads the hit in front of the walker. */
export function createHitReader(
  places: Places,
  include: ScanRequest['include'],
): (walker: JsonWalker) => Hit | undefined {
  const { layout, vectors } = places;
  const puts = fieldPuts(layout, include);
  const columns = new Map(layout.vectors.map(({ name, column }) => [column, name]));
  const inside = [...columns.keys()].filter((column) => column.includes('.'));
  const withVectors = include.includes('vectors');
  const ignored = new Set(layout.ignored);
  const putVector = (flat: FlatRecord, column: string, value: unknown): void => {
    if (value === null || value === undefined) return;
    const vector = readVector(value, vectors.get(column));
    if (vector !== undefined) flat.vectors.push([columns.get(column) as string, vector]);
    else
      flat.metadata.push([
        column,
        unfit('it holds something else than a list of numbers, which nobody has tried to read'),
      ]);
  };
  const readSource = (walker: JsonWalker, flat: FlatRecord): void => {
    walker.object((key) => {
      if (columns.has(key)) {
        const text = walker.numbers();
        if (withVectors) putVector(flat, key, JSON.parse(text));
        return;
      }
      const text = walker.value();
      if (key === KEPT && places.keeps) {
        if (!withVectors) return;
        for (const [column, value] of Object.entries(JSON.parse(text) as object)) putVector(flat, column, value);
        return;
      }
      if (ignored.has(key)) return;
      const within = inside.filter((column) => column.startsWith(`${key}.`));
      const put =
        puts.get(key) ??
        (include.includes('metadata') && !layout.vectors.some(({ column }) => column === key)
          ? otherPut(key)
          : undefined);
      if (put === undefined && within.length === 0) return;
      let value = parseJson(text);
      for (const column of within) {
        const [found, rest] = takeOut(value, column.slice(key.length + 1).split('.'));
        value = rest;
        if (withVectors) putVector(flat, column, found);
      }
      put?.(flat, value);
    });
  };
  return (walker) => {
    const flat = emptyRecord();
    let [found, at, routing]: [boolean, number, string | undefined] = [true, -1, undefined];
    let score: unknown;
    walker.object((key) => {
      if (key === '_source') return readSource(walker, flat);
      const text = walker.value();
      if (key === '_id') flat.ids.set('_id', JSON.parse(text) as string);
      else if (key === 'found') found = text === 'true';
      else if (key === 'sort') at = Number((JSON.parse(text) as unknown[])[0]);
      else if (key === '_score') score = JSON.parse(text);
      else if (key === 'error') throw missing(text);
      else if (key === ROUTING) routing = JSON.parse(text) as string;
    });
    if (!found) return undefined;
    if (routing !== undefined && include.includes('metadata')) flat.metadata.push([ROUTING, routing]);
    if (typeof flat.ids.get('_id') !== 'string') throw new WrongAnswer('a document has no _id');
    return { record: toRecord(flat, layout, 0), at, routing, score };
  };
}

/** What is said of a single document instead of giving it. */
function missing(text: string): Error {
  if (!text.includes('index_not_found_exception'))
    return new WrongAnswer(`a document could not be read: ${text.slice(0, 300)}`);
  return new VsmError('NOT_FOUND', `${ADAPTER}: cannot fetch: the index is not there any more`, { adapter: ADAPTER });
}

/** Fields that are in no mapping and no sample. */
const otherPut =
  (key: string): Put =>
  (flat, value) =>
    flat.metadata.push([key, value]);

/** A value inside objects, and these without it. */
function takeOut(
  value: MetadataValue,
  [key = '', ...rest]: readonly string[],
): [MetadataValue | undefined, MetadataValue] {
  if (!isMetadataObject(value) || !Object.hasOwn(value, key)) return [undefined, value];
  const { [key]: inner, ...others } = value;
  if (rest.length === 0) return [inner, others];
  const [found, left] = takeOut(inner as MetadataValue, rest);
  return [found, { ...value, [key]: left }];
}
