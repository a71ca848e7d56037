import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemory } from '@vsm/adapter-memory';
import { LOSS_NAMES, migrate, plan, verify, type Embedding, type VectorRecord } from '@vsm/core';
import { openCache, readPrices, type ReembedOptions, type Reembedding } from '@vsm/embed';
import { countTokens, startEmbeddings, vectorOf, type EmbeddingsEmulator } from '@vsm/emulator-embeddings';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { textSource } from '../src/text.ts';
import { documents, failure, PRICE, reembedding, storeWith } from './helpers.ts';

let server: EmbeddingsEmulator;
let folder: string;
beforeEach(async () => {
  [server, folder] = await Promise.all([startEmbeddings(), mkdtemp(join(tmpdir(), 'vsm-embed-'))]);
});
afterEach(async () => {
  await Promise.all([server.close(), rm(folder, { recursive: true, force: true })]);
});

const record = (metadata: VectorRecord['metadata'], document?: string): VectorRecord => ({
  id: 'a',
  vectors: {},
  metadata,
  document,
});

describe('the text', () => {
  it('is the document, a field, or a template of both', () => {
    const rich = record({ title: 'T', deep: { page: 3 }, 'dotted.name': 'x', document: 'field' }, 'D');
    const of = (options: Parameters<typeof textSource>[0]): string | undefined => textSource(options).of(rich);
    expect(of({})).toBe('D');
    expect(of({ field: 'document' })).toBe('field');
    expect(of({ template: '{{title}}\n{{document}}' })).toBe('T\nD');
    expect(of({ template: '{{deep.page}} {{ dotted.name }} {{none}}' })).toBe('3 x ');
    expect(of({ template: '{{none}}' })).toBeUndefined();
    expect(textSource({}).of(record({}))).toBeUndefined();
    expect(of({ read: () => ({ document: 'inside', metadata: {} }) })).toBe('inside');
  });

  it('is no text of which every record has the same, and a part that no record has is told', () => {
    expect(() => textSource({ template: 'title' })).toThrow(/no \{\{field\}\}/);
    expect(() => textSource({ template: '{{a}}', field: 'a' })).toThrow(/not both/);
    const source = textSource({ template: '{{titel}} {{document}}' });
    source.of(record({ title: 'T' }, 'D'));
    expect(source.neverFilled()).toEqual(['titel']);
  });
});

const LONG = 'one two three four five six seven eight nine ten '.repeat(4).trim();

/** A migration of three records, the second of which has a text that is too long. */
async function moveLong(options: Partial<ReembedOptions>) {
  const source = await storeWith(documents(3, (at) => (at === 1 ? LONG : `short ${at}`)));
  const target = createMemory();
  const made = await reembedding(server.url, { dimension: 32, maxTokens: 20, ...options });
  const given = { source, target, sourceCollection: 'docs', embed: made.embedding, checkpoints: false as const };
  const planned = await plan(given);
  const result = await migrate({ ...given, allowLoss: LOSS_NAMES });
  const [vector] = (await (await target.openCollection('docs')).fetch(['d1'])).map(({ vectors }) => vectors['']);
  return { planned, result, vector, made, given };
}

