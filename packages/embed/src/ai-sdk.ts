import { abortedFailure, connectionFailure, httpFailure, parseRetryAfter, VsmError } from '@vsm/core/adapter';
import type { EmbeddingProvider } from './provider.ts';

/** What every `EmbeddingModel` of the AI SDK has, whichever of its versions 2 to 4 it is of. */
export interface AiSdkModel {
  readonly specificationVersion: string;
  readonly provider: string;
  readonly modelId: string;
  readonly maxEmbeddingsPerCall: number | undefined | PromiseLike<number | undefined>;
  doEmbed(options: { values: string[]; abortSignal?: AbortSignal }): PromiseLike<{
    readonly embeddings: readonly (readonly number[])[];
    readonly usage?: { readonly tokens: number } | undefined;
  }>;
}

/** Where the model says nothing about it. */
const TEXTS = 100;
const LONGEST_WAIT_MS = 600_000;

/** A model of the AI SDK, such as `openai.embeddingModel('text-embedding-3-small')`. Its own key stays with it. */
export async function aiSdkProvider(model: AiSdkModel): Promise<EmbeddingProvider> {
  const most = (await model.maxEmbeddingsPerCall) ?? TEXTS;
  const location = `${model.provider} of the AI SDK`;
  return {
    id: `ai-sdk:${model.provider}:${model.modelId}`,
    model: model.modelId,
    limits: { texts: Number.isFinite(most) ? most : TEXTS },
    async embed(texts, { signal }) {
      try {
        const { embeddings, usage } = await model.doEmbed({
          values: [...texts],
          ...(signal !== undefined && { abortSignal: signal }),
        });
        return { vectors: embeddings, tokens: usage?.tokens };
      } catch (cause) {
        const attempt = { adapter: 'ai-sdk', action: `embed ${texts.length} texts with ${model.modelId}`, location };
        throw signal?.aborted === true ? abortedFailure(attempt, signal.reason) : failureOf(attempt, cause);
      }
    },
  };
}

/** An `APICallError` of the AI SDK, as far as it is one. */
interface CallError {
  readonly statusCode?: number | undefined;
  readonly responseHeaders?: Readonly<Record<string, string>> | undefined;
  readonly message: string;
}

function failureOf(attempt: Parameters<typeof httpFailure>[0], cause: unknown): VsmError {
  if (VsmError.isInstance(cause)) return cause;
  const { statusCode, responseHeaders, message } = cause as CallError;
  if (statusCode === undefined) return connectionFailure(attempt, cause);
  const retryAfterMs = parseRetryAfter(responseHeaders?.['retry-after'], LONGEST_WAIT_MS);
  // The cause is left out: it has the request with all of its headers.
  return httpFailure(attempt, { status: statusCode, text: message, retryAfterMs });
}

export function isAiSdkModel(value: unknown): value is AiSdkModel {
  return typeof value === 'object' && value !== null && 'doEmbed' in value && typeof value.doEmbed === 'function';
}
