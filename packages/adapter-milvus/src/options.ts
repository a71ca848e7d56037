import {
  checkOptionNames,
  FIELD_OPTIONS,
  fieldOptionsOf,
  type FieldOptions,
  type OptionNames,
  invalidOption,
  readEndpoint,
  readHttpOptions,
  type HttpOptions,
  type HttpSettings,
  type ReadingOptions,
} from '@vsm/core/adapter';

export interface MilvusOptions extends Omit<HttpOptions, 'maxConnections'>, FieldOptions {
  /** `user:password@` in front of the host signs in. @default http://localhost:19530 */
  readonly url?: string | undefined;
  /** A token: of Zilliz Cloud, or `user:password`. @default process.env.MILVUS_API_KEY */
  readonly apiKey?: string | undefined;
  /** @default the database that the server calls `default` */
  readonly database?: string | undefined;
}

export interface MilvusConnection {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly http: HttpSettings;
  /** Without secrets. */
  readonly location: string;
  readonly database: string;
  readonly reading: ReadingOptions;
}

const ADAPTER = 'milvus';
const PORT = 19530;

const NAMES: OptionNames<MilvusOptions> = {
  headers: true,
  timeoutMs: true,
  caFile: true,
  maxAnswerBytes: true,
  maxRetryAfterMs: true,
  ...FIELD_OPTIONS,
  url: true,
  apiKey: true,
  database: true,
};

/** @throws VsmError with code `INVALID_OPTIONS` */
export function readOptions(options: MilvusOptions): MilvusConnection {
  checkOptionNames('milvus', options, NAMES);
  const { database = '' } = options;
  const rules = { adapter: ADAPTER, option: 'url', example: `http://localhost:${PORT}` };
  const { origin, prefix, secure, authorization } = readEndpoint(options.url ?? rules.example, rules);
  if (prefix !== '') throw invalidOption(ADAPTER, `\`url\` has the path ${prefix}, but gRPC is served at none`);
  const apiKey = options.apiKey ?? process.env['MILVUS_API_KEY'] ?? '';
  if (apiKey !== '' && authorization !== undefined) {
    throw invalidOption(ADAPTER, 'give either `apiKey`, or user and password in `url`: both are sent in one header');
  }
  // The server wants the base64 of either, without the word in front: https://milvus.io/docs/authenticate.md
  const token = authorization?.replace('Basic ', '') ?? Buffer.from(apiKey).toString('base64');
  return {
    origin,
    http: readHttpOptions(ADAPTER, options, token === '' ? {} : { authorization: token }),
    location: `milvus${secure ? '+https' : ''}://${origin.replace(/^https?:\/\//, '')}${database === '' ? '' : `?database=${encodeURIComponent(database)}`}`,
    database,
    reading: fieldOptionsOf(options),
  };
}
