import { namedFields, own, type TableManifest } from '@vsm/core/adapter';
import { readColumns, readVectorIndexes, type Column, type VectorIndex } from './catalog.ts';
import { chooseKey, readKeys, type TableKeys } from './choose-key.ts';
import { identifier, type Client } from './client.ts';
import { noVector, recognizeColumns, unreadable, type ColumnRoles } from './foreign-columns.ts';
import type { ColumnChoices } from './options.ts';
import { readManifest, type Table, type VectorColumn } from './table.ts';
import { readVec0 } from './vec0-table.ts';
import { isVec0 } from './vec0.ts';
import { declaredVector } from './vectors.ts';

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
  if (found['type'] === 'view') throw unreadable(name, 'it is a view, and nothing tells its rows apart');
  const columns = await readColumns(client, name);
  const manifest = readManifest(sql);
  const indexes = await readVectorIndexes(client, name);
  const keys = await readKeys(client, name, columns);
  const { container } = choices;
  const roles =
    manifest === undefined
      ? await recognizeColumns(client, {
          table: name,
          columns,
          key: keys.keys[0],
          named: namedFields(choices),
          container,
        })
      : ownRoles(columns, keys, manifest);
  const { id, vectors, reading, undecided, ...places } = roles;
  if (vectors.size === 0 && manifest === undefined) throw unreadable(name, noVector({ reading: reading ?? [] }));
  const chosen = await chooseKey(client, name, keys, id, places.namespace);
  if (typeof chosen === 'string') throw unreadable(name, chosen);
  const from = `${identifier(name)} AS t`;
  return {
    name,
    kind: 'plain',
    from,
    keyFrom: from,
    ...chosen,
    vectors: [...vectors].map(([vector, column]) => vectorColumn(name, vector, column, { columns, manifest, indexes })),
    ...places,
    indexes,
    manifest,
    reading,
    undecided,
  };
}

type OwnRoles = Omit<ColumnRoles, 'reading' | 'undecided'> & {
  readonly reading?: undefined;
  readonly undecided?: undefined;
};

/** A table that VSM made has its marks; what somebody added to it since is metadata. */
function ownRoles(columns: readonly Column[], { keys }: TableKeys, manifest: TableManifest): OwnRoles {
  const [document, uri, metadata, namespace] = ['document', 'uri', 'metadata', 'namespace'].map((name) =>
    name === 'namespace' && manifest.namespaces !== true ? undefined : columns.find((column) => column.name === name),
  );
  const names = new Map(Object.entries(manifest.vectors).map(([name, column]) => [column, name]));
  const vectors = columns.filter(({ type }) => declaredVector(type) !== undefined);
  const id = (keys[0] ?? []).filter((column) => column !== namespace);
  const taken = new Set([document, uri, metadata, namespace, ...vectors, ...id]);
  return {
    id,
    vectors: new Map(vectors.map(({ name }) => [names.get(name) ?? name, name])),
    namespace,
    document,
    uri,
    metadata,
    fields: columns.filter((column) => !column.generated && !taken.has(column)),
  };
}

function vectorColumn(
  table: string,
  name: string,
  column: string,
  {
    columns,
    manifest,
    indexes,
  }: {
    readonly columns: readonly Column[];
    readonly manifest: TableManifest | undefined;
    readonly indexes: readonly VectorIndex[];
  },
): VectorColumn {
  const found = columns.find((candidate) => candidate.name === column);
  const type = found?.type ?? '';
  const required = found?.notNull === true && found.fallback === undefined;
  const metric = indexes.find((index) => index.column === column)?.metric ?? own(manifest?.metrics ?? {}, name);
  const declared = declaredVector(type);
  if (declared !== undefined) return { name, column, ...declared, metric, required };
  if (/^(?:BLOB)?$/i.test(type)) return { name, column, form: 'f32', dimension: undefined, metric, required };
  throw unreadable(table, `column "${column}" is of type ${type}, which holds no vectors`);
}
