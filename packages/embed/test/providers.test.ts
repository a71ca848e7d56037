import { setTimeout as delay } from 'node:timers/promises';
import { startEmbeddings, vectorOf, type EmbeddingsEmulator } from '@vsm/emulator-embeddings';
import { createMemory } from '@vsm/adapter-memory';
import { migrate } from '@vsm/core';
import { aiSdkProvider, createOpenAiProvider, createReembedding, functionProvider } from '@vsm/embed';
import { APICallError } from 'ai';
import { MockEmbeddingModelV4 } from 'ai/test';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documents, failure, reembedding, storeWith } from './helpers.ts';

let server: EmbeddingsEmulator;
beforeEach(async () => {
  server = await startEmbeddings();
});
afterEach(() => server.close());

const words = (count: number): string[] => Array.from({ length: count }, (_, at) => `word ${at}`);

describe('an endpoint that speaks as OpenAI does', () => {
  it('gets batches by their number of texts and of tokens, and no text twice', async () => {
    const { embed } = await reembedding(server.url, { dimension: 32, openai: { limits: { texts: 10 } } });
    const texts = [...words(25), ...words(25)];
    const vectors = await embed(texts);
    expect(vectors).toHaveLength(50);
    expect(vectors[3]).toEqual(Float32Array.from(vectorOf('word 3', 'test', 32)));
    expect(vectors[28]).toEqual(vectors[3]);
    expect(server.requests).toBe(3);
    expect([...server.paid.values()].every((times) => times === 1)).toBe(true);

    // Three bytes are taken for a token here: 'word 0' is two of them.
    const few = await reembedding(server.url, { dimension: 32, openai: { limits: { texts: 10, tokens: 8 } } });
    await few.embed(words(8));
    expect(server.requests).toBe(3 + 2);
  });

  it('gets as many calls at once as were allowed, whoever asks', async () => {
    server.faults.latencyMs = 20;
    const { embed } = await reembedding(server.url, {
      dimension: 32,
      concurrency: 3,
      openai: { limits: { texts: 1 } },
    });
    await Promise.all([embed(words(12)), embed(words(24)), embed(words(6))]);
    expect(server.busiest).toBe(3);
    expect(server.paid.size).toBe(24);
    expect(Math.max(...server.paid.values())).toBe(1);
  });

  it('is asked again after what passes, and waits as long as it is told to', async () => {
    server.faults.failNext('error');
    server.faults.failNext('throttle');
    server.faults.failNext('drop');
    server.faults.retryAfterSeconds = 0.05;
    const retry = { retryDelaySeconds: 0.001, maxRetries: 8 };
    const { embed } = await reembedding(server.url, { dimension: 32, concurrency: 1, retry });
    expect(await embed(words(3))).toHaveLength(3);
    await server.close();
    server = await startEmbeddings({ rates: { tokensPerWindow: 40, windowMs: 60 } });
    const limited = await reembedding(server.url, { dimension: 32, retry, openai: { limits: { texts: 2 } } });
    expect(await limited.embed(words(30))).toHaveLength(30);
    expect(server.paid.size).toBe(30);
  });

  it('is not asked again after a refusal, and its key is in no message', async () => {
    await server.close();
    server = await startEmbeddings({ apiKey: 'right' });
    const { embed } = await reembedding(server.url, { dimension: 32, openai: { apiKey: 'sk-secret-0123456789' } });
    const message = await failure(embed(words(1)));
    expect(message).toMatch(/cannot embed 1 texts with test.*Incorrect API key/);
    expect(message).not.toContain('secret');
  });

  it('gets no key that was meant for OpenAI', () => {
    process.env['OPENAI_API_KEY'] = 'sk-openai';
    try {
      const { id } = createOpenAiProvider({ model: 'm', url: 'http://localhost:11434/v1' });
      expect(id).toBe('openai:m at http://localhost:11434/v1');
    } finally {
      delete process.env['OPENAI_API_KEY'];
    }
    expect(() => createOpenAiProvider({ model: 'm' })).toThrow(/OPENAI_API_KEY is not set/);
  });

  it.each([
    ['count', /3 texts were sent, and 2 vectors came back/],
    ['dimension', /text 3 of 3 has 31 dimensions in place of 32/],
    ['null', /text 1 of 3 has null in place of a number/],
    ['NaN', /a vector has NaN in place of a number/],
  ] as const)('and answers with a wrong %s: nothing of it is kept', async (wrong, message) => {
    server.wrong = wrong;
    const source = await storeWith(documents(3));
    const target = createMemory();
    const { embedding } = await reembedding(server.url, { dimension: 32, retry: { maxRetries: 0 } });
    expect(
      await failure(
        migrate({ source, target, checkpoints: false, concurrency: 1, sourceCollection: 'docs', embed: embedding }),
      ),
    ).toMatch(message);
    expect(await (await target.openCollection('docs')).count()).toMatchObject({ value: 0 });
  });

  it('may answer in another order', async () => {
    server.wrong = 'order';
    const { embed } = await reembedding(server.url, { dimension: 32 });
    const [first] = await embed(words(3));
    expect(first).toEqual(Float32Array.from(vectorOf('word 0', 'test', 32)));
  });

  it('is asked for its dimension where nobody says it, and for fewer where it can', async () => {
    expect((await reembedding(server.url)).embedding.dimension).toBe(32);
    const fewer = await reembedding(server.url, { openai: { dimensions: 8 } });
    expect(fewer.embedding.dimension).toBe(8);
    expect((await fewer.embed(['a']))[0]).toHaveLength(8);
  });

  it('is left alone once the run is interrupted', async () => {
    server.faults.latencyMs = 10_000;
    const interrupt = new AbortController();
    const { embed } = await reembedding(server.url, { dimension: 32, signal: interrupt.signal });
    const ending = failure(embed(words(3)));
    await delay(20);
    interrupt.abort(new Error('enough'));
    expect(await ending).toMatch(/enough|abort/i);
  });
});

