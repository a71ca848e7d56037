import {
  isMetadataObject,
  UnsupportedError,
  writeHalving,
  type MetadataValue,
  type Rejection,
  type UpsertResult,
  type Vector,
  type VectorRecord,
  own,
} from '@vsm/core/adapter';
import type { Table } from './catalog.ts';
import { vectorTypeOf, type Column } from './column.ts';
import type { Connection } from './client.ts';
import { dataProblem } from './errors.ts';
import { printField } from './field-values.ts';
import { idIsOneOf, idProblem, splitId } from './key.ts';
import { printMetadata, printZeros } from './mapping.ts';
import { identifier, literal, Parameters } from './sql.ts';
import { writeProblem } from './table.ts';
import { vectorFormProblem, vectorsAsBytes, vectorText } from './vector-form.ts';

/** A record as the texts of its plain columns, by column name; `null` writes NULL. */
export interface WritableRow {
  readonly record: VectorRecord;
  readonly cells: ReadonlyMap<string, string | null>;
}

/** Writes records whole. What the table cannot hold as it is comes back by record. */
export async function writeRecords(
  connection: Connection,
  table: Table,
  records: readonly VectorRecord[],
  insertOnly: boolean,
): Promise<UpsertResult> {
  const problem = writeProblem(table.layout);
  if (problem !== undefined) {
    throw new UnsupportedError('access', `pgvector: cannot write to "${table.name}": ${problem}`, {
      adapter: 'pgvector',
    });
  }
  const rejected: Rejection[] = [];
  const groups = new Map<string, WritableRow[]>();
  for (const record of records) {
    const row = toRow(record, table);
    if ('reason' in row) {
      rejected.push(row);
      continue;
    }
    const columns = [...row.cells.keys()].join('\0');
    groups.set(columns, [...(groups.get(columns) ?? []), row]);
  }
  let accepted = 0;
  // One statement writes all or nothing.
  const write = async (rows: readonly WritableRow[]): Promise<void> => {
    const { sql, parameters } = statement(table, rows, insertOnly, connection.sendsBinary);
    await connection.run(`cannot write to "${table.name}"`, sql, parameters.values);
  };
  for (const rows of groups.values()) accepted += await writeHalving(rows, { write, problemOf: dataProblem, rejected });
  return { accepted, rejected };
}

/** The row of a record, or why the table cannot hold it, as far as its own description tells. */
export function toRow(record: VectorRecord, { layout }: Table): WritableRow | Rejection {
  const { id, namespace, metadata } = record;
  const refuse = (reason: Rejection['reason'], detail: string): Rejection => ({ id, namespace, reason, detail });
  const badId = idProblem(id, layout.id);
  if (badId !== undefined) return refuse('invalid-id', badId);
  if (namespace !== undefined && layout.namespace === undefined) {
    return refuse('refused', `the table has no column for the namespace "${namespace}"`);
  }
  for (const [name, column] of Object.entries(layout.vectors)) {
    const vector = own(record.vectors, name);
    const type = vectorTypeOf(column)?.type ?? 'vector';
    if (vector === undefined && column.notNull) return refuse('refused', mustHave(column));
    const problem = vector === undefined ? undefined : vectorFormProblem(vector, type, layout.zeros !== undefined);
    if (problem !== undefined) return refuse('invalid-vector', `column "${column.name}": ${problem}`);
  }
  if (record.document !== undefined && layout.document === undefined) {
    return refuse('refused', 'the table has no column for the document');
  }

  if (record.document === undefined && layout.document?.notNull === true) {
    return refuse('refused', mustHave(layout.document));
  }

  const cells = new Map<string, string | null>();
  const ids = splitId(id, layout.id) ?? [];
  layout.id.forEach(({ column }, index) => {
    if (column !== undefined) cells.set(column.name, ids[index] ?? null);
  });
  if (layout.namespace !== undefined)
    cells.set(layout.namespace.name, namespace ?? (layout.namespace.notNull ? '' : null));
  if (layout.document !== undefined) cells.set(layout.document.name, record.document ?? null);
  // Uris come in the envelope, as not every table has a column for them; that of a row that is replaced does not stay.
  if (layout.uri !== undefined) cells.set(layout.uri.name, null);
  if (layout.zeros !== undefined) cells.set(layout.zeros.name, printZeros(record));

  const rest: Record<string, MetadataValue> = { ...metadata };
  for (const field of layout.fields) {
    const value = own(metadata, field.name);
    // A column that must have a value and has a default gets that; elsewhere, what is missing becomes NULL.
    if (value === undefined && field.notNull && field.hasDefault) continue;
    // NULL is read as missing, so a null is kept beside the other metadata.
    if (value === undefined || value === null) {
      if (field.notNull) return refuse('refused', mustHave(field));
      cells.set(field.name, null);
      continue;
    }
    delete rest[field.name];
    const printed = printField(value, field);
    if ('problem' in printed) return refuse('invalid-metadata', printed.problem);
    cells.set(field.name, printed.text);
  }
  if (layout.metadata !== undefined)
    cells.set(layout.metadata.name, printMetadata(wholeMetadata(rest, layout.metadata)));
  else {
    const [homeless] = Object.keys(rest);
    if (homeless !== undefined) {
      const why =
        rest[homeless] === null ? 'a plain column does not tell null from missing' : 'there is no column for it';
      return refuse('invalid-metadata', `metadata "${homeless}": ${why}, and the table has none for metadata`);
    }
  }
  return { record, cells };
}

