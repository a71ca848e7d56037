import { VsmError } from '@vsm/core/adapter';

/** A connection string in its parts, percent-decoded. */
export interface ConnectionUrl {
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** The name of a machine, or the folder of a Unix socket, which begins with `/`. */
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly database: string | undefined;
  /** The parameters that are none of the above. */
  readonly parameters: ReadonlyMap<string, string>;
}

const EXAMPLE = 'postgresql://user@host:5432/database';

/** What stands in front of the query, and the query. A `#` is a character like any other. */
const SHAPE =
  /^postgres(?:ql)?:\/\/(?:(?<login>[^/?]*)@)?(?<hosts>[^@/?]*)(?:\/(?<database>[^?]*))?(?:\?(?<query>.*))?$/is;

/**
 * Reads a connection string as `psql` does: characters of a password need no encoding unless they end it (`/`, `?`), the host may be
 * left out or be a parameter, and a host that begins with `/` is the folder of a socket.
 * @throws VsmError with code `INVALID_OPTIONS`, which never repeats the string: there is a password in it
 */
export function parseConnectionUrl(url: string): ConnectionUrl {
  const parts = SHAPE.exec(url)?.groups;
  if (parts === undefined) throw invalid(`it is not like ${EXAMPLE}`);
  const own = new Map(pairsOf(parts['query'] ?? ''));
  const take = (name: string): string | undefined => {
    const value = own.get(name);
    own.delete(name);
    return value === '' ? undefined : value;
  };
  const [, name, password] = /^([^:]*)(?::(.*))?$/s.exec(parts['login'] ?? '') ?? [];
  const { host, port } = parseHost(parts['hosts'] ?? '');
  const database = filled(parts['database']);
  // Nobody names a database so: the @ is that of a password with a slash in it.
  if (database?.includes('@') === true) throw unencoded();
  const address = take('hostaddr');
  const otherHost = take('host');
  if (otherHost?.includes(',') === true) throw severalHosts(otherHost);
  return {
    user: take('user') ?? decode(filled(name), 'user'),
    password: take('password') ?? decode(filled(password), 'password'),
    host: address ?? otherHost ?? decode(host, 'host'),
    port: parsePort(take('port') ?? port),
    database: take('dbname') ?? decode(database, 'database'),
    parameters: own,
  };
}

/** The same connection string without these parameters, and their values. */
export function takeParameters(
  url: string,
  names: readonly string[],
): { readonly url: string; readonly taken: URLSearchParams } {
  const query = SHAPE.exec(url)?.groups?.['query'];
  if (query === undefined) return { url, taken: new URLSearchParams() };
  const isTaken = (part: string): boolean => names.includes(part.split('=', 1)[0] ?? '');
  const parts = query.split('&');
  const rest = parts.filter((part) => !isTaken(part)).join('&');
  const before = url.slice(0, url.length - query.length - 1);
  return {
    url: rest === '' ? before : `${before}?${rest}`,
    taken: new URLSearchParams(pairsOf(parts.filter(isTaken).join('&'))),
  };
}

function pairsOf(query: string): [string, string][] {
  const parts = query.split('&').filter((part) => part !== '');
  return parts.map((part) => {
    const equals = part.indexOf('=');
    if (equals < 1) throw unencoded();
    const name = part.slice(0, equals);
    return [name, decode(part.slice(equals + 1), `parameter "${name}"`) ?? ''];
  });
}

function parseHost(hosts: string): { host: string | undefined; port: string | undefined } {
  if (hosts.includes(',')) throw severalHosts(hosts);
  const [, address, host, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(hosts) ?? [];
  return { host: filled(address ?? host), port: filled(port) };
}

function parsePort(port: string | undefined): number | undefined {
  if (port === undefined) return undefined;
  const number = Number(port);
  // The text is not repeated: it may be the rest of a password.
  if (!/^\d+$/.test(port) || number < 1 || number > 65_535) throw unencoded('its port is no number, or');
  return number;
}

function decode(text: string | undefined, what: string): string | undefined {
  if (text === undefined) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(`in its ${what}, a % is not followed by two hexadecimal digits: write %25 for a percent sign`);
  }
}

const filled = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

function unencoded(also = ''): VsmError {
  return invalid(
    `${also} the user name or password has a character in it that ends it. Percent-encode / as %2F and ? as %3F in them (and & as %26 in parameters)`.trimStart(),
  );
}

function severalHosts(hosts: string): VsmError {
  return invalid(`it names several hosts (${hosts}), and all records go through one: leave the one that takes writes`);
}

function invalid(what: string): VsmError {
  return new VsmError('INVALID_OPTIONS', `pgvector: the url cannot be used: ${what}`, { adapter: 'pgvector' });
}
