/** Whether search got worse: both sides are asked the same questions exactly, and their answers compared. Nothing is written. */
import { reduceVector, VsmError, type DenseVector } from '@vsm/core/adapter';
import { openSide, searchExactly, type ExactAnswer, type JudgedSide, type OpenSide } from './exact.ts';
import { meanOf, ndcgOf, overlapOf, rankCorrelation, recallOf, reciprocalRank, type Mean } from './figures.ts';
import { sampleQueries, type Query } from './queries.ts';

export interface JudgeOptions {
  readonly source: JudgedSide;
  readonly target: JudgedSide;
  /** @default records of the source, chosen by chance, as their own queries */
  readonly queries?: readonly Query[] | undefined;
  /** How many records are chosen. @default 200 */
  readonly sample?: number | undefined;
  /** A field of the metadata by which the figures of chosen records are shown apart. */
  readonly slice?: string | undefined;
  /** Answers to a query. @default 10 */
  readonly topK?: number | undefined;
  /** The least mean overlap that passes, 0 to 1. */
  readonly minOverlap?: number | undefined;
  /** The least mean recall of the target that passes, 0 to 1. */
  readonly minRecall?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Labelled {
  readonly recall: Mean;
  /** Mean reciprocal rank. */
  readonly mrr: Mean;
  readonly ndcg: Mean;
}

export interface JudgedQuery {
  readonly name: string;
  readonly text: string | undefined;
  readonly overlap: number;
  /** Keys of the answers, nearest first. */
  readonly source: readonly string[];
  readonly target: readonly string[];
}

export interface Judgement {
  readonly passed: boolean;
  /** Why not. */
  readonly failures: readonly string[];
  /** What was asked for; where nothing was, only a record that could not be asked fails. */
  readonly least: { readonly overlap: number | undefined; readonly recall: number | undefined };
  readonly queries: number;
  /** Chosen records that have no vector in the target, and could not be asked there. */
  readonly unasked: number;
  /** `given`, or records of the source as their own queries, which says how alike both sides are and not which one is better. */
  readonly queriesFrom: 'given' | 'sampled records';
  readonly topK: number;
  readonly records: { readonly source: number; readonly target: number };
  /** Share of the source's answers that the target gives too. */
  readonly overlap: Mean;
  /** Share of queries whose first answer in the source is not among the target's at all. */
  readonly missingAt1: number;
  /** Spearman's, of the source's answers by their distances in the target. */
  readonly rankCorrelation: Mean | undefined;
  /** How many queries have an overlap up to 0.1, 0.2, … 1. */
  readonly distribution: readonly number[];
  readonly slices: readonly { readonly slice: string; readonly queries: number; readonly overlap: Mean }[];
  /** Where queries say what is right. */
  readonly labelled: { readonly queries: number; readonly source: Labelled; readonly target: Labelled } | undefined;
  readonly worst: readonly JudgedQuery[];
}

const WORST = 10;

/** @throws VsmError `INVALID_OPTIONS` where there is nothing to ask, or nothing to ask it with */
export async function judge(options: JudgeOptions): Promise<Judgement> {
  const { topK = 10, sample = 200, slice, signal } = options;
  const [source, target] = [await openSide(options.source, 'source'), await openSide(options.target, 'target')];
  const sampling = { count: sample, slice, signal };
  const asked =
    options.queries === undefined
      ? await sampleQueries(source, target, sampling)
      : { queries: options.queries, unasked: 0 };
  const { queries, unasked } = asked;
  if (queries.length === 0) {
    throw new VsmError(
      'INVALID_OPTIONS',
      unasked === 0
        ? 'There is nothing to ask: no record of the source has a vector.'
        : `There is nothing to ask: none of ${unasked} chosen records of the source has a vector in the target.`,
    );
  }
  const before = await ask(source, queries, { topK, signal, watched: [] });
  const watched = before.answers.map(({ hits }) => new Set(hits.map(({ key }) => key)));
  const after = await ask(target, queries, { topK, signal, watched });
  const judged = queries.map((query, index) => judgeOne(query, before.answers[index], after.answers[index]));
  const overlap = required(meanOf(judged.map((one) => one.overlap)));
  const labelled = labels(queries, judged, topK);
  const failures: string[] = [];
  if (unasked > 0) failures.push(`${unasked} of the chosen records have no vector in the target`);
  const { minOverlap, minRecall } = options;
  if (minOverlap !== undefined && overlap.mean < minOverlap) {
    failures.push(`the overlap is ${overlap.mean.toFixed(3)}, and ${minOverlap} was asked for`);
  }
  if (minRecall !== undefined && labelled === undefined) {
    throw new VsmError('INVALID_OPTIONS', 'A least recall needs queries that say what is right ("relevant").');
  }
  if (minRecall !== undefined && labelled !== undefined && labelled.target.recall.mean < minRecall) {
    failures.push(
      `the recall of the target is ${labelled.target.recall.mean.toFixed(3)}, and ${minRecall} was asked for`,
    );
  }
  return {
    passed: failures.length === 0,
    failures,
    least: { overlap: minOverlap, recall: minRecall },
    queries: queries.length,
    unasked,
    queriesFrom: options.queries === undefined ? 'sampled records' : 'given',
    topK,
    records: { source: before.records, target: after.records },
    overlap,
    missingAt1: judged.filter(({ missing }) => missing).length / judged.length,
    rankCorrelation: meanOf(judged.flatMap(({ correlation }) => correlation ?? [])),
    distribution: distributionOf(judged.map((one) => one.overlap)),
    slices: slicesOf(queries, judged),
    labelled,
    worst: judged
      .toSorted((left, right) => left.overlap - right.overlap)
      .slice(0, WORST)
      .filter((one) => one.overlap < 1)
      .map(({ name, text, overlap: share, source: first, target: second }) => ({
        name,
        text,
        overlap: share,
        source: first,
        target: second,
      })),
  };
}

interface Asking {
  readonly topK: number;
  readonly signal: AbortSignal | undefined;
  readonly watched: readonly ReadonlySet<string>[];
}

async function ask(side: OpenSide, queries: readonly Query[], { topK, signal, watched }: Asking) {
  const texts = queries.flatMap(({ vectors, text }) => (vectors === undefined && text !== undefined ? [text] : []));
  if (texts.length > 0 && side.embed === undefined) {
    throw new VsmError(
      'INVALID_OPTIONS',
      `Queries are texts, and nothing says with what model those of the ${side.name} are embedded.`,
    );
  }
  const embedded = texts.length === 0 ? [] : ((await side.embed?.(texts)) ?? []).map((one) => reduced(one, side));
  const made = embedded[Symbol.iterator]();
  const exact = queries.map(({ vectors, self }, index) => ({
    vector: vectors?.[side.name] ?? made.next().value ?? [],
    self,
    watched: watched[index] ?? new Set<string>(),
  }));
  return searchExactly(side, exact, topK, signal);
}

function reduced(vector: DenseVector, { reduce, name }: OpenSide): DenseVector {
  const made = reduce === undefined ? vector : reduceVector(vector, reduce);
  if (typeof made !== 'string') return made;
  throw new VsmError(
    'INVALID_OPTIONS',
    `The vector of a query cannot be made smaller as those of the ${name} were: ${made}.`,
  );
}

type Judged = JudgedQuery & { readonly missing: boolean; readonly correlation: number | undefined };

function judgeOne({ name, text }: Query, before: ExactAnswer | undefined, after: ExactAnswer | undefined): Judged {
  const source = (before?.hits ?? []).map(({ key }) => key);
  const target = (after?.hits ?? []).map(({ key }) => key);
  const [first] = source;
  const distances = source.flatMap((key) => after?.watched.get(key) ?? []);
  return {
    name,
    text,
    source,
    target,
    overlap: overlapOf(source, target),
    missing: first !== undefined && !target.includes(first),
    correlation: rankCorrelation(distances),
  };
}

function labels(queries: readonly Query[], judged: readonly Judged[], topK: number): Judgement['labelled'] {
  const known = judged.flatMap((one, index) => {
    const { relevant } = queries[index] ?? {};
    return relevant === undefined ? [] : [{ one, right: new Set(relevant) }];
  });
  if (known.length === 0) return undefined;
  const side = (name: 'source' | 'target'): Labelled => ({
    recall: required(meanOf(known.map(({ one, right }) => recallOf(one[name], right)))),
    mrr: required(meanOf(known.map(({ one, right }) => reciprocalRank(one[name], right)))),
    ndcg: required(meanOf(known.map(({ one, right }) => ndcgOf(one[name], right, topK)))),
  });
  return { queries: known.length, source: side('source'), target: side('target') };
}

function slicesOf(queries: readonly Query[], judged: readonly Judged[]): Judgement['slices'] {
  const groups = Map.groupBy(judged.keys(), (index) => queries[index]?.slice);
  return [...groups]
    .flatMap(([slice, indexes]) => {
      const overlap = meanOf(indexes.map((index) => judged[index]?.overlap ?? 0));
      return slice === undefined || overlap === undefined ? [] : [{ slice, queries: indexes.length, overlap }];
    })
    .toSorted((left, right) => left.overlap.mean - right.overlap.mean);
}

function distributionOf(values: readonly number[]): number[] {
  const bins = Array.from({ length: 10 }, () => 0);
  for (const value of values) {
    const bin = Math.max(0, Math.ceil(value * 10 - 1e-9) - 1);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return bins;
}

function required(mean: Mean | undefined): Mean {
  return mean ?? { mean: 0, low: 0, high: 0 };
}
