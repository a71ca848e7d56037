import { resolve } from 'node:path';
import { clientNumber } from '@vsm/core/adapter';
import { identityOf } from '@vsm/core/files';
import type { Table } from './catalog.ts';
import type { Connection } from './client.ts';
import type { PgvectorOptions } from './options.ts';

/**
 * What a table is, by whichever address, socket, schema or pool it was reached. A server is told by when it was started, which everyone
 * may ask and which a clone of its files does not share. `undefined` for a standby: it shows the tables of another server.
 */
export async function identifyTable(
  connection: Connection,
  table: Table,
  { client, dataDir }: PgvectorOptions,
): Promise<string | undefined> {
  if (dataDir !== undefined) return `pglite ${await identityOf(resolve(dataDir))} ${table.oid}`;
  if (client !== undefined && 'execProtocolRaw' in client) return `pglite client ${clientNumber(client)} ${table.oid}`;
  const [row] = await connection.run<{ started: string; port: string; database: string; standby: boolean }>(
    'cannot ask which server it is',
    `SELECT (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint::text AS started, current_setting('port') AS port,
       (SELECT oid::text FROM pg_database WHERE datname = current_database()) AS database, pg_is_in_recovery() AS standby`,
  );
  return row === undefined || row.standby ? undefined : `${row.started} ${row.port} ${row.database} ${table.oid}`;
}
