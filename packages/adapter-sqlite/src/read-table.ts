import { own, type TableManifest } from '@vsm/core/adapter';
import { readColumns, readVectorIndexes, type Column, type VectorIndex } from './catalog.ts';
import { chooseKey } from './choose-key.ts';
import { identifier, type Client } from './client.ts';
import type { ColumnChoices } from './options.ts';
import { checkChoices, pickPlaces, placeNotes, unreadable, vectorNotes } from './places.ts';
import { readManifest, type Table, type VectorColumn } from './table.ts';
import { readVec0 } from './vec0-table.ts';
import { isVec0 } from './vec0.ts';
import { declaredVector, isVectorLike } from './vectors.ts';

/** `undefined` where there is no such table. */
export async function readTable(client: Client, name: string, choices: ColumnChoices): Promise<Table | undefined> {
  if (!client.exists()) return undefined;
  const what = `cannot open table "${name}"`;
  const [found] = await client.read(
    what,
    `SELECT type, sql FROM sqlite_schema WHERE name = ? AND type IN ('table', 'view')`,
    [name],
  );
  if (found === undefined) return undefined;
  const sql = String(found['sql']);
  if (isVec0(sql)) return readVec0(client, name, sql, choices);
  const columns = await readColumns(client, name);
  checkChoices(name, choices, columns, undefined);
  if (found['type'] === 'view') throw unreadable(name, 'it is a view, and nothing tells its rows apart');
  const manifest = readManifest(sql);
  const indexes = await readVectorIndexes(client, name);
  const vectors = await vectorColumns(client, name, columns, manifest, indexes, choices);
  if (vectors.length === 0 && manifest === undefined) {
    throw unreadable(name, `it has no vector column. It has: ${columns.map((column) => column.name).join(', ')}`);
  }
  const namespace = columns.find(
    (column) => column.name === (choices.namespace ?? (manifest?.namespaces === true ? 'namespace' : '')),
  );
  const chosen = await chooseKey(client, name, columns, namespace?.name, choices.id);
  if (typeof chosen === 'string') throw unreadable(name, chosen);
  const from = `${identifier(name)} AS t`;
  const vectorNames = new Set(vectors.map(({ column }) => column));
  const rest = columns.filter((column) => !vectorNames.has(column.name) && column !== namespace);
  const places = pickPlaces(rest, chosen.id, choices, manifest !== undefined);
  return {
    name,
    kind: 'plain',
    from,
    keyFrom: from,
    ...chosen,
    vectors,
    namespace,
    ...places,
    indexes,
    manifest,
    notes: [
      ...chosen.notes,
      ...(namespace === undefined ? [] : [`namespaces are in column "${namespace.name}"`]),
      ...vectors.flatMap((vector) => vectorNotes(vector, columns, choices)),
      ...placeNotes(places, columns),
    ],
  };
}

async function vectorColumns(
  client: Client,
  table: string,
  columns: readonly Column[],
  manifest: TableManifest | undefined,
  indexes: readonly VectorIndex[],
  choices: ColumnChoices,
): Promise<VectorColumn[]> {
  const found: Omit<VectorColumn, 'name' | 'metric'>[] = [];
  for (const { name: column, type } of columns) {
    if (choices.vector !== undefined && choices.vector !== column) continue;
    const declared = declaredVector(type);
    if (declared !== undefined) found.push({ column, ...declared });
    else if ((choices.vector === column || isVectorLike(column, type)) && (await holdsFloat32(client, table, column))) {
      found.push({ column, form: 'f32', dimension: undefined });
    }
  }
  const names = new Map(Object.entries(manifest?.vectors ?? {}).map(([name, column]) => [column, name]));
  return found.map((vector) => {
    const name = names.get(vector.column) ?? (found.length === 1 && manifest === undefined ? '' : vector.column);
    const metric = indexes.find(({ column }) => column === vector.column)?.metric ?? own(manifest?.metrics ?? {}, name);
    return { ...vector, name, metric };
  });
}

async function holdsFloat32(client: Client, table: string, column: string): Promise<boolean> {
  const name = identifier(column);
  const [sample] = await client.read(
    `cannot look into column "${column}" of "${table}"`,
    `SELECT count(*) AS n, sum(typeof(c) = 'blob' AND length(c) > 0 AND length(c) % 4 = 0) AS good, count(DISTINCT length(c)) AS sizes ` +
      `FROM (SELECT ${name} AS c FROM ${identifier(table)} WHERE ${name} IS NOT NULL LIMIT 100)`,
  );
  return sample?.['n'] === sample?.['good'] && sample?.['sizes'] === 1n;
}
