import { VsmError, type CallOptions } from '@vsm/core/adapter';
import { QdrantClient } from '@qdrant/js-client-rest';
import { toVsmError } from './errors.ts';
import { createBinaryBulk, type BinaryBulk } from './grpc/bulk.ts';
import { createChannel } from './grpc/channel.ts';
import { isSameServer } from './grpc/same-server.ts';
import type { Connection } from './options.ts';
import { createTransport } from './transport.ts';

type Api = ReturnType<QdrantClient['api']>;
type SdkCall<Result> = (
  api: Api,
  init: RequestInit,
) => Promise<{ readonly data: { readonly result?: Result | undefined } }>;

/** Both ways to the server, with errors and time limits of our own. */
export interface Client {
  readonly connection: Connection;
  /** Scheme, host, port and prefix. */
  readonly location: string;
  /** One call through the SDK. `action` reads on from "cannot". */
  call<Result>(action: string, options: CallOptions | undefined, call: SdkCall<Result>): Promise<Result>;
  /** The same, but `undefined` where the key may not do this, or an older server does not know it. */
  allowed<Result>(action: string, options: CallOptions | undefined, call: SdkCall<Result>): Promise<Result | undefined>;
  /** One of the calls that carry records, past the SDK. Gives what `read` makes of the answer. */
  bulk<Result>(
    action: string,
    options: CallOptions | undefined,
    request: { readonly method: 'POST' | 'PUT'; readonly path: string; readonly body: string },
    read: (text: string) => Result,
  ): Promise<Result>;
  /** The quick way to the records of a collection, where this server offers it. */
  binary(collection: string, options: CallOptions | undefined): Promise<BinaryBulk | undefined>;
  /** The time limit of one call, together with the caller's own signal. */
  signal(options: CallOptions | undefined): AbortSignal;
  /** Of the server, such as `1.18.3`; `undefined` where it does not say. */
  version(options: CallOptions | undefined): Promise<readonly [number, number] | undefined>;
  close(): void;
}

/** Enough for a handshake over a slow line, and short where a firewall swallows it. */
const PROBE_MS = 2000;

export function createClient(connection: Connection): Client {
  const { origin, port, prefix, headers, timeoutMs } = connection;
  const location = origin + prefix;
  const transport = createTransport(connection);
  const signalOf = (options: CallOptions | undefined): AbortSignal => {
    const timeout = AbortSignal.timeout(timeoutMs);
    return options?.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]);
  };
  // Without a time limit of its own the SDK leaves ours alone; with one, it would overwrite the signal of every call.
  const sdk = new QdrantClient({
    url: origin,
    port,
    prefix,
    headers,
    timeout: Number.POSITIVE_INFINITY,
    checkCompatibility: false,
  });
  const api = sdk.api();
  // Whether there is one shows at the first collection; a port that does not answer is not asked again.
  let channel = connection.grpcOrigin === undefined ? undefined : createChannel({ origin: connection.grpcOrigin, headers });
  let version: readonly [number, number] | undefined;

  const client: Client = {
    connection,
    location,
    async call(action, options, call) {
      try {
        const { data } = await call(api, { signal: signalOf(options) });
        if (data.result === undefined || data.result === null) throw new Error('the answer has no result');
        return data.result;
      } catch (cause) {
        throw toVsmError(cause, { action, location, signal: options?.signal });
      }
    },
    async allowed(action, options, call) {
      try {
        return await client.call(action, options, call);
      } catch (error) {
        if (VsmError.isInstance(error) && (error.code === 'UNAUTHORIZED' || error.code === 'NOT_FOUND'))
          return undefined;
        throw error;
      }
    },
    async bulk(action, options, { method, path, body }, read) {
      try {
        return read(await transport.send(method, path, body, signalOf(options)));
      } catch (cause) {
        throw toVsmError(cause, { action, location, signal: options?.signal });
      }
    },
    signal: signalOf,
    async binary(collection, options) {
      if (channel === undefined) return undefined;
      const signal = AbortSignal.any([signalOf(options), AbortSignal.timeout(PROBE_MS)]);
      try {
        const rest = transport.send('GET', `/collections/${encodeURIComponent(collection)}/cluster`, '', signal);
        return (await isSameServer(channel, collection, rest, signal)) ? createBinaryBulk(channel) : undefined;
      } catch {
        options?.signal?.throwIfAborted();
        channel.close();
        channel = undefined;
        return undefined;
      }
    },
    async version(options) {
      version ??= await client.allowed('ask for the version', options, async (root, init) => {
        const { data } = await root.root({}, init);
        const [, major, minor] = /^(\d+)\.(\d+)/.exec(data.version) ?? [];
        return { data: { result: [Number(major ?? 0), Number(minor ?? 0)] as const } };
      });
      return version;
    },
    close() {
      transport.close();
      channel?.close();
    },
  };
  return client;
}
