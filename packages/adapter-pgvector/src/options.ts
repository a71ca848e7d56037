import { resolve } from 'node:path';
import {
  checkOptionNames,
  isMetadataObject,
  READING_OPTIONS,
  READING_PARAMETERS,
  type OptionNames,
  VsmError,
  type CallOptions,
  type JsonValue,
} from '@vsm/core/adapter';
import { parseConnectionUrl } from './connection-url.ts';
import type { ColumnChoices, GivenChoices, UsualColumns } from './foreign-table.ts';

/** What VSM needs of a `pg` pool or client, or of a PGlite. */
export interface SqlClient {
  query(sql: string, parameters?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** `id`, `vector`, `document` and so on say which column of a table made by others is what; `describe().reading` says what each was read as. */
export interface PgvectorOptions extends ColumnChoices {
  /**
   * `postgresql://user@host:5432/database?sslmode=require`, read as `psql` does; the password may come from `PGPASSWORD`. Needs nothing
   * but this package.
   */
  readonly url?: string | undefined;
  /** Folder of an embedded PGlite database. Needs `@electric-sql/pglite` and `@electric-sql/pglite-pgvector`. */
  readonly dataDir?: string | undefined;
  /** A `pg` pool or a PGlite of your own, instead of the two above. It stays open. */
  readonly client?: SqlClient | undefined;
  /** Where the tables are. @default 'public' */
  readonly schema?: string | undefined;
  /**
   * Takes the rows that row security lets the role see for all there are. Without it, a table of which a policy hides rows is not
   * opened.
   * @default false
   */
  readonly visibleRowsOnly?: boolean | undefined;
  /**
   * Read everything as it is at the first call, whatever is written meanwhile. The store is read-only then, holds one
   * transaction open until `close()`, and a PGlite or single client given to it must serve nothing else.
   * @default false
   */
  readonly snapshot?: boolean | undefined;
}

const NAMES: OptionNames<PgvectorOptions> = {
  url: true,
  dataDir: true,
  client: true,
  schema: true,
  visibleRowsOnly: true,
  snapshot: true,
  ...READING_OPTIONS,
  container: true,
  searchVector: true,
};

const CHOICES: readonly string[] = [...READING_PARAMETERS, 'container', 'searchVector'];
const USUAL: readonly string[] = [...CHOICES, 'latest'];

/**
 * Which column is what, as one call says it: `{ id: 'doc_key', usual: { container: 'meta' } }` under the key `pgvector`, where the
 * usual ones are taken only if they are there.
 */
export function choicesOfCall({ adapterOptions }: CallOptions = {}): GivenChoices {
  const { usual, ...named } = adapterOptions?.['pgvector'] ?? {};
  return { ...choicesIn(named), usual: usual === undefined ? undefined : (choicesIn(usual, USUAL) as UsualColumns) };
}

export function choicesOf({
  id,
  vector,
  document,
  uri,
  namespace,
  metadata,
  ignore,
  container,
}: PgvectorOptions): ColumnChoices {
  const given = { id, vector, document, uri, namespace, metadata, ignore, container };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function choicesIn(value: JsonValue, names: readonly string[] = CHOICES): ColumnChoices {
  const entries = Object.entries(isMetadataObject(value) ? value : { '': value });
  if (entries.every(([key, columns]) => names.includes(key) && isColumns(columns))) {
    return Object.fromEntries(entries);
  }
  throw new VsmError(
    'INVALID_OPTIONS',
    `pgvector: columns are given by ${names.join(', ')}, each with a name or names, but got ${JSON.stringify(value)}`,
    { adapter: 'pgvector' },
  );
}

function isColumns(value: JsonValue | undefined): boolean {
  if (typeof value === 'string') return true;
  return typeof value === 'object' && value !== null && Object.values(value).every((name) => typeof name === 'string');
}

/** Clients that do not tell where they are connected get a number each. */
const numbers = new WeakMap<SqlClient, number>();
let clients = 0;

/** Where the options point, without secrets. */
export function locationOf(options: PgvectorOptions): string {
  checkOptionNames('pgvector', options, NAMES);
  const given = [options.url, options.dataDir, options.client].filter((option) => option !== undefined);
  if (given.length !== 1) {
    throw new VsmError('INVALID_OPTIONS', 'pgvector: give exactly one of url, dataDir and client', {
      adapter: 'pgvector',
    });
  }
  // As a path it would be a folder of that name.
  const [scheme] = /^[a-z]+:\/\//i.exec(options.dataDir ?? '') ?? [];
  if (scheme !== undefined) {
    throw new VsmError(
      'INVALID_OPTIONS',
      `pgvector: dataDir is the path of a folder, but begins with "${scheme}"; a database of PGlite in memory or in another place is given as \`client\``,
      { adapter: 'pgvector' },
    );
  }
  const schema = options.schema ?? 'public';
  if (options.dataDir !== undefined) return `pglite:${resolve(options.dataDir)}#${schema}`;
  if (options.url !== undefined) {
    const { host = 'localhost', port = 5432, database = '' } = parseConnectionUrl(options.url);
    return placeOf(host, port, database, schema);
  }
  const known = options.client as SqlClient & {
    dataDir?: string;
    options?: { host?: string; port?: number; database?: string };
  };
  if (known.dataDir !== undefined && known.dataDir !== '') return `pglite:${resolve(known.dataDir)}#${schema}`;
  if (known.options?.host !== undefined) {
    return placeOf(known.options.host, known.options.port ?? 5432, known.options.database ?? '', schema);
  }
  const number = numbers.get(known) ?? (clients += 1);
  numbers.set(known, number);
  return `pgvector:client-${number}#${schema}`;
}

function placeOf(host: string, port: number, database: string, schema: string): string {
  return `postgresql://${host.includes('/') ? encodeURIComponent(host) : host}:${port}/${database}#${schema}`;
}
