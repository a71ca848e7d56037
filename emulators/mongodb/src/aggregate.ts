import { setOwn } from '@vsm/core/adapter';
import { serialize, type Document } from 'bson';
import { valueAt, type Collection } from './collection.ts';
import { passes } from './filter.ts';
import { compare, numberOf, typeName } from './order.ts';
import { Refusal } from './refusal.ts';
import { describeSearchIndexes, scoreIn, vectorSearch } from './vector-search.ts';
import { fieldOf, readDocument } from './wire.ts';

/** The stages that the adapter, its tests and the frameworks send. */
export function aggregate(collection: Collection, pipeline: readonly Document[]): Uint8Array[] {
  let rows: Uint8Array[] = [];
  for (const [at, stage] of pipeline.entries()) {
    const [name, argument] = onlyEntry(stage);
    if (at === 0) {
      if (name === '$listSearchIndexes') return describeSearchIndexes(collection).map((one) => serialize(one));
      if (name === '$vectorSearch') {
        rows = vectorSearch(collection, argument as Document);
        continue;
      }
      if (name === '$documents') {
        rows = (evaluate(argument, {}) as readonly Document[]).map((document) => serialize(document));
        continue;
      }
      rows = collection.find().map(({ bytes }) => bytes);
    }
    const run = STAGES[name]; // own key: a name of no prototype
    if (run === undefined) throw new Refusal(40_324, 'Location40324', `Unrecognized pipeline stage name: '${name}'`);
    rows = run(rows, argument);
  }
  return rows;
}

function onlyEntry(object: object): readonly [name: string, value: unknown] {
  const [entry] = Object.entries(object) as [string, unknown][];
  return entry ?? ['', undefined];
}

type Stage = (rows: readonly Uint8Array[], argument: unknown) => Uint8Array[];

const STAGES: Readonly<Record<string, Stage>> = {
  $match: (rows, filter) => rows.filter((row) => passes(row, filter as Document)),
  $set: withFields,
  $addFields: withFields,
  $limit: (rows, count) => rows.slice(0, Number(count)),
  $skip: (rows, count) => rows.slice(Number(count)),
  $sort: (rows) => rows.toSorted((left, right) => compare(valueAt(left, '_id'), valueAt(right, '_id'))),
  // Any will do: those that lie evenly.
  $sample(rows, argument) {
    const step = Math.ceil(rows.length / Number((argument as Document)['size']));
    return rows.filter((_row, at) => at % step === 0);
  },
  $project: (rows, fields) => rows.map((row) => project(row, fields as Document)),
  $unwind: (rows, path) =>
    rows.flatMap((row) => {
      const document = readDocument(row);
      const field = String(path).slice(1);
      const items: unknown = fieldOf(document, field);
      return Array.isArray(items) ? items.map((item) => serialize({ ...document, [field]: item as unknown })) : [];
    }),
  $group: (rows, group) => groupBy(rows.map(readDocument), group as Document),
};

function withFields(rows: readonly Uint8Array[], fields: unknown): Uint8Array[] {
  return rows.map((row) => serialize({ ...readDocument(row), ...evaluated(row, fields as Document) }));
}

function project(row: Uint8Array, fields: Document): Uint8Array {
  const document = readDocument(row);
  const isLeaving = Object.values(fields).every((value) => numberOf(value) === 0);
  if (isLeaving)
    return serialize(Object.fromEntries(Object.entries(document).filter(([name]) => !Object.hasOwn(fields, name))));
  const wanted = Object.entries(evaluated(row, fields));
  const entries = [['_id', document['_id']] as const, ...wanted].filter(([, value]) => value !== undefined);
  return serialize(Object.fromEntries(entries));
}

/** The values of fields that a stage says. */
function evaluated(row: Uint8Array, fields: Document): Document {
  const document = readDocument(row);
  const values = Object.entries(fields).map(([name, value]: [string, unknown]): [string, unknown] => {
    if (isScore(value)) return [name, scoreIn(row)];
    return [name, numberOf(value) === 1 ? fieldOf(document, name) : evaluate(value, document)];
  });
  return Object.fromEntries(values);
}

const isScore = (value: unknown): boolean => (value as Document | undefined)?.['$meta'] === 'vectorSearchScore';

function groupBy(rows: readonly Document[], { _id: key, ...sums }: Document): Uint8Array[] {
  const groups = Map.groupBy(rows, (row) => JSON.stringify(evaluate(key, row) ?? null));
  return [...groups.values()].map((group) => {
    const made: Document = { _id: evaluate(key, group[0] ?? {}) ?? null };
    for (const [name, sum] of Object.entries(sums) as [string, Document][]) {
      const [operator, operand] = onlyEntry(sum);
      const values = group.map((row) => evaluate(operand, row));
      setOwn(made, name, accumulate(operator, values));
    }
    return serialize(made);
  });
}

function accumulate(operator: string, values: readonly unknown[]): unknown {
  const there = values.filter((value) => value !== null && value !== undefined);
  if (operator === '$sum') {
    const numbers = there.map(numberOf).filter((one) => one !== undefined);
    return numbers.reduce<number>((total, one) => total + Number(one), 0);
  }
  const sorted = there.toSorted(compare);
  if (operator === '$min') return sorted[0] ?? null;
  if (operator === '$max') return sorted.at(-1) ?? null;
  throw new Refusal(15_952, 'Location15952', `unknown group operator '${operator}'`);
}

/** An expression over a document. */
function evaluate(expression: unknown, row: Document): unknown {
  if (typeof expression === 'string' && expression.startsWith('$')) {
    if (expression === '$$ROOT') return row;
    return expression
      .slice(1)
      .split('.')
      .reduce<unknown>((value, step) => fieldOf(value, step), row);
  }
  if (typeof expression !== 'object' || expression === null || '_bsontype' in expression) return expression;
  const [operator, operand] = onlyEntry(expression);
  if (!operator.startsWith('$')) {
    return Object.fromEntries(
      Object.entries(expression).map(([name, inner]: [string, unknown]) => [name, evaluate(inner, row)]),
    );
  }
  const one = (): unknown => evaluate(operand, row);
  const list = operand as readonly unknown[];
  switch (operator) {
    case '$literal':
      return operand;
    case '$type':
      return one() === undefined ? 'missing' : typeName(one());
    case '$strLenBytes':
      return Buffer.byteLength(String(one()));
    case '$eq':
      return compare(evaluate(list[0], row), evaluate(list[1], row)) === 0;
    case '$cond':
      return evaluate(evaluate(list[0], row) === true ? list[1] : list[2], row);
    case '$objectToArray':
      return Object.entries((one() ?? {}) as Document).map(([k, v]: [string, unknown]) => ({ k, v }));
    default:
      throw new Refusal(168, 'InvalidPipelineOperator', `Unrecognized expression '${operator}'`);
  }
}