function mustHave({ name }: Column): string {
  return `column "${name}" must have a value (NOT NULL), and the record has none for it`;
}

/** What was read from a metadata column that holds no object goes back as it was. */
function wholeMetadata(metadata: Readonly<Record<string, MetadataValue>>, { name }: Column): MetadataValue {
  const value = metadata[name];
  const alone = Object.keys(metadata).length === 1 && value !== undefined && !isMetadataObject(value);
  return alone ? value : metadata;
}

function statement(
  table: Table,
  rows: readonly WritableRow[],
  insertOnly: boolean,
  binary: boolean,
): { readonly sql: string; readonly parameters: Parameters } {
  const { layout } = table;
  const parameters = new Parameters();
  const columns: { readonly name: string; readonly values: string; readonly cast: string }[] = [];
  const types = new Map(
    [
      ...layout.fields,
      ...layout.id.flatMap(({ column }) => column ?? []),
      layout.namespace,
      layout.document,
      layout.uri,
      layout.metadata,
      layout.zeros,
    ]
      .filter((column) => column !== undefined)
      .map((column) => [column.name, column.base]),
  );
  for (const name of rows[0]?.cells.keys() ?? []) {
    const values = parameters.add(rows.map(({ cells }) => cells.get(name) ?? null));
    columns.push({ name, values: `${values}::text[]`, cast: types.get(name) ?? 'text' });
  }
  for (const [name, column] of Object.entries(layout.vectors)) {
    const vectors = rows.map(({ record }) => own(record.vectors, name));
    columns.push({ name: column.name, ...vectorValues(vectors, column, table, parameters, binary) });
  }

  const document = columns.findIndex(({ name }) => name === layout.document?.name);
  const searchVectors =
    document === -1 ? [] : (layout.searchVectors ?? []).filter(({ language }) => language !== undefined);
  const names = [...columns, ...searchVectors.map(({ column }) => column)].map(({ name }) => identifier(name));
  const conflict = layout.conflict ?? [];
  // Columns that got no value because they have a default go back to it, so that nothing of the old row stays.
  const replaced = [
    ...[...columns, ...searchVectors.map(({ column }) => column)]
      .filter(({ name }) => !conflict.includes(name))
      .map(({ name }) => `${identifier(name)} = EXCLUDED.${identifier(name)}`),
    ...layout.fields
      .filter(({ name }) => !columns.some((column) => column.name === name))
      .map(({ name }) => `${identifier(name)} = DEFAULT`),
  ];
  const nothing = insertOnly || replaced.length === 0;
  const aliases = columns.map((_, index) => `c${index}`);
  const always = layout.id.some(({ column }) => column?.identity === 'a') ? ' OVERRIDING SYSTEM VALUE' : '';
  const selected = [
    ...columns.map(({ cast }, index) => `c${index}::${cast}`),
    ...searchVectors.map(
      ({ language = '' }) => `to_tsvector(${literal(language)}::regconfig, coalesce(c${document}, ''))`,
    ),
  ];
  const insert =
    `INSERT INTO ${table.path} (${names.join(', ')})${always} ` +
    `SELECT ${selected.join(', ')} ` +
    `FROM unnest(${columns.map(({ values }) => values).join(', ')}) AS u(${aliases.join(', ')})`;
  if (layout.conflict === undefined) {
    const ids = rows.map(({ record }) => record.id);
    // In one statement, so that a reader sees the old row or the new one.
    const sql = insertOnly
      ? `${insert} WHERE NOT EXISTS (SELECT FROM ${table.path} AS t WHERE ${identifier(layout.id[0]?.column?.name ?? '')}::text = u.c0)`
      : `WITH gone AS (DELETE FROM ${table.path} AS t WHERE ${idIsOneOf(ids, layout.id, parameters)}) ${insert}`;
    return { parameters, sql };
  }
  return {
    parameters,
    sql: `${insert} ON CONFLICT (${conflict.map(identifier).join(', ')}) ${nothing ? 'DO NOTHING' : `DO UPDATE SET ${replaced.join(', ')}`}`,
  };
}

function vectorValues(
  vectors: readonly (Vector | undefined)[],
  column: Column,
  { extension }: Table,
  parameters: Parameters,
  binary: boolean,
): { values: string; cast: string } {
  const { type, dimension } = vectorTypeOf(column) ?? { type: 'vector', dimension: undefined };
  const sent = type === 'sparsevec' ? 'sparsevec' : 'vector';
  const oids = extension?.oids[sent];
  if (!binary || type === 'bit' || extension === undefined || oids === undefined) {
    const texts = vectors.map((vector) => (vector === undefined ? null : vectorText(vector, type, dimension)));
    // Cast to a varying length, as a cast to a fixed one would cut.
    return { values: `${parameters.add(texts)}::text[]`, cast: type === 'bit' ? 'bit varying' : column.base };
  }
  const bytes = vectorsAsBytes(vectors, dimension, oids.type);
  return {
    values: `${parameters.add({ arrayOid: oids.array, bytes })}::${identifier(extension.schema)}.${sent}[]`,
    cast: column.base,
  };
}
