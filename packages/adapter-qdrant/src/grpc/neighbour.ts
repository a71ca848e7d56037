import {
  createGrpcChannel,
  grpcFailure,
  wantsKey,
  type CallOptions,
  type GrpcChannel,
  type HttpSettings,
} from '@vsm/core/adapter';
import { exceptions } from '../errors.ts';
import type { Rest } from '../rest.ts';
import { collectionPath } from '../schema.ts';
import { createBinaryBulk, type BinaryBulk } from './bulk.ts';
import { isSameServer } from './same-server.ts';

/** What listens at the port beside REST, which may be the same server's gRPC, another server's, or something else. */
export interface Neighbour {
  /** `undefined` where it is not the same server, or its gRPC does not know what is needed. */
  open(collection: string, options: CallOptions | undefined): Promise<BinaryBulk | undefined>;
  close(): void;
}

/** Enough for a handshake over a slow line, and short where a firewall swallows it. */
const PROBE_MS = 2000;
/** Opening a collection asks no more once so many asked in vain. */
const MOST_PROBES = 3;

/** Whether the server knows the fields for vectors that replace the deprecated ones. */
const speaksModernVectors = ([major, minor]: readonly [number, number] = [0, 0]): boolean =>
  major > 1 || (major === 1 && minor >= 16);

export function createNeighbour(client: Rest, settingsOf: () => Promise<HttpSettings>): Neighbour {
  const { grpc } = client.connection;
  let failedProbes = grpc === undefined ? MOST_PROBES : 0;
  const channels: GrpcChannel[] = [];
  let pair: { readonly bare: GrpcChannel; readonly keyed: GrpcChannel; readonly settings: HttpSettings } | undefined;

  const connect = async (origin: string): Promise<NonNullable<typeof pair>> => {
    if (pair !== undefined) return pair;
    const settings = await settingsOf();
    const { headers, ca, maxAnswerBytes } = settings;
    const bare = createGrpcChannel({ origin, headers: {}, ca, maxAnswerBytes });
    const keyed = Object.keys(headers).length === 0 ? bare : createGrpcChannel({ origin, headers, ca, maxAnswerBytes });
    channels.push(bare, keyed);
    pair = { bare, keyed, settings };
    return pair;
  };

  return {
    async open(collection, options) {
      if (grpc === undefined || failedProbes >= MOST_PROBES) return undefined;
      const { origin, trusted } = grpc;
      const { bare, keyed, settings } = await connect(origin);
      const signalOf = ({ signal }: CallOptions = {}): AbortSignal => {
        const timeout = AbortSignal.timeout(settings.timeoutMs);
        return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
      };
      const ask = (channel: GrpcChannel, signal: AbortSignal): Promise<boolean> => {
        const request = {
          method: 'GET',
          path: `${collectionPath(collection)}/cluster`,
          action: 'ask which server it is',
        } as const;
        return isSameServer(
          channel,
          collection,
          client.bulk(request, { signal }, (text) => text),
          signal,
        );
      };
      // Without the key first: whoever listens there may be a stranger.
      const isSame = async (signal: AbortSignal): Promise<boolean> => {
        try {
          return await ask(bare, signal);
        } catch (error) {
          if (bare === keyed || !trusted || !wantsKey(error)) throw error;
          return ask(keyed, signal);
        }
      };
      try {
        if (!speaksModernVectors(await client.version(options))) return undefined;
        if (!(await isSame(AbortSignal.any([signalOf(options), AbortSignal.timeout(PROBE_MS)])))) return undefined;
      } catch {
        options?.signal?.throwIfAborted();
        // Nobody there, somebody else, or a key without this right.
        failedProbes += 1;
        return undefined;
      }
      const { maxRetryAfterMs } = settings;
      return createBinaryBulk({
        channel: keyed,
        isSame,
        signal: signalOf,
        toError: (action, cause, { signal } = {}) =>
          grpcFailure(cause, { adapter: 'qdrant', action, location: origin, signal, maxRetryAfterMs }, exceptions),
      });
    },
    close() {
      for (const channel of channels) channel.close();
    },
  };
}
