import type { Witness } from '@vsm/core/adapter';
import type { Table } from './catalog.ts';
import type { Connection } from './client.ts';

/**
 * Counts rows by reading the table itself, past its indexes, keys and partitions, which a scan goes by: an index that lost its order
 * (a new collation of the operating system) or a key that is not unique would deceive both a scan and a plain count.
 */
export async function countByHeap(connection: Connection, { name, path, origin }: Table): Promise<Witness> {
  const { kind, children } = origin;
  // No index has tableoid in it. A view has none, and is counted as it is.
  const counted = kind === 'v' ? 'count(*)' : 'count(t.tableoid)';
  const own = children > 0 && kind !== 'p' ? `(SELECT count(t.tableoid)::text FROM ONLY ${path} AS t)` : 'NULL';
  const [row] = await connection.run<{ all: string; own: string | null }>(
    `cannot count the rows of "${name}"`,
    `SELECT (SELECT ${counted}::text FROM ${path} AS t) AS "all", ${own} AS own`,
  );
  const count = Number(row?.all ?? 0);
  if (kind === 'v') return { count, by: `count(*) of the view "${name}"` };
  const by = `a count of the rows in the table "${name}" itself, past its indexes`;
  if (row?.own === null || row === undefined) return { count, by };
  const elsewhere = count - Number(row.own);
  return { count, by, hint: `${elsewhere} of them are in ${children} child tables, ${row.own} in the table alone` };
}
