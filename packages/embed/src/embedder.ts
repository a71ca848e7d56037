import type { Embedding } from '@vsm/core';
import { VsmError, type RetryPolicy } from '@vsm/core/adapter';
import type { EmbeddingCache } from './cache.ts';
import { countTexts, type EmbeddingPrice } from './count.ts';
import { Ledger, type BudgetError, type LedgerFigures } from './ledger.ts';
import { Payer } from './payer.ts';
import type { ModelPrice } from './prices.ts';
import type { EmbeddingProvider, RateLimits } from './provider.ts';
import { textSource, type TextOptions } from './text.ts';
import { tokenizerOf } from './tokens.ts';
import { averageOf, isTooLong, partsOf, type TooLong } from './too-long.ts';

export interface ReembedOptions {
  readonly provider: EmbeddingProvider;
  /** @default the provider's, else that of the model in the price list, else the provider is asked once */
  readonly dimension?: number | undefined;
  readonly text?: TextOptions | undefined;
  /** @default 'refuse' */
  readonly tooLong?: TooLong | undefined;
  /** Of one text. @default that of the model in the price list, else the provider is the one to refuse */
  readonly maxTokens?: number | undefined;
  /** Name of the vector: another one than before leaves the old one where it is. @default '' */
  readonly vector?: string | undefined;
  /** @default none: what is asked for again is paid for again */
  readonly cache?: EmbeddingCache | undefined;
  /** Calls at once, over all parts of the collection together. @default 4 */
  readonly concurrency?: number | undefined;
  readonly retry?: Partial<RetryPolicy> | undefined;
  /** See `readPrices`. @default none */
  readonly prices?: readonly ModelPrice[] | undefined;
  /** In the currency of the price: the run ends before it spends more, and can be resumed. */
  readonly maxCost?: number | undefined;
  readonly onBudget?: ((error: BudgetError) => void) | undefined;
  /** What the provider lets through, where it does not say so itself. */
  readonly rates?: RateLimits | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Reembedding {
  /** For `embed` of `plan`, `migrate`, `resume` and `verify`. */
  readonly embedding: Embedding;
  readonly figures: () => LedgerFigures;
  /** Vectors of any texts, on the same account. */
  readonly embed: (texts: readonly string[]) => Promise<readonly Float32Array[]>;
  /**
   * Says what a run would cost. `dryRun` has to send every record through the embedding that it is given, as
   * `migrate({ dryRun: true, embed })` does.
   */
  readonly price: (dryRun: (embed: Embedding) => Promise<unknown>) => Promise<EmbeddingPrice>;
  readonly close: () => void;
}

const RETRY: RetryPolicy = { maxRetries: 8, retryDelaySeconds: 1, retryBackoff: 2 };

/** @throws VsmError `INVALID_OPTIONS`, or whatever the provider says where it has to be asked for the dimension */
export async function createReembedding(options: ReembedOptions): Promise<Reembedding> {
  const { provider, cache, tooLong = 'refuse', signal, concurrency = 4 } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new VsmError('INVALID_OPTIONS', `concurrency must be a whole number from 1 on, but is ${concurrency}.`);
  }
  const price = options.prices?.find(({ model }) => model === provider.model);
  const tokenizer = await tokenizerOf(provider.model);
  const ledger = new Ledger(provider.model, price, options.maxCost, options.onBudget);
  const maxTokens = options.maxTokens ?? price?.maxTokens;
  const source = textSource(options.text ?? {});
  let dimension = options.dimension ?? provider.dimension ?? price?.dimension;
  const payer = new Payer({
    provider,
    tokenizer,
    cache,
    ledger,
    dimension: () => dimension,
    concurrency,
    retry: { ...RETRY, ...options.retry },
    signal,
  });
  dimension ??= (await payer.vectorsOf(['dimension'])).get('dimension')?.length ?? 0;

  const embed = async (texts: readonly string[]): Promise<readonly Float32Array[]> => {
    const parts = texts.map((text) => partsOf(text, tooLong, maxTokens, tokenizer));
    for (const [index, own] of parts.entries()) {
      if (own.length > 1) ledger.counts.averaged += 1;
      else if (own[0] !== texts[index]) ledger.counts.cut += 1;
    }
    const vectors = await payer.vectorsOf(parts.flat());
    return parts.map((own) =>
      averageOf(own.map((part) => [vectors.get(part) as Float32Array, own.length === 1 ? 1 : tokenizer.count(part)])),
    );
  };
  const long = maxTokens === undefined ? '' : `, texts beyond ${maxTokens} tokens: ${tooLong}`;
  const embedding: Embedding = {
    embed,
    dimension,
    vector: options.vector,
    description: `${provider.id} of ${source.description}${long}`,
    text(record) {
      const text = source.of(record);
      if (text === undefined || tooLong !== 'refuse' || maxTokens === undefined) return text;
      if (!isTooLong(text, maxTokens, tokenizer)) return text;
      const about = tokenizer.exact ? '' : 'about ';
      return {
        refused: `its text has ${about}${tokenizer.count(text)} tokens, and ${provider.model} takes ${maxTokens}: have it cut or averaged, or leave it out`,
      };
    },
    // Batches and calls at once are the payer's, which knows what the provider takes.
    batchSize: Number.MAX_SAFE_INTEGER,
    concurrency: 1,
  };
  return {
    embedding,
    embed,
    figures: () => ledger.figures,
    price: (dryRun) =>
      countTexts(dryRun, {
        embedding,
        provider,
        tokenizer,
        cache,
        price,
        payer,
        ledger,
        tooLong,
        maxTokens,
        source,
        rates: options.rates,
      }),
    close() {
      provider.close?.();
      cache?.close();
    },
  };
}
