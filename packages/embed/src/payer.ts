import pLimit from 'p-limit';
import { withRetry, type RetryPolicy } from '@vsm/core/adapter';
import { batchesOf } from './batches.ts';
import type { EmbeddingCache } from './cache.ts';
import { checkVectors } from './check.ts';
import type { Ledger } from './ledger.ts';
import type { EmbeddingProvider, RateLimits } from './provider.ts';
import type { Tokenizer } from './tokens.ts';

interface PayerSettings {
  readonly provider: EmbeddingProvider;
  readonly tokenizer: Tokenizer;
  readonly cache: EmbeddingCache | undefined;
  readonly ledger: Ledger;
  readonly dimension: () => number | undefined;
  readonly concurrency: number;
  readonly retry: RetryPolicy;
  readonly signal: AbortSignal | undefined;
}

/** Vectors of texts, each paid for once: from the cache, from a call that is under way, or from the provider. */
export class Payer {
  readonly #settings: PayerSettings;
  readonly #limit: ReturnType<typeof pLimit>;
  readonly #underWay = new Map<string, Promise<Float32Array>>();
  /** Tokens a byte, once a sample has shown it. */
  measured: number | undefined;
  /** As the provider said last. */
  rates: RateLimits | undefined;

  constructor(settings: PayerSettings) {
    this.#settings = settings;
    this.#limit = pLimit(settings.concurrency);
  }

  async vectorsOf(texts: readonly string[]): Promise<ReadonlyMap<string, Float32Array>> {
    const { provider, tokenizer, cache, ledger } = this.#settings;
    const found = new Map<string, Float32Array>();
    const waiting = new Map<string, Promise<Float32Array>>();
    const lacking: string[] = [];
    for (const text of new Set(texts)) {
      const other = this.#underWay.get(text);
      const kept = other === undefined ? cache?.get(provider.id, text) : undefined;
      if (kept !== undefined) found.set(text, kept);
      else if (other === undefined) lacking.push(text);
      else waiting.set(text, other);
    }
    ledger.counts.texts += texts.length;
    ledger.counts.known += texts.length - lacking.length;
    const counts = lacking.map((text) => tokenizer.count(text));
    const calls = batchesOf(counts, provider.limits).map((batch) => {
      const wanted = batch.map((index) => lacking[index] ?? '');
      const tokens = batch.reduce((sum, index) => sum + (counts[index] ?? 0), 0);
      const call = this.#limit(() => this.#call(wanted, tokens));
      for (const [at, text] of wanted.entries()) {
        const one = call.then((vectors) => vectors[at] as Float32Array);
        // Whoever waits for it hears of a failure; where nobody does, it is heard of below.
        one.catch(() => undefined);
        this.#underWay.set(text, one);
        waiting.set(text, one);
      }
      const end = (): void => {
        for (const text of wanted) this.#underWay.delete(text);
      };
      return call.finally(end);
    });
    // All of them: what was paid for is kept, whatever becomes of the others.
    const ended = await Promise.allSettled(calls);
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
    for (const [text, one] of waiting) found.set(text, await one);
    return found;
  }

  async #call(texts: readonly string[], tokens: number): Promise<readonly Float32Array[]> {
    const { provider, cache, ledger, retry, signal } = this.#settings;
    signal?.throwIfAborted();
    ledger.reserve(tokens);
    let answered: { texts: number; tokens: number | undefined } | undefined;
    try {
      const answer = await withRetry(() => provider.embed(texts, { signal }), retry, signal);
      answered = { texts: texts.length, tokens: answer.tokens };
      this.rates = answer.rates ?? this.rates;
      const vectors = checkVectors(answer.vectors, texts, this.#settings.dimension(), provider);
      cache?.put(
        provider.id,
        texts.map((text, at) => [text, vectors[at] as Float32Array]),
      );
      return vectors;
    } finally {
      ledger.settle(tokens, answered);
    }
  }
}
