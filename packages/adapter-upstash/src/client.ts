import {
  checkCount,
  checkList,
  checkObject,
  checkText,
  createHttp,
  parseJson,
  parsePlainJson,
  RemoteError,
  type CallOptions,
  type Http,
  type HttpRequest,
  type Metric,
} from '@vsm/core/adapter';
import { exceptions } from './errors.ts';
import { SERVICE, type Connection } from './options.ts';

export interface IndexEntry {
  /** In the management API. */
  readonly id: string | undefined;
  readonly name: string;
  readonly url: string;
  readonly token: string;
}

/** What `info` says of an index. */
export interface IndexInfo {
  readonly dimension: number | undefined;
  readonly metric: Metric | undefined;
  readonly isSparse: boolean;
  readonly counts: ReadonlyMap<string, number>;
  readonly total: number;
  readonly pending: number;
}

const METRICS: ReadonlyMap<unknown, Metric> = new Map<unknown, Metric>([
  ['COSINE', 'cosine'],
  ['EUCLIDEAN', 'euclidean'],
  ['DOT_PRODUCT', 'dot'],
]);

export function similarityOf(metric: Metric | undefined): string {
  return ([...METRICS].find(([, one]) => one === metric)?.[0] as string | undefined) ?? 'COSINE';
}

/** One index by its REST. Not through the SDK, which retries by itself, has no bounds, and rounds what metadata holds. */
export interface IndexClient {
  readonly location: string;
  /** `path` begins with the operation, as in `range/my-namespace`; gives what `read` makes of the `result`, parsed exactly unless told otherwise. */
  ask<Result>(
    path: string,
    action: string,
    body: string,
    options: CallOptions | undefined,
    read: (result: unknown) => Result,
    parse?: (text: string) => unknown,
  ): Promise<Result>;
  close(): void;
}

export function createIndexClient({ httpFor }: Connection, { url, token }: IndexEntry): IndexClient {
  const http = createHttp(httpFor(token), exceptions);
  return {
    location: url,
    ask: (path, action, body, options, read, parse = parseExactly) =>
      send(
        http,
        { method: 'POST', url: `${url}/${path}`, location: url, action, body },
        options,
        (value) => {
          const { result, error } = checkObject(value, 'the answer');
          if (typeof error === 'string' && result === undefined) throw new TypeError(error);
          return read(result);
        },
        parse,
      ),
    close: () => http.close(),
  };
}

export function askInfo(client: IndexClient, action: string, options: CallOptions | undefined): Promise<IndexInfo> {
  return client.ask('info', action, '{}', options, (value) => {
    const info = checkObject(value, 'the info');
    const namespaces = Object.entries(checkObject(info['namespaces'], 'the namespaces'));
    const dimension = checkCount(info['dimension'] ?? 0, 'the dimension');
    return {
      dimension: dimension === 0 ? undefined : dimension,
      metric: METRICS.get(info['similarityFunction']),
      isSparse: info['sparseIndex'] !== undefined && info['sparseIndex'] !== null,
      counts: new Map(
        namespaces.map(([name, one]) => [
          name,
          checkCount(checkObject(one, 'a namespace')['vectorCount'], 'the count'),
        ]),
      ),
      total: checkCount(info['vectorCount'], 'the count of vectors'),
      pending: checkCount(info['pendingVectorCount'], 'the count of pending vectors'),
    };
  });
}

/** The management API of an account. */
export interface AccountClient {
  list(action: string, options: CallOptions | undefined): Promise<IndexEntry[]>;
  create(body: string, action: string, options: CallOptions | undefined): Promise<void>;
  delete(id: string, action: string, options: CallOptions | undefined): Promise<void>;
  close(): void;
}

export function createAccountClient({ controller, http: settings }: NonNullable<Connection['account']>): AccountClient {
  const http = createHttp(settings, exceptions);
  const base = { location: controller, url: `${controller}/v2/vector/index` };
  return {
    list: (action, options) =>
      send(http, { ...base, method: 'GET', action }, options, (value) =>
        checkList(value, 'the indexes').map((one) => readEntry(one, controller)),
      ),
    create: (body, action, options) => send(http, { ...base, method: 'POST', action, body }, options, () => undefined),
    delete: (id, action, options) =>
      send(
        http,
        { ...base, method: 'DELETE', url: `${base.url}/${encodeURIComponent(id)}`, action },
        options,
        () => undefined,
      ),
    close: () => http.close(),
  };
}

function readEntry(value: unknown, controller: string): IndexEntry {
  const { id, name, endpoint, token } = checkObject(value, 'an index');
  const host = checkText(endpoint, 'the endpoint of an index');
  return {
    id: checkText(id, 'the id of an index'),
    name: checkText(name, 'the name of an index'),
    url: safeUrl(/^https?:\/\//.test(host) ? host : `https://${host}`, controller),
    token: checkText(token, 'the token of an index'),
  };
}

/** The management API says where an index is, and its token goes there: from the service itself nowhere else, and never to plain text. */
export function safeUrl(url: string, controller: string): string {
  const parsed = URL.parse(url);
  const isAtHome = controller !== SERVICE || parsed?.hostname.endsWith('.upstash.io') === true;
  const isSafe = parsed !== null && isAtHome && (parsed.protocol === 'https:' || controller.startsWith('http:'));
  if (isSafe) return url.replace(/\/$/, '');
  const message = `upstash: ${controller} says that an index is at ${JSON.stringify(url)}, where its token would not be safe; give it as \`url\` if that is right`;
  throw new RemoteError(message, { adapter: 'upstash', retryable: false });
}

function send<Result>(
  http: Http,
  request: Omit<HttpRequest, 'signal'>,
  options: CallOptions | undefined,
  read: (value: unknown) => Result,
  parse: (text: string) => unknown = parseExactly,
): Promise<Result> {
  return http.ask({ ...request, signal: options?.signal }, ({ bytes }) =>
    read(bytes.length === 0 ? undefined : parse(bytes.toString())),
  );
}

/** Numbers whose digits say more than a double: long integers, `1.0`, an exponent without a point, minus zero. */
const EXACT = /[:,[]\s*(?:-?\d{16,}(?![\d.eE])|-?\d+(?:\.0+(?!\d)|[eE])|-0(?![\d.]))/;

/** Vectors are fractions of 17 digits, which need no more than a plain parser, and are most of an answer. */
function parseExactly(text: string): unknown {
  return EXACT.test(text) ? parseJson(text) : parsePlainJson(text);
}
