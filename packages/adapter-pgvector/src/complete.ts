import {
  own,
  type CallOptions,
  type CollectionSchema,
  type LackingSetting,
  type MetadataIndex,
  type TableManifest,
  type Warning,
} from '@vsm/core/adapter';
import type { Table } from './catalog.ts';
import { schemaOfColumn, vectorTypeOf } from './column.ts';
import type { Connection } from './client.ts';
import { fieldIndexSql, metadataIndexSql, vectorIndexSql } from './index-sql.ts';
import { indexesFromNative, readIndexes, type TableIndexes, type VectorIndex } from './indexes.ts';
import { identifier, literal } from './sql.ts';
import { readManifest } from './table.ts';

/** An index that the schema has and the table does not, and what makes it. */
interface Lack extends LackingSetting {
  readonly sql?: readonly string[];
  readonly field?: MetadataIndex;
}

/** The indexes that a table made from the schema would have and this one lacks. */
export async function lacks(connection: Connection, table: Table, schema: CollectionSchema): Promise<LackingSetting[]> {
  const found = await compare(connection, table, schema);
  return found.map(({ setting, problem }) => ({ setting, ...(problem !== undefined && { problem }) }));
}

/** Makes them one by one; what a killed call left out, the next one makes. */
export async function complete(
  connection: Connection,
  table: Table,
  schema: CollectionSchema,
  options: CallOptions | undefined,
): Promise<void> {
  for (const { setting, sql = [], field } of await compare(connection, table, schema)) {
    for (const one of sql) {
      await connection.runLong(`cannot make the ${setting} of "${table.name}"`, one, options?.signal);
    }
    if (field !== undefined && sql.length > 0) await rememberIndex(connection, table, field);
  }
}

async function compare(connection: Connection, table: Table, schema: CollectionSchema): Promise<Lack[]> {
  const indexes = await readIndexes(connection, table);
  return [
    ...Object.keys(table.layout.vectors).flatMap((name) => vectorIndexes(name, table, schema, indexes)),
    ...metadataIndexes(table, schema, indexes),
    ...(await fieldIndexes(connection, table, schema)),
  ];
}

function vectorIndexes(name: string, table: Table, schema: CollectionSchema, present: TableIndexes): Lack[] {
  const { layout, extension, path } = table;
  const [wanted, column] = [own(schema.vectors, name), own(layout.vectors, name)];
  const type = column === undefined ? undefined : vectorTypeOf(column)?.type;
  if (wanted === undefined || column === undefined || type === undefined || extension === undefined) return [];
  const of = ` on column "${column.name}"`;
  const has = present.vectors.filter(({ vector }) => vector === name);
  if (own(present.metrics, name) !== undefined) {
    return indexesFromNative(schema.native?.['pgvector'])
      .filter((index) => index.vector === name && !has.some((other) => indexText(other) === indexText(index)))
      .map((index) => ({
        setting: `${indexText(index)} index${of}`,
        problem: `it has ${has.map(indexText).join(', ') || 'another'}, which stays`,
      }));
  }
  const { dimension } = schemaOfColumn(column, undefined);
  const warnings: Warning[] = [];
  const vector = { name, column: column.name, schema: { ...wanted, dimension }, type };
  const sql = vectorIndexSql(vector, schema, extension, path, warnings);
  const setting = `search index${of}`;
  const [problem] = warnings.map(({ detail }) => detail);
  if (problem !== undefined) return [{ setting, problem }];
  const methods = sql.map((one) => /USING (\w+)/.exec(one)?.[1]).join(', ');
  return sql.length === 0 ? [] : [{ setting: `${setting} (${methods})`, sql }];
}

function indexText({ method, operatorClass, options }: Omit<VectorIndex, 'vector'>): string {
  const set = Object.entries(options).map(([option, value]) => `${option} ${value}`);
  return [method, operatorClass, ...set.toSorted()].join(' ');
}

function metadataIndexes({ layout, path }: Table, schema: CollectionSchema, { metadata }: TableIndexes): Lack[] {
  const wanted = schema.native?.['pgvector']?.['metadataIndex'];
  if (typeof wanted !== 'string' || metadata !== undefined) return [];
  const setting = `GIN index on the metadata (${wanted})`;
  if (layout.metadata?.type !== 'jsonb') return [{ setting, problem: 'it keeps no metadata as jsonb' }];
  return [{ setting, sql: metadataIndexSql(schema, path, layout.metadata.name) }];
}

async function fieldIndexes(connection: Connection, table: Table, { indexes }: CollectionSchema): Promise<Lack[]> {
  if (indexes === undefined) return [];
  const { layout, path } = table;
  const present = await connection.run<{ column: string | null; definition: string }>(
    `cannot read the indexes of "${table.name}"`,
    `SELECT a.attname AS column, pg_get_indexdef(x.indexrelid) AS definition FROM pg_index x
       LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[0]
     WHERE x.indrelid = $1::oid AND x.indisvalid AND x.indpred IS NULL`,
    [table.oid],
  );
  return indexes.flatMap((index): Lack[] => {
    const setting = `index on "${index.path}" (${index.type})`;
    const column = layout.fields.find(({ name }) => name === index.path);
    if (column !== undefined) {
      if (present.some((one) => one.column === column.name)) return [];
      return [{ setting, sql: [`CREATE INDEX ON ${path} (${identifier(column.name)})`] }];
    }
    if (layout.metadata?.type !== 'jsonb') return [{ setting, problem: 'it keeps no metadata as jsonb' }];
    // However the application spells it: an expression that takes this key out of the column.
    if (present.some((one) => takesOut(one.definition, index.path))) return [];
    const sql = fieldIndexSql(index, path, layout.metadata.name);
    if (sql !== undefined) return [{ setting, sql: [sql], field: index }];
    return [{ setting, problem: 'there is none that fits every value a record may have there' }];
  });
}

/** As Postgres prints it: backslashes are doubled where `standard_conforming_strings` is off. */
function takesOut(definition: string, key: string): boolean {
  const quotes = key.replaceAll("'", "''");
  return [quotes, quotes.replaceAll('\\', '\\\\')].some((text) => definition.includes(`> '${text}'`));
}

/** A table that VSM made says in its comment which of its indexes are on fields. */
async function rememberIndex(connection: Connection, table: Table, field: MetadataIndex): Promise<void> {
  if (table.manifest === undefined) return;
  const what = `cannot note the index of "${table.name}"`;
  const [found] = await connection.run<{ comment: string | null }>(
    what,
    `SELECT obj_description($1::oid, 'pg_class') AS comment`,
    [table.oid],
  );
  const manifest: TableManifest = readManifest(found?.comment ?? null) ?? table.manifest;
  const others = (manifest.indexes ?? []).filter(({ path }) => path !== field.path);
  const noted: TableManifest = { ...manifest, indexes: [...others, field] };
  await connection.run(what, `COMMENT ON TABLE ${table.path} IS ${literal(JSON.stringify(noted))}`);
}
