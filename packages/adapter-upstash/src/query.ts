import {
  checkList,
  checkNumber,
  checkObject,
  checkText,
  isMulti,
  isSparse,
  vectorText,
  type CollectionV1,
  type Match,
} from '@vsm/core/adapter';
import { pathOf, type CollectionContext } from './context.ts';
import { printSparse } from './mapping.ts';

const MOST_NEAR = 1000;

export function createQuery(
  { client, name }: CollectionContext,
  listNamespaces: NonNullable<CollectionV1['listNamespaces']>,
): CollectionV1['query'] {
  return async ({ vector, topK, namespace }, options) => {
    const most = Math.min(topK, MOST_NEAR);
    const asked = isSparse(vector)
      ? `"sparseVector":${printSparse(vector)}`
      : `"vector":${isMulti(vector) ? '[]' : vectorText(vector)}`;
    const matches: Match[] = [];
    for (const one of namespace === undefined ? await listNamespaces(options) : [namespace]) {
      const found = await client.ask(
        pathOf('query', one),
        `search "${name}"`,
        `{${asked},"topK":${most}}`,
        options,
        (value) => checkList(value, 'the matches', most).map((match) => readMatch(match, one)),
      );
      matches.push(...found);
    }
    // From 0 to 1, and 1 is nearest: https://upstash.com/docs/vector/features/similarityfunctions
    return matches.toSorted((left, right) => right.score - left.score).slice(0, topK);
  };
}

function readMatch(value: unknown, namespace: string): Match {
  const { id, score } = checkObject(value, 'a match');
  return {
    id: checkText(id, 'an id'),
    ...(namespace !== '' && { namespace }),
    score: checkNumber(Number(score), 'a score'),
  };
}
