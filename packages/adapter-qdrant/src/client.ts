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
    request: { readonly method: 'POST' | 'PUT'; readonly path: string; readonly body: string | Buffer },
    read: (text: string) => Result,
  ): Promise<Result>;
  /** The quick way to the records of a collection, where this server offers it. */
  binary(collection: string, options: CallOptions | undefined): Promise<BinaryBulk | undefined>;
  /** Of the server, such as `1.18.3`; `undefined` where it does not say. */
  version(options: CallOptions | undefined): Promise<readonly [number, number] | undefined>;
  close(): void;
}

const clusterPath = (collection: string): string => `/collections/${encodeURIComponent(collection)}/cluster`;

/** Whether the server knows the fields for vectors that replace the deprecated ones. */
const speaksModernVectors = ([major, minor]: readonly [number, number] = [0, 0]): boolean =>
  major > 1 || (major === 1 && minor >= 16);

/** Enough for a handshake over a slow line, and short where a firewall swallows it. */
const PROBE_MS = 2000;
/** Opening a collection asks no more once so many asked in vain. */
const MOST_PROBES = 3;

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
  // Connects at the first call, which is made where a collection is opened.
  const grpcOrigin = connection.grpcOrigin ?? '';
  const channel = createChannel({ origin: grpcOrigin, headers });
  let failedProbes = connection.grpcOrigin === undefined ? MOST_PROBES : 0;
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
    async binary(collection, options) {
      if (failedProbes >= MOST_PROBES) return undefined;
      const isSame = (signal: AbortSignal): Promise<boolean> =>
        isSameServer(channel, collection, transport.send('GET', clusterPath(collection), '', signal), signal);
      try {
        if (!speaksModernVectors(await client.version(options))) return undefined;
        if (!(await isSame(AbortSignal.any([signalOf(options), AbortSignal.timeout(PROBE_MS)])))) return undefined;
      } catch {
        options?.signal?.throwIfAborted();
        // Nobody there, somebody else, or a key without this right.
        failedProbes += 1;
        return undefined;
      }
      return createBinaryBulk({
        channel,
        isSame,
        signal: signalOf,
        toError: (action, cause, { signal } = {}) => toVsmError(cause, { action, location: grpcOrigin, signal }),
      });
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
      channel.close();
    },
  };
  return client;
}
