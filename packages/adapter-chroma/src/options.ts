import { VsmError } from '@vsm/core/adapter';

export interface ChromaOptions {
  /** Such as `http://localhost:8000`. @default http://localhost:8000 */
  readonly url?: string | undefined;
  /** @default 'default_tenant' */
  readonly tenant?: string | undefined;
  /** @default 'default_database' */
  readonly database?: string | undefined;
  /** Sent as `X-Chroma-Token`. @default process.env.CHROMA_API_KEY */
  readonly apiKey?: string | undefined;
  /** Sent with every request, such as `{ authorization: 'Bearer …' }`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface ChromaConnection {
  readonly origin: URL;
  readonly tenant: string;
  readonly database: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Without secrets. */
  readonly location: string;
}

export function readOptions(options: ChromaOptions): ChromaConnection {
  const text = options.url ?? 'http://localhost:8000';
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new VsmError('INVALID_OPTIONS', `chroma: "${text}" is not an http or https URL`, { adapter: 'chroma' });
  }
  const url = new URL(text);
  const tenant = options.tenant ?? 'default_tenant';
  const database = options.database ?? 'default_database';
  const apiKey = options.apiKey ?? process.env['CHROMA_API_KEY'];
  return {
    origin: new URL(url.origin),
    tenant,
    database,
    headers: { ...(apiKey !== undefined && { 'x-chroma-token': apiKey }), ...options.headers },
    location: `chroma${url.protocol === 'https:' ? '+https' : ''}://${url.host}/${tenant}/${database}`,
  };
}
