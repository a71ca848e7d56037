import {
  checkOptionNames,
  type OptionNames,
  HTTP_OPTIONS,
  invalidOption,
  namedFields,
  readHttpOptions,
  readServiceUrl,
  type HttpOptions,
  type HttpSettings,
  type NamedFields,
  type ReadingOptions,
} from '@vsm/core/adapter';

export interface TurbopufferOptions extends HttpOptions, Pick<ReadingOptions, 'document' | 'metadata' | 'ignore'> {
  /** Default: the environment variable `TURBOPUFFER_API_KEY`. */
  readonly apiKey?: string | undefined;
  /** Such as `gcp-us-central1`. Default: the environment variable `TURBOPUFFER_REGION`. */
  readonly region?: string | undefined;
  /** In place of `https://<region>.turbopuffer.com`. Default: the environment variable `TURBOPUFFER_BASE_URL`. */
  readonly url?: string | undefined;
}

export interface Connection {
  /** What every URL begins with. */
  readonly server: string;
  readonly http: HttpSettings;
  /** Without secrets. */
  readonly location: string;
  readonly fields: NamedFields;
}

const ADAPTER = 'turbopuffer';

const NAMES: OptionNames<TurbopufferOptions> = {
  ...HTTP_OPTIONS,
  document: true,
  metadata: true,
  ignore: true,
  apiKey: true,
  region: true,
  url: true,
};

/** @throws VsmError with code `INVALID_OPTIONS` */
export function readOptions(options: TurbopufferOptions): Connection {
  checkOptionNames('turbopuffer', options, NAMES);
  const { document, metadata, ignore } = options;
  const apiKey = options.apiKey ?? process.env['TURBOPUFFER_API_KEY'] ?? '';
  if (apiKey === '') throw invalidOption(ADAPTER, 'it needs a key: set `apiKey` or TURBOPUFFER_API_KEY');
  const rules = { adapter: ADAPTER, option: 'url', example: 'https://gcp-us-central1.turbopuffer.com' };
  const server = readServiceUrl(urlOf(options), rules);
  return {
    server,
    http: readHttpOptions(ADAPTER, options, { authorization: `Bearer ${apiKey}` }),
    location: server,
    fields: namedFields({ document, metadata, ignore }),
  };
}

/** As the client of the service reads them, but that what is given goes before the environment. */
function urlOf({ url, region }: TurbopufferOptions): string {
  if (url !== undefined && region !== undefined && !url.includes('{region}')) {
    throw invalidOption(ADAPTER, 'give either `url` or `region`: the URL says where it is');
  }
  const base = url ?? (region === undefined ? process.env['TURBOPUFFER_BASE_URL'] : undefined) ?? '';
  if (base !== '' && !base.includes('{region}')) return base;
  const place = region ?? process.env['TURBOPUFFER_REGION'] ?? '';
  if (!/^[a-z0-9-]+$/.test(place)) {
    throw invalidOption(
      ADAPTER,
      `it needs the region of the namespaces, such as gcp-us-central1: set \`region\` or TURBOPUFFER_REGION${place === '' ? '' : `, which is ${JSON.stringify(place)}`}`,
    );
  }
  return (base === '' ? 'https://{region}.turbopuffer.com' : base).replaceAll('{region}', place);
}
