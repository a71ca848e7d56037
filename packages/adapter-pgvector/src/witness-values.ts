import type { ValueFigure, ValuesWitness } from '@vsm/core/adapter';
import type { Table } from './catalog.ts';
import type { Connection } from './client.ts';
import { vectorTypeOf, type Column } from './column.ts';
import { identifier } from './sql.ts';

/** Keys of JSON metadata, or namespaces, that are counted; of a table with more, none are. */
const MOST_NAMES = 2000;

/** One aggregate, and the figure that it gives; none where it gives null. */
interface Wanted {
  readonly figure: Omit<ValueFigure, 'value'>;
  readonly sql: string;
}

/** What Postgres counts of the values of a table. Nothing here decodes a row. */
export async function witnessValues(connection: Connection, table: Table): Promise<ValuesWitness> {
  const { document, uri, fields, vectors } = table.layout;
  const unwitnessed: string[] = ['id'];
  const what = `cannot count the values of "${table.name}"`;
  const [setting] = await connection.run<{ e: string; v: string }>(
    what,
    `SELECT current_setting('server_encoding') AS e, current_setting('server_version_num') AS v`,
  );
  const utf8 = setting?.e === 'UTF8';
  const server = { utf8, findsDoubles: Number(setting?.v) >= 160_000 };
  const json = await witnessMetadata(connection, table, server, unwitnessed);
  const wanted: Wanted[] = [];
  for (const [part, column] of [
    ['document', document],
    ['uri', uri],
  ] as const) {
    if (column !== undefined) wanted.push(...ofColumn(part, '', column, utf8));
  }
  for (const column of fields) {
    if (json.isTaken(column.name)) unwitnessed.push(`metadata "${column.name}", which is in a column and in the JSON`);
    else wanted.push(...ofColumn('metadata', column.name, column, utf8));
  }
  for (const [name, column] of Object.entries(vectors)) {
    const type = vectorTypeOf(column)?.type;
    wanted.push({ figure: { part: 'vector', name, measure: 'records' }, sql: `count(${identifier(column.name)})` });
    if (type === 'vector' || type === 'halfvec') wanted.push(...ofComponents(name, column));
    else
      unwitnessed.push(`the components of ${name === '' ? 'the vector' : `vector "${name}"`}, of type ${column.base}`);
  }
  const figures = [...(await askAll(connection, table, what, wanted)), ...json.figures];
  figures.push(...(await witnessNamespaces(connection, table, unwitnessed)));
  return { by: 'count, sum, octet_length and jsonb_each of Postgres', figures, unwitnessed };
}

/** A SELECT list takes 1,664 entries. */
const MOST_AT_ONCE = 500;

async function askAll(
  connection: Connection,
  { path }: Table,
  what: string,
  wanted: readonly Wanted[],
): Promise<ValueFigure[]> {
  const figures: ValueFigure[] = [];
  for (let from = 0; from < wanted.length; from += MOST_AT_ONCE) {
    const some = wanted.slice(from, from + MOST_AT_ONCE);
    const list = some.map(({ sql }, at) => `(${sql})::text AS a${at}`).join(', ');
    const [row = {}] = await connection.run<Readonly<Record<string, string | null>>>(
      what,
      `SELECT ${list} FROM ${path} AS t`,
    );
    for (const [at, { figure }] of some.entries()) {
      const value = row[`a${at}`] ?? null;
      if (value !== null) figures.push({ ...figure, value: Number(value) });
    }
  }
  return figures;
}

const TEXTS = new Set(['text', 'character varying', 'uuid']);
const INTEGERS = new Set(['smallint', 'integer', 'bigint']);
const FLOATS = new Set(['real', 'double precision']);

function ofColumn(
  part: ValueFigure['part'],
  name: string,
  { name: columnName, base }: Column,
  utf8: boolean,
): Wanted[] {
  const column = identifier(columnName);
  const wanted: Wanted[] = [{ figure: { part, name, measure: 'records' }, sql: `count(${column})` }];
  if (utf8 && TEXTS.has(base)) {
    wanted.push({ figure: { part, name, measure: 'octets' }, sql: `sum(octet_length(${column}::text))` });
  }
  // A `real` arrives as the number that its shortest digits mean; what is no number, as text.
  const asRead = FLOATS.has(base) ? `${column}::text::float8` : `${column}::float8`;
  if (part === 'metadata' && (INTEGERS.has(base) || FLOATS.has(base))) {
    const isHuge = `abs(${asRead}) > 1e${MOST_DIGITS}`;
    // NaN and infinities are greater than any number.
    const sql = sumOf(`CASE WHEN NOT ${isHuge} THEN ${asRead} END`, isHuge);
    wanted.push({ figure: { part, name, measure: 'sum' }, sql });
  }
  return wanted;
}

