import { existsSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import {
  decodePart,
  parseLocation,
  READING_PARAMETERS,
  readingOptionsOf,
  type LocationOptions,
  type OpenedLocation,
} from '@vsm/core/adapter';
import { createSqlite } from './sqlite.ts';

const PARAMETERS = ['table', 'container', 'contents', 'index', ...READING_PARAMETERS];

/**
 * Opens `sqlite:./file.db/table` (Node's SQLite, plain tables), `sqlite-vec:./file.db/table` (the same, new tables are `vec0`),
 * `libsql:./file.db/table` and `libsql://database.turso.io/table`, which is also `turso:database.turso.io/table`.
 */
export function openLocation(location: string, { apiKey }: LocationOptions = {}): OpenedLocation {
  const { scheme, path, parameters, query } = parseLocation(location, PARAMETERS);
  const columns = {
    ...readingOptionsOf(query),
    container: parameters.get('container'),
    contents: parameters.get('contents'),
  };
  const named = parameters.get('table');
  const vectorIndex = parameters.get('index') !== 'none';
  if (scheme === 'turso' || path.startsWith('//')) {
    const [host = '', table] = path.replace(/^\/\//, '').split('/');
    const protocol = scheme === 'libsql+http' ? 'http' : 'libsql';
    const store = createSqlite({ url: `${protocol}://${host}`, authToken: apiKey, vectorIndex, ...columns });
    return { store, collection: named ?? decoded(table) };
  }
  const { file, table } = splitPath(path);
  const store = createSqlite({
    path: file,
    engine: scheme === 'libsql' ? 'libsql' : 'sqlite',
    tables: scheme === 'sqlite-vec' ? 'vec0' : 'plain',
    vectorIndex,
    ...columns,
  });
  return { store, collection: named ?? decoded(table) };
}

const DATABASE_NAME = /\.(?:db3?|sqlite3?|vec|libsql)$/i;

/** The last part of a path names a table where what is before it is a file, or looks like one. */
function splitPath(path: string): { readonly file: string; readonly table?: string } {
  const isFile = (name: string): boolean => existsSync(name) && statSync(name).isFile();
  const parent = dirname(path);
  if (isFile(path) || !path.includes('/')) return { file: path };
  return isFile(parent) || DATABASE_NAME.test(parent) ? { file: parent, table: basename(path) } : { file: path };
}

function decoded(table: string | undefined): string | undefined {
  return table === undefined || table === '' ? undefined : decodePart('sqlite', 'the table of a location', table);
}
