import {
  checkObject,
  createHttp,
  parsePlainJson,
  VsmError,
  WrongAnswer,
  httpFailure,
  type CallOptions,
  type Http,
} from '@vsm/core/adapter';
import { exceptions } from './errors.ts';
import type { BinaryBulk } from './grpc/bulk.ts';
import { createNeighbour } from './grpc/neighbour.ts';
import type { Connection } from './options.ts';
import { headersOf } from './ready-client.ts';
import type { QdrantRequest, Rest } from './rest.ts';

/** The way to one server: over REST, and over gRPC where it offers that. */
export interface Client extends Rest {
  /** Scheme, host, port and prefix. */
  readonly location: string;
  /** Gives what `read` makes of the `result` of the answer. */
  call<Result>(
    request: QdrantRequest,
    options: CallOptions | undefined,
    read: (result: Readonly<Record<string, unknown>>) => Result,
  ): Promise<Result>;
  /** The same for a change, whose answer says no more than that it is done. */
  change(request: QdrantRequest, options: CallOptions | undefined): Promise<void>;
  /** The same as `call`, but `undefined` where the key may not do this, or an older server does not know it. */
  allowed<Result>(
    request: QdrantRequest,
    options: CallOptions | undefined,
    read: (result: Readonly<Record<string, unknown>>) => Result,
  ): Promise<Result | undefined>;
  /** The quick way to the records of a collection, where this server offers it. */
  binary(collection: string, options: CallOptions | undefined): Promise<BinaryBulk | undefined>;
  close(): void;
}

/**
 * Not through the SDK: it reads every number through a reviver, which is seven times slower and does not tell 1.0 from 1, follows redirects
 * with the key in hand, and gives of `Retry-After` the first digit.
 */
export function createClient(connection: Connection): Client {
  const { server } = connection;
  const ready = once(async () => {
    const { client, http } = connection;
    const settings =
      client === undefined ? http : { ...http, headers: { ...(await headersOf(client)), ...http.headers } };
    return { settings, http: createHttp(settings, exceptions) };
  });
  let http: Http | undefined;
  let version: readonly [number, number] | undefined;

  const client: Client = {
    connection,
    location: server,
    async bulk({ path, ...request }, options, read) {
      http ??= (await ready()).http;
      const signal = options?.signal;
      return http.ask({ ...request, location: server, url: server + path, signal }, ({ status, bytes }) => {
        const text = bytes.toString();
        if (status !== 202) return read(text);
        throw httpFailure(
          { adapter: 'qdrant', action: request.action, location: server },
          { status, text },
          exceptions,
        );
      });
    },
    call: (request, options, read) =>
      client.bulk(request, options, (text) =>
        read(checkObject(checkObject(parsePlainJson(text), 'the answer')['result'], 'the result')),
      ),
    change: (request, options) => client.bulk(request, options, checkDone),
    async allowed(request, options, read) {
      try {
        return await client.call(request, options, read);
      } catch (error) {
        if (VsmError.isInstance(error) && (error.code === 'UNAUTHORIZED' || error.code === 'NOT_FOUND'))
          return undefined;
        throw error;
      }
    },
    binary: (collection, options) => neighbour.open(collection, options),
    async version(options) {
      if (version !== undefined) return version;
      const request = { method: 'GET', path: '/', action: 'ask for the version' } as const;
      try {
        version = await client.bulk(request, options, (text) =>
          readVersion(checkObject(parsePlainJson(text), 'the answer')),
        );
      } catch (error) {
        if (!VsmError.isInstance(error) || (error.code !== 'UNAUTHORIZED' && error.code !== 'NOT_FOUND')) throw error;
      }
      return version;
    },
    close() {
      http?.close();
      neighbour.close();
    },
  };
  const neighbour = createNeighbour(client, async () => (await ready()).settings);
  return client;
}

function readVersion({ version }: Readonly<Record<string, unknown>>): readonly [number, number] {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(String(version)) ?? [];
  return [Number(major ?? 0), Number(minor ?? 0)];
}

/** Whether anything was there to change, or an object with the status of the operation. */
function checkDone(text: string): void {
  const { result } = checkObject(parsePlainJson(text), 'the answer');
  if (typeof result !== 'boolean' && (typeof result !== 'object' || result === null)) {
    throw new WrongAnswer('the answer does not say that the change was made');
  }
}

function once<Result>(make: () => Promise<Result>): () => Promise<Result> {
  let made: Promise<Result> | undefined;
  return () => (made ??= make());
}
