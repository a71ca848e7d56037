import type { ValueFigure, ValuesWitness } from '@vsm/core/adapter';
import type { Document } from 'mongodb';
import { MARKS } from './bson-values.ts';
import { isUnknown } from './errors.ts';
import type { Layout } from './layout.ts';
import type { Reading } from './read.ts';

/** Keys and types that are counted; of a collection with more, none are. */
const MOST_ROWS = 5000;

/** What the server says of the values of one type under one key. */
interface Row {
  readonly _id: { readonly k: string; readonly t: string };
  readonly n: number;
  readonly octets: number;
  /** Beyond 53 bits an object. */
  readonly sum: unknown;
}

/** What an aggregation of the server counts of the values: nothing here reads a document. `undefined` where it cannot. */
export async function witnessValues(reading: Reading): Promise<ValuesWitness | undefined> {
  const { layout } = reading;
  const { container, rest } = layout.places;
  try {
    const [atTop, inside, left] = await Promise.all([
      countEntries(reading, '$$ROOT'),
      container === undefined ? [] : countEntries(reading, `$${container}`),
      rest === undefined ? [] : countRest(reading, rest),
    ]);
    if ([atTop, inside].some((rows) => rows.length > MOST_ROWS)) return undefined;
    return figuresOf(layout, rowsByKey(atTop), rowsByKey(inside), new Map(left));
  } catch (error) {
    if (isUnknown(error)) return undefined;
    throw error;
  }
}

async function countEntries({ connection, layout }: Reading, path: string): Promise<readonly Row[]> {
  const type = { $type: '$e.v' };
  const isObject = { $eq: [{ $type: path }, 'object'] };
  const octets = { $cond: [{ $eq: [type, 'string'] }, { $strLenBytes: '$e.v' }, 0] };
  return aggregate({ connection, layout }, [
    { $project: { e: { $objectToArray: { $cond: [isObject, path, {}] } } } },
    { $unwind: '$e' },
    { $group: { _id: { k: '$e.k', t: type }, n: { $sum: 1 }, octets: { $sum: octets }, sum: { $sum: '$e.v' } } },
    { $limit: MOST_ROWS + 1 },
  ]);
}

async function countRest(reading: Reading, rest: string): Promise<readonly (readonly [key: string, n: number])[]> {
  const stages = [{ $project: { e: `$${rest}` } }, { $unwind: '$e' }, { $group: { _id: '$e.k', n: { $sum: 1 } } }];
  return (await aggregate<{ readonly _id: string; readonly n: number }>(reading, stages)).map(({ _id, n }) => [_id, n]);
}

async function aggregate<Result = Row>(
  { connection, layout }: Reading,
  stages: Document[],
): Promise<readonly Result[]> {
  const { name } = layout;
  const options = { allowDiskUse: true, promoteLongs: true };
  return connection.run(
    `count the values of "${name}"`,
    async () => (await connection.collection(name).aggregate(stages, options).toArray()) as unknown as Result[],
  );
}

type Rows = ReadonlyMap<string, readonly Row[]>;

const rowsByKey = (rows: readonly Row[]): Rows => Map.groupBy(rows, ({ _id }) => _id.k);

const isNothing = ({ _id: { t } }: Row): boolean => t === 'null' || t === 'undefined';
const total = (rows: readonly Row[], part: 'n' | 'octets' | 'sum'): number =>
  rows.reduce((sum, row) => sum + Number(row[part]), 0);

function figuresOf(layout: Layout, atTop: Rows, inside: Rows, left: ReadonlyMap<string, number>): ValuesWitness {
  const { document, uri, container, rest } = layout.places;
  const figures: ValueFigure[] = [];
  const unwitnessed: string[] = ['_id', 'components of vectors'];
  for (const { name, field } of layout.vectors) {
    const value = total(
      (atTop.get(field) ?? []).filter((row) => !isNothing(row)),
      'n',
    );
    figures.push({ part: 'vector', name, measure: 'records', value });
  }
  for (const [part, field] of [['document', document] as const, ['uri', uri] as const]) {
    const rows = (field === undefined ? [] : (atTop.get(field) ?? [])).filter((row) => !isNothing(row));
    if (field === undefined) continue;
    figures.push({ part, name: '', measure: 'records', value: total(rows, 'n') });
    figures.push({ part, name: '', measure: 'octets', value: total(rows, 'octets') });
  }
  const known = new Set(['_id', document, uri, container, rest, ...layout.vectors.map(({ field }) => field)]);
  const beside = [...atTop].flatMap(([field, rows]) =>
    known.has(field) || layout.ignored.has(field) ? [] : [[layout.keys.get(field) ?? field, rows] as const],
  );
  const keys = new Map<string, (readonly Row[])[]>();
  for (const [key, rows] of [...beside, ...inside]) keys.set(key, [...(keys.get(key) ?? []), rows]);
  for (const key of new Set([...keys.keys(), ...left.keys()])) {
    const [rows = [], ...more] = keys.get(key) ?? [];
    // Such records have both, under names of which one is made up.
    if (more.length > 0) unwitnessed.push(`metadata "${key}", which is beside the field "${container}" and in it`);
    else if (key !== MARKS) figures.push(...metadataFigures(key, rows, left.get(key)));
  }
  return { by: 'sums of $objectToArray, $type and $strLenBytes by the server', figures, unwitnessed };
}

/** What is read as it is, and what as a text that stands for another type. */
const [NUMBERS, PLAIN] = [new Set(['int', 'long', 'double']), new Set(['bool', 'null', 'object', 'array'])];

function metadataFigures(name: string, rows: readonly Row[], left: number | undefined): ValueFigure[] {
  const part = 'metadata';
  const figures: ValueFigure[] = [{ part, name, measure: 'records', value: total(rows, 'n') + (left ?? 0) }];
  const numbers = rows.filter(({ _id }) => NUMBERS.has(_id.t));
  const others = rows.filter(({ _id: { t } }) => !NUMBERS.has(t) && !PLAIN.has(t) && t !== 'string');
  const sum = total(numbers, 'sum');
  // NaN and the infinities are read as texts.
  if (left !== undefined || !Number.isFinite(sum)) return figures;
  if (numbers.length > 0) figures.push({ part, name, measure: 'sum', value: sum });
  if (others.length === 0) figures.push({ part, name, measure: 'octets', value: total(rows, 'octets') });
  return figures;
}
