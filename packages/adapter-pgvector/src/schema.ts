import {
  own,
  type CollectionDescription,
  type FieldType,
  type JsonObject,
  type Metric,
  type VectorSchema,
  setOwn,
} from '@vsm/core/adapter';
import type { Table } from './catalog.ts';
import { fieldTypeOf, schemaOfColumn, vectorTypeOf, type Column } from './column.ts';
import type { Connection } from './client.ts';
import { nativeOf, readIndexes } from './indexes.ts';
import { identifier } from './sql.ts';
import type { TableLayout } from './layout.ts';
import type { OlderRows } from './older-rows.ts';
import { needs, writeProblem } from './table.ts';

/** Rows by which the dimension of a column is told that does not say it. */
const MEASURED_ROWS = 1000;

export async function describeTable(
  connection: Connection,
  table: Table,
  older: OlderRows | undefined,
): Promise<CollectionDescription> {
  const { layout, manifest } = table;
  const indexes = await readIndexes(connection, table);
  const notes = [...layout.notes, ...table.origin.notes];
  const { reading, undecided = [] } = layout;
  const vectors: Record<string, VectorSchema> = {};
  for (const [name, column] of Object.entries(layout.vectors)) {
    const metric = own(indexes.metrics, name) ?? own(manifest?.metrics ?? {}, name);
    setOwn(vectors, name, await describeVector(connection, table, column, metric, notes));
  }
  if (indexes.others.length > 0) {
    notes.push(`these indexes are of a form that only this table can have: ${indexes.others.join('; ')}`);
  }
  const fields = Object.fromEntries(
    layout.fields.flatMap((field): [string, FieldType][] => {
      const type = fieldTypeOf(field);
      return type === undefined ? [] : [[field.name, type]];
    }),
  );
  const fieldIndexes = [...(manifest?.indexes ?? []), ...indexes.fields];
  const native = { ...nativeOf(indexes), ...(manifest === undefined && ownColumns(layout)) };
  const problem = writeProblem(layout);
  const needed = needs(layout);
  const restrictions = {
    ...(problem !== undefined && { access: `nothing can be written to "${table.name}": ${problem}` }),
    ...(problem === undefined &&
      needed.length > 0 && {
        emptyRecords: `"${table.name}" takes no record without ${needed.join(', ')}: those columns are NOT NULL`,
      }),
  };
  const hasFields = manifest?.fields !== undefined || Object.keys(fields).length > 0;
  return {
    name: table.name,
    vectors,
    ids: idKindOf(layout.id[0]?.type, layout.id.length),
    ...(layout.namespace !== undefined && { namespaces: true }),
    ...(hasFields && { fields: { ...manifest?.fields, ...fields } }),
    ...(fieldIndexes.length > 0 && { indexes: fieldIndexes }),
    ...(Object.keys(native).length > 0 && { native: { pgvector: native } }),
    ...(Object.keys(restrictions).length > 0 && { restrictions }),
    notes,
    reading,
    superseded: older && (await supersededRows(table.name, older)),
    undecided: undecided.length === 0 ? undefined : undecided,
  };
}

async function supersededRows(name: string, older: OlderRows): Promise<CollectionDescription['superseded']> {
  const records = await older.count();
  if (records === 0) return undefined;
  const { of, by } = older.latest;
  const has = records === 1 ? 'row of "' + name + '" has' : `rows of "${name}" have`;
  return { records, detail: `${records} ${has} a ${of.name} that a newer row has too, of the highest ${by.name}` };
}

/** Columns of a table of others, so that another table may have them too: fields, and search vectors that the database computes or the application fills. */
function ownColumns({ fields, computed, searchVectors = [] }: TableLayout): JsonObject {
  return {
    ...(fields.length > 0 && { columns: fields.map(({ name, type }) => ({ column: name, type })) }),
    ...(computed.length > 0 && { computed: computed.map(({ name, base }) => ({ column: name, type: base })) }),
    ...(searchVectors.length > 0 && { searchVectors: searchVectors.map(({ column }) => column.name) }),
  };
}

async function describeVector(
  connection: Connection,
  table: Table,
  column: Column,
  metric: Metric | undefined,
  notes: string[],
): Promise<VectorSchema> {
  const schema = schemaOfColumn(column, metric);
  const type = vectorTypeOf(column)?.type;
  if (schema.kind !== 'dense' || schema.dimension !== undefined || table.extension === undefined) return schema;
  if (type !== 'vector' && type !== 'halfvec') return schema;
  const [measured] = await connection.run<{ least: number | null; most: number | null }>(
    `cannot measure the vectors of "${table.name}"`,
    `SELECT min(n)::int AS least, max(n)::int AS most FROM (SELECT ${identifier(table.extension.schema)}.vector_dims(${identifier(column.name)}) AS n ` +
      `FROM ${table.path} AS t WHERE ${identifier(column.name)} IS NOT NULL LIMIT ${MEASURED_ROWS}) AS sample`,
  );
  const { least, most } = measured ?? { least: null, most: null };
  if (least === null || most === null) return schema;
  if (least === most) {
    notes.push(`column "${column.name}" has no dimension of its own; its first vectors have ${least}`);
    return { ...schema, dimension: least };
  }
  notes.push(`column "${column.name}" holds vectors of different lengths, from ${least} to ${most} in the first rows`);
  return schema;
}

function idKindOf(type: string | undefined, columns: number): 'uuid' | 'int64' | 'string' {
  if (columns > 1) return 'string';
  if (type === 'uuid') return 'uuid';
  return /^(smallint|integer|bigint)$/.test(type ?? '') ? 'int64' : 'string';
}
