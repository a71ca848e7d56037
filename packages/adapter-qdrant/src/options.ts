import {
  checkOptionNames,
  type OptionNames,
  HTTP_OPTIONS,
  invalidOption,
  proxyFor,
  readEndpoint,
  readHttpOptions,
  type HttpOptions,
  type HttpSettings,
} from '@vsm/core/adapter';
import { addressOf, type ReadyQdrantClient } from './ready-client.ts';

/** Where the server is, and how it is spoken to. */
export interface QdrantOptions extends HttpOptions {
  /**
   * `http://localhost:6333`. A path becomes the prefix, and `user:password@` the basic authentication. Without a port, 6333 is meant, over
   * https too, as in Qdrant's own clients.
   */
  readonly url?: string | undefined;
  /** Instead of `url`. Default: `localhost`. */
  readonly host?: string | undefined;
  /** Default: 6333. */
  readonly port?: number | undefined;
  /** With `host`: whether to use TLS. Default: `false`. */
  readonly https?: boolean | undefined;
  /** Default: the environment variable `QDRANT_API_KEY`. */
  readonly apiKey?: string | undefined;
  /** First part of every path, where a proxy wants one. */
  readonly prefix?: string | undefined;
  /**
   * Where the server speaks gRPC, over which vectors travel as bytes. It is used where the server there proves to be the same
   * one, else REST serves as well, slower. `false` keeps to REST. Default: `port` + 1, or none behind a prefix or a proxy. A server with a
   * key can prove nothing before it has seen the key: it is shown over TLS, and at a port that is given here.
   */
  readonly grpcPort?: number | false | undefined;
  /** The payload field that holds the text of a record, where it is a string; `false` leaves it in the metadata. Default: `document`. */
  readonly documentKey?: string | false | undefined;
  /** The metadata field that carries the shard key, in collections that have custom ones. Default: `__shard_key`. */
  readonly shardKeyField?: string | undefined;
  /**
   * A `QdrantClient` of `@qdrant/js-client-rest`, in place of where the server is and of `apiKey`. Its address and headers are taken over;
   * it is not used for requests, and never closed.
   */
  readonly client?: ReadyQdrantClient | undefined;
}

export interface Connection {
  /** Scheme, host, port and prefix: what every URL begins with. */
  readonly server: string;
  /** Where its gRPC side may be. */
  readonly grpc: GrpcSide | undefined;
  readonly http: HttpSettings;
  readonly client: ReadyQdrantClient | undefined;
  readonly documentKey: string | false;
  readonly shardKeyField: string;
}

interface GrpcSide {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Whether a key may be shown there before the server has proven anything: the user named the port, or a certificate vouches for the host. */
  readonly trusted: boolean;
}

const ADAPTER = 'qdrant';
const PORT = 6333;

const NAMES: OptionNames<QdrantOptions> = {
  ...HTTP_OPTIONS,
  url: true,
  host: true,
  port: true,
  https: true,
  apiKey: true,
  prefix: true,
  grpcPort: true,
  documentKey: true,
  shardKeyField: true,
  client: true,
};

/** @throws VsmError with code `INVALID_OPTIONS` */
export function readOptions(options: QdrantOptions): Connection {
  checkOptionNames('qdrant', options, NAMES);
  const { client, documentKey = 'document' } = options;
  if (client !== undefined && placed(options, ['url', 'host', 'port', 'https', 'prefix', 'apiKey'])) {
    throw invalid('give either `client`, or `url`, `prefix` and `apiKey`, not both');
  }
  const endpoint = readEndpoint(client === undefined ? urlOf(options) : addressOf(client), {
    adapter: ADAPTER,
    option: 'url',
    example: 'http://localhost:6333',
    port: PORT,
    prefix: options.prefix,
  });
  const { secure, hostname, port, prefix, authorization } = endpoint;
  const origin = (at: number): string => `${secure ? 'https' : 'http'}://${hostname}:${at}`;
  const grpcPort = options.grpcPort ?? (prefix === '' && port < 65535 && port + 1);
  if (grpcPort !== false) checkPort(grpcPort);
  if (documentKey === '') throw invalid('`documentKey` must not be empty; `false` turns it off');
  const apiKey = client === undefined ? (options.apiKey ?? process.env['QDRANT_API_KEY'] ?? '') : '';
  return {
    server: origin(port) + prefix,
    grpc:
      // What travels through a proxy is HTTP/1.
      grpcPort === false || proxyFor(ADAPTER, new URL(origin(grpcPort))) !== undefined
        ? undefined
        : { origin: origin(grpcPort), trusted: secure || options.grpcPort !== undefined },
    http: readHttpOptions(ADAPTER, options, {
      ...(apiKey !== '' && { 'api-key': apiKey }),
      ...(authorization !== undefined && { authorization }),
    }),
    client,
    documentKey,
    shardKeyField: options.shardKeyField ?? '__shard_key',
  };
}

function urlOf(options: QdrantOptions): string {
  const { url, host = 'localhost', port = PORT, https = false } = options;
  if (url === undefined) {
    checkPort(port);
    return `${https ? 'https' : 'http'}://${host}:${port}`;
  }
  if (placed(options, ['host', 'port', 'https']))
    throw invalid('give either `url`, or `host`, `port` and `https`, not both');
  return url;
}

const placed = (options: QdrantOptions, names: readonly (keyof QdrantOptions)[]): boolean =>
  names.some((name) => options[name] !== undefined);

function checkPort(port: number): void {
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw invalid(`a port of ${port}`);
}

const invalid = (what: string): Error => invalidOption(ADAPTER, what);
