import { distance, float, isMetadataArray, isMetadataObject, type MetadataValue } from '@vsm/core/adapter';
import { Problem } from './problem.ts';
import { Namespace, type Body, type IndexState, type Sparse, type State, type StoredVector } from './state.ts';
import { printVector, readDense, readSparse, readVector } from './vectors.ts';

interface DataCall {
  readonly state: State;
  readonly index: IndexState;
  /** `''` is the default one. */
  readonly name: string;
  readonly body: MetadataValue;
}

export type DataHandler = (call: DataCall) => MetadataValue;

const MOST = 1000;

export const upsert: DataHandler = ({ state, index, name, body }) => {
  const given = isMetadataArray(body) ? body : [body];
  if (given.length === 0 || given.length > MOST) throw new Problem(422, `between 1 and ${MOST} vectors at once`);
  const vectors = given.map((one) => readVector(one, index));
  const namespace = index.namespaces.get(name) ?? new Namespace(state.lagMs);
  index.namespaces.set(name, namespace);
  namespace.write(vectors.length, (stored) => {
    for (const vector of vectors) stored.set(vector.id, vector);
  });
  return 'Success';
};

export const fetchVectors: DataHandler = ({ index, name, body }) => {
  const asked = objectOf(body);
  const ids = listOf(asked['ids']).map(textOf);
  if (ids.length > MOST) throw new Problem(422, `at most ${MOST} ids at once`);
  const stored = readable(index, name);
  return ids.map((id) => {
    const found = stored.get(id);
    return found === undefined ? null : printVector(found, asked);
  });
};

/** The cursor is an offset: https://upstash.com/docs/vector/api/endpoints/range */
export const range: DataHandler = ({ index, name, body }) => {
  const asked = objectOf(body);
  const { cursor, limit, prefix = '' } = asked;
  const offset = Number(cursor);
  if (typeof limit !== 'number' || limit < 1 || limit > MOST)
    throw new Problem(422, `limit must be between 1 and ${MOST}`);
  if (cursor === '' || !Number.isInteger(offset) || offset < 0) throw new Problem(422, 'Invalid cursor');
  const all = [...readable(index, name).values()].filter(({ id }) => id.startsWith(textOf(prefix)));
  const vectors = all.slice(offset, offset + limit).map((vector) => printVector(vector, asked));
  return { nextCursor: offset + limit < all.length ? String(offset + limit) : '', vectors };
};

export const remove: DataHandler = ({ index, name, body }) => {
  const ids = (isMetadataArray(body) ? body : listOf(objectOf(body)['ids'])).map(textOf);
  const namespace = index.namespaces.get(name);
  const deleted = ids.filter((id) => namespace?.vectors().has(id)).length;
  namespace?.write(0, (stored) => {
    for (const id of ids) stored.delete(id);
  });
  return { deleted };
};

export const query: DataHandler = ({ index, name, body }) => {
  const asked = objectOf(body);
  const { topK = 10, vector = null, sparseVector = null } = asked;
  if (typeof topK !== 'number' || topK < 1 || topK > MOST) throw new Problem(422, `topK must be between 1 and ${MOST}`);
  const dense = vector === null && index.kind !== 'DENSE' ? undefined : readDense(vector, index);
  const sparse = sparseVector === null && index.kind !== 'SPARSE' ? undefined : readSparse(sparseVector, index);
  const scored = [...readable(index, name).values()].map((one) => ({ one, score: scoreOf(one, dense, sparse, index) }));
  return scored
    .toSorted((left, right) => right.score - left.score)
    .slice(0, topK)
    .map(({ one, score }) => ({ ...printVector(one, asked), score: float(score) }));
};

function scoreOf(
  stored: StoredVector,
  dense: Float32Array | undefined,
  sparse: Sparse | undefined,
  { similarity }: IndexState,
): number {
  if (dense !== undefined && stored.vector !== undefined) {
    const metric = similarity === 'COSINE' ? 'cosine' : similarity === 'EUCLIDEAN' ? 'euclidean' : 'dot';
    const away = distance(metric, dense, stored.vector);
    return similarity === 'EUCLIDEAN' ? 1 / (1 + away ** 2) : similarity === 'COSINE' ? 1 - away / 2 : (1 - away) / 2;
  }
  const wanted = new Map(sparse?.indices.map((place, at) => [place, sparse.values[at] ?? 0]));
  return (stored.sparse?.indices ?? []).reduce(
    (total, place, at) => total + (wanted.get(place) ?? 0) * (stored.sparse?.values[at] ?? 0),
    0,
  );
}

export const info: DataHandler = ({ index }) => {
  const { dimension, similarity, kind, namespaces } = index;
  const counts = [...namespaces].map(([name, namespace]) => {
    return [name, { vectorCount: namespace.vectors().size, pendingVectorCount: namespace.pending() }] as const;
  });
  const sum = (key: 'vectorCount' | 'pendingVectorCount'): number =>
    counts.reduce((total, [, one]) => total + one[key], 0);
  return {
    vectorCount: sum('vectorCount'),
    pendingVectorCount: sum('pendingVectorCount'),
    indexSize: 0,
    dimension,
    similarityFunction: similarity,
    ...(kind !== 'SPARSE' && { denseIndex: { dimension, similarityFunction: similarity } }),
    ...(kind !== 'DENSE' && { sparseIndex: {} }),
    namespaces: Object.fromEntries(counts),
  };
};

export const listNamespaces: DataHandler = ({ index }) => [...index.namespaces.keys()];

export const deleteNamespace: DataHandler = ({ index, name }) => {
  if (!index.namespaces.delete(name)) throw new Problem(404, 'namespace not found');
  return 'Success';
};

function readable(index: IndexState, name: string): ReadonlyMap<string, StoredVector> {
  return index.namespaces.get(name)?.vectors() ?? new Map();
}

const objectOf = (body: MetadataValue): Body => (isMetadataObject(body) ? body : {});
const listOf = (value: MetadataValue | undefined): readonly MetadataValue[] =>
  value !== undefined && isMetadataArray(value) ? value : [];
const textOf = (value: MetadataValue): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
