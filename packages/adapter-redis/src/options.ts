import {
  checkClientOptions,
  checkOptionNames,
  decodePart,
  environmentVariable,
  type OptionNames,
  invalidOption,
  authorities,
  clientNumber,
  FIELD_OPTIONS,
  type FieldOptions,
} from '@vsm/core/adapter';
import type { RedisClient } from './redis-client.ts';

/** `vector`, `document` and so on say which field of hashes and documents made by others is what; `describe().reading` says what each was read as. */
export interface RedisOptions extends FieldOptions {
  /** `redis://host:6379/0`, or `rediss://…` over TLS; the path is the number of the database. Default: the environment variable `REDIS_URL`, else `redis://localhost:6379`. */
  readonly url?: string | undefined;
  /** Of an ACL. Default: that of the URL, else `REDIS_USERNAME`. */
  readonly username?: string | undefined;
  /** Default: that of the URL, else `REDIS_PASSWORD`. */
  readonly password?: string | undefined;
  /** File with the certificate, in PEM, of an authority that this machine does not know. */
  readonly caFile?: string | undefined;
  /** How long a connection, and the reply to a command, may take. @default 60000 */
  readonly timeoutMs?: number | undefined;
  /** A `Redis` of ioredis of your own in place of the above. It stays open. */
  readonly client?: RedisClient | undefined;
  /** The only collection is that of the keys that begin so, whether or not an index covers them: `doc:`. */
  readonly prefix?: string | undefined;
  /** The field whose JSON text holds the metadata, where it is not called `metadata`, `_metadata_json` or so. */
  readonly container?: string | undefined;
  /** The search index of a new collection: one that compares with every vector, a graph, or none. @default 'flat' */
  readonly index?: 'flat' | 'hnsw' | 'none' | undefined;
  /**
   * What becomes of the time at which a key expires: an entry of the metadata of this name, in milliseconds since 1970, which is read and
   * written, or `#drop`. Collections with keys that expire are not carried before one of them is said.
   */
  readonly expires?: string | undefined;
}

/** Leaves out when keys expire. */
export const DROP_EXPIRY = '#drop';

export interface Settings extends RedisOptions {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly secure: boolean;
  readonly ca: readonly string[] | undefined;
  /** Without secrets. */
  readonly location: string;
}

const KNOWN: OptionNames<RedisOptions> = {
  url: true,
  username: true,
  password: true,
  caFile: true,
  timeoutMs: true,
  client: true,
  prefix: true,
  container: true,
  index: true,
  expires: true,
  ...FIELD_OPTIONS,
};

const invalid = (what: string, cause?: unknown): Error => invalidOption('redis', what, cause);

/** @throws VsmError with code `INVALID_OPTIONS` */
export function readOptions(options: RedisOptions): Settings {
  checkOptionNames('redis', options, KNOWN);
  const { timeoutMs } = checkClientOptions('redis', options);
  const { client, prefix, caFile, index = 'flat' } = options;
  if (prefix === '') throw invalid('`prefix` must not be empty');
  if (!['flat', 'hnsw', 'none'].includes(index))
    throw invalid(`\`index\` must be flat, hnsw or none, but is "${index}"`);
  if (client !== undefined) {
    return {
      ...options,
      host: '',
      port: 0,
      db: 0,
      secure: false,
      ca: undefined,
      location: `redis:client-${clientNumber(client)}`,
    };
  }
  const text = options.url ?? environmentVariable('REDIS_URL') ?? 'redis://localhost:6379';
  const url = URL.parse(text);
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === '' || !/^(?:\/\d*)?$/.test(url.pathname)) {
    throw invalid(
      '`url` must be like redis://localhost:6379/0 or rediss://…, the path being the number of the database',
    );
  }
  const db = Number(url.pathname.slice(1));
  const port = Number(url.port === '' ? 6379 : url.port);
  const secure = url.protocol === 'rediss:';
  // A password of the environment goes with the user of the environment alone.
  const ofUrl = url.password !== '';
  const userOfUrl = url.username === '' ? undefined : decodePart('redis', 'the user in `url`', url.username);
  const username = options.username ?? userOfUrl ?? (ofUrl ? undefined : environmentVariable('REDIS_USERNAME'));
  const password =
    options.password ??
    (ofUrl ? decodePart('redis', 'the password in `url`', url.password) : environmentVariable('REDIS_PASSWORD'));
  return {
    ...options,
    username,
    password,
    timeoutMs,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    db,
    secure,
    ca: caFile === undefined ? undefined : authorities('redis', caFile),
    location: `${url.protocol}//${url.hostname}:${port}/${db}`,
  };
}
