import {
  checkList,
  checkNumber,
  isDense,
  matches,
  stringifyJson,
  VsmError,
  type CollectionV1,
  type DenseVector,
  type Match,
  type MetadataValue,
} from '@vsm/core/adapter';
import { pathOf, type CollectionContext, type Seen } from './context.ts';
import { pushedFilter } from './filter.ts';
import { packBits } from './vectors.ts';
import { ADAPTER } from './options.ts';
import { hitReader, sourceOf } from './search.ts';

const SPACES: Readonly<Record<string, string>> = {
  cosine: 'cosinesimil',
  euclidean: 'l2',
  dot: 'innerproduct',
  manhattan: 'l1',
  hamming: 'hamming',
};

/** What a filter leaves is looked for among more and more of the nearest, as far as one search goes. */
export function createQuery(context: CollectionContext): CollectionV1['query'] {
  const { client, name, server } = context;

  const search = async (
    seen: Seen,
    query: Parameters<CollectionV1['query']>[0],
    size: number,
    signal?: AbortSignal,
  ): Promise<readonly (Match & { readonly fits: boolean })[]> => {
    const { places } = seen;
    const { filter } = query;
    const include = filter === undefined ? [] : (['metadata'] as const);
    const body = {
      size,
      track_total_hits: false,
      _source: sourceOf(places, include, server) as MetadataValue,
      ...nearest(seen, query, size),
    };
    const path = pathOf(seen.info, '_search?allow_partial_search_results=false');
    const read = hitReader(places, include);
    return client.askText(
      {
        method: 'POST',
        path,
        action: `search "${name}"`,
        body: stringifyJson(body as unknown as MetadataValue),
        signal,
      },
      (text) => {
        const hits = read(text);
        checkList(hits, 'the hits', size);
        return hits.map(({ record: { id, metadata }, score }) => ({
          id,
          score: checkNumber(score, 'a score'),
          fits: filter === undefined || matches(filter, metadata),
        }));
      },
    );
  };

  const nearest = (
    seen: Seen,
    { vector, using = '', filter, exact }: Parameters<CollectionV1['query']>[0],
    size: number,
  ): object => {
    const { places, info } = seen;
    const column = places.layout.vectors.find((one) => one.name === using)?.column;
    const field = column === undefined ? undefined : places.vectors.get(column);
    if (column === undefined || field === undefined) {
      throw new VsmError('UNSUPPORTED', `${ADAPTER}: cannot search "${name}": its vector is not indexed`, {
        adapter: ADAPTER,
      });
    }
    const numbers = field.form === 'bit' ? packBits(vector as DenseVector) : isDense(vector) ? [...vector] : [];
    const pushed = filter === undefined ? undefined : pushedFilter(filter, { info, places });
    if (server.dialect === 'elasticsearch') {
      const candidates = Math.min(10_000, Math.max(200, 2 * size));
      return {
        knn: {
          field: column,
          query_vector: numbers,
          k: size,
          num_candidates: candidates,
          ...(pushed !== undefined && { filter: pushed }),
        },
      };
    }
    if (exact !== true)
      return {
        query: { knn: { [column]: { vector: numbers, k: size, ...(pushed !== undefined && { filter: pushed }) } } },
      };
    const those = { bool: { filter: [{ exists: { field: column } }, ...(pushed === undefined ? [] : [pushed])] } };
    const params = { field: column, query_value: numbers, space_type: SPACES[field.metric ?? 'cosine'] };
    return { query: { script_score: { query: those, script: { source: 'knn_score', lang: 'knn', params } } } };
  };

  return async (query, options) => {
    const seen = await context.seen(options?.signal);
    const { window } = seen.info;
    for (let size = Math.min(window, query.topK); ; size = Math.min(window, size * 8)) {
      const found = await search(seen, query, size, options?.signal);
      const matched = found.filter(({ fits }) => fits).map(({ id, score }): Match => ({ id, score }));
      if (matched.length >= query.topK || found.length < size || size >= window) return matched.slice(0, query.topK);
    }
  };
}
