import type { DenseVector } from '@vsm/core/adapter';

/** Computes vectors for texts, one call at a time. Batches, retries and the cache stand around it. */
export interface EmbeddingProvider {
  /** The model and whatever else changes its vectors: what the cache keeps them under. No secrets. */
  readonly id: string;
  /** As a price list has it. */
  readonly model: string;
  /** Where it was asked for another than the model's own. */
  readonly dimension?: number | undefined;
  readonly limits: ProviderLimits;
  /**
   * As many vectors as texts, in their order.
   * @throws RemoteError, `retryable` where the same call may pass later
   */
  embed(texts: readonly string[], options: { readonly signal?: AbortSignal | undefined }): Promise<EmbeddedTexts>;
  close?(): void;
}

export interface ProviderLimits {
  /** Texts of one call. */
  readonly texts: number;
  /** Tokens of one call, over all of its texts. */
  readonly tokens?: number | undefined;
}

export interface EmbeddedTexts {
  readonly vectors: readonly DenseVector[];
  /** What the provider counted, where it says so. */
  readonly tokens?: number | undefined;
  readonly rates?: RateLimits | undefined;
}

/** What a provider lets through in a minute, where it says so. */
export interface RateLimits {
  readonly requestsPerMinute?: number | undefined;
  readonly tokensPerMinute?: number | undefined;
}
