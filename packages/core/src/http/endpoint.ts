import type { VsmError } from '../errors.ts';
import { invalidOption } from './options.ts';

/** Where a server is, from a URL as people have it. */
export interface Endpoint {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly secure: boolean;
  readonly hostname: string;
  /** As it was given or meant. */
  readonly port: number;
  /** First part of every path: empty, or with a slash in front and none behind. */
  readonly prefix: string;
  /** The header for user and password that stood in the URL. */
  readonly authorization: string | undefined;
}

interface EndpointRules {
  readonly adapter: string;
  /** Of the URL in messages. */
  readonly option: string;
  readonly example: string;
  /** Where the URL has none; by default the usual one of its scheme. */
  readonly port?: number | undefined;
  readonly prefix?: string | undefined;
}

/** @throws VsmError with code `INVALID_OPTIONS` */
export function readEndpoint(text: string, rules: EndpointRules): Endpoint {
  const { adapter, option, example } = rules;
  if (typeof text !== 'string') throw invalidOption(adapter, `\`${option}\` must be a text like ${example}`);
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw invalidOption(adapter, `\`${option}\` must be like ${example}, but is ${maskUrl(text)}`);
  }
  if (url.search !== '' || url.hash !== '') {
    throw invalidOption(adapter, `\`${option}\` ends before ${url.search === '' ? '#' : '?'}: ${maskUrl(text)}`);
  }
  const [path, prefix] = [trimSlashes(url.pathname), trimSlashes(rules.prefix ?? '')];
  if (path !== '' && prefix !== '')
    throw invalidOption(adapter, `\`${option}\` has a path, so \`prefix\` cannot be given as well`);
  const secure = url.protocol === 'https:';
  const port = writtenPort(text, url) ?? rules.port ?? (secure ? 443 : 80);
  const whole = path === '' ? prefix.split('/').map(encodeSegment).join('/') : path;
  return {
    origin:
      port === (secure ? 443 : 80) ? `${url.protocol}//${url.hostname}` : `${url.protocol}//${url.hostname}:${port}`,
    secure,
    hostname: url.hostname,
    port,
    prefix: whole === '' ? '' : `/${whole}`,
    authorization: basicAuth(adapter, option, url),
  };
}

/** `URL` drops a port that is the usual one of its scheme; here it was written on purpose. */
function writtenPort(text: string, url: URL): number | undefined {
  if (url.port !== '') return Number(url.port);
  const written = /^https?:\/\/[^/?#]*:(\d+)(?:[/?#]|$)/i.exec(text)?.[1];
  return written === undefined ? undefined : Number(written);
}

function basicAuth(adapter: string, option: string, { username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  if (password === '')
    throw invalidOption(adapter, `\`${option}\` has a user without a password; a key belongs into \`apiKey\``);
  try {
    const [user, secret] = [decodeURIComponent(username), decodeURIComponent(password)];
    if (user.includes(':')) throw new Error('a colon');
    return `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
  } catch {
    throw invalidOption(
      adapter,
      `user and password in \`${option}\` must be percent-encoded, as p%40ss for p@ss, and a user has no colon`,
    );
  }
}

const trimSlashes = (path: string): string => path.replace(/^\/+|\/+$/g, '');

/** What is encoded already stays. */
const encodeSegment = (segment: string): string => encodeURIComponent(segment).replaceAll(/%25(?=[0-9a-f]{2})/gi, '%');

function maskUrl(text: string): string {
  return text
    .replace(/\/\/.*@/s, '//***@')
    .replace(/[?#].*$/s, '')
    .slice(0, 200);
}

/**
 * The URL of a service that takes a key in the header where user and password would go, without a slash behind it.
 * @throws VsmError with code `INVALID_OPTIONS`, for user and password as well
 */
export function readServiceUrl(text: string, rules: EndpointRules): string {
  const { origin, prefix, authorization } = readEndpoint(text, rules);
  if (authorization === undefined) return origin + prefix;
  const what = `\`${rules.option}\` has a user and a password, whose header is the one of the key: leave them out`;
  throw invalidOption(rules.adapter, what);
}

/** For a path that names nothing of this store; `wanted` is such as `an index, such as pinecone:my-index`. */
export function invalidPath(adapter: string, path: string, wanted: string, hint = ''): VsmError {
  const shown = JSON.stringify(path.replace(/\/\/.*@/s, '//***@'));
  return invalidOption(adapter, `a location names ${wanted}, but has ${shown}${hint === '' ? '' : `; ${hint}`}`);
}

/** What a location says of a server. */
interface ServerLocation {
  /** Scheme, host and port, and user and password. */
  readonly url: string;
  /** First part of every path, as the parameter of that name says. */
  readonly prefix: string | undefined;
  /** Decoded; absent where none is named. */
  readonly collection: string | undefined;
}

interface ServerLocationRules {
  readonly adapter: string;
  /** The store's own, where none is given; never in place of the usual one of https. */
  readonly port?: number | undefined;
  /** Such as `chroma://localhost:8000/docs`. */
  readonly example: string;
  /** What to do with a folder of this kind of store. */
  readonly folder: string;
  /** What to say about a collection with slashes in it; by default they are fine. */
  readonly slashes?: string | undefined;
}

/**
 * Reads `scheme://host:port/collection`, or `scheme+https://…` over TLS. What has no `//` in front is a folder or a URL, and never means localhost.
 * @throws VsmError with code `INVALID_OPTIONS`
 */
export function readServerLocation(
  location: { readonly scheme: string; readonly path: string; readonly parameters?: ReadonlyMap<string, string> },
  rules: ServerLocationRules,
): ServerLocation {
  const { scheme, path, parameters } = location;
  const { adapter, example, folder, slashes } = rules;
  const url = /^(?:\/\/)?(https?):(?:\/\/)?(.*)$/is.exec(path);
  if (url !== null) {
    const [, given = '', rest = ''] = url;
    const right = `${adapter}${given.toLowerCase() === 'https' ? '+https' : ''}://${rest.replace(/^.*@/s, '***@')}`;
    throw invalidOption(adapter, `the scheme stands in front: write ${right}`);
  }
  const match = /^\/\/([^/]*)\/?(.*)$/s.exec(path);
  if (match === null) {
    throw invalidOption(
      adapter,
      `a location wants a host behind //, such as ${example}, but has ${JSON.stringify(path)}; ${folder}`,
    );
  }
  const [, authority = '', raw = ''] = match;
  if (authority === '' || /[\s\\]/.test(authority)) {
    throw invalidOption(adapter, `a location names a host, such as ${example}`);
  }
  const secure = scheme.endsWith('+https');
  const port = rules.port === undefined || secure || /:\d+$/.test(authority) ? '' : `:${rules.port}`;
  const whole = `${secure ? 'https' : 'http'}://${authority}${port}`;
  const name = raw.replace(/\/$/, '');
  if (slashes !== undefined && name.includes('/')) {
    throw invalidOption(adapter, `"${name}" cannot be the name of a collection; ${slashes}`);
  }
  try {
    return {
      url: whole,
      prefix: parameters?.get('prefix'),
      collection: name === '' ? undefined : decodeURIComponent(name),
    };
  } catch (cause) {
    throw invalidOption(
      adapter,
      `"${name}" is not percent-encoded well: write %25 for a % in the name of a collection`,
      cause,
    );
  }
}
