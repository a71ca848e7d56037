import { AsyncLocalStorage } from 'node:async_hooks';
import type { Index, Pinecone } from '@pinecone-database/pinecone';
import {
  abortedFailure,
  checkObject,
  createHttp,
  parsePlainJson,
  RemoteError,
  type CallOptions,
  type HttpAnswer,
  type HttpRequest,
} from '@vsm/core/adapter';
import pLimit, { type LimitFunction } from 'p-limit';
import { clientFailure, exceptions } from './errors.ts';
import { authorizationFor, type Connection } from './options.ts';

/** Makes something of an answer. It checks: what it does not look at may be anything. */
type Read<Result> = (body: Readonly<Record<string, unknown>>, headers: HttpAnswer['headers']) => Result;

export interface Client {
  readonly connection: Connection;
  /** Bounds the reads and writes of records that are on their way at once. */
  readonly limit: LimitFunction;
  /** One call of the control plane. `action` reads on from "cannot". */
  control<Result>(
    action: string,
    options: CallOptions | undefined,
    send: (sdk: Pinecone) => Promise<unknown>,
    read: Read<Result>,
  ): Promise<Result>;
  /** One call to the host of an index. */
  data<Result>(
    action: string,
    host: string,
    options: CallOptions | undefined,
    send: (index: Index) => Promise<unknown>,
    read: Read<Result>,
  ): Promise<Result>;
  close(): void;
}

/** A request on its way through the SDK, which has no place for any of this. */
interface Exchange extends Pick<HttpRequest, 'action' | 'location' | 'signal'> {
  readonly read: Read<unknown>;
  result?: { readonly value: unknown };
  failure?: unknown;
}

/**
 * Addresses, versions and encodes requests through the SDK, but sends them and reads the answers itself: the SDK drops the status, all
 * headers and the fields that its version does not know, follows redirects with the key in hand, and has no way to abort a call.
 */
export function createClient(connection: Connection): Client {
  const { apiKey, controllerHost, sourceTag } = connection;
  const exchanges = new AsyncLocalStorage<Exchange>();
  const http = createHttp(connection.http, exceptions);

  const fetchApi = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const exchange = exchanges.getStore();
    if (exchange === undefined) throw new Error('a request outside of a call');
    const { action, location, signal, read } = exchange;
    const request: HttpRequest = {
      action,
      location,
      signal,
      url,
      method: (init.method ?? 'GET') as HttpRequest['method'],
      body: typeof init.body === 'string' ? init.body : undefined,
      headers: { ...Object.fromEntries(new Headers(init.headers)), ...authorizationFor(connection, url) },
    };
    try {
      await http.ask(request, ({ bytes, headers }) => {
        const body = bytes.length === 0 ? {} : checkObject(parsePlainJson(bytes.toString()), 'the answer');
        exchange.result = { value: read(body, headers) };
      });
    } catch (error) {
      exchange.failure = error;
      throw error;
    }
    return new Response('{}', { headers: { 'content-type': 'application/json' } });
  };

  let loading: Promise<Pinecone> | undefined;
  // Loading takes a third of a second, which a process that only names this adapter does not have to spend.
  const load = (): Promise<Pinecone> =>
    (loading ??= import('@pinecone-database/pinecone').then(
      ({ Pinecone: Sdk }) =>
        new Sdk({
          apiKey,
          maxRetries: 0,
          fetchApi: fetchApi as never,
          ...(controllerHost !== undefined && { controllerHostUrl: controllerHost }),
          ...(sourceTag !== undefined && { sourceTag }),
        }),
    ));

  const exchange = async <Result>(
    call: Pick<Exchange, 'action' | 'location'>,
    options: CallOptions | undefined,
    send: (sdk: Pinecone) => Promise<unknown>,
    read: Read<Result>,
  ): Promise<Result> => {
    const attempt = { adapter: 'pinecone', ...call };
    const state: Exchange = { ...call, signal: options?.signal, read };
    try {
      const sdk = await load();
      await exchanges.run(state, () => send(sdk));
    } catch (cause) {
      if (state.failure !== undefined) throw state.failure;
      if (options?.signal?.aborted === true) throw abortedFailure(attempt, options.signal.reason);
      throw clientFailure(attempt, cause);
    }
    if (state.result === undefined) throw clientFailure(attempt, new Error('the client sent nothing'));
    return state.result.value as Result;
  };

  return {
    connection,
    limit: pLimit(connection.concurrency),
    control: (action, options, send, read) => exchange({ action, location: connection.location }, options, send, read),
    data: (action, host, options, send, read) =>
      exchange(
        { action, location: host },
        options,
        (sdk) => {
          checkHost(connection, action, host);
          return send(sdk.index({ host }));
        },
        read,
      ),
    close: () => http.close(),
  };
}

const SERVICE = 'https://api.pinecone.io';

/**
 * The control plane says where an index is, and the key goes there: never from TLS to plain text, and from the service itself nowhere else.
 */
function checkHost(
  { controllerHost = SERVICE, host: given, location }: Connection,
  action: string,
  host: string,
): void {
  if (given !== undefined || !controllerHost.startsWith('https:')) return;
  const url = URL.parse(/^https?:\/\//.test(host) ? host : `https://${host}`);
  const isAtHome = controllerHost !== SERVICE || url?.hostname.endsWith('.pinecone.io') === true;
  if (url?.protocol === 'https:' && isAtHome) return;
  const message = `pinecone: cannot ${action}: ${location} says that the index is at ${JSON.stringify(host)}, where the key would not be safe; if that is right, give it as \`host\``;
  throw new RemoteError(message, { adapter: 'pinecone', retryable: false });
}
