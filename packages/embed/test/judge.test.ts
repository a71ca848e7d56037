import { createMemory } from '@vsm/adapter-memory';
import type { CollectionV1, VectorRecord } from '@vsm/core';
import { judge, type Judgement } from '@vsm/embed';
import { vectorOf } from '@vsm/emulator-embeddings';
import { describe, expect, it } from 'vitest';
import { meanOf, ndcgOf, overlapOf, rankCorrelation, recallOf, reciprocalRank } from '../src/judge/figures.ts';
import { failure } from './helpers.ts';

const textOf = (at: number): string => `animal${at % 11} colour${at % 17} place${at % 5} thing${at} thing${at + 1}`;

/** 400 records of two topics, each with the vector of its text. */
function records(vector: (at: number) => readonly number[]): VectorRecord[] {
  return Array.from({ length: 400 }, (_, at) => ({
    id: `r${at}`,
    vectors: { '': Float32Array.from(vector(at)) },
    metadata: { half: at < 200 ? 'first' : 'second' },
    document: textOf(at),
  }));
}

async function collection(content: readonly VectorRecord[]): Promise<CollectionV1> {
  const store = createMemory();
  await store.createCollection?.({ name: 'c', vectors: { '': { kind: 'dense', metric: 'cosine' } } });
  const made = await store.openCollection('c');
  await made.upsert(content);
  return made;
}

const good = (at: number): number[] => vectorOf(textOf(at), 'a', 32);

async function judged(worse: (at: number) => readonly number[], slice?: string): Promise<Judgement> {
  const [source, target] = [await collection(records(good)), await collection(records(worse))];
  return judge({
    source: { collection: source },
    target: { collection: target },
    minOverlap: 0.99,
    sample: 100,
    slice,
  });
}

describe('the gate', () => {
  it('passes a copy, whose overlap is 1', async () => {
    expect(await judged(good)).toMatchObject({
      passed: true,
      overlap: { mean: 1, low: 1, high: 1 },
      missingAt1: 0,
      rankCorrelation: { mean: 1 },
      queriesFrom: 'sampled records',
      worst: [],
    });
  });

  it('finds 5 % of the vectors swapped', async () => {
    const made = await judged((at) => good(at % 20 === 0 ? (at + 20) % 400 : at));
    expect(made).toMatchObject({
      passed: false,
      failures: [expect.stringMatching(/^the overlap is 0\.[89]/) as string],
    });
    expect(made.worst).toHaveLength(10);
  });

  it("finds another model's vectors among them, and where", async () => {
    const made = await judged((at) => (at < 100 ? vectorOf(textOf(at), 'b', 32) : good(at)), 'half');
    expect(made.passed).toBe(false);
    expect(made.slices.map(({ slice }) => slice)).toEqual(['first', 'second']);
    expect(made.slices[0]?.overlap.mean).toBeLessThan(made.slices[1]?.overlap.mean ?? 0);
  });

  it('finds texts that were cut', async () => {
    const made = await judged((at) => vectorOf(at % 4 === 0 ? textOf(at).slice(0, 12) : textOf(at), 'a', 32));
    expect(made.passed).toBe(false);
    expect(made.overlap.mean).toBeLessThan(0.95);
  });

  it('does not pass where records are missing', async () => {
    const [source, target] = [await collection(records(good)), await collection(records(good).slice(0, 300))];
    const made = await judge({ source: { collection: source }, target: { collection: target }, sample: 100 });
    expect(made).toMatchObject({ passed: false, records: { source: 400, target: 300 } });
    expect(made.unasked).toBeGreaterThan(10);
  });

  it('says which side is better where queries say what is right', async () => {
    const [source, target] = [
      await collection(records(good)),
      await collection(records((at) => vectorOf(textOf(at).slice(0, 12), 'a', 32))),
    ];
    const queries = Array.from({ length: 30 }, (_, at) => ({
      name: `q${at}`,
      text: textOf(at),
      relevant: [`/r${at}`],
    }));
    const embed = async (texts: readonly string[]) => texts.map((text) => vectorOf(text, 'a', 32));
    const sides = { source: { collection: source, embed }, target: { collection: target, embed } };
    const made = await judge({ ...sides, queries, minRecall: 0.9 });
    expect(made.labelled?.source).toMatchObject({ recall: { mean: 1 }, mrr: { mean: 1 }, ndcg: { mean: 1 } });
    expect(made.labelled?.target.recall.mean).toBeLessThan(0.9);
    expect(made).toMatchObject({ passed: false, queriesFrom: 'given' });
    const mute = { source: { collection: source }, target: { collection: target }, queries };
    expect(await failure(judge(mute))).toMatch(/with what model those of the source/);
  });
});

it('the figures are those of the textbooks', () => {
  expect(overlapOf(['a', 'b', 'c', 'd'], ['d', 'x', 'a', 'y'])).toBe(0.5);
  expect(recallOf(['a', 'b'], new Set(['b', 'c', 'd', 'e']))).toBe(0.25);
  expect(reciprocalRank(['a', 'b', 'c'], new Set(['c']))).toBeCloseTo(1 / 3);
  expect(reciprocalRank(['a'], new Set(['c']))).toBe(0);
  // 1/log2(3) found of 1/log2(2) + 1/log2(3).
  expect(ndcgOf(['x', 'a'], new Set(['a', 'b']), 10)).toBeCloseTo(0.6309 / 1.6309, 3);
  expect(rankCorrelation([1, 2, 3, 4])).toBe(1);
  expect(rankCorrelation([4, 3, 2, 1])).toBe(-1);
  expect(rankCorrelation([2, 1, 3, 4])).toBeCloseTo(0.8);
  expect(meanOf([0, 1, 0, 1])).toMatchObject({ mean: 0.5 });
  expect(meanOf([])).toBeUndefined();
});
