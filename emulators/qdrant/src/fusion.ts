import type { Shard, StoredPoint } from './collection.ts';
import { isList } from './config.ts';
import { compareIds } from './ids.ts';
import { isObject, say, type Json } from './json.ts';
import { formatError, wrongInput } from './problem.ts';

export interface Scored {
  readonly point: StoredPoint;
  readonly shard: Shard;
  readonly score: number;
}

type Ranking = readonly Scored[];
type Fusion = (rankings: readonly Ranking[]) => Ranking;

/** The server's own default, where the literature has 60. */
const RRF_K = 2;
/** How many standard deviations from the mean the ends of the scale lie. */
const DEVIATIONS = 3;

/** How a query makes one ranking of several; `undefined` where it asks for something else. */
export function fusionOf(query: Json): Fusion | undefined {
  if (!isObject(query)) return undefined;
  const { fusion, rrf } = query;
  if (rrf !== undefined && isObject(rrf)) return (rankings) => fuse(rankings.map(byPosition(rankings, rrf)));
  if (fusion === undefined) return undefined;
  if (fusion === 'rrf') return (rankings) => fuse(rankings.map(byPosition(rankings, {})));
  if (fusion === 'dbsf') return (rankings) => fuse(rankings.map(byDistribution));
  throw formatError(`unknown variant \`${say(fusion)}\`, expected \`rrf\` or \`dbsf\``);
}

/** NaN ranks first, which is how the real server orders floats. */
export function ranking(descending: boolean): (left: Scored, right: Scored) => number {
  return (left, right) => {
    const [a, b] = [left.score, right.score];
    if (Number.isNaN(a) !== Number.isNaN(b)) return Number.isNaN(a) === descending ? -1 : 1;
    return (descending ? b - a : a - b) || compareIds(left.point.id, right.point.id);
  };
}

function fuse(rankings: readonly Ranking[]): Ranking {
  const sums = new Map<string, Scored>();
  for (const found of rankings.flat()) {
    const earlier = sums.get(found.point.id)?.score ?? 0;
    sums.set(found.point.id, { ...found, score: Math.fround(earlier + found.score) });
  }
  return [...sums.values()].toSorted(ranking(true));
}

/** Reciprocal rank fusion: a weight stretches or compresses the positions of its ranking. */
function byPosition(rankings: readonly Ranking[], options: { readonly [key: string]: Json }) {
  const k = typeof options['k'] === 'number' ? options['k'] : RRF_K;
  const weights = isList(options['weights']) ? options['weights'].map(Number) : rankings.map(() => 1);
  if (weights.length !== rankings.length) {
    throw wrongInput(
      `Number of weights in RRF should match number of pre-fetches: got ${weights.length}, expected ${rankings.length}`,
    );
  }
  return (scored: Ranking, at: number): Ranking => {
    const weight = weights[at] ?? 1;
    const score = (position: number): number => (weight <= 0 ? 0 : Math.fround(1 / ((position + 1) / weight + k - 1)));
    return scored.map((found, position) => ({ ...found, score: score(position) }));
  };
}

/** Distribution-based score fusion: scores on a scale that their own mean and deviation make. */
function byDistribution(scored: Ranking): Ranking {
  const middle = scored.map((found) => ({ ...found, score: 0.5 }));
  if (scored.length < 2) return middle;
  const mean = scored.reduce((sum, { score }) => sum + score, 0) / scored.length;
  const variance = scored.reduce((sum, { score }) => sum + (score - mean) ** 2, 0) / (scored.length - 1);
  const reach = DEVIATIONS * Math.sqrt(variance);
  if (reach === 0) return middle;
  return scored.map((found) => ({ ...found, score: Math.fround((found.score - mean + reach) / (2 * reach)) }));
}
