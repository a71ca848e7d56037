import type { DenseVector } from '@vsm/core/adapter';
import type { EmbeddingProvider, ProviderLimits } from './provider.ts';

export interface FunctionOptions {
  /** What the cache keeps the vectors under: another one for every change of what the function gives. */
  readonly id: string;
  /** As a price list has it. @default the id */
  readonly model?: string | undefined;
  readonly embed: (texts: readonly string[]) => Promise<readonly DenseVector[]>;
  readonly limits?: Partial<ProviderLimits> | undefined;
}

/** A function of one's own. It may throw a `RemoteError` that is `retryable`, to be asked again. */
export function functionProvider({ id, model = id, embed, limits }: FunctionOptions): EmbeddingProvider {
  return {
    id: `function:${id}`,
    model,
    limits: { texts: 100, ...limits },
    embed: async (texts) => ({ vectors: await embed(texts) }),
  };
}
