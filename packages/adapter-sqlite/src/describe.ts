import { setOwn, type CollectionDescription, type VectorSchema } from '@vsm/core/adapter';
import { identifier, type Client } from './client.ts';
import type { Table } from './table.ts';
import { datatypeOf } from './vectors.ts';

export async function describeTable(client: Client, table: Table): Promise<CollectionDescription> {
  const vectors: Record<string, VectorSchema> = {};
  const notes = [...table.notes];
  const settings: Record<string, string[]> = {};
  for (const vector of table.vectors) {
    const { name, column, metric, form } = vector;
    const dimension = vector.dimension ?? (await measure(client, table, column, notes));
    const datatype = datatypeOf(form);
    setOwn(vectors, name, { kind: 'dense', dimension, metric, ...(datatype !== undefined && { datatype }) });
    const index = table.indexes.find((one) => one.column === column);
    if (index !== undefined) {
      const kept = [...index.sql.matchAll(/'((?!metric)\w+=[\w.]+)'/g)].map(([, setting = '']) => setting);
      setOwn(settings, name, kept);
    }
  }
  const [part] = table.id;
  const { manifest, indexes } = table;
  return {
    name: table.name,
    vectors,
    ids: table.id.length === 1 && part?.kind === 'integer' ? 'int64' : 'string',
    ...(table.namespace !== undefined && { namespaces: true }),
    ...(manifest?.fields !== undefined && { fields: manifest.fields }),
    ...(Object.keys(settings).length > 0 && { native: { sqlite: { indexes: settings } } }),
    ...restrictions(table, indexes.length > 0 && client.engine === 'sqlite'),
    notes,
    reading: table.reading,
    undecided: table.undecided?.length === 0 ? undefined : table.undecided,
  };
}

function restrictions({ conflict }: Table, indexed: boolean): Pick<CollectionDescription, 'restrictions'> {
  if (conflict === undefined) {
    return { restrictions: { access: 'nothing can be written, as no key tells which row a record replaces' } };
  }
  return indexed
    ? { restrictions: { access: 'nothing can be written except by libSQL, whose vector index is on the table' } }
    : {};
}

/** Rows by which the dimension of a column is told that does not say it. */
const MEASURED_ROWS = 1000;

async function measure(client: Client, table: Table, column: string, notes: string[]): Promise<number | undefined> {
  const form = table.vectors.find((vector) => vector.column === column)?.form ?? 'f32';
  if (form !== 'f32') return undefined;
  const name = identifier(column);
  const [sizes] = await client.read(
    `cannot measure the vectors of "${table.name}"`,
    `SELECT min(length(c)) AS least, max(length(c)) AS most FROM (SELECT ${name} AS c FROM ${identifier(table.name)} WHERE ${name} IS NOT NULL LIMIT ${MEASURED_ROWS})`,
  );
  const [least, most] = [sizes?.['least'], sizes?.['most']];
  if (typeof least !== 'bigint' || typeof most !== 'bigint') return undefined;
  if (least !== most) {
    notes.push(
      `column "${column}" holds vectors of different lengths, from ${least / 4n} to ${most / 4n} in the first rows`,
    );
    return undefined;
  }
  if (table.manifest === undefined) {
    notes.push(`column "${column}" has no dimension of its own; its first vectors have ${least / 4n}`);
  }
  return Number(least / 4n);
}
