import { own } from '@vsm/core/adapter';
import type { Collection, Shard, StoredPoint } from './collection.ts';
import { isList, type VectorParams } from './config.ts';
import type { Test } from './filter.ts';
import { fusionOf, ranking, type Scored } from './fusion.ts';
import { compareIds, idText, parseId } from './ids.ts';
import { float32Text, isObject, type Json, type JsonObject } from './json.ts';
import { pointMembers, type Selection } from './points.ts';
import { formatError, notFound, wrongInput } from './problem.ts';
import { checkVector, readVector, storeVector, type StoredVector } from './vectors.ts';

interface Found {
  readonly point: StoredPoint;
  readonly shard: Shard;
}

/** What every stage of a query looks at. */
export interface Asked {
  readonly collection: Collection;
  readonly shards: readonly Shard[];
  readonly compile: (filter: Json | undefined) => Test;
}

const LIMIT = 10;

/** Answers a query by looking at every point. Scores are summed in float32, as the real server's are. */
export function runQuery(asked: Asked, body: JsonObject, selected: Selection): string {
  const { query = null } = body;
  return answer(rank(asked, body), selected, isObject(query) && query['sample'] === 'random');
}

/** One stage of a query: what its own prefetches leave, or every point that its filter passes, best first. */
function rank(asked: Asked, body: JsonObject): readonly Scored[] {
  const limit = typeof body['limit'] === 'number' ? body['limit'] : LIMIT;
  const offset = typeof body['offset'] === 'number' ? body['offset'] : 0;
  const filter = asked.compile(body['filter']);
  const prefetched = listOf(body['prefetch']).map((stage) => rank(asked, stage));
  const { query = null } = body;
  const fuse = prefetched.length === 0 ? undefined : fusionOf(query);
  const ranked =
    fuse === undefined
      ? rankPoints(
          asked,
          body,
          candidates(asked, prefetched).filter(({ point }) => filter(point)),
        )
      : fuse(prefetched).filter(({ point }) => filter(point));
  return ranked.slice(offset, offset + limit);
}

function listOf(prefetch: Json | undefined): readonly JsonObject[] {
  if (prefetch === undefined || prefetch === null) return [];
  return (isList(prefetch) ? prefetch : [prefetch]).map((stage) => {
    if (!isObject(stage)) throw formatError('data did not match any variant of untagged enum Prefetch');
    return stage;
  });
}

/** Each point once, whichever stages found it. */
function candidates({ collection, shards }: Asked, prefetched: readonly (readonly Scored[])[]): readonly Found[] {
  if (prefetched.length === 0) return [...collection.ordered(shards)];
  const found = new Map(prefetched.flat().map((one) => [one.point.id, one]));
  return [...found.values()].toSorted((left, right) => compareIds(left.point.id, right.point.id));
}

function rankPoints({ collection, shards }: Asked, body: JsonObject, points: readonly Found[]): readonly Scored[] {
  const asked = body['query'];
  const query = isObject(asked) && 'nearest' in asked ? asked['nearest'] : asked;
  if (query === undefined || query === null) return points.map((found) => ({ ...found, score: 0 }));
  if (isObject(query) && query['sample'] === 'random') {
    const sample = points.map((found) => ({ found, at: Math.random() })).toSorted((left, right) => left.at - right.at);
    return sample.map(({ found }) => ({ ...found, score: 1 }));
  }
  const using = typeof body['using'] === 'string' ? body['using'] : '';
  const { dense, sparse } = collection.config;
  const params = dense.get(using);
  if (params === undefined && !sparse.has(using)) throw wrongInput(`Not existing vector name error: ${using}`);
  const example =
    typeof query === 'number' || typeof query === 'string' || typeof query === 'bigint' ? parseId(query) : undefined;
  const vector = example === undefined ? readQuery(query, params) : vectorOf(collection, shards, example, using);
  const idf = sparse.get(using)?.['modifier'] === 'idf' ? idfWeights(vector, points, using) : undefined;
  const descending = params === undefined || params.distance === 'Cosine' || params.distance === 'Dot';
  const threshold = body['score_threshold'];
  const passes = (score: number): boolean =>
    typeof threshold !== 'number' || (descending ? score >= threshold : score <= threshold);
  const scored = points.flatMap(({ point, shard }): Scored[] => {
    const other = own(point.vectors, using);
    if (other === undefined || point.id === example) return [];
    const score = params === undefined ? sparseScore(vector, other, idf) : denseScore(params, vector, other);
    return score === undefined || !passes(score) ? [] : [{ point, shard, score }];
  });
  return scored.toSorted(ranking(descending));
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
