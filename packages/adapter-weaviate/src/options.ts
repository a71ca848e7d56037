import {
  checkOptionNames,
  type OptionNames,
  HTTP_OPTIONS,
  invalidOption,
  namedFields,
  readEndpoint,
  readHttpOptions,
  type HttpOptions,
  type HttpSettings,
  type NamedFields,
  type ReadingOptions,
} from '@vsm/core/adapter';

export interface WeaviateOptions extends HttpOptions, Pick<ReadingOptions, 'document' | 'metadata' | 'ignore'> {
  /** Of its REST side. A path becomes the prefix, and `user:password@` the basic authentication. @default http://localhost:8080 */
  readonly url?: string | undefined;
  /** First part of every path, where a proxy wants one. */
  readonly prefix?: string | undefined;
  /** Sent as a bearer token. @default process.env.WEAVIATE_API_KEY */
  readonly apiKey?: string | undefined;
  /** Whether tenants that are COLD may be activated to be read or written; they are put back when the store is closed. @default false */
  readonly wakeTenants?: boolean | undefined;
  /** Whether the server may call its model for records that lack a vector. @default false */
  readonly letServerEmbed?: boolean | undefined;
}

export interface WeaviateConnection {
  /** What every URL begins with. */
  readonly server: string;
  readonly http: HttpSettings;
  /** Without secrets. */
  readonly location: string;
  readonly wakeTenants: boolean;
  readonly letServerEmbed: boolean;
  readonly fields: NamedFields;
}

const ADAPTER = 'weaviate';

const NAMES: OptionNames<WeaviateOptions> = {
  ...HTTP_OPTIONS,
  document: true,
  metadata: true,
  ignore: true,
  url: true,
  prefix: true,
  apiKey: true,
  wakeTenants: true,
  letServerEmbed: true,
};

/** @throws VsmError with code `INVALID_OPTIONS` */
export function readOptions(options: WeaviateOptions): WeaviateConnection {
  checkOptionNames('weaviate', options, NAMES);
  const { wakeTenants = false, letServerEmbed = false, document, metadata, ignore } = options;
  const rules = { adapter: ADAPTER, option: 'url', example: 'http://localhost:8080', prefix: options.prefix };
  const { origin, prefix, secure, authorization } = readEndpoint(options.url ?? rules.example, rules);
  const apiKey = options.apiKey ?? process.env['WEAVIATE_API_KEY'] ?? '';
  if (apiKey !== '' && authorization !== undefined) {
    throw invalidOption(ADAPTER, 'give either `apiKey`, or user and password in `url`: both are sent in one header');
  }
  return {
    server: `${origin}${prefix}/v1/`,
    http: readHttpOptions(ADAPTER, options, {
      ...(apiKey !== '' && { authorization: `Bearer ${apiKey}` }),
      ...(authorization !== undefined && { authorization }),
    }),
    location: `weaviate${secure ? '+https' : ''}://${origin.replace(/^https?:\/\//, '')}${prefix}`,
    wakeTenants,
    letServerEmbed,
    fields: namedFields({ document, metadata, ignore }),
  };
}
