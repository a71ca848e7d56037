import {
  checkOptionNames,
  type OptionNames,
  HTTP_OPTIONS,
  invalidOption,
  readHttpOptions,
  readServiceUrl,
  type HttpOptions,
  type HttpSettings,
} from '@vsm/core/adapter';

export interface UpstashOptions extends HttpOptions {
  /** REST URL of one index, for a token alone: it is the only collection. Default: `UPSTASH_VECTOR_REST_URL`, unless there is an account. */
  readonly url?: string | undefined;
  /** Of that index. Default: `UPSTASH_VECTOR_REST_TOKEN`. */
  readonly token?: string | undefined;
  /** Of an account, whose indexes are the collections. Default: `UPSTASH_EMAIL`. */
  readonly email?: string | undefined;
  /** Of the management API. Default: `UPSTASH_API_KEY`. */
  readonly apiKey?: string | undefined;
  /** The management API. Default: `https://api.upstash.com`. */
  readonly controller?: string | undefined;
  /** Where new indexes are made. Default: `us-east-1`. */
  readonly region?: string | undefined;
  /** Plan of new indexes: `free`, `payg` or `fixed`. Default: `payg`. */
  readonly plan?: string | undefined;
  /** What the sparse vector beside a dense one is called. Default: `sparse`. */
  readonly sparseName?: string | undefined;
  /** How long written vectors may take to be readable before `flush` gives up. Default: 120000. */
  readonly flushTimeoutMs?: number | undefined;
}

export interface Connection {
  /** The account, or one index. */
  readonly account: { readonly controller: string; readonly http: HttpSettings } | undefined;
  readonly index: { readonly url: string; readonly name: string; readonly token: string } | undefined;
  /** Settings of the requests to an index with this token. */
  readonly httpFor: (token: string) => HttpSettings;
  readonly region: string;
  readonly plan: string;
  readonly sparseName: string;
  readonly flushTimeoutMs: number;
  /** Without secrets. */
  readonly location: string;
}

const ADAPTER = 'upstash';
export const SERVICE = 'https://api.upstash.com';

const NAMES: OptionNames<UpstashOptions> = {
  ...HTTP_OPTIONS,
  url: true,
  token: true,
  email: true,
  apiKey: true,
  controller: true,
  region: true,
  plan: true,
  sparseName: true,
  flushTimeoutMs: true,
};

/** @throws VsmError with code `INVALID_OPTIONS` */
export function readOptions(options: UpstashOptions): Connection {
  checkOptionNames('upstash', options, NAMES);
  const { region = 'us-east-1', plan = 'payg', sparseName = 'sparse', flushTimeoutMs = 120_000 } = options;
  const email = options.email ?? process.env['UPSTASH_EMAIL'] ?? '';
  const hasAccount = options.url === undefined && email !== '';
  const common = {
    httpFor: (token: string) => readHttpOptions(ADAPTER, options, { authorization: `Bearer ${token}` }),
    region,
    plan,
    sparseName,
    flushTimeoutMs,
  };
  if (!(flushTimeoutMs >= 1))
    throw invalidOption(ADAPTER, `\`flushTimeoutMs\` must be positive, but is ${flushTimeoutMs}`);
  if (hasAccount) {
    const apiKey = options.apiKey ?? process.env['UPSTASH_API_KEY'] ?? '';
    if (apiKey === '') throw invalidOption(ADAPTER, 'an account needs its key: set `apiKey` or UPSTASH_API_KEY');
    const controller = readUrl('controller', options.controller ?? SERVICE);
    const authorization = `Basic ${Buffer.from(`${email}:${apiKey}`).toString('base64')}`;
    const http = readHttpOptions(ADAPTER, options, { authorization });
    return { ...common, account: { controller, http }, index: undefined, location: controller };
  }
  const given = options.url ?? process.env['UPSTASH_VECTOR_REST_URL'] ?? '';
  const token = options.token ?? process.env['UPSTASH_VECTOR_REST_TOKEN'] ?? '';
  if (given === '' || token === '') {
    const one = '`url` and `token` of an index (UPSTASH_VECTOR_REST_URL, UPSTASH_VECTOR_REST_TOKEN)';
    throw invalidOption(
      ADAPTER,
      `it needs ${one}, or \`email\` and \`apiKey\` of an account (UPSTASH_EMAIL, UPSTASH_API_KEY)`,
    );
  }
  const url = readUrl('url', given);
  return { ...common, account: undefined, index: { url, name: nameIn(url), token }, location: url };
}

function readUrl(option: string, text: string): string {
  const example = 'https://my-index-eu1-vector.upstash.io';
  return readServiceUrl(text, { adapter: ADAPTER, option, example });
}

/** The only name that a URL has: its last part, else the first of its host. */
function nameIn(url: string): string {
  const { hostname, pathname } = new URL(url);
  return pathname.split('/').findLast((part) => part !== '') ?? hostname.split('.')[0] ?? hostname;
}