describe('a model of the AI SDK', () => {
  it('moves a collection', async () => {
    const model = new MockEmbeddingModelV4({
      maxEmbeddingsPerCall: 2,
      doEmbed: async ({ values }) => ({
        embeddings: values.map((value) => vectorOf(value, 'mock', 4)),
        usage: { tokens: 7 },
        warnings: [],
      }),
    });
    const { embedding, figures } = await createReembedding({ provider: await aiSdkProvider(model) });
    const [source, target] = [await storeWith(documents(5)), createMemory()];
    const result = await migrate({ source, target, checkpoints: false, sourceCollection: 'docs', embed: embedding });
    expect(result).toMatchObject({ success: true, vectorsMigrated: 5 });
    const [one] = await (await target.openCollection('docs')).fetch(['d2']);
    expect(one?.vectors['']).toEqual(Float32Array.from(vectorOf(documents(3)[2]?.document ?? '', 'mock', 4)));
    // One for the dimension, and three of two texts at most.
    expect(figures()).toMatchObject({ requests: 4, tokens: 28 });
  });

  it('is asked again where its error says so, and its request is in no message', async () => {
    let calls = 0;
    const model = new MockEmbeddingModelV4({
      doEmbed: async () => {
        calls += 1;
        throw new APICallError({
          message: 'slow down',
          url: 'https://example.com',
          requestBodyValues: { key: 'sk-secret' },
          statusCode: calls < 3 ? 429 : 400,
          responseHeaders: { 'retry-after': '0.01' },
        });
      },
    });
    const { embed } = await createReembedding({
      provider: await aiSdkProvider(model),
      dimension: 4,
      retry: { retryDelaySeconds: 0.001 },
    });
    expect(await failure(embed(['a']))).toMatch(/ai-sdk: cannot embed 1 texts.*slow down/);
    expect(calls).toBe(3);
  });
});

it('a function is a provider too', async () => {
  const provider = functionProvider({ id: 'length', embed: async (texts) => texts.map((text) => [text.length, 1]) });
  const { embed, embedding } = await createReembedding({ provider });
  expect(embedding.dimension).toBe(2);
  expect(await embed(['abc'])).toEqual([Float32Array.of(3, 1)]);
});
