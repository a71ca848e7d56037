import { VsmError } from '@vsm/core/adapter';

export interface ChromaOptions {
  /** Such as `http://localhost:8000`. @default http://localhost:8000 */
  readonly url?: string | undefined;
  /** @default 'default_tenant'; on Chroma Cloud and for all databases, the tenant of the key */
  readonly tenant?: string | undefined;
  /** `*` for all that the key sees, with collections called `database/collection`. @default 'default_database'; on Chroma Cloud `*` */
  readonly database?: string | undefined;
  /** Sent as `X-Chroma-Token`. @default process.env.CHROMA_API_KEY */
  readonly apiKey?: string | undefined;
  /** Sent with every request, such as `{ authorization: 'Bearer …' }`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface ChromaConnection {
  readonly origin: URL;
  /** `undefined`: the one that the server tells the key. */
  readonly tenant: string | undefined;
  readonly database: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Without secrets. */
  readonly location: string;
  /** Chroma Cloud, which runs the newest server and whose keys may be for reading alone. */
  readonly hosted: boolean;
}

export const ALL_DATABASES = '*';
const CLOUD = 'api.trychroma.com';

export function readOptions(options: ChromaOptions): ChromaConnection {
  const text = options.url ?? 'http://localhost:8000';
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new VsmError('INVALID_OPTIONS', `chroma: "${text}" is not an http or https URL`, { adapter: 'chroma' });
  }
  const url = new URL(text);
  const hosted = url.hostname === CLOUD;
  const database = options.database ?? (hosted ? ALL_DATABASES : 'default_database');
  const asked = hosted || database === ALL_DATABASES;
  const tenant = options.tenant ?? (asked ? undefined : 'default_tenant');
  const apiKey = options.apiKey ?? process.env['CHROMA_API_KEY'];
  return {
    origin: new URL(url.origin),
    tenant,
    database,
    headers: { ...(apiKey !== undefined && { 'x-chroma-token': apiKey }), ...options.headers },
    location: `chroma${url.protocol === 'https:' ? '+https' : ''}://${[url.host, tenant, database].filter((part) => part !== undefined).join('/')}`,
    hosted,
  };
}
