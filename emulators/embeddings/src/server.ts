import { createFaults, meetFaults, type Faults, type InitialFaults } from '@vsm/emulator-faults';
import fastify from 'fastify';
import type { AddressInfo } from 'node:net';
import { countTokens, vectorOf } from './model.ts';
import { RateLimit, type Rates } from './rate-limit.ts';

export interface EmbeddingsOptions {
  /** Default: any free port. */
  readonly port?: number | undefined;
  /** A key that the bearer token must be; without one every request is let in. */
  readonly apiKey?: string | undefined;
  /** Of every model. Default: 32. */
  readonly dimension?: number | undefined;
  /** Tokens of one text, above which it is refused. Default: 8192. */
  readonly maxTokens?: number | undefined;
  /** Texts of one request. Default: 2048. */
  readonly maxTexts?: number | undefined;
  readonly rates?: Rates | undefined;
  readonly faults?: InitialFaults | undefined;
}

/** What is wrong with an answer that is a success to HTTP. `NaN` stands in it as Python writes it. */
type Wrong = 'count' | 'dimension' | 'NaN' | 'null' | 'order';

export interface EmbeddingsEmulator {
  /** With `/v1`, as clients are given it. */
  readonly url: string;
  readonly faults: Faults;
  /** What is wrong with every answer from now on. */
  wrong: Wrong | undefined;
  /** How often each text was paid for, by model and text. */
  readonly paid: ReadonlyMap<string, number>;
  readonly requests: number;
  readonly tokens: number;
  /** The largest number of requests that were answered at once. */
  readonly busiest: number;
  /** Called once an answer has been paid for, before it is sent. */
  onPaid: (() => void) | undefined;
  close(): Promise<void>;
}

interface Body {
  readonly model?: unknown;
  readonly input?: unknown;
  readonly dimensions?: unknown;
}

/** A server of embeddings in this process, on loopback. The same text and model always give the same vector. */
export async function startEmbeddings(options: EmbeddingsOptions = {}): Promise<EmbeddingsEmulator> {
  const { dimension = 32, maxTokens = 8192, maxTexts = 2048, apiKey } = options;
  const faults = createFaults(options.faults ?? {});
  const limit = new RateLimit(options.rates ?? {});
  const paid = new Map<string, number>();
  const state = {
    wrong: undefined as Wrong | undefined,
    requests: 0,
    tokens: 0,
    busiest: 0,
    onPaid: undefined as (() => void) | undefined,
  };
  let open = 0;
  const server = fastify({ bodyLimit: 64 * 1024 * 1024, forceCloseConnections: true });
  server.addHook('onRequest', async () => {
    open += 1;
    state.busiest = Math.max(state.busiest, open);
  });
  server.addHook('onResponse', async () => {
    open -= 1;
  });
  meetFaults(server, faults, ({ message }) => ({ type: 'application/json', body: problem(message) }));
  server.post('/v1/embeddings', (request, reply) => {
    void reply.header('content-type', 'application/json');
    if (apiKey !== undefined && request.headers.authorization !== `Bearer ${apiKey}`) {
      return reply.code(401).send(problem(`Incorrect API key provided: ${request.headers.authorization ?? 'none'}`));
    }
    const { model, input, dimensions } = (request.body ?? {}) as Body;
    const texts: unknown[] = Array.isArray(input) ? input : [input];
    if (typeof model !== 'string' || !texts.every((text) => typeof text === 'string' && text !== '')) {
      return reply.code(400).send(problem("'$.input' is invalid."));
    }
    const given = texts as string[];
    if (given.length > maxTexts) return reply.code(400).send(problem(`at most ${maxTexts} texts`));
    const counts = given.map(countTokens);
    const long = counts.find((count) => count > maxTokens);
    if (long !== undefined) {
      const message = `This model's maximum context length is ${maxTokens} tokens, however you requested ${long} tokens.`;
      return reply.code(400).send(problem(message));
    }
    const total = counts.reduce((sum, count) => sum + count, 0);
    for (const [name, value] of Object.entries(limit.headers())) void reply.header(name, value);
    const wait = limit.take(total);
    if (wait > 0) {
      return reply
        .code(429)
        .header('retry-after-ms', String(wait))
        .header('retry-after', String(wait / 1000))
        .send(problem('Rate limit reached'));
    }
    state.requests += 1;
    state.tokens += total;
    for (const text of given) paid.set(`${model}\n${text}`, (paid.get(`${model}\n${text}`) ?? 0) + 1);
    state.onPaid?.();
    const size = typeof dimensions === 'number' ? dimensions : dimension;
    return reply.send(answer(given, model, size, total, state.wrong));
  });
  await server.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const { port } = server.server.address() as AddressInfo;
  return Object.assign(state, { url: `http://127.0.0.1:${port}/v1`, faults, paid, close: () => server.close() });
}

function answer(
  texts: readonly string[],
  model: string,
  size: number,
  tokens: number,
  wrong: Wrong | undefined,
): string {
  const data = texts.map((text, index) => ({
    object: 'embedding',
    index,
    embedding: vectorOf(text, model, wrong === 'dimension' && index === texts.length - 1 ? size - 1 : size),
  }));
  if (wrong === 'count') data.pop();
  if (wrong === 'order') data.reverse();
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  const text = JSON.stringify({ object: 'list', data, model, usage });
  return wrong === 'NaN' || wrong === 'null' ? text.replace(/"embedding":\[[^,]+/, `"embedding":[${wrong}`) : text;
}

const problem = (message: string): string =>
  JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null } });
