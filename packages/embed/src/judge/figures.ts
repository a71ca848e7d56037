import { randomFrom } from './random.ts';

/** A mean over queries, and where 95 of 100 such means would lie. */
export interface Mean {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 1000;

/** The interval by the percentile bootstrap: means of as many values, drawn with replacement. The same for the same values. */
export function meanOf(values: readonly number[]): Mean | undefined {
  if (values.length === 0) return undefined;
  const random = randomFrom(1);
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let at = 0; at < values.length; at += 1) sum += values[Math.floor(random() * values.length)] ?? 0;
    return sum / values.length;
  }).toSorted((left, right) => left - right);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    mean,
    low: means[Math.floor(0.025 * RESAMPLES)] ?? mean,
    high: means[Math.ceil(0.975 * RESAMPLES) - 1] ?? mean,
  };
}

/** Share of the first list that the second one has too. */
export function overlapOf(before: readonly string[], after: readonly string[]): number {
  if (before.length === 0) return after.length === 0 ? 1 : 0;
  return before.filter((key) => after.includes(key)).length / before.length;
}

/** Spearman's, of the places in a list and the distances elsewhere; `undefined` for fewer than two. Equal distances share their place. */
export function rankCorrelation(distances: readonly number[]): number | undefined {
  const count = distances.length;
  if (count < 2) return undefined;
  const places = distances.map((one) => {
    const nearer = distances.filter((other) => other < one).length;
    const alike = distances.filter((other) => other === one).length;
    return nearer + (alike - 1) / 2;
  });
  const middle = (count - 1) / 2;
  let [together, first, second] = [0, 0, 0];
  for (const [at, place] of places.entries()) {
    together += (at - middle) * (place - middle);
    first += (at - middle) ** 2;
    second += (place - middle) ** 2;
  }
  return second === 0 ? 0 : together / Math.sqrt(first * second);
}

/** Share of the right ones that were found. */
export function recallOf(found: readonly string[], right: ReadonlySet<string>): number {
  return found.filter((key) => right.has(key)).length / right.size;
}

/** One over the place of the first right one; 0 where none was found. */
export function reciprocalRank(found: readonly string[], right: ReadonlySet<string>): number {
  const at = found.findIndex((key) => right.has(key));
  return at === -1 ? 0 : 1 / (at + 1);
}

/** Normalised discounted cumulative gain, each right one being as good as another. */
export function ndcgOf(found: readonly string[], right: ReadonlySet<string>, topK: number): number {
  const gain = (at: number): number => 1 / Math.log2(at + 2);
  const got = found.reduce((sum, key, at) => sum + (right.has(key) ? gain(at) : 0), 0);
  let best = 0;
  for (let at = 0; at < Math.min(right.size, topK); at += 1) best += gain(at);
  return got / best;
}
