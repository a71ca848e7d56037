import {
  checkList,
  checkNumber,
  checkObject,
  checkText,
  isSparse,
  type CallOptions,
  type CollectionV1,
  type DenseVector,
  type Match,
  type QueryRequest,
} from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';
import { namespaceField, toNumbers } from './mapping.ts';
import { fromWireName, toWireNamespace } from './names.ts';
import { listNamespaces } from './namespaces.ts';

interface Question {
  readonly vector?: number[];
  readonly sparseVector?: { readonly indices: number[]; readonly values: number[] };
  readonly topK: number;
}

export function createQuery(context: CollectionContext): CollectionV1['query'] {
  const { client, info } = context;
  const ask = async (namespace: string, question: Question, options: CallOptions | undefined): Promise<Match[]> => {
    const matches = await client.data(
      `search in "${info.name}"`,
      info.host,
      options,
      (index) => index.query({ ...(question as Question & { vector: number[] }), namespace }),
      (body) => readMatches(body, question.topK),
    );
    return matches.map(({ id, score }) => ({
      id: fromWireName(id),
      ...namespaceField(namespace),
      score,
    }));
  };
  return async (request, options) => {
    const question = toQuestion(request, info.dense?.dimension);
    if (request.namespace !== undefined) return ask(toWireNamespace(request.namespace), question, options);
    const namespaces = await listNamespaces(context, options);
    const found = await Promise.all(namespaces.map(({ name }) => client.limit(() => ask(name, question, options))));
    // Euclidean scores are distances, the others similarities.
    const sign = info.dense?.metric === 'euclidean' ? 1 : -1;
    return found
      .flat()
      .toSorted((left, right) => (left.score - right.score) * sign)
      .slice(0, request.topK);
  };
}

/** Ids as the service has them. A score of 0 may be left out. */
export function readMatches(body: Readonly<Record<string, unknown>>, topK: number): Match[] {
  return checkList(body['matches'] ?? [], 'the matches', topK).map((one) => {
    const { id, score } = checkObject(one, 'a match');
    return { id: checkText(id, 'the id of a match'), score: checkNumber(score ?? 0, 'the score of a match') };
  });
}

function toQuestion({ vector, topK }: QueryRequest, dimension: number | undefined): Question {
  if (!isSparse(vector)) return { vector: toNumbers(vector as DenseVector), topK };
  const sparseVector = { indices: Array.from(vector.indices), values: toNumbers(vector.values) };
  // A dense index wants a dense vector too; under the dot product zeros leave the score to the sparse one.
  return dimension === undefined
    ? { sparseVector, topK }
    : { vector: Array<number>(dimension).fill(0), sparseVector, topK };
}

/** A direction of its own for every seed, the same every time. */
export function probeVector(dimension: number, seed: number): number[] {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return Array.from({ length: dimension }, () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return (state >>> 8) / 0x1000000 - 0.5 + 2 ** -26;
  });
}
