import { own } from '@vsm/core/adapter';
import type { Collection, Shard, StoredPoint } from './collection.ts';
import type { VectorParams } from './config.ts';
import type { Test } from './filter.ts';
import { compareIds, idText, parseId } from './ids.ts';
import { float32Text, isObject, type Json, type JsonObject } from './json.ts';
import { pointMembers, type Selection } from './points.ts';
import { formatError, notFound, wrongInput } from './problem.ts';
import { checkVector, readVector, storeVector, type StoredVector } from './vectors.ts';

interface Scored {
  readonly point: StoredPoint;
  readonly shard: Shard;
  readonly score: number;
}

/** Answers a query by looking at every point. Scores are summed in float32, as the real server's are. */
export function runQuery(
  collection: Collection,
  body: JsonObject,
  shards: readonly Shard[],
  filter: Test,
  selected: Selection,
): string {
  const limit = typeof body['limit'] === 'number' ? body['limit'] : 10;
  const points = [...collection.ordered(shards)].filter(({ point }) => filter(point));
  const query = isObject(body['query']) && 'nearest' in body['query'] ? body['query']['nearest'] : body['query'];
  if (query === undefined || query === null) {
    return answer(
      points.slice(0, limit).map((found) => ({ ...found, score: 0 })),
      selected,
    );
  }
  if (isObject(query) && query['sample'] === 'random') {
    const sample = points.map((found) => ({ found, at: Math.random() })).toSorted((left, right) => left.at - right.at);
    return answer(
      sample.slice(0, limit).map(({ found }) => ({ ...found, score: 1 })),
      selected,
      true,
    );
  }
  const using = typeof body['using'] === 'string' ? body['using'] : '';
  const { dense, sparse } = collection.config;
  const params = dense.get(using);
  if (params === undefined && !sparse.has(using)) throw wrongInput(`Not existing vector name error: ${using}`);
  const example =
    typeof query === 'number' || typeof query === 'string' || typeof query === 'bigint' ? parseId(query) : undefined;
  const vector = example === undefined ? readQuery(query, params) : vectorOf(collection, shards, example, using);
  const idf = sparse.get(using)?.['modifier'] === 'idf' ? idfWeights(vector, points, using) : undefined;
  const scored = points.flatMap(({ point, shard }): Scored[] => {
    const other = own(point.vectors, using);
    if (other === undefined || point.id === example) return [];
    const score = params === undefined ? sparseScore(vector, other, idf) : denseScore(params, vector, other);
    return score === undefined ? [] : [{ point, shard, score }];
  });
  const descending = params === undefined || params.distance === 'Cosine' || params.distance === 'Dot';
  return answer(scored.toSorted(ranking(descending)).slice(0, limit), selected);
}

function readQuery(query: Json, params: VectorParams | undefined): StoredVector {
  const vector = readVector(query);
  if (vector === undefined) throw formatError('data did not match any variant of untagged enum QueryInterface');
  checkVector(vector, params);
  return storeVector(vector, params);
}

function vectorOf(collection: Collection, shards: readonly Shard[], id: string, using: string): StoredVector {
  const vector = shards
    .map((shard) => own(shard.points.get(id)?.vectors ?? {}, using))
    .find((found) => found !== undefined);
  if (vector === undefined) throw notFound(`No point with id ${id} found in ${collection.name}`);
  return vector;
}

/** NaN ranks first, which is how the real server orders floats. */
function ranking(descending: boolean): (left: Scored, right: Scored) => number {
  return (left, right) => {
    const [a, b] = [left.score, right.score];
    if (Number.isNaN(a) !== Number.isNaN(b)) return Number.isNaN(a) === descending ? -1 : 1;
    return (descending ? b - a : a - b) || compareIds(left.point.id, right.point.id);
  };
}

function answer(scored: readonly Scored[], selected: Selection, unversioned = false): string {
  const points = scored.map(
    ({ point, shard, score }) =>
      `{"id":${idText(point.id)},"version":${unversioned ? 0 : point.version},"score":${float32Text(score)}${pointMembers(point, shard, selected)}}`,
  );
  return `{"points":[${points.join(',')}]}`;
}

function denseScore(params: VectorParams, query: StoredVector, other: StoredVector): number | undefined {
  const rows = rowsOf(query);
  const others = rowsOf(other);
  const best = params.distance === 'Cosine' || params.distance === 'Dot' ? Math.max : Math.min;
  if (rows.length === 1 && others.length === 1) return similarity(params, rows[0], others[0]);
  return rows.reduce(
    (sum, row) => Math.fround(sum + best(...others.map((candidate) => similarity(params, row, candidate)))),
    0,
  );
}

const rowsOf = (vector: StoredVector): readonly Float32Array[] =>
  vector.kind === 'multi' ? vector.rows : vector.kind === 'dense' ? [vector.values] : [];

function similarity(
  params: VectorParams,
  left: Float32Array = new Float32Array(),
  right: Float32Array = new Float32Array(),
): number {
  let sum = 0;
  for (let at = 0; at < left.length; at += 1) {
    const [a, b] = [left[at] ?? 0, right[at] ?? 0];
    const difference = Math.fround(a - b);
    const term =
      params.distance === 'Euclid'
        ? difference * difference
        : params.distance === 'Manhattan'
          ? Math.abs(difference)
          : a * b;
    sum = Math.fround(sum + Math.fround(term));
  }
  return params.distance === 'Euclid' ? Math.fround(Math.sqrt(sum)) : sum;
}

/** `undefined` where no index is in common. */
function sparseScore(query: StoredVector, other: StoredVector, idf?: ReadonlyMap<number, number>): number | undefined {
  if (query.kind !== 'sparse' || other.kind !== 'sparse') return undefined;
  let score: number | undefined;
  for (const [at, index] of query.indices.entries()) {
    const position = other.indices.indexOf(index);
    if (position === -1) continue;
    const weight = Math.fround((query.values[at] ?? 0) * (idf?.get(index) ?? 1));
    score = Math.fround((score ?? 0) + Math.fround(weight * (other.values[position] ?? 0)));
  }
  return score;
}

function idfWeights(
  query: StoredVector,
  points: readonly { readonly point: StoredPoint }[],
  using: string,
): Map<number, number> {
  const vectors = points.flatMap(({ point }) => {
    const vector = own(point.vectors, using);
    return vector?.kind === 'sparse' ? [new Set(vector.indices)] : [];
  });
  const indices = query.kind === 'sparse' ? query.indices : [];
  return new Map(
    indices.map((index) => {
      const holding = vectors.filter((set) => set.has(index)).length;
      const odds = Math.fround((vectors.length - holding + 0.5) / (holding + 0.5));
      return [index, Math.fround(Math.log(Math.fround(odds + 1)))];
    }),
  );
}