describe('a text that is too long', () => {
  it('has its record rejected by name, and the plan says so before', async () => {
    const { planned, result, vector, given } = await moveLong({});
    expect(planned.losses).toMatchObject([
      { name: 'rejected-records', detail: expect.stringMatching(/about 65 tokens, and test takes 20/) as string },
    ]);
    expect(result).toMatchObject({ vectorsMigrated: 2, vectorsFailed: 1 });
    expect(result.verification).toMatchObject({ passed: true });
    expect(vector).toBeUndefined();
    expect(await verify({ ...given, level: 'values' })).toMatchObject({ missing: 0, extra: 0 });
  });

  it('is cut where that was chosen, and counted', async () => {
    const { result, vector, made } = await moveLong({ tooLong: 'cut' });
    expect(result).toMatchObject({ success: true, vectorsMigrated: 3 });
    expect(made.figures()).toMatchObject({ cut: 1, averaged: 0, paid: 3 });
    const kept = [...server.paid.keys()].find((key) => key.includes('one two'))?.replace('test\n', '') ?? '';
    expect(LONG.startsWith(kept)).toBe(true);
    expect(Buffer.byteLength(kept)).toBeGreaterThan(40);
    expect(vector).toEqual(Float32Array.from(vectorOf(kept, 'test', 32)));
  });

  it('or averaged over its parts, all of it', async () => {
    const { vector, made } = await moveLong({ tooLong: 'average' });
    expect(made.figures()).toMatchObject({ cut: 0, averaged: 1 });
    const parts = [...server.paid.keys()]
      .filter((key) => !key.includes('short'))
      .map((key) => key.replace('test\n', ''));
    const words = (text: string): string[] => text.split(/\s+/).toSorted();
    // Parts with the same words are the same text, and paid for once.
    expect(new Set(parts.flatMap(words))).toEqual(new Set(words(LONG)));
    expect(Math.hypot(...(vector as Float32Array))).toBeCloseTo(1, 5);
  });

  it('goes as it is where no bound is known, and the model refuses it by itself', async () => {
    await server.close();
    server = await startEmbeddings({ maxTokens: 20 });
    expect(await failure(moveLong({ maxTokens: undefined }))).toMatch(/maximum context length is 20 tokens/);
  });
});

describe('the cache', () => {
  it('keeps what was paid for, by model and text, in another process too', async () => {
    const path = join(folder, 'deep', 'cache.sqlite');
    const first = await reembedding(server.url, { cache: await openCache(path) });
    const before = await first.embed(['a', 'b']);
    first.close();
    const again = await reembedding(server.url, { cache: await openCache(path) });
    expect(await again.embed(['b', 'a', 'c'])).toEqual([before[1], before[0], expect.any(Float32Array)]);
    expect(again.figures()).toMatchObject({ known: 2 + 1, paid: 1 });
    again.close();
    const other = await reembedding(server.url, { cache: await openCache(path), openai: { model: 'other' } });
    await other.embed(['a']);
    other.close();
    expect([...server.paid.entries()].filter(([key]) => key.endsWith('\na'))).toEqual([
      ['test\na', 1],
      ['other\na', 1],
    ]);
  });

  it('that is none says so', async () => {
    await writeFile(join(folder, 'no.sqlite'), 'a text and no database'.repeat(100));
    expect(await failure(openCache(join(folder, 'no.sqlite')))).toMatch(
      /cache of vectors .*no\.sqlite cannot be opened/,
    );
  });

  it('keeps the batches that were paid for where another one fails', async () => {
    const cache = await openCache(join(folder, 'cache.sqlite'));
    const { embed } = await reembedding(server.url, {
      dimension: 32,
      cache,
      concurrency: 1,
      openai: { limits: { texts: 1 } },
      retry: { maxRetries: 0 },
    });
    const first = embed(['a', 'b', 'c']);
    server.faults.failNext('error');
    expect(await failure(first)).toMatch(/500/);
    expect(await embed(['a', 'b', 'c'])).toHaveLength(3);
    expect(Math.max(...server.paid.values())).toBe(1);
    cache.close();
  });
});

