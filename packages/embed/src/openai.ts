import {
  checkList,
  checkObject,
  createHttp,
  type HttpAnswer,
  type HttpOptions,
  invalidOption,
  own,
  readEndpoint,
  readHttpOptions,
  WrongAnswer,
} from '@vsm/core/adapter';
import type { EmbeddedTexts, EmbeddingProvider, ProviderLimits, RateLimits } from './provider.ts';

export interface OpenAiOptions extends HttpOptions {
  /** Such as `text-embedding-3-small`. */
  readonly model: string;
  /** Up to and with its version, such as `http://localhost:11434/v1` of Ollama. @default 'https://api.openai.com/v1' */
  readonly url?: string | undefined;
  /** @default the environment variable `OPENAI_API_KEY` where the URL is OpenAI's own, else `VSM_EMBED_API_KEY` */
  readonly apiKey?: string | undefined;
  /** Asks the model for fewer dimensions than it has. Only some models can. */
  readonly dimensions?: number | undefined;
  readonly limits?: Partial<ProviderLimits> | undefined;
}

const OPENAI = 'https://api.openai.com/v1';

/** https://platform.openai.com/docs/api-reference/embeddings/create: 2048 texts and 300,000 tokens a request. */
const LIMITS: ProviderLimits = { texts: 2048, tokens: 300_000 };

/** Others take far fewer: TEI takes 32 texts unless it was told otherwise (`--max-client-batch-size`). */
const LIMITS_ELSEWHERE: ProviderLimits = { texts: 32 };

/**
 * Any server that answers `POST /embeddings` as OpenAI does: OpenAI, Ollama, LM Studio, vLLM, TEI, llama.cpp.
 * @throws VsmError with code `INVALID_OPTIONS`
 */
export function createOpenAiProvider(options: OpenAiOptions): EmbeddingProvider {
  const { model, dimensions } = options;
  const url = (options.url ?? OPENAI).replace(/\/+$/, '');
  const endpoint = readEndpoint(url, { adapter: 'openai', option: 'url', example: 'http://localhost:11434/v1' });
  const isOpenAi = endpoint.hostname === 'api.openai.com';
  // Never the key of OpenAI to somebody else's server.
  const key = options.apiKey ?? (isOpenAi ? process.env['OPENAI_API_KEY'] : process.env['VSM_EMBED_API_KEY']);
  if (isOpenAi && (key === undefined || key === '')) {
    throw invalidOption('openai', 'the environment variable OPENAI_API_KEY is not set, and api.openai.com wants a key');
  }
  const authorization = key === undefined || key === '' ? endpoint.authorization : `Bearer ${key}`;
  const http = createHttp(readHttpOptions('openai', options, authorization === undefined ? {} : { authorization }));
  const location = `${endpoint.origin}${endpoint.prefix}`;
  return {
    id: `openai:${model}${dimensions === undefined ? '' : `:${dimensions}`} at ${location}`,
    model,
    dimension: dimensions,
    limits: { ...(isOpenAi ? LIMITS : LIMITS_ELSEWHERE), ...options.limits },
    embed: (texts, { signal }) =>
      http.ask(
        {
          action: `embed ${texts.length} texts with ${model}`,
          location,
          method: 'POST',
          url: `${location}/embeddings`,
          body: JSON.stringify({ model, input: texts, ...(dimensions !== undefined && { dimensions }) }),
          signal,
        },
        readAnswer,
      ),
    close: () => http.close(),
  };
}

function readAnswer({ bytes, headers }: HttpAnswer): EmbeddedTexts {
  const { data, usage } = checkObject(parse(bytes.toString()), 'the answer');
  const entries = checkList(data, '"data"').map((entry, at) => {
    const { index = at, embedding } = checkObject(entry, 'one of "data"');
    return { index: Number(index), embedding: checkList(embedding, '"embedding"') };
  });
  const places = new Set(entries.map(({ index }) => index));
  // By their index: nothing promises the order.
  const sorted = entries.toSorted((left, right) => left.index - right.index);
  if (places.size !== entries.length || sorted.some(({ index }, at) => index !== at)) {
    throw new WrongAnswer(
      `"data" must hold each text once, but has the indexes ${[...places].slice(0, 10).join(', ')}`,
    );
  }
  const { total_tokens: total, prompt_tokens: prompt } = (usage ?? {}) as Readonly<Record<string, unknown>>;
  const tokens = total ?? prompt;
  return {
    vectors: sorted.map(({ embedding }) => embedding as readonly number[]),
    tokens: typeof tokens === 'number' && tokens >= 0 ? tokens : undefined,
    rates: readRates(headers),
  };
}

/** Python writes NaN and Infinity into JSON, which has neither. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const [found] = /(?<=[[,]\s*)(?:NaN|-?Infinity)(?=\s*[,\]])/.exec(text) ?? [];
    throw found === undefined ? error : new WrongAnswer(`a vector has ${found} in place of a number`);
  }
}

/** https://platform.openai.com/docs/guides/rate-limits: limits of a minute, in headers of every answer. */
function readRates(headers: HttpAnswer['headers']): RateLimits | undefined {
  const number = (name: string): number | undefined => {
    const value = Number(own(headers, name));
    return value > 0 ? value : undefined;
  };
  const requestsPerMinute = number('x-ratelimit-limit-requests');
  const tokensPerMinute = number('x-ratelimit-limit-tokens');
  return requestsPerMinute === undefined && tokensPerMinute === undefined
    ? undefined
    : { requestsPerMinute, tokensPerMinute };
}
