import { createMemory } from '@vsm/adapter-memory';
import type { VectorRecord, VectorStoreV1 } from '@vsm/core';
import {
  createOpenAiProvider,
  createReembedding,
  type OpenAiOptions,
  type Reembedding,
  type ReembedOptions,
} from '@vsm/embed';

export const PRICE = {
  model: 'test',
  perMillionTokens: 1,
  currency: 'USD',
  source: 'https://example.com/prices',
  date: '2026-11-26',
};

/** Records with a text and a title of their own, and two dimensions. */
export function documents(
  count: number,
  textOf = (at: number) => `text ${at} of many about topic ${at % 7}`,
): VectorRecord[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `d${at}`,
    vectors: { '': Float32Array.of(1, at) },
    metadata: { title: `title ${at}`, part: { page: at } },
    document: textOf(at),
  }));
}

export async function storeWith(records: readonly VectorRecord[]): Promise<VectorStoreV1> {
  const store = createMemory();
  await store.createCollection?.({
    name: 'docs',
    vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } },
  });
  await (await store.openCollection('docs')).upsert(records);
  return store;
}

export function reembedding(
  url: string,
  options: Partial<ReembedOptions> & { readonly openai?: Partial<OpenAiOptions> } = {},
): Promise<Reembedding> {
  const { openai, ...rest } = options;
  return createReembedding({ provider: createOpenAiProvider({ model: 'test', url, ...openai }), ...rest });
}

/** The message of what a promise fails with. */
export async function failure(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  return (error as Error).message;
}
