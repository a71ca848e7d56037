import {
  checkClientOptions,
  checkOptionNames,
  decodePart,
  environmentVariable,
  invalidOption,
  FIELD_OPTIONS,
  type FieldOptions,
  type OptionNames,
} from '@vsm/core/adapter';
import { MongoClient, type MongoClientOptions } from 'mongodb';

/** `vector`, `document` and so on say which field of documents made by others is what; `describe().reading` says what each was read as. */
export interface MongodbOptions extends FieldOptions {
  /**
   * A connection string with the database in its path: `mongodb://host:27017/db` or `mongodb+srv://…`, with any option of MongoDB behind
   * `?`. Default: the environment variable `MONGODB_URL`.
   */
  readonly url?: string | undefined;
  /** Default: that of the URL, else `MONGODB_USERNAME`. */
  readonly username?: string | undefined;
  /** Default: that of the URL, else `MONGODB_PASSWORD`. */
  readonly password?: string | undefined;
  /** File with the certificate, in PEM, of an authority that this machine does not know. */
  readonly caFile?: string | undefined;
  /** How long a connection, and the answer to a command, may take. @default 60000 */
  readonly timeoutMs?: number | undefined;
  /** A `MongoClient` of mongodb 7 of your own in place of the above. It stays open. */
  readonly client?: MongoClient | undefined;
  /** Default: that of the URL or of the client. */
  readonly database?: string | undefined;
  /** The field whose entries are the metadata, where it is not called `metadata` or so. */
  readonly container?: string | undefined;
}

export interface Settings extends MongodbOptions {
  readonly client: MongoClient;
  readonly database: string;
  /** Whether the client is the user's. */
  readonly given: boolean;
  /** Without secrets. */
  readonly location: string;
}

const KNOWN: OptionNames<MongodbOptions> = {
  url: true,
  username: true,
  password: true,
  caFile: true,
  timeoutMs: true,
  client: true,
  database: true,
  container: true,
  ...FIELD_OPTIONS,
};
/** How long a server that is not there is looked for. Core tries again. */
const SELECTION_MS = 5000;

const invalid = (what: string, cause?: unknown): Error => invalidOption('mongodb', what, cause);

/** @throws VsmError with code `INVALID_OPTIONS` */
export function readOptions(options: MongodbOptions): Settings {
  checkOptionNames('mongodb', options, KNOWN);
  const { timeoutMs } = checkClientOptions('mongodb', options);
  const { client: given } = options;
  const url = options.url ?? environmentVariable('MONGODB_URL') ?? 'mongodb://localhost:27017';
  const client = given ?? newClient(url, options, timeoutMs);
  const named = given === undefined ? databaseOf(url) : client.options.dbName;
  const database = options.database ?? named;
  if (database === undefined || database === '')
    throw invalid('it is not said which database: name it in the path, as in mongodb://localhost:27017/db');
  return { ...options, client, database, given: given !== undefined, location: locationOf(client, database) };
}

function newClient(url: string, options: MongodbOptions, timeoutMs: number): MongoClient {
  const [, userOfUrl, passwordOfUrl] = /^[^/]*\/\/([^:@/?]+)(?::([^@/?]*))?@/.exec(url) ?? [];
  // A user of the URL with a password is the client's to read.
  const isSaid = passwordOfUrl !== undefined && options.username === undefined && options.password === undefined;
  const user =
    userOfUrl === undefined
      ? environmentVariable('MONGODB_USERNAME')
      : decodePart('mongodb', 'the user in `url`', userOfUrl);
  const username = isSaid ? undefined : (options.username ?? user);
  const password = options.password ?? environmentVariable('MONGODB_PASSWORD');
  const defaults = {
    appName: 'vsm',
    serverSelectionTimeoutMS: Math.min(SELECTION_MS, timeoutMs),
    connectTimeoutMS: timeoutMs,
    socketTimeoutMS: timeoutMs,
  };
  // The client would take these for more than what the URL says.
  const said = new Set(
    [...new URLSearchParams(/\?(.*)$/s.exec(url)?.[1] ?? '').keys()].map((key) => key.toLowerCase()),
  );
  const settings: MongoClientOptions = {
    ...Object.fromEntries(Object.entries(defaults).filter(([key]) => !said.has(key.toLowerCase()))),
    // What is acknowledged is there.
    writeConcern: { w: 'majority' },
    // Certificates and the clouds have users without a password.
    ...(username !== undefined && password !== undefined && { auth: { username, password } }),
    ...(options.caFile !== undefined && { tlsCAFile: options.caFile }),
  };
  try {
    return new MongoClient(url, settings);
  } catch (cause) {
    // Its words may hold parts of the URL.
    const what = cause instanceof Error && /option|unsupported/i.test(cause.message) ? `: ${cause.message}` : '';
    throw invalid(`\`url\` must be a connection string such as mongodb://localhost:27017/db${what}`, cause);
  }
}

function databaseOf(url: string): string | undefined {
  const name = /^[^/]*\/\/[^/?]*\/([^?]*)/.exec(url)?.[1];
  return name === undefined ? undefined : decodePart('mongodb', 'the database in `url`', name);
}

function locationOf({ options }: MongoClient, database: string): string {
  const hosts = options.srvHost ?? options.hosts.map(String).toSorted().join(',');
  return `mongodb${options.srvHost === undefined ? '' : '+srv'}://${hosts}/${encodeURIComponent(database)}`;
}
