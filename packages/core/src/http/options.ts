import { readFileSync } from 'node:fs';
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { getCACertificates, rootCertificates } from 'node:tls';
import { VsmError } from '../errors.ts';

/** What every store that is reached over HTTP takes. */
export interface HttpOptions {
  /** Sent with every request and shown nowhere. Default: the JSON object in the environment variable `<ADAPTER>_HEADERS`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** How long one request may take, from the first byte sent to the last one read. Default: 60000. */
  readonly timeoutMs?: number | undefined;
  /** PEM file of an authority to trust besides those that Node trusts; NODE_EXTRA_CA_CERTS does the same for the whole process. */
  readonly caFile?: string | undefined;
  /** Sockets in use at once. Default: 16. */
  readonly maxConnections?: number | undefined;
  /** Bytes of one answer, packed or not, above which it is not read on. Default: 256 MiB. */
  readonly maxAnswerBytes?: number | undefined;
  /** The longest wait that a server may ask for with `Retry-After`. Default: 600000. */
  readonly maxRetryAfterMs?: number | undefined;
}

/** Their names, for those who look whether they were given others. */
export const HTTP_OPTIONS: Readonly<Record<keyof HttpOptions, true>> = {
  headers: true,
  timeoutMs: true,
  caFile: true,
  maxConnections: true,
  maxAnswerBytes: true,
  maxRetryAfterMs: true,
};

export interface HttpSettings {
  readonly adapter: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Authorities, where they are not Node's own. */
  readonly ca: readonly string[] | undefined;
  readonly maxConnections: number;
  readonly maxAnswerBytes: number;
  readonly maxRetryAfterMs: number;
}

const NUMBERS = {
  timeoutMs: 60_000,
  maxConnections: 16,
  maxAnswerBytes: 256 * 1024 * 1024,
  maxRetryAfterMs: 600_000,
} as const;

/** A timer overflows above it. */
export const LONGEST_MS: number = 2 ** 31 - 1;

/**
 * The settings, with `own` headers, such as the key, below those that the user gives.
 * @throws VsmError with code `INVALID_OPTIONS`
 */
export function readHttpOptions(
  adapter: string,
  options: HttpOptions,
  own: Readonly<Record<string, string>> = {},
): HttpSettings {
  const number = (name: keyof typeof NUMBERS): number => {
    const value = options[name] ?? NUMBERS[name];
    if (value >= 1 && (!name.endsWith('Ms') || value <= LONGEST_MS)) return value;
    throw invalidOption(
      adapter,
      `\`${name}\` must be from 1 ${name.endsWith('Ms') ? `to ${LONGEST_MS}` : 'on'}, but is ${value}`,
    );
  };
  const variable = `${adapter.toUpperCase()}_HEADERS`;
  const given = options.headers ?? headersFrom(adapter, variable, process.env[variable]); // own key: of ours
  return {
    adapter,
    headers: { ...lowerCased(adapter, own), ...lowerCased(adapter, given) },
    timeoutMs: number('timeoutMs'),
    ca: options.caFile === undefined ? undefined : authorities(adapter, options.caFile),
    maxConnections: number('maxConnections'),
    maxAnswerBytes: number('maxAnswerBytes'),
    maxRetryAfterMs: number('maxRetryAfterMs'),
  };
}

export function invalidOption(adapter: string, what: string, cause?: unknown): VsmError {
  return new VsmError('INVALID_OPTIONS', `${adapter}: ${what}`, { adapter, cause });
}

/** One spelling a name, so that a user's header takes the place of ours. Values stand in no message: they are secrets. */
function lowerCased(adapter: string, headers: Readonly<Record<string, string>>): Record<string, string> {
  const read = Object.entries(headers).map(([name, value]) => {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      throw invalidOption(
        adapter,
        `header "${name}" has a name or a value that HTTP does not allow, such as a line break`,
      );
    }
    return [name.toLowerCase(), value] as const;
  });
  return Object.fromEntries(read);
}

function headersFrom(adapter: string, variable: string, text: string | undefined): Readonly<Record<string, string>> {
  if (text === undefined || text === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Without the cause: it quotes the text, which is a secret.
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isObject && Object.values(value as object).every((one) => typeof one === 'string')) {
    return value as Readonly<Record<string, string>>;
  }
  throw invalidOption(adapter, `${variable} must be a JSON object of texts, such as {"authorization":"Bearer …"}`);
}

/** The certificate of a file, and those that are trusted anyway: what TLS is given replaces them. */
export function authorities(adapter: string, file: string): readonly string[] {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (cause) {
    throw invalidOption(adapter, `cannot read \`caFile\` ${file}`, cause);
  }
  if (!pem.includes('-----BEGIN CERTIFICATE-----'))
    throw invalidOption(adapter, `\`caFile\` ${file} holds no certificate in PEM`);
  // Before Node 22.15 there is no such function, and NODE_EXTRA_CA_CERTS cannot be asked for.
  const known = (getCACertificates as typeof getCACertificates | undefined)?.('default') ?? rootCertificates;
  return [...known, pem];
}

/** The parameters of a location that are options of every store over HTTP. */
export const HTTP_PARAMETERS = ['caFile', 'timeoutMs'] as const;

export function httpParameters(parameters: ReadonlyMap<string, string>): Pick<HttpOptions, 'caFile' | 'timeoutMs'> {
  const timeout = parameters.get('timeoutMs');
  return { caFile: parameters.get('caFile'), timeoutMs: timeout === undefined ? undefined : Number(timeout) };
}