function ofComponents(name: string, column: Column): Wanted[] {
  const array = `${identifier(column.name)}::real[]`;
  const bits = (at: string): string =>
    `sum(('x' || encode(float4send((${array})[${at}]), 'hex'))::bit(32)::bigint) % 4294967296`;
  return [
    { figure: { part: 'vector', name, measure: 'first' }, sql: bits('1') },
    { figure: { part: 'vector', name, measure: 'last' }, sql: bits(`array_length(${array}, 1)`) },
  ];
}

/** Numbers of more digits come near to the largest double, beyond which a cast and a sum are errors: then there is no sum. */
const MOST_DIGITS = 280;

function sumOf(value: string, isHuge: string): string {
  return `CASE WHEN NOT bool_or(${isHuge}) THEN sum(${value}) END`;
}

interface KeyRow {
  readonly k: string;
  readonly n: string;
  readonly o: string | null;
  readonly s: string | null;
}

interface MetadataFigures {
  /** Whether some row has the key in its JSON, where a column of that name has to give way. */
  readonly isTaken: (key: string) => boolean;
  readonly figures: readonly ValueFigure[];
}

async function witnessMetadata(
  connection: Connection,
  { name, path, layout }: Table,
  { utf8, findsDoubles }: { readonly utf8: boolean; readonly findsDoubles: boolean },
  unwitnessed: string[],
): Promise<MetadataFigures> {
  const column = layout.metadata;
  if (column === undefined) return { isTaken: () => false, figures: [] };
  const what = `cannot count the metadata of "${name}"`;
  const json = column.base === 'json' ? 'json' : 'jsonb';
  const value = identifier(column.name);
  // Only json keeps a NUL, and nothing in Postgres can take it out.
  const plain = `${json}_typeof(${value}) = 'object'${json === 'json' ? String.raw` AND ${value}::text NOT LIKE '%\\u0000%'` : ''}`;
  const [odd] = await connection.run<{ n: string }>(
    what,
    `SELECT (count(${value}) FILTER (WHERE NOT (${plain})))::text AS n FROM ${path} AS t`,
  );
  // A record with two members of one name, which only json keeps, is rejected. Before Postgres 16 there is no asking for them.
  const whole = json === 'json' && findsDoubles ? `${plain} AND ${value} IS JSON WITH UNIQUE KEYS` : plain;
  const text = `j.value #>> '{}'`;
  const isNumber = `${json}_typeof(j.value) = 'number'`;
  const isHuge = `length(${text}) > ${MOST_DIGITS}`;
  const rows = await connection.run<KeyRow>(
    what,
    `SELECT j.key AS k, count(*)::text AS n, (sum(octet_length(${text})) FILTER (WHERE ${json}_typeof(j.value) = 'string'))::text AS o, ` +
      `(${sumOf(`CASE WHEN ${isNumber} AND NOT ${isHuge} THEN (${text})::float8 END`, `${isNumber} AND ${isHuge}`)})::text AS s ` +
      `FROM ${path} AS t CROSS JOIN LATERAL ${json}_each(CASE WHEN ${whole} THEN ${value} END) AS j GROUP BY j.key LIMIT ${MOST_NAMES + 1}`,
  );
  if (rows.length > MOST_NAMES) {
    unwitnessed.push(`metadata: column "${column.name}" has more than ${MOST_NAMES} keys`);
    return { isTaken: () => true, figures: [] };
  }
  const keys = new Set(rows.map(({ k }) => k));
  const isTaken = (key: string): boolean => keys.has(key);
  if (odd?.n !== '0') {
    unwitnessed.push(`metadata: ${odd?.n} rows of column "${column.name}" hold no object, or a NUL`);
    return { isTaken, figures: [] };
  }
  const part = 'metadata';
  // Under such a key, records hold the values of a column as well.
  const isShared = (key: string): boolean =>
    layout.fields.some((field) => key === field.name || key.startsWith(`${field.name}__`));
  const own = rows.filter(({ k }) => !isShared(k));
  const figures = own.flatMap(({ k, n, o, s }): ValueFigure[] => [
    { part, name: k, measure: 'records', value: Number(n) },
    ...(o === null || !utf8 ? [] : [{ part, name: k, measure: 'octets', value: Number(o) } as const]),
    ...(s === null ? [] : [{ part, name: k, measure: 'sum', value: Number(s) } as const]),
  ]);
  return { isTaken, figures };
}

async function witnessNamespaces(
  connection: Connection,
  { name, path, layout }: Table,
  unwitnessed: string[],
): Promise<ValueFigure[]> {
  const column = layout.namespace;
  if (column === undefined) return [];
  const rows = await connection.run<{ k: string; n: string }>(
    `cannot count the namespaces of "${name}"`,
    `SELECT COALESCE(${identifier(column.name)}::text, '') AS k, count(*)::text AS n FROM ${path} AS t GROUP BY 1 LIMIT ${MOST_NAMES + 1}`,
  );
  if (rows.length > MOST_NAMES) {
    unwitnessed.push(`namespaces, of which there are more than ${MOST_NAMES}`);
    return [];
  }
  return rows.map(({ k, n }) => ({ part: 'namespace', name: k, measure: 'records', value: Number(n) }));
}
