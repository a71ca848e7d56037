import {
  checkCount,
  checkList,
  checkObject,
  Float,
  isDense,
  isSparse,
  parseJson,
  UnsupportedError,
  WrongAnswer,
  type CallOptions,
  type CountRequest,
  type Match,
  type QueryRequest,
  type Vector,
} from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';
import { toCondition, type Condition } from './filter.ts';
import { isId } from './ids.ts';

export async function countRecords(
  { client, name, path, filters }: CollectionContext,
  request: CountRequest | undefined,
  options: CallOptions | undefined,
): Promise<{ value: number; exact: boolean }> {
  const translated = request?.filter === undefined ? undefined : toCondition(request.filter, filters);
  const filter = translated === undefined ? undefined : filterMember(translated.condition);
  const value = await askCount({ client, name, path }, { exact: true, ...filter }, options);
  return { value, exact: request?.filter === undefined || translated?.exact === true };
}

export function askCount(
  { client, name, path }: Pick<CollectionContext, 'client' | 'name' | 'path'>,
  question: { readonly exact: boolean; readonly filter?: Condition | undefined },
  options: CallOptions | undefined,
): Promise<number> {
  const action = `count the records of "${name}"`;
  const request = { method: 'POST', path: `${path}/points/count`, action, body: JSON.stringify(question) } as const;
  return client.call(request, options, ({ count }) => checkCount(count, 'the count'));
}

export async function queryRecords(
  { client, name, path, filters }: CollectionContext,
  { vector, using = '', topK, exact, filter }: QueryRequest,
  options: CallOptions | undefined,
): Promise<Match[]> {
  const translated = filter === undefined ? undefined : toCondition(filter, filters);
  // Nobody looks at the matches again, so here a superset will not do.
  if (filter !== undefined && translated?.exact !== true) {
    throw new UnsupportedError('filter', `qdrant: "${name}" cannot be searched with this filter`, {
      adapter: 'qdrant',
    });
  }
  const body = JSON.stringify({
    query: queryVector(vector),
    limit: topK,
    with_payload: false,
    ...(using !== '' && { using }),
    ...(exact === true && { params: { exact: true } }),
    ...(translated !== undefined && filterMember(translated.condition)),
  });
  const request = { method: 'POST', path: `${path}/points/query`, action: `search "${name}"`, body } as const;
  return client.bulk(request, options, (text) => readMatches(text, topK));
}

/** Exactly: a numeric id may be beyond what a double holds. */
function readMatches(text: string, topK: number): Match[] {
  const { points } = checkObject(checkObject(parseJson(text), 'the answer')['result'], 'the result');
  return checkList(points, 'the matches', topK).map((point) => {
    const { id, score } = checkObject(point, 'a match');
    if (!isId(String(id))) throw new WrongAnswer('the id of a match must be a whole number or a UUID');
    return { id: String(id), score: readScore(score) };
  });
}

/** A score that is not a number, because of an infinite component, comes as null. */
function readScore(score: unknown): number {
  if (score === null) return Number.NaN;
  if (typeof score === 'number' || typeof score === 'bigint') return Number(score);
  if (Float.isInstance(score)) return score.value;
  throw new WrongAnswer('the score of a match must be a number');
}

const filterMember = (condition: Condition): { readonly filter: { readonly must: readonly Condition[] } } => ({
  filter: { must: [condition] },
});

type PlainVector = number[] | number[][] | { indices: number[]; values: number[] };

/** `JSON.stringify` turns a Float32Array into an object. */
function queryVector(vector: Vector): PlainVector {
  if (isDense(vector)) return Array.from(vector);
  if (isSparse(vector)) return { indices: Array.from(vector.indices), values: Array.from(vector.values) };
  return vector.rows.map((row) => Array.from(row));
}
