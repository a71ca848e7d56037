import { UnsupportedError, WrongAnswer, type CollectionV1, type Match } from '@vsm/core/adapter';
import { callOf, ofCollection, type CollectionContext } from './context.ts';
import { placeholders, search } from './grpc/service.ts';
import { decodeKey, withinNamespace } from './keys.ts';
import { namespaceOfPartition, OURS } from './layout.ts';
import { searchBytes } from './vectors.ts';

const EXPRESSION = 1;

export function createQuery(context: CollectionContext, metrics: ReadonlyMap<string, string>): CollectionV1['query'] {
  return async ({ vector, using = '', topK, namespace, filter: wanted }, options) => {
    if (wanted !== undefined) {
      throw new UnsupportedError('filter', `milvus: a filter lets others pass, so that no search can have one`, {
        adapter: 'milvus',
      });
    }
    await context.load(options?.signal);
    const layout = context.layout();
    const column = layout.columns.vectors.find(({ name }) => name === using)?.column ?? '';
    const field = layout.fields.get(column);
    if (field === undefined) throw new WrongAnswer(`there is no field for the vector "${using}"`);
    const byKey = layout.namespaces === 'key' && namespace !== undefined;
    // Where a vector is missing, its field holds zeros, which are no answer.
    const isThere =
      layout.ours && layout.columns.vectors.length > 1 ? [`not (${OURS.absent} like "%,${column},%")`] : [];
    const filter = [...(byKey ? [withinNamespace(namespace, layout)] : []), ...isThere].join(' and ');
    const named = layout.partitions.filter((one) => namespaceOfPartition(one) === namespace);
    if (layout.namespaces === 'partitions' && namespace !== undefined && named.length === 0) return [];
    const params = {
      anns_field: column,
      topk: String(topK),
      metric_type: metrics.get(column) ?? '',
      params: '{}',
      round_decimal: '-1',
    };
    const request = {
      ...ofCollection(context),
      partitions: named,
      filter,
      vectors: placeholders(field.type, searchBytes(field, vector)),
      dialect: EXPRESSION,
      params: Object.entries(params).map(([key, value]) => ({ key, value })),
      count: 1n,
    };
    const { hits } = await context.client.call(search, request, callOf(context, 'search', options));
    const keys = hits?.ids?.strings?.data ?? hits?.ids?.ints?.data ?? [];
    const [only] = named;
    return keys.map((key, at): Match => {
      const inPartition = only === undefined ? undefined : namespaceOfPartition(only) || undefined;
      return { namespace: inPartition, ...decodeKey(String(key), layout), score: hits?.scores[at] ?? Number.NaN };
    });
  };
}
