import { resolve } from 'node:path';
import {
  checkOptionNames,
  clientNumber,
  READING_OPTIONS,
  type OptionNames,
  type ReadingOptions,
} from '@vsm/core/adapter';
import { sqliteError } from './errors.ts';
import type { LibsqlClient } from './libsql-client.ts';

/** Which column of a table made by others is what, where its type and name do not tell. */
export interface ColumnChoices extends ReadingOptions {
  /** The column whose JSON text holds the metadata, where its name does not say so. */
  readonly container?: string | undefined;
  /** A plain table whose rows go with those of a `vec0` table by their rowid: its columns are read beside the vectors. */
  readonly contents?: string | undefined;
}

/** `id`, `vector`, `document` and so on say which column of a table made by others is what; `describe().reading` says what each was read as. */
export interface SqliteOptions extends ColumnChoices {
  /** A database file. Made by the first write where it is not there. */
  readonly path?: string | undefined;
  /** `libsql://…`, `https://…` or `wss://…` of Turso or another libSQL server. */
  readonly url?: string | undefined;
  /** For `url`. Default: `TURSO_AUTH_TOKEN`, else `LIBSQL_AUTH_TOKEN`. */
  readonly authToken?: string | undefined;
  /** A client of `@libsql/client` of your own instead of the two above, with `intMode: 'bigint'`. It stays open. */
  readonly client?: LibsqlClient | undefined;
  /**
   * What opens `path`: the SQLite of Node, read-only until something is written, or libSQL, which alone can write to a table that
   * has a libSQL vector index. @default 'sqlite'
   */
  readonly engine?: 'sqlite' | 'libsql' | undefined;
  /**
   * What a new collection becomes: a plain table that holds every record, or a `vec0` table of sqlite-vec, whose records all have
   * their one vector. @default 'plain'
   */
  readonly tables?: 'plain' | 'vec0' | undefined;
  /** Whether a new table of libSQL gets its vector index, which takes long to build and much room. @default true */
  readonly vectorIndex?: boolean | undefined;
  /**
   * Read everything as it is at the first call, whatever is written meanwhile. The store is read-only then and holds a transaction
   * until `close()`. Only for `path` by the SQLite of Node. @default false
   */
  readonly snapshot?: boolean | undefined;
}

const CHOICES: Readonly<Record<keyof ColumnChoices, true>> = {
  ...READING_OPTIONS,
  container: true,
  contents: true,
};

const KNOWN: OptionNames<SqliteOptions> = {
  path: true,
  url: true,
  authToken: true,
  client: true,
  engine: true,
  tables: true,
  vectorIndex: true,
  snapshot: true,
  ...CHOICES,
};

/** @throws VsmError `INVALID_OPTIONS` naming the option that is wrong. */
export function checkOptions(options: SqliteOptions): SqliteOptions {
  const invalid = (message: string): never => {
    throw sqliteError('INVALID_OPTIONS', message);
  };
  checkOptionNames('sqlite', options, KNOWN);
  const { path, url, client, engine, tables, snapshot } = options;
  if ([path, url, client].filter((given) => given !== undefined && given !== '').length !== 1) {
    return invalid('give exactly one of path, url and client');
  }
  if (engine === 'sqlite' && path === undefined) return invalid('the engine "sqlite" opens files: give a path');
  if (tables === 'vec0' && isLibsql(options)) return invalid('libSQL has no vec0 tables: leave out "tables"');
  if (snapshot === true && isLibsql(options)) return invalid('snapshot is for a path opened by the SQLite of Node');
  if (url !== undefined && !/^(?:libsql|https?|wss?):\/\//.test(url)) {
    return invalid('the url is not like libsql://database.turso.io');
  }
  return options;
}

export function isLibsql({ path, engine }: SqliteOptions): boolean {
  return path === undefined || engine === 'libsql';
}

/** Where the options point, without secrets. Both engines open the same file. */
export function locationOf({ path, url, client }: SqliteOptions): string {
  if (path !== undefined) return `sqlite:${resolve(path)}`;
  if (url !== undefined) {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
  }
  return client === undefined ? 'sqlite:' : `libsql:client-${clientNumber(client)}`;
}
