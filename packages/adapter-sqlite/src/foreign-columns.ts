import {
  allNamed,
  isContainerName,
  isVectorName,
  recognize,
  type FieldFacts,
  type FieldReading,
  type NamedFields,
} from '@vsm/core/adapter';
import type { Column } from './catalog.ts';
import { identifier, type Client } from './client.ts';
import type { Table } from './table.ts';
import { sqliteError } from './errors.ts';
import { declaredVector, FORM_NOTES } from './vectors.ts';

/** Which column of a table made by others is what. */
export interface ColumnRoles extends Pick<Table, 'namespace' | 'document' | 'uri' | 'metadata' | 'fields'> {
  readonly id: readonly Column[];
  /** Name of the vector → column. */
  readonly vectors: ReadonlyMap<string, string>;
  readonly reading: readonly FieldReading[];
  readonly undecided: readonly string[];
}

interface Given {
  readonly table: string;
  readonly columns: readonly Column[];
  /** Of what is no {@link Column}: the key and the vectors of a `vec0` table. */
  readonly facts?: readonly FieldFacts[] | undefined;
  readonly key: readonly Column[] | undefined;
  readonly named: NamedFields;
  readonly container: string | undefined;
}

/** @throws ValidationError where a column that was named is not there */
export async function recognizeColumns(client: Client, given: Given): Promise<ColumnRoles> {
  const { table, columns, key, named, container } = given;
  if (container !== undefined && !columns.some(({ name, type }) => name === container && JSON_TYPE.test(type))) {
    throw unreadable(table, `it has no column "${container}" of text or JSON`);
  }
  const read = columns.filter(({ name, generated }) => !generated || allNamed(named).includes(name));
  const facts: FieldFacts[] = [...(given.facts ?? [])];
  for (const column of read) {
    const mayBe = isVectorName(column.name) || [...(named.vectors?.values() ?? [])].includes(column.name);
    // The vectors of a `vec0` table are declared.
    const bytes =
      given.facts === undefined && mayBe && isBytes(column) ? await sampleBytes(client, table, column) : undefined;
    facts.push({ ...factOf(column, key), ...bytes, ...(column.name === container && { container: true }) });
  }
  const found = recognize(facts, named);
  const namesOf = (role: FieldReading['role']): string[] =>
    found.readings.filter((one) => one.role === role).map(({ field }) => field);
  const columnsOf = (names: readonly string[]): Column[] =>
    names.flatMap((name) => columns.find((column) => column.name === name) ?? []);
  const readings = new Map(found.readings.map((reading) => [reading.field, withNote(reading, columns)]));
  for (const { name, type, generated } of columns) {
    if (!generated || readings.has(name)) continue;
    const evidence = `${type}, which SQLite computes of other columns`;
    readings.set(name, { field: name, role: 'ignored', basis: 'declared', evidence });
  }
  const [metadata] = columnsOf(found.unfolded);
  const vectors = found.readings.filter(({ role }) => role === 'vector' || role === 'undecided');
  // In the order of the key, or in that in which they were named.
  const id =
    named.id ?? (key === undefined ? [] : key.map(({ name }) => name)).filter((name) => namesOf('id').includes(name));
  return {
    id: columnsOf(id.length > 0 ? id : namesOf('id')),
    vectors: new Map(vectors.map(({ field, name = field }) => [name, field])),
    namespace: columnsOf(namesOf('namespace'))[0],
    document: columnsOf(namesOf('document'))[0],
    uri: columnsOf(namesOf('uri'))[0],
    metadata,
    fields: columnsOf(namesOf('metadata')).filter((column) => column !== metadata),
    reading: [...readings.values()],
    undecided: found.undecided,
  };
}

const TEXT_TYPE = /text|char|clob/i;
const JSON_TYPE = /text|char|clob|json|blob|^$/i;
/** Rows by which it is told whether bytes are vectors. */
const SAMPLED_ROWS = 1000;

export function unreadable(table: string, why: string): Error {
  return sqliteError('INVALID_DATA', `table "${table}" cannot be read as a collection: ${why}`);
}

/** What to say of a table in which no vector was found. */
export function noVector({ reading }: Pick<ColumnRoles, 'reading'>): string {
  const near = reading.find(({ nearTo }) => nearTo === 'vector');
  const all = reading.map(({ field }) => field).join(', ');
  return `it has no vector column. It has: ${all}${near === undefined ? '' : `, of which "${near.field}" (${near.evidence}) comes nearest to one`}`;
}

function isBytes({ type }: Column): boolean {
  return declaredVector(type) === undefined && /^(?:BLOB)?$/i.test(type);
}

function factOf(column: Column, key: readonly Column[] | undefined): FieldFacts {
  const { name, type } = column;
  const vector = declaredVector(type);
  // A key over namespace and id is of ids within namespaces.
  const isKey = key?.includes(column) === true && (key.length === 1 || name.toLowerCase() !== 'namespace');
  return {
    field: name,
    declared: isKey ? 'id' : vector === undefined ? undefined : 'vector',
    shape: vector === undefined ? shapeOf(column) : 'numbers',
    type: type === '' ? 'no declared type' : type,
    sampled: 0,
    present: 0,
  };
}

function shapeOf({ name, type, affinity }: Column): FieldFacts['shape'] {
  if (isContainerName(name) && JSON_TYPE.test(type)) return 'object';
  if (TEXT_TYPE.test(type)) return 'text';
  return affinity === 'INTEGER' ? 'integer' : 'other';
}

/** Whether bytes of no type can be float32 vectors. */
async function sampleBytes(client: Client, table: string, { name }: Column): Promise<Partial<FieldFacts>> {
  const column = identifier(name);
  const good = `typeof(c) = 'blob' AND length(c) > 0 AND length(c) % 4 = 0`;
  const [row] = await client.read(
    `cannot look into column "${name}" of "${table}"`,
    `SELECT count(*) AS sampled, count(c) AS present, count(CASE WHEN ${good} THEN 1 END) AS good, ` +
      `min(CASE WHEN ${good} THEN length(c) END) AS least, max(CASE WHEN ${good} THEN length(c) END) AS most ` +
      `FROM (SELECT ${column} AS c FROM ${identifier(table)} LIMIT ${SAMPLED_ROWS})`,
  );
  const [sampled, present, vectors] = [row?.['sampled'], row?.['present'], row?.['good']].map(Number);
  const { least, most } = row ?? {};
  const seen = { sampled: sampled ?? 0, present: present ?? 0 };
  if (typeof least !== 'bigint' || typeof most !== 'bigint') return seen;
  return {
    ...seen,
    shape: 'numbers',
    type: 'bytes as of float32 vectors',
    lengths: { least: Number(least) / 4, most: Number(most) / 4 },
    otherShapes: seen.present - (vectors ?? 0),
  };
}

/** What becomes of types that have no exact counterpart. */
function withNote(reading: FieldReading, columns: readonly Column[]): FieldReading {
  const type = columns.find(({ name }) => name === reading.field)?.type ?? '';
  const form = declaredVector(type)?.form;
  const note =
    reading.role === 'vector' && form !== undefined
      ? FORM_NOTES[form]
      : reading.role === 'metadata' && reading.unfolded !== true && /blob/i.test(type)
        ? 'bytes become base64 text'
        : undefined;
  return note === undefined ? reading : { ...reading, evidence: `${reading.evidence}; ${note}` };
}
