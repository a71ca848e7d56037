import {
  checkOptionNames,
  type OptionNames,
  HTTP_OPTIONS,
  invalidOption,
  readEndpoint,
  readHttpOptions,
  type HttpOptions,
  type HttpSettings,
} from '@vsm/core/adapter';

export interface ChromaOptions extends HttpOptions {
  /** Such as `http://localhost:8000`. A path becomes the prefix, and `user:password@` the basic authentication. @default http://localhost:8000 */
  readonly url?: string | undefined;
  /** First part of every path, where a proxy wants one. */
  readonly prefix?: string | undefined;
  /** @default 'default_tenant'; on Chroma Cloud and for all databases, the tenant of the key */
  readonly tenant?: string | undefined;
  /** `*` for all that the key sees, with collections called `database/collection`. @default 'default_database'; on Chroma Cloud `*` */
  readonly database?: string | undefined;
  /** Sent as `X-Chroma-Token`. @default process.env.CHROMA_API_KEY */
  readonly apiKey?: string | undefined;
  /**
   * A `ChromaClient` of `chromadb` 2 or later, in place of `url`, `prefix` and `apiKey`. Its address, tenant, database and headers are
   * taken over when the store is made; it is not used for requests, and never closed.
   */
  readonly client?: ReadyChromaClient | undefined;
}

/** As much as is needed of the class of `chromadb`. */
export interface ReadyChromaClient {
  readonly tenant: string | undefined;
  readonly database: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface ChromaConnection {
  /** What every URL begins with. */
  readonly server: string;
  readonly http: HttpSettings;
  /** `undefined`: the one that the server tells the key. */
  readonly tenant: string | undefined;
  readonly database: string;
  /** Without secrets. */
  readonly location: string;
  /** Chroma Cloud, which runs the newest server and whose keys may be for reading alone. */
  readonly hosted: boolean;
}

export const ALL_DATABASES = '*';
const ADAPTER = 'chroma';
const CLOUD = 'api.trychroma.com';

const NAMES: OptionNames<ChromaOptions> = {
  ...HTTP_OPTIONS,
  url: true,
  prefix: true,
  tenant: true,
  database: true,
  apiKey: true,
  client: true,
};

/** @throws VsmError with code `INVALID_OPTIONS` */
export function readOptions(given: ChromaOptions): ChromaConnection {
  checkOptionNames('chroma', given, NAMES);
  const options = given.client === undefined ? given : fromClient(given, given.client);
  const rules = { adapter: ADAPTER, option: 'url', example: 'http://localhost:8000', prefix: options.prefix };
  const { origin, prefix, secure, hostname, authorization } = readEndpoint(options.url ?? rules.example, rules);
  const hosted = hostname === CLOUD;
  const database = options.database ?? (hosted ? ALL_DATABASES : 'default_database');
  const asked = hosted || database === ALL_DATABASES;
  const tenant = options.tenant ?? (asked ? undefined : 'default_tenant');
  const apiKey = given.client === undefined ? (options.apiKey ?? process.env['CHROMA_API_KEY']) : undefined;
  const place = [origin.replace(/^https?:\/\//, '') + prefix, tenant, database].filter((part) => part !== undefined);
  return {
    server: origin + prefix,
    tenant,
    database,
    http: readHttpOptions(ADAPTER, options, {
      ...(apiKey !== undefined && apiKey !== '' && { 'x-chroma-token': apiKey }),
      ...(authorization !== undefined && { authorization }),
    }),
    location: `chroma${secure ? '+https' : ''}://${place.join('/')}`,
    hosted,
  };
}

/** The address is in a private field, which has been the same since the client of the second version. */
function fromClient(options: ChromaOptions, client: ReadyChromaClient): ChromaOptions {
  if (options.url !== undefined || options.prefix !== undefined || options.apiKey !== undefined) {
    throw invalidOption(ADAPTER, 'give either `client`, or `url`, `prefix` and `apiKey`, not both');
  }
  const inner = Reflect.get(client, 'apiClient') as { getConfig?: () => { baseUrl?: unknown } } | undefined;
  const url = inner?.getConfig?.().baseUrl;
  if (typeof url !== 'string') {
    throw invalidOption(
      ADAPTER,
      '`client` must be a ChromaClient of chromadb 2 or later; give `url` and `headers` for others',
    );
  }
  return {
    ...options,
    url,
    tenant: options.tenant ?? client.tenant,
    database: options.database ?? client.database,
    headers: { ...client.headers, ...options.headers },
  };
}
