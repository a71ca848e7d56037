import {
  isDense,
  isSparse,
  UnsupportedError,
  type CallOptions,
  type CountRequest,
  type Match,
  type QueryRequest,
  type Vector,
} from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';
import { toCondition, type Condition } from './filter.ts';

export async function countRecords(
  { client, name, filters }: CollectionContext,
  request: CountRequest | undefined,
  options: CallOptions | undefined,
): Promise<{ value: number; exact: boolean }> {
  const translated = request?.filter === undefined ? undefined : toCondition(request.filter, filters);
  const { count } = await client.call(`count the records of "${name}"`, options, (api, init) =>
    api.countPoints(
      { collection_name: name, exact: true, ...(translated !== undefined && filterMember(translated.condition)) },
      init,
    ),
  );
  return { value: count, exact: request?.filter === undefined || translated?.exact === true };
}

export async function queryRecords(
  { client, name, filters }: CollectionContext,
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
  const { points } = await client.call(`search "${name}"`, options, (api, init) =>
    api.queryPoints(
      {
        collection_name: name,
        query: queryVector(vector),
        limit: topK,
        with_payload: false,
        ...(using !== '' && { using }),
        ...(exact === true && { params: { exact: true } }),
        ...(translated !== undefined && filterMember(translated.condition)),
      },
      init,
    ),
  );
  // A score that is not a number, because of an infinite component, comes as null.
  return points.map(({ id, score }) => ({ id: String(id), score: (score as number | null) ?? Number.NaN }));
}

const filterMember = (condition: Condition): { filter: { must: never } } => ({
  filter: { must: [condition] as never },
});

type PlainVector = number[] | number[][] | { indices: number[]; values: number[] };

/** `JSON.stringify`, which the SDK uses, turns a Float32Array into an object. */
function queryVector(vector: Vector): PlainVector {
  if (isDense(vector)) return Array.from(vector);
  if (isSparse(vector)) return { indices: Array.from(vector.indices), values: Array.from(vector.values) };
  return vector.rows.map((row) => Array.from(row));
}
