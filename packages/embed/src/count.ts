import { createHash } from 'node:crypto';
import type { Embedding } from '@vsm/core';
import type { EmbeddingCache } from './cache.ts';
import type { Ledger } from './ledger.ts';
import type { Payer } from './payer.ts';
import { costOf, type ModelPrice } from './prices.ts';
import type { EmbeddingProvider, RateLimits } from './provider.ts';
import type { TextSource } from './text.ts';
import type { Tokenizer } from './tokens.ts';
import { isTooLong, partsOf, type TooLong } from './too-long.ts';

/** What a run will have to be paid for, before it begins. */
export interface EmbeddingPrice {
  readonly model: string;
  readonly texts: number;
  /** Texts that are in the cache, or that another record has too. */
  readonly known: number;
  readonly toPay: number;
  /** Of the texts to pay. */
  readonly tokens: number;
  /** `tokenizer`: counted as the model does. `measured`: by what the provider counted for a sample. `guessed`: three bytes for one. */
  readonly tokensBy: 'tokenizer' | 'measured' | 'guessed';
  /** Texts of the sample, which are paid for and kept. */
  readonly sampled: number;
  /** `undefined` where no price is known. */
  readonly cost: number | undefined;
  readonly price: ModelPrice | undefined;
  /** The least that the rate limit allows; `undefined` where none is known. */
  readonly durationSeconds: number | undefined;
  readonly rates: RateLimits | undefined;
  readonly tooLong: {
    readonly texts: number;
    readonly become: TooLong;
    readonly maxTokens: number | undefined;
    readonly ids: readonly string[];
  };
  /** Parts of the template that no record has. */
  readonly neverFilled: readonly string[];
}

interface Counting {
  readonly embedding: Embedding;
  readonly provider: EmbeddingProvider;
  readonly tokenizer: Tokenizer;
  readonly cache: EmbeddingCache | undefined;
  readonly price: ModelPrice | undefined;
  readonly payer: Payer;
  readonly ledger: Ledger;
  readonly tooLong: TooLong;
  readonly maxTokens: number | undefined;
  readonly source: TextSource;
  readonly rates: RateLimits | undefined;
}

const SAMPLE = 16;
const MOST_IDS = 10;

export async function countTexts(
  dryRun: (embed: Embedding) => Promise<unknown>,
  given: Counting,
): Promise<EmbeddingPrice> {
  const { embedding, provider, tokenizer, cache, price, payer, tooLong, maxTokens, source } = given;
  const seen = new Set<string>();
  const counts = { texts: 0, known: 0, tokens: 0, bytes: 0, long: 0 };
  const ids: string[] = [];
  const sample: string[] = [];
  const countOne = (text: string): void => {
    const key = createHash('sha256').update(text).digest('base64').slice(0, 24);
    counts.texts += 1;
    if (seen.has(key) || cache?.has(provider.id, text) === true) {
      counts.known += 1;
      return;
    }
    seen.add(key);
    counts.tokens += tokenizer.count(text);
    counts.bytes += Buffer.byteLength(text);
    if (sample.length < SAMPLE) sample.push(text);
  };
  const stand = new Float32Array(embedding.dimension).fill(1);
  await dryRun({
    ...embedding,
    embed: async (texts) => {
      for (const text of texts) for (const part of partsOf(text, tooLong, maxTokens, tokenizer)) countOne(part);
      return texts.map(() => stand);
    },
    text(record) {
      const text = source.of(record);
      if (text !== undefined && maxTokens !== undefined && isTooLong(text, maxTokens, tokenizer)) {
        counts.long += 1;
        if (ids.length < MOST_IDS) ids.push(record.id);
      }
      return embedding.text?.(record);
    },
  });
  const measured = tokenizer.exact || sample.length === 0 ? undefined : await measure(sample, given);
  const tokens = measured === undefined ? counts.tokens : Math.ceil(counts.bytes * measured);
  const toPay = counts.texts - counts.known;
  const rates = payer.rates ?? given.rates;
  return {
    model: provider.model,
    texts: counts.texts,
    known: counts.known,
    toPay,
    tokens,
    tokensBy: tokenizer.exact ? 'tokenizer' : measured === undefined ? 'guessed' : 'measured',
    sampled: measured === undefined ? 0 : SAMPLE,
    cost: price === undefined ? undefined : costOf(tokens, price),
    price,
    durationSeconds: leastSeconds(tokens, toPay, rates, provider),
    rates,
    tooLong: { texts: counts.long, become: tooLong, maxTokens, ids },
    neverFilled: source.neverFilled(),
  };
}

/** Tokens a byte, as the provider counts them; `undefined` where it does not say. */
async function measure(sample: readonly string[], { payer, ledger }: Counting): Promise<number | undefined> {
  if (payer.measured !== undefined) return payer.measured;
  const before = ledger.figures.tokens;
  await payer.vectorsOf(sample);
  if (!ledger.countedByProvider) return undefined;
  const bytes = sample.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  payer.measured = (ledger.figures.tokens - before) / bytes;
  return payer.measured;
}

function leastSeconds(
  tokens: number,
  texts: number,
  rates: RateLimits | undefined,
  { limits }: EmbeddingProvider,
): number | undefined {
  if (rates === undefined) return undefined;
  const { tokensPerMinute = Number.POSITIVE_INFINITY, requestsPerMinute = Number.POSITIVE_INFINITY } = rates;
  const requests = Math.max(
    Math.ceil(texts / limits.texts),
    Math.ceil(tokens / (limits.tokens ?? Number.POSITIVE_INFINITY)),
  );
  return 60 * Math.max(tokens / tokensPerMinute, requests / requestsPerMinute);
}