describe('the price', () => {
  const dryRun = async (made: Reembedding, records = documents(40)) => {
    const source = await storeWith(records);
    return made.price((embed: Embedding) =>
      migrate({ source, target: createMemory(), sourceCollection: 'docs', embed, dryRun: true, checkpoints: false }),
    );
  };

  it('counts by the tokenizer of the model where it is public: a worked example', async () => {
    const prices = await readPrices();
    const small = prices.find(({ model }) => model === 'text-embedding-3-small');
    expect(small).toMatchObject({
      perMillionTokens: 0.02,
      currency: 'USD',
      source: expect.stringContaining('https://') as string,
    });
    const openai = { model: 'text-embedding-3-small', limits: { texts: 100, tokens: 300_000 } };
    const rates = { tokensPerMinute: 60, requestsPerMinute: 3 };
    const made = await reembedding(server.url, { openai, prices, rates });
    // tiktoken gives 4 tokens for each of these: 'hello', ' world', ' ', '7'.
    const price = await dryRun(
      made,
      documents(10, (at) => `hello world ${at}`),
    );
    expect(price).toMatchObject({ texts: 10, toPay: 10, tokensBy: 'tokenizer', tokens: 40, sampled: 0 });
    expect(price.cost).toBeCloseTo((40 / 1e6) * 0.02, 12);
    expect(price.durationSeconds).toBeCloseTo(40, 6);
    expect(server.requests).toBe(0);
  });

  it('else measures with a sample, which is paid for and kept, and says so', async () => {
    const cache = await openCache(join(folder, 'cache.sqlite'));
    const made = await reembedding(server.url, { dimension: 32, cache, prices: [PRICE] });
    const price = await dryRun(made);
    const exact = documents(40).reduce((sum, { document = '' }) => sum + countTokens(document), 0);
    expect(price).toMatchObject({ texts: 40, toPay: 40, tokensBy: 'measured', sampled: 16 });
    expect(Math.abs(price.tokens - exact) / exact).toBeLessThan(0.05);
    expect(price.cost).toBeCloseTo(price.tokens / 1e6, 12);
    expect(await dryRun(made)).toMatchObject({ known: 16, toPay: 24 });
    expect(server.paid.size).toBe(16);
    made.close();
  });

  it('is unknown for a model that is in no list, and then it cannot be bounded', async () => {
    const made = await reembedding(server.url, { dimension: 32 });
    expect(await dryRun(made)).toMatchObject({ cost: undefined });
    expect(await failure(reembedding(server.url, { dimension: 32, maxCost: 1 }))).toMatch(/no price of test is known/);
  });

  it('ends the run before it spends more than was allowed', async () => {
    // 40 texts of 28 bytes or so: 10 tokens each by three bytes a token, 7 as the server counts.
    const maxCost = 150 / 1e6;
    const cache = await openCache(join(folder, 'cache.sqlite'));
    const options = { dimension: 32, cache, prices: [PRICE], concurrency: 2, openai: { limits: { texts: 4 } } };
    const made = await reembedding(server.url, { ...options, maxCost });
    const source = await storeWith(documents(40));
    const move = (one: Reembedding) =>
      migrate({
        source,
        target,
        sourceCollection: 'docs',
        embed: one.embedding,
        batchSize: 8,
        concurrency: 1,
        checkpoints: join(folder, 'runs'),
      });
    const target = createMemory();
    expect(await failure(move(made))).toMatch(/more than the 0\.00015 USD that were allowed; 0\.000\d+ USD are spent/);
    expect(server.tokens).toBeLessThanOrEqual(150);
    // Within one batch of the bound: four texts.
    expect(server.tokens).toBeGreaterThan(150 - 2 * 4 * 10);
    const rest = await reembedding(server.url, options);
    expect(await move(rest)).toMatchObject({ success: true });
    expect(server.paid.size).toBe(40);
    expect(Math.max(...server.paid.values())).toBe(1);
    cache.close();
  });

  it('of a list that is wrong names the entry', async () => {
    const path = join(folder, 'prices.json');
    await writeFile(path, JSON.stringify({ models: [{ ...PRICE, perMillionTokens: '1' }] }));
    expect(await failure(readPrices(path))).toMatch(/"perMillionTokens" of test must be a number, but is "1"/);
  });
});

it('a run is taken up only with the embedding that it was begun with', async () => {
  const [source, target] = [await storeWith(documents(30)), createMemory()];
  const move = async (model: string, text: ReembedOptions['text'] = {}) => {
    const { embedding } = await reembedding(server.url, {
      dimension: 32,
      text,
      openai: { model },
      retry: { maxRetries: 0 },
    });
    return migrate({
      source,
      target,
      sourceCollection: 'docs',
      embed: embedding,
      batchSize: 10,
      concurrency: 1,
      checkpoints: folder,
    });
  };
  server.faults.failNext('error');
  await failure(move('test'));
  expect(await failure(move('other'))).toMatch(/was asked for otherwise than this one/);
  expect(await failure(move('test', { field: 'title' }))).toMatch(/was asked for otherwise than this one/);
  expect(await move('test')).toMatchObject({ success: true });
});
