import { VsmError } from '@vsm/core/adapter';

/** Where the server is. A ready client of the SDK is not taken: it hides its address and key, which the bulk calls need. */
export interface QdrantOptions {
  /** `http://localhost:6333`. A path becomes the prefix. Without a port, 6333 is meant, over https too, as in Qdrant's own clients. */
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
   * one, else REST serves as well, slower. `false` keeps to REST. Default: `port` + 1, or none behind a prefix.
   */
  readonly grpcPort?: number | false | undefined;
  /** How long one request may take. Default: 60000. */
  readonly timeoutMs?: number | undefined;
  /** Sockets that the bulk calls use at once. Default: 16. */
  readonly maxConnections?: number | undefined;
  /** The payload field that holds the text of a record, where it is a string; `false` leaves it in the metadata. Default: `document`. */
  readonly documentKey?: string | false | undefined;
  /** The metadata field that carries the shard key, in collections that have custom ones. Default: `__shard_key`. */
  readonly shardKeyField?: string | undefined;
}

export interface Connection {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly port: number;
  /** Empty, or with a slash in front and none behind. */
  readonly prefix: string;
  /** Scheme, host and port of the gRPC side, where there may be one. */
  readonly grpcOrigin: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly maxConnections: number;
  readonly documentKey: string | false;
  readonly shardKeyField: string;
}

/** @throws VsmError with code `INVALID_OPTIONS` */
export function readOptions(options: QdrantOptions): Connection {
  const { url, host, documentKey = 'document' } = options;
  if (url !== undefined && (host !== undefined || options.port !== undefined || options.https !== undefined)) {
    throw invalid('give either `url`, or `host`, `port` and `https`, not both');
  }
  const parsed = parseUrl(url ?? `${options.https === true ? 'https' : 'http'}://${host ?? 'localhost'}`);
  if (parsed.username !== '' || parsed.password !== '') throw invalid('a key belongs into `apiKey`, not into the url');
  const path = trimSlashes(parsed.pathname);
  const prefix = trimSlashes(options.prefix ?? '');
  if (path !== '' && prefix !== '') throw invalid('the url has a path, so `prefix` cannot be given as well');
  const port = options.port ?? explicitPort(url, parsed) ?? 6333;
  checkPort(port);
  const wholePrefix = path + prefix === '' ? '' : `/${path}${prefix}`;
  const grpcPort = options.grpcPort ?? (wholePrefix === '' && port < 65535 && port + 1);
  if (grpcPort !== false) checkPort(grpcPort);
  if (documentKey === '') throw invalid('`documentKey` must not be empty; `false` turns it off');
  for (const name of ['timeoutMs', 'maxConnections'] as const) {
    const value = options[name];
    if (value !== undefined && !(value >= 1)) throw invalid(`\`${name}\` must be positive, but is ${value}`);
  }
  const apiKey = options.apiKey ?? process.env['QDRANT_API_KEY'];
  return {
    origin: `${parsed.protocol}//${parsed.hostname}:${port}`,
    port,
    prefix: wholePrefix,
    grpcOrigin: grpcPort === false ? undefined : `${parsed.protocol}//${parsed.hostname}:${grpcPort}`,
    // As a header, because the SDK's own option writes a warning to the console for every key over plain http.
    headers: apiKey === undefined || apiKey === '' ? {} : { 'api-key': apiKey },
    timeoutMs: options.timeoutMs ?? 60_000,
    maxConnections: options.maxConnections ?? 16,
    documentKey,
    shardKeyField: options.shardKeyField ?? '__shard_key',
  };
}

function parseUrl(text: string): URL {
  const parsed = URL.parse(text);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw invalid('the url must be like http://localhost:6333');
  }
  return parsed;
}

/** `URL` drops a port that is the usual one of its scheme; here it was written on purpose. */
function explicitPort(text: string | undefined, parsed: URL): number | undefined {
  if (parsed.port !== '') return Number(parsed.port);
  const written = /^https?:\/\/[^/?#]*:(\d+)(?:[/?#]|$)/i.exec(text ?? '')?.[1];
  return written === undefined ? undefined : Number(written);
}

function checkPort(port: number): void {
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw invalid(`a port of ${port}`);
}

const trimSlashes = (path: string): string => path.replace(/^\/+|\/+$/g, '');

function invalid(what: string): VsmError {
  return new VsmError('INVALID_OPTIONS', `qdrant: ${what}`, { adapter: 'qdrant' });
}
