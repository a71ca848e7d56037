import {
  checkOptionNames,
  type OptionNames,
  HTTP_OPTIONS,
  invalidOption,
  readEndpoint,
  readHttpOptions,
  type HttpOptions,
  type HttpSettings,
  setOwn,
} from '@vsm/core/adapter';

export const DOCUMENT_KEY = 'text';
export const SPARSE_NAME = 'sparse';

export interface PineconeOptions extends HttpOptions {
  /** Default: the environment variable `PINECONE_API_KEY`. */
  readonly apiKey?: string | undefined;
  /** Of the control plane. Default: the environment variable `PINECONE_CONTROLLER_HOST`, else `https://api.pinecone.io`. */
  readonly controllerHost?: string | undefined;
  /** Of one index, for a key that may not ask the control plane: every collection that is opened is this one. */
  readonly host?: string | undefined;
  /** Where new indexes are made, unless they are copies of one that says. Default: `aws`. */
  readonly cloud?: string | undefined;
  /** Default: `us-east-1`. */
  readonly region?: string | undefined;
  /** The metadata key that holds the text of a record, where it is a string; `false` leaves it in the metadata. Default: `text`. */
  readonly documentKey?: string | false | undefined;
  /** What the sparse vector beside a dense one is called, unless the index has it in its tags. Default: `sparse`. */
  readonly sparseName?: string | undefined;
  /** Reads and writes of records that are on their way at once. Default: 16. */
  readonly concurrency?: number | undefined;
  /** How long a new index may take to be ready. Default: 300000. */
  readonly readyTimeoutMs?: number | undefined;
  /** How long written records may take to be readable before `flush` gives up. Default: 120000. */
  readonly flushTimeoutMs?: number | undefined;
  /**
   * A `Pinecone` of `@pinecone-database/pinecone`, in place of `apiKey` and `controllerHost`. Its configuration is taken over; it is not
   * used for requests, and never closed.
   */
  readonly client?: ReadyPineconeClient | undefined;
}

/** As much as is needed of the class of the SDK. */
export interface ReadyPineconeClient {
  getConfig(): {
    readonly apiKey: string;
    readonly controllerHostUrl?: string | undefined;
    readonly additionalHeaders?: Readonly<Record<string, string>> | undefined;
    readonly sourceTag?: string | undefined;
    readonly fetchApi?: unknown;
  };
}

export interface Connection {
  readonly apiKey: string;
  readonly controllerHost: string | undefined;
  readonly host: string | undefined;
  readonly cloud: string;
  readonly region: string;
  readonly documentKey: string | false;
  readonly sparseName: string;
  readonly concurrency: number;
  readonly http: HttpSettings;
  /** Headers for user and password of a URL, by what its requests begin with: they are for that server alone. */
  readonly authorizations: Readonly<Record<string, string>>;
  readonly sourceTag: string | undefined;
  readonly readyTimeoutMs: number;
  readonly flushTimeoutMs: number;
  /** Without secrets. */
  readonly location: string;
}

const ADAPTER = 'pinecone';
/** More than records are read with at once: listings look ahead. */
const CONNECTIONS = 64;

const NAMES: OptionNames<PineconeOptions> = {
  ...HTTP_OPTIONS,
  apiKey: true,
  controllerHost: true,
  host: true,
  cloud: true,
  region: true,
  documentKey: true,
  sparseName: true,
  concurrency: true,
  readyTimeoutMs: true,
  flushTimeoutMs: true,
  client: true,
};

/** @throws VsmError with code `INVALID_OPTIONS` */
export function readOptions(given: PineconeOptions): Connection {
  checkOptionNames('pinecone', given, NAMES);
  const options = given.client === undefined ? given : fromClient(given, given.client);
  const { documentKey = DOCUMENT_KEY, sparseName = SPARSE_NAME, maxConnections = CONNECTIONS } = options;
  const apiKey = options.apiKey ?? process.env['PINECONE_API_KEY'] ?? '';
  if (apiKey === '') throw invalid('it needs a key: set `apiKey` or PINECONE_API_KEY');
  if (documentKey === '') throw invalid('`documentKey` must not be empty; `false` turns it off');
  // The control plane keeps it in a tag.
  if (!/^[\x20-\x7e]{1,120}$/.test(sparseName))
    throw invalid('`sparseName` must be 1 to 120 printable ASCII characters');
  for (const name of ['concurrency', 'readyTimeoutMs', 'flushTimeoutMs'] as const) {
    const value = options[name];
    if (value !== undefined && !(value >= 1)) throw invalid(`\`${name}\` must be positive, but is ${value}`);
  }
  const authorizations: Record<string, string> = {};
  const controller = given.client === undefined ? process.env['PINECONE_CONTROLLER_HOST'] : undefined;
  const controllerHost = readHost('controllerHost', options.controllerHost ?? controller, authorizations);
  const host = readHost('host', options.host, authorizations);
  return {
    apiKey,
    controllerHost,
    host,
    cloud: options.cloud ?? 'aws',
    region: options.region ?? 'us-east-1',
    documentKey,
    sparseName,
    concurrency: options.concurrency ?? 16,
    http: readHttpOptions(ADAPTER, { ...options, maxConnections }, { 'api-key': apiKey }),
    authorizations,
    sourceTag: given.client?.getConfig().sourceTag,
    readyTimeoutMs: options.readyTimeoutMs ?? 300_000,
    flushTimeoutMs: options.flushTimeoutMs ?? 120_000,
    location: host ?? controllerHost ?? 'https://api.pinecone.io',
  };
}

/** The header for user and password, where the URL of this server had some. */
export function authorizationFor({ authorizations }: Connection, url: string): { readonly authorization?: string } {
  const [, authorization] = Object.entries(authorizations).find(([server]) => url.startsWith(`${server}/`)) ?? [];
  return authorization === undefined ? {} : { authorization };
}

/** Like Pinecone's own clients, takes a host without a scheme for one over TLS. */
function readHost(
  option: string,
  text: string | undefined,
  authorizations: Record<string, string>,
): string | undefined {
  if (text === undefined || text === '') return undefined;
  const { origin, prefix, authorization } = readEndpoint(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`, {
    adapter: ADAPTER,
    option,
    example: 'https://my-index-abc123.svc.pinecone.io',
  });
  if (authorization !== undefined) setOwn(authorizations, origin + prefix, authorization);
  return origin + prefix;
}

function fromClient(options: PineconeOptions, client: ReadyPineconeClient): PineconeOptions {
  if (options.apiKey !== undefined || options.controllerHost !== undefined) {
    throw invalid('give either `client`, or `apiKey` and `controllerHost`, not both');
  }
  if (typeof client.getConfig !== 'function') {
    throw invalid('`client` must be a Pinecone of @pinecone-database/pinecone; give `apiKey` for others');
  }
  const { apiKey, controllerHostUrl: controllerHost, additionalHeaders, fetchApi } = client.getConfig();
  if (fetchApi !== undefined) {
    throw invalid(
      '`client` has a `fetchApi` of its own, which would not be used; give `headers`, `caFile` or HTTPS_PROXY instead',
    );
  }
  return { ...options, apiKey, controllerHost, headers: { ...additionalHeaders, ...options.headers } };
}

const invalid = (what: string): Error => invalidOption(ADAPTER, what);
