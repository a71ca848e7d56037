import {
  checkList,
  checkNumber,
  checkObject,
  checkText,
  UnsupportedError,
  type CollectionV1,
  type DenseVector,
  type Match,
} from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';
import { toWhere } from './filter.ts';

export function createQuery({ place, path, name }: CollectionContext): CollectionV1['query'] {
  return async ({ vector, topK, filter }, options) => {
    const pushed = filter === undefined ? undefined : toWhere(filter);
    if (pushed !== undefined && !pushed.exact) {
      throw new UnsupportedError('filter', `chroma: cannot search "${name}" with this filter`, { adapter: 'chroma' });
    }
    const body = JSON.stringify({
      query_embeddings: [Array.from(vector as DenseVector)],
      n_results: topK,
      where: pushed?.where,
      include: ['distances'],
    });
    const request = { method: 'POST', path: `${path}/query`, action: `search "${name}"`, body } as const;
    return place.ask({ ...request, signal: options?.signal }, (value) => readMatches(value, topK));
  };
}

function readMatches(value: unknown, topK: number): Match[] {
  const { ids, distances } = checkObject(value, 'the answer');
  const found = checkList(checkList(ids, 'the ids', 1)[0] ?? [], 'the matches', topK);
  const scores = checkList(checkList(distances, 'the distances', 1)[0] ?? [], 'the distances', found.length);
  return found.map((id, index) => {
    const score = scores[index];
    // JSON has no other word for a distance that is not a number, which an infinite component makes.
    return { id: checkText(id, 'an id'), score: score === null ? Number.NaN : checkNumber(score, 'a distance') };
  });
}
