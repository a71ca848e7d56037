import { AsyncLocalStorage } from 'node:async_hooks';
import type { Index, Pinecone } from '@pinecone-database/pinecone';
import { parsePlainJson, type CallOptions } from '@vsm/core/adapter';
import pLimit, { type LimitFunction } from 'p-limit';
import { BadAnswer, toVsmError } from './errors.ts';
import type { Connection } from './options.ts';

interface Answer<Body> {
  readonly body: Body;
  readonly headers: Headers;
}

export interface Client {
  readonly connection: Connection;
  /** Bounds the reads and writes of records that are on their way at once. */
  readonly limit: LimitFunction;
  /** One call of the control plane. `action` reads on from "cannot". */
  control<Body>(
    action: string,
    options: CallOptions | undefined,
    send: (sdk: Pinecone) => Promise<unknown>,
  ): Promise<Answer<Body>>;
  /** One call to the host of an index. */
  data<Body>(
    action: string,
    host: string,
    options: CallOptions | undefined,
    send: (index: Index) => Promise<unknown>,
  ): Promise<Answer<Body>>;
}

/** A request on its way through the SDK, which has no place for either. */
interface Exchange {
  readonly signal: AbortSignal;
  answer?: { readonly text: string; readonly headers: Headers };
}

/**
 * Addresses, keys, versions and encodes requests through the SDK, but reads the answers itself: the SDK drops the status, all
 * headers and the fields that its version does not know, and has no way to abort a call.
 */
export function createClient(connection: Connection): Client {
  const { apiKey, controllerHost, timeoutMs } = connection;
  const exchanges = new AsyncLocalStorage<Exchange>();

  const fetchApi = async (url: string, init?: RequestInit): Promise<Response> => {
    const exchange = exchanges.getStore();
    if (exchange === undefined) throw new Error('a request outside of a call');
    const response = await fetch(url, { ...init, signal: exchange.signal });
    const text = await response.text();
    if (!response.ok) throw new BadAnswer(response.status, text, response.headers.get('retry-after') ?? undefined);
    exchange.answer = { text, headers: response.headers };
    return new Response('{}', { headers: { 'content-type': 'application/json' } });
  };

  let loading: Promise<Pinecone> | undefined;
  // Loading takes a third of a second, which a process that only names this adapter does not have to spend.
  const load = (): Promise<Pinecone> =>
    (loading ??= import('@pinecone-database/pinecone').then(
      (module) =>
        new module.Pinecone({ apiKey, maxRetries: 0, fetchApi: fetchApi as never, ...hostOf(controllerHost) }),
    ));

  const exchange = async <Body>(
    action: string,
    location: string,
    options: CallOptions | undefined,
    send: (sdk: Pinecone) => Promise<unknown>,
  ): Promise<Answer<Body>> => {
    const signal = options?.signal;
    const timeout = AbortSignal.timeout(timeoutMs);
    const state: Exchange = { signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]) };
    try {
      const sdk = await load();
      await exchanges.run(state, () => send(sdk));
      const { text = '', headers = new Headers() } = state.answer ?? {};
      return { body: (text === '' ? {} : parsePlainJson(text)) as Body, headers };
    } catch (cause) {
      throw toVsmError(cause, { action, location, signal });
    }
  };

  return {
    connection,
    limit: pLimit(connection.concurrency),
    control: (action, options, send) => exchange(action, connection.location, options, send),
    data: (action, host, options, send) => exchange(action, host, options, (sdk) => send(sdk.index({ host }))),
  };
}

const hostOf = (controllerHost: string | undefined): { controllerHostUrl?: string } =>
  controllerHost === undefined ? {} : { controllerHostUrl: controllerHost };
