import type { SqlClient } from './options.ts';
import type { PgliteThread } from './pglite-thread.ts';
import { isBinary, type Parameter } from './sql.ts';

export type Query = (sql: string, parameters?: readonly Parameter[]) => Promise<{ rows: unknown[] }>;

/** A PGlite takes how to send a type of parameter beside the parameters; a pool would take a third argument for a callback. */
interface PgliteClient {
  query(
    sql: string,
    parameters?: unknown[],
    options?: { serializers: Record<number, (value: unknown) => string> },
  ): Promise<{ rows: unknown[] }>;
}

function asPglite(client: SqlClient): PgliteClient | undefined {
  return 'execProtocolRaw' in client ? client : undefined;
}

/** A pool or client of `pg` sends a Buffer as it is; it is told by properties that only it has. */
export function takesBytes(client: SqlClient): boolean {
  return asPglite(client) !== undefined || 'totalCount' in client || 'escapeIdentifier' in client;
}

/** PGlite takes the byte order mark away that a text begins with; in the thread that we open it is kept from that. */
export function cutsMarks(client: SqlClient): boolean {
  return asPglite(client) !== undefined;
}

/** What statements go to: a client of the user's, or a database that we opened. */
export type AnyClient = SqlClient | PgliteThread;

/** The embedded database that we opened ourselves: it takes parameters as they are. */
export function isThread(client: AnyClient): client is PgliteThread {
  return 'interrupt' in client;
}

/** Several connections, so that one can do something about another. */
export function isPool(client: AnyClient): client is SqlClient {
  return 'totalCount' in client;
}

/** Sends parameters as the kind of client wants them. */
export function queryWith(client: AnyClient): Query {
  if (isThread(client)) return (sql, parameters) => client.query(sql, parameters);
  const pglite = asPglite(client);
  if (pglite === undefined) {
    const query: Query = (sql, parameters) =>
      client.query(
        sql,
        parameters?.map((value) => (isBinary(value) ? value.bytes : value)),
      );
    // A single client of pg wants one query after the other; its pool has a client for each.
    return 'escapeIdentifier' in client ? inTurn(query) : query;
  }
  return (sql, parameters) => {
    const arrays = parameters?.filter(isBinary) ?? [];
    // PGlite sends bytes in binary form unless its serializer of the type makes text of them.
    const serializers = Object.fromEntries(
      arrays.map(({ arrayOid }) => [arrayOid, (value: unknown) => value as string]),
    );
    const values = parameters?.map((value) => (isBinary(value) ? value.bytes : value));
    return pglite.query(sql, values, { serializers });
  };
}

/** Starts a query when the last one is done, whatever became of that. */
export function inTurn(query: Query): Query {
  let last: Promise<unknown> = Promise.resolve();
  return (sql, parameters) => {
    const result = last.then(() => query(sql, parameters));
    last = result.catch(() => undefined);
    return result;
  };
}
