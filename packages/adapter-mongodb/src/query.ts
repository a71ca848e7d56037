import { compareAll, UnsupportedError, type DenseVector, type Match, type QueryRequest } from '@vsm/core/adapter';
import { idElement, idOf } from './ids.ts';
import { elementsOf, viewOf } from './bson-values.ts';
import type { LayoutVector } from './layout.ts';
import { scanPage, type Reading } from './read.ts';
import { writeVector } from './vectors.ts';

/** Candidates for each wanted result, and how many at most: https://www.mongodb.com/docs/atlas/atlas-vector-search/vector-search-stage/ */
const [BREADTH, MOST_CANDIDATES] = [20, 10_000];

/** Nearest records by the search index where there is one that is ready, else by comparing with every vector. */
export async function nearest(reading: Reading, request: QueryRequest): Promise<Match[]> {
  // What is sent of a filter lets others pass.
  if (request.filter !== undefined)
    throw new UnsupportedError('filter', 'mongodb: it cannot search with a filter', { adapter: 'mongodb' });
  const searched = reading.layout.vectors.find(({ name }) => name === (request.using ?? ''));
  if (searched === undefined) return [];
  const index = reading.layout.indexes?.find(
    ({ ready, type, vectors }) =>
      ready && type === 'vectorSearch' && vectors.some(({ path }) => path === searched.field),
  );
  return index === undefined || !('length' in request.vector)
    ? compareAll(request, searched.metric, (page) => scanPage(reading, page))
    : search(reading, searched, index.name, request);
}

async function search(
  { connection, layout }: Reading,
  { field, form }: LayoutVector,
  index: string,
  { vector, topK, exact = false }: QueryRequest,
): Promise<Match[]> {
  const stages = [
    {
      $vectorSearch: {
        index,
        path: field,
        queryVector: writeVector(vector as DenseVector, form === 'bytes' ? 'array' : form),
        limit: topK,
        ...(exact ? { exact: true } : { numCandidates: Math.min(MOST_CANDIDATES, topK * BREADTH) }),
      },
    },
    { $project: { _id: 1, score: { $meta: 'vectorSearchScore' } } },
  ];
  const found = (await connection.run(`search "${layout.name}"`, () =>
    connection.collection(layout.name).aggregate(stages, { raw: true }).toArray(),
  )) as unknown as Uint8Array[];
  return found.map((bytes) => {
    const score = [...elementsOf(bytes)].find(([name]) => name === 'score')?.[1];
    return {
      id: idOf(idElement(bytes), layout.places.ids),
      score: score === undefined ? 0 : viewOf(score).getFloat64(0, true),
    };
  });
}
