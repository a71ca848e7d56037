import type { Table } from '@lancedb/lancedb';
import type { ValueFigure, ValuesWitness } from '@vsm/core/adapter';
import type { Layout } from './schema.ts';

/**
 * Rows by what one column holds, which is read from its pages. A scan is bounded by the count without a filter, which the engine takes from
 * its list of fragments.
 */
export async function countByColumn(table: Table, column: string): Promise<number> {
  const [present, absent] = await Promise.all([
    table.countRows(`${quoted(column)} IS NOT NULL`),
    table.countRows(`${quoted(column)} IS NULL`),
  ]);
  return present + absent;
}

/** In how many rows a column has a value, as the engine counts them. */
export async function witnessColumns(table: Table, layout: Layout): Promise<ValuesWitness> {
  const { document, uri, vectors, fields, rest } = layout;
  const figures: ValueFigure[] = [];
  const unwitnessed = ['id', 'namespace', 'components of vectors'];
  const present = (column: string): Promise<number> => table.countRows(`${quoted(column)} IS NOT NULL`);
  const add = async (part: ValueFigure['part'], name: string, column: string): Promise<void> => {
    figures.push({ part, name, measure: 'records', value: await present(column) });
  };
  if (document !== undefined) await add('document', '', document);
  if (uri !== undefined) await add('uri', '', uri);
  for (const { name, column } of vectors) await add('vector', name, column);
  if (rest !== undefined && (await present(rest)) > 0)
    unwitnessed.push(`metadata, some of which is JSON text in column "${rest}"`);
  else for (const { key, column } of fields) await add('metadata', key, column);
  return { by: 'counts of LanceDB with IS NOT NULL', figures, unwitnessed };
}

const quoted = (column: string): string => `\`${column.replaceAll('`', '``')}\``;
