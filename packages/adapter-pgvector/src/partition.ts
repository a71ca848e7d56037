import { FEW_PARTS, keyRangeOf, type KeyRange, type Partition } from '@vsm/core/adapter';
import type { Table } from './catalog.ts';
import type { Connection } from './client.ts';
import { compareKey, parseCursor } from './key.ts';
import { where, type Parameters } from './sql.ts';

/** About this many rows are looked at to find the borders between partitions, and at least so many for each of them. */
const SAMPLED_ROWS = 20_000;
const SAMPLED_ROWS_EACH = 40;
/** Of a part: to begin with one takes about as long as reading so many. */
const LEAST_ROWS = 200;

/** Cuts the rows into ranges of keys that hold about equally many. */
export async function keyRanges(
  connection: Connection,
  table: Table,
  target: number,
  conditions: readonly string[],
  parameters: Parameters,
): Promise<Partition[]> {
  const { layout } = table;
  const what = `cannot split "${table.name}"`;
  const [size] = await connection.run<{ rows: number; kind: string }>(
    what,
    `SELECT GREATEST(reltuples, 0)::float8 AS rows, relkind::text AS kind FROM pg_class WHERE oid = $1::oid`,
    [table.oid],
  );
  const rows = size?.rows ?? 0;
  const percent = (100 * Math.max(SAMPLED_ROWS, SAMPLED_ROWS_EACH * target)) / Math.max(rows, 1);
  // The estimate is as of the last ANALYZE, so only tables that were large then are sampled; a view cannot be.
  const sample = percent < 50 && size?.kind !== 'v' ? ` TABLESAMPLE SYSTEM (${percent.toFixed(6)}) REPEATABLE (1)` : '';
  const names = layout.key.map((_, index) => `k${index}`);
  const order = names.join(', ');
  const perSampled = sample === '' ? 1 : 100 / percent;
  const worth = `LEAST(${parameters.add(target)}::int, GREATEST(${FEW_PARTS}, ((SELECT count(*) FROM keys) * ${perSampled} / ${LEAST_ROWS})::int))`;
  const borders = await connection.run<Record<string, string> & { rows: number }>(
    what,
    `WITH keys AS (SELECT ${layout.key.map(({ expression }, index) => `${expression} AS k${index}`).join(', ')} ` +
      `FROM ${table.path} AS t${sample}${where(conditions)}), ` +
      `pieces AS (SELECT *, ntile(${worth}) OVER (ORDER BY ${order}) AS piece FROM keys) ` +
      `SELECT DISTINCT ON (piece) ${names.map((name) => `${name}::text AS ${name}`).join(', ')}, ` +
      `count(*) OVER (PARTITION BY piece)::float8 AS rows ` +
      `FROM pieces ORDER BY piece, ${names.map((name) => `pieces.${name}`).join(', ')}`,
    parameters.values,
  );
  const starts = borders.map((row) => layout.key.map((_, index) => row[`k${index}`] ?? ''));
  const scale =
    sample === ''
      ? 1
      : rows /
        Math.max(
          borders.reduce((total, row) => total + row.rows, 0),
          1,
        );
  if (starts.length === 0) return [partitionOf({}, 0)];
  return starts.map((start, index) =>
    partitionOf(
      { from: index === 0 ? undefined : start, to: starts[index + 1] },
      Math.round((borders[index]?.rows ?? 0) * scale),
    ),
  );
}

function partitionOf(range: KeyRange<readonly string[]>, estimatedCount: number): Partition {
  return { id: JSON.stringify(range), estimatedCount };
}

export function inRange(partition: Partition | undefined, { name, layout }: Table, parameters: Parameters): string[] {
  if (partition === undefined) return [];
  const { from, to } = keyRangeOf<readonly string[]>(partition, 'pgvector', name);
  const check = (texts: readonly string[]): readonly string[] => parseCursor(JSON.stringify(texts), layout.key);
  return [
    ...(from === undefined ? [] : [compareKey(layout.key, '>=', check(from), parameters)]),
    ...(to === undefined ? [] : [compareKey(layout.key, '<', check(to), parameters)]),
  ];
}
