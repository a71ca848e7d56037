import { UnsupportedError, type CollectionV1, type Match } from '@vsm/core/adapter';
import { callOf, type CollectionContext } from './context.ts';
import { decodeKey, withinNamespace } from './keys.ts';
import { namespaceOfPartition } from './layout.ts';
import { searchField } from './searching.ts';

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
    const filter = layout.namespaces === 'key' && namespace !== undefined ? withinNamespace(namespace, layout) : '';
    const partition = layout.partitions.find((one) => namespaceOfPartition(one) === namespace);
    if (layout.namespaces === 'partitions' && namespace !== undefined && partition === undefined) return [];
    const searched = { column, vector, metric: metrics.get(column) ?? '', topK, filter, partition };
    const hits = await searchField(context, searched, callOf(context, 'search', options));
    const inside = partition === undefined ? undefined : namespaceOfPartition(partition) || undefined;
    return hits.map(({ key, score }): Match => ({ namespace: inside, ...decodeKey(key, layout), score }));
  };
}
