import { WrongAnswer, type Vector } from '@vsm/core/adapter';
import type { Call } from './client.ts';
import { ofCollection, type CollectionContext } from './context.ts';
import { placeholders, search } from './grpc/rows.ts';
import { OURS } from './layout.ts';
import { searchBytes } from './vectors.ts';

export interface Wanted {
  readonly column: string;
  readonly vector: Vector;
  /** In the word of the server. */
  readonly metric: string;
  readonly topK: number;
  /** `''` for all rows. */
  readonly filter: string;
  /** Of the server, by its name; all of them where there is none. */
  readonly partition: string | undefined;
}

interface Hit {
  readonly key: string;
  readonly score: number;
}

const EXPRESSION = 1;

/** The rows whose vector in one field is nearest, by the scores of the server. */
export async function searchField(
  context: CollectionContext,
  { column, vector, metric, topK, filter, partition }: Wanted,
  call: Call,
): Promise<Hit[]> {
  const { fields, ours, columns } = context.layout();
  const field = fields.get(column);
  if (field === undefined) throw new WrongAnswer(`there is no field "${column}"`);
  // Where a vector is missing, its field holds zeros, which are no answer.
  const isThere = ours && columns.vectors.length > 1 ? `not (${OURS.absent} like "%,${column},%")` : '';
  const params = {
    anns_field: column,
    topk: String(topK),
    metric_type: metric,
    params: '{}',
    round_decimal: '-1',
  };
  const request = {
    ...ofCollection(context),
    partitions: partition === undefined ? [] : [partition],
    filter: [...(filter === '' ? [] : [`(${filter})`]), ...(isThere === '' ? [] : [isThere])].join(' and '),
    vectors: placeholders(field.type, searchBytes(field, vector)),
    dialect: EXPRESSION,
    params: Object.entries(params).map(([key, value]) => ({ key, value })),
    count: 1n,
  };
  const { hits } = await context.client.call(search, request, call);
  const keys = hits?.ids?.strings?.data ?? hits?.ids?.ints?.data ?? [];
  return keys.map((key, at) => ({ key: String(key), score: hits?.scores[at] ?? Number.NaN }));
}
