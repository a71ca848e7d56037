import {
  own,
  setOwn,
  type JsonObject,
  type JsonValue,
  type Metric,
  type RecordsRequest,
  type RecordsWitness,
  type WitnessedRecord,
} from '@vsm/core/adapter';
import type { Table } from './catalog.ts';
import type { Connection } from './client.ts';
import { OPERATORS, vectorTypeOf } from './column.ts';
import { idOf, keyTexts } from './key.ts';
import type { TableLayout } from './layout.ts';
import { withIds } from './read.ts';
import { identifier, Parameters } from './sql.ts';
import { vectorText } from './vector-form.ts';

type Row = Readonly<Record<string, string | null>>;

/** By the product every component counts for itself, and a vector of zeros has a distance as well. */
const METRIC: Metric = 'dot';

/**
 * What Postgres says of single rows: its own distance of each vector from a probe, and all else as one JSON text, which the plain
 * `JSON.parse` reads.
 */
export async function witnessRecords(
  connection: Connection,
  table: Table,
  { ids, namespace, probes }: RecordsRequest,
): Promise<RecordsWitness> {
  const { layout } = table;
  const parameters = new Parameters();
  const metrics: Record<string, Metric> = {};
  const measured = Object.entries(layout.vectors).flatMap(([name, column]): { name: string; sql: string }[] => {
    const type = vectorTypeOf(column)?.type;
    const probe = own(probes, name);
    if (probe === undefined || table.extension === undefined || (type !== 'vector' && type !== 'halfvec')) return [];
    setOwn(metrics, name, METRIC);
    const cast = `${parameters.add(vectorText(probe, type, undefined))}::text::${column.base}`;
    const operator = `OPERATOR(${identifier(table.extension.schema)}.${OPERATORS[METRIC]})`;
    const stored = identifier(column.name);
    // Of a column without a length, some may have another.
    const fits = `array_length(${stored}::real[], 1) = ${probe.length}`;
    return [{ name, sql: `CASE WHEN ${fits} THEN (${stored} ${operator} ${cast})::float8 END` }];
  });
  const plain = plainFields(layout);
  const whole = [layout.document, layout.uri, layout.metadata, ...plain]
    .map((column) => (column === undefined ? 'NULL' : identifier(column.name)))
    .join(', ');
  const list = [
    ...keyTexts(layout.id, 'i', connection.asText),
    ...measured.map(({ sql }, at) => `(${sql})::text AS d${at}`),
    `json_build_array(${whole})::text AS whole`,
  ];
  const rows = await connection.run<Row>(
    `cannot witness rows of "${table.name}"`,
    `SELECT ${list.join(', ')} FROM ${table.path} AS t${withIds(table, ids, namespace, parameters)}`,
    parameters.values,
  );
  const records = rows.map((row): WitnessedRecord => {
    const [document = null, uri = null, json = null, ...fields] = JSON.parse(row['whole'] ?? '[]') as JsonValue[];
    const distances: Record<string, number> = {};
    measured.forEach(({ name }, at) => {
      const apart = row[`d${at}`] ?? null;
      if (apart !== null) setOwn(distances, name, Number(apart));
    });
    return {
      id: idOf(layout.id.map((_, at) => row[`i${at}`] ?? '')),
      ...(isText(document) && { document }),
      ...(isText(uri) && { uri }),
      ...metadataOf(json, fields, layout),
      distances,
    };
  });
  const left = layout.fields.filter((column) => !plain.includes(column)).map(({ name }) => `metadata "${name}"`);
  const unwitnessed = ['sparse vectors and those of bits', ...left];
  return { by: 'the product with a probe, and json_build_array, of Postgres', records, metrics, unwitnessed };
}

const isText = (value: JsonValue): value is string | null => value === null || typeof value === 'string';

/** What JSON says as it is; times, decimals and lists of them have forms of their own in records. */
const PLAIN = new Set([
  'text',
  'character varying',
  'uuid',
  'boolean',
  'smallint',
  'integer',
  'bigint',
  'double precision',
  'json',
  'jsonb',
]);
const plainFields = ({ fields }: TableLayout): TableLayout['fields'] => fields.filter(({ base }) => PLAIN.has(base));

function metadataOf(
  json: JsonValue,
  values: readonly JsonValue[],
  layout: TableLayout,
): Pick<WitnessedRecord, 'metadata' | 'skipped'> {
  const column = layout.metadata;
  const metadata: Record<string, JsonValue> = isObject(json) ? { ...json } : {};
  if (!isObject(json) && json !== null && column !== undefined) setOwn(metadata, column.name, json);
  const isObjectsOwn = (key: string): boolean => isObject(json) && Object.hasOwn(json, key);
  plainFields(layout).forEach(({ name }, at) => {
    const value = values[at] ?? null;
    if (value !== null && !isObjectsOwn(name)) setOwn(metadata, name, value);
  });
  // Where a key is in a column and in the JSON, the column's has another name in the record.
  const shared = layout.fields.filter(({ name }) => isObjectsOwn(name)).map(({ name }) => `${name}__column`);
  const left = layout.fields.filter(({ base }) => !PLAIN.has(base)).map(({ name }) => name);
  return { metadata, skipped: [...left, ...shared] };
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
