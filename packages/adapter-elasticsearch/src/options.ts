import {
  checkOptionNames,
  type OptionNames,
  FIELD_OPTIONS,
  fieldOptionsOf,
  type FieldOptions,
  HTTP_OPTIONS,
  invalidOption,
  readEndpoint,
  readHttpOptions,
  type HttpOptions,
  type HttpSettings,
  type ReadingOptions,
} from '@vsm/core/adapter';

/** What is about to be sent. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  readonly body: string | undefined;
}

/** Gives the headers that prove who sends a request, such as those of AWS's Signature Version 4. */
export type Sign = (
  request: SignedRequest,
) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;

export interface ElasticsearchOptions extends HttpOptions, FieldOptions {
  /** Of the server. A path becomes the prefix, and `user:password@` the basic authentication. @default http://localhost:9200 */
  readonly url?: string | undefined;
  /** First part of every path, where a proxy wants one. */
  readonly prefix?: string | undefined;
  /** Elasticsearch's, encoded: sent as `Authorization: ApiKey …`. @default process.env.ELASTICSEARCH_API_KEY */
  readonly apiKey?: string | undefined;
  /** Signs each request, for OpenSearch of AWS: a function, or the service, for which the package `aws4` has to be installed. */
  readonly sign?: Sign | { readonly service: 'es'; readonly region: string } | undefined;
}

export interface ElasticsearchConnection {
  /** What every URL begins with, with a slash behind. */
  readonly server: string;
  readonly http: HttpSettings;
  /** Without secrets. */
  readonly location: string;
  readonly sign: ElasticsearchOptions['sign'];
  readonly reading: ReadingOptions;
}

export const ADAPTER = 'elasticsearch';

const NAMES: OptionNames<ElasticsearchOptions> = {
  ...HTTP_OPTIONS,
  ...FIELD_OPTIONS,
  url: true,
  prefix: true,
  apiKey: true,
  sign: true,
};

/** @throws VsmError with code `INVALID_OPTIONS` */
export function readOptions(options: ElasticsearchOptions): ElasticsearchConnection {
  checkOptionNames('elasticsearch', options, NAMES);
  const { sign } = options;
  const rules = { adapter: ADAPTER, option: 'url', example: 'http://localhost:9200', prefix: options.prefix };
  const { origin, prefix, secure, authorization } = readEndpoint(options.url ?? rules.example, rules);
  const apiKey = options.apiKey ?? (authorization === undefined ? process.env['ELASTICSEARCH_API_KEY'] : '') ?? '';
  const ways = [apiKey !== '', authorization !== undefined, sign !== undefined].filter(Boolean).length;
  if (ways > 1) {
    throw invalidOption(
      ADAPTER,
      'give one of `apiKey`, `sign`, and user and password in `url`: all are sent in one header',
    );
  }
  return {
    server: `${origin}${prefix}/`,
    http: readHttpOptions(ADAPTER, options, {
      ...(apiKey !== '' && { authorization: `ApiKey ${apiKey}` }),
      ...(authorization !== undefined && { authorization }),
    }),
    location: `${ADAPTER}${secure ? '+https' : ''}://${origin.replace(/^https?:\/\//, '')}${prefix}`,
    sign,
    reading: fieldOptionsOf(options),
  };
}
