import type { ValueFigure, ValuesWitness } from '@vsm/core/adapter';
import { columnSql, type Column } from './catalog.ts';
import { identifier, type Client, type Row, type SqlValue } from './client.ts';
import type { Table } from './table.ts';

/** Keys of JSON metadata, or namespaces, that are counted; of a table with more, none are. */
const MOST_NAMES = 2000;

/** What SQLite counts of the values of a table. Nothing here decodes a row. */
export async function witnessValues(client: Client, table: Table): Promise<ValuesWitness> {
  const figures: ValueFigure[] = [];
  const unwitnessed: string[] = ['id'];
  const { document, uri, fields, vectors } = table;
  const texts = [
    ...(document === undefined ? [] : [{ part: 'document', column: document } as const]),
    ...(uri === undefined ? [] : [{ part: 'uri', column: uri } as const]),
  ];
  const what = `cannot count the values of "${table.name}"`;
  const [encoding] = await client.read(what, 'PRAGMA encoding');
  const utf8 = encoding?.['encoding'] === 'UTF-8';
  const parts = [
    ...texts.map(({ column }, at) => countsOf(columnSql(column), 'd', at)),
    ...fields.map((column, at) => countsOf(columnSql(column), 'f', at)),
    ...vectors.map(({ column }, at) => bitsOf(`t.${identifier(column)}`, at)),
  ];
  const [row = {}] = parts.length === 0 ? [] : await client.read(what, `SELECT ${parts.join(', ')} FROM ${table.from}`);
  const add = (figure: ValueFigure): unknown => figures.push(figure);
  texts.forEach(({ part }, at) => {
    const { all, texts: textual, octets } = readCounts(row, 'd', at);
    add({ part, name: '', measure: 'records', value: all });
    if (textual === all && utf8) add({ part, name: '', measure: 'octets', value: octets });
    else unwitnessed.push(`the bytes of the ${part}, of which some are no UTF-8 text`);
  });
  const isTaken = await witnessMetadata(client, table, utf8, figures, unwitnessed);
  fields.forEach((column, at) => {
    const { name } = column;
    if (isTaken(name)) {
      unwitnessed.push(`metadata "${name}", which is in a column and in the JSON`);
      return;
    }
    figures.push(...figuresOf(column, readCounts(row, 'f', at), utf8));
  });
  vectors.forEach(({ name, form }, at) => {
    const count = numberAt(row[`v${at}n`]);
    add({ part: 'vector', name, measure: 'records', value: count });
    const isFloat = form !== 'int8' && form !== 'bit' && numberAt(row[`v${at}p`]) === count;
    if (!isFloat) unwitnessed.push(`the components of ${name === '' ? 'the vector' : `vector "${name}"`}`);
    else {
      add({ part: 'vector', name, measure: 'first', value: numberAt(row[`v${at}a`]) });
      add({ part: 'vector', name, measure: 'last', value: numberAt(row[`v${at}z`]) });
    }
  });
  await witnessNamespaces(client, table, figures, unwitnessed);
  return { by: 'count, sum, instr and json_each of SQLite', figures, unwitnessed };
}

const numberAt = (value: SqlValue | undefined): number => Number(value ?? 0);

interface Counts {
  readonly all: number;
  readonly texts: number;
  readonly blobs: number;
  readonly numbers: number;
  readonly octets: number;
  readonly sum: number;
}

function countsOf(column: string, prefix: string, at: number): string {
  const isNumber = `typeof(${column}) IN ('integer', 'real')`;
  return [
    `count(${column}) AS ${prefix}${at}n`,
    `sum(typeof(${column}) = 'text') AS ${prefix}${at}t`,
    `sum(typeof(${column}) = 'blob') AS ${prefix}${at}b`,
    `sum(${isNumber}) AS ${prefix}${at}i`,
    `sum(CASE typeof(${column}) WHEN 'text' THEN length(CAST(${column} AS BLOB)) END) AS ${prefix}${at}o`,
    `total(CASE WHEN ${isNumber} THEN ${column} END) AS ${prefix}${at}s`,
  ].join(', ');
}

function readCounts(row: Row, prefix: string, at: number): Counts {
  const read = (suffix: string): number => numberAt(row[`${prefix}${at}${suffix}`]); // own key: columns are called by us
  return {
    all: read('n'),
    texts: read('t'),
    blobs: read('b'),
    numbers: read('i'),
    octets: read('o'),
    sum: read('s'),
  };
}

function figuresOf(
  { name, type }: Column,
  { all, texts, blobs, numbers, octets, sum }: Counts,
  utf8: boolean,
): ValueFigure[] {
  const part = 'metadata';
  const isBoolean = /^bool/i.test(type);
  return [
    { part, name, measure: 'records', value: all },
    // Bytes arrive as base64, and the 0 and 1 of a column of booleans as such.
    ...(utf8 && blobs === 0 && texts > 0 ? [{ part, name, measure: 'octets', value: octets } as const] : []),
    ...(numbers > 0 && !isBoolean ? [{ part, name, measure: 'sum', value: sum } as const] : []),
  ];
}

const ALL_BYTES = `X'${Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('hex')}'`;

/** The four bytes of a float32, the lowest first, as a whole number: each is looked up among all that there are. */
function bitsOf(column: string, at: number): string {
  const number = (from: string): string =>
    [0, 1, 2, 3]
      .map((byte) => `((instr(${ALL_BYTES}, substr(${column}, ${from} + ${byte}, 1)) - 1) << ${8 * byte})`)
      .join(' | ');
  const isPlain = `typeof(${column}) = 'blob' AND length(${column}) % 4 = 0 AND length(${column}) > 0`;
  return [
    `count(${column}) AS v${at}n`,
    `sum(${isPlain}) AS v${at}p`,
    `sum(CASE WHEN ${isPlain} THEN ${number('1')} ELSE 0 END) % 4294967296 AS v${at}a`,
    `sum(CASE WHEN ${isPlain} THEN ${number(`length(${column}) - 3`)} ELSE 0 END) % 4294967296 AS v${at}z`,
  ].join(', ');
}

/** @returns whether some row has a key in its JSON, where a column of that name has to give way */
async function witnessMetadata(
  client: Client,
  { name, metadata, from, fields }: Table,
  utf8: boolean,
  figures: ValueFigure[],
  unwitnessed: string[],
): Promise<(key: string) => boolean> {
  if (metadata === undefined) return () => false;
  const what = `cannot count the metadata of "${name}"`;
  const column = columnSql(metadata);
  const filled = `${column} IS NOT NULL AND ${column} <> ''`;
  const isObject = `CASE WHEN typeof(${column}) = 'text' AND json_valid(${column}) THEN json_type(${column}) = 'object' ELSE false END`;
  const [odd] = await client.read(what, `SELECT sum(${filled} AND NOT (${isObject})) AS n FROM ${from}`);
  // A record with two members of one name is rejected.
  const isWhole =
    `CASE WHEN ${isObject} THEN NOT EXISTS (SELECT 1 FROM json_tree(${column}) AS m WHERE typeof(m.key) = 'text' ` +
    `GROUP BY m.parent, m.key HAVING count(*) > 1) ELSE false END`;
  const isNumber = `j.type IN ('integer', 'real')`;
  const rows = await client.read(
    what,
    `SELECT j.key AS k, count(*) AS n, sum(${isNumber}) AS i, sum(j.type = 'text') AS t, ` +
      `sum(CASE j.type WHEN 'text' THEN length(CAST(j.atom AS BLOB)) END) AS o, total(CASE WHEN ${isNumber} THEN j.atom END) AS s, ` +
      `sum(j.type = 'text' AND (instr(${column}, '\\u0000') > 0 OR instr(lower(${column}), '\\ud') > 0)) AS e ` +
      `FROM ${from} CROSS JOIN json_each(CASE WHEN ${isWhole} THEN ${column} ELSE '{}' END) AS j GROUP BY j.key LIMIT ${MOST_NAMES + 1}`,
  );
  const keys = new Set(rows.map(({ k }) => String(k)));
  if (rows.length > MOST_NAMES) {
    unwitnessed.push(`metadata: column "${metadata.name}" has more than ${MOST_NAMES} keys`);
    return () => true;
  }
  const isTaken = (key: string): boolean => keys.has(key);
  if (numberAt(odd?.['n']) > 0) {
    unwitnessed.push(`metadata: ${numberAt(odd?.['n'])} rows of column "${metadata.name}" hold no JSON object`);
    return () => true;
  }
  for (const { k, n, i, t, o, s, e } of rows) {
    const key = String(k);
    // Under such a key, records hold the values of a column as well.
    if (fields.some((field) => key === field.name || key.startsWith(`${field.name}__`))) continue;
    // How SQLite gives a key with an escape in it differs by version.
    if (/[\\\0]/.test(key)) {
      unwitnessed.push(`metadata ${JSON.stringify(key)}`);
      continue;
    }
    figures.push({ part: 'metadata', name: key, measure: 'records', value: numberAt(n) });
    // So does a text with U+0000, and half of a surrogate pair, which stand there as \\u….
    if (utf8 && numberAt(t) > 0 && numberAt(e) === 0)
      figures.push({ part: 'metadata', name: key, measure: 'octets', value: numberAt(o) });
    if (numberAt(i) > 0) figures.push({ part: 'metadata', name: key, measure: 'sum', value: numberAt(s) });
  }
  return isTaken;
}

async function witnessNamespaces(
  client: Client,
  { name, namespace, from }: Table,
  figures: ValueFigure[],
  unwitnessed: string[],
): Promise<void> {
  if (namespace === undefined) return;
  const rows = await client.read(
    `cannot count the namespaces of "${name}"`,
    `SELECT coalesce(CAST(${columnSql(namespace)} AS TEXT), '') AS k, count(*) AS n FROM ${from} GROUP BY 1 LIMIT ${MOST_NAMES + 1}`,
  );
  if (rows.length > MOST_NAMES) unwitnessed.push(`namespaces, of which there are more than ${MOST_NAMES}`);
  else {
    for (const { k, n } of rows) {
      figures.push({ part: 'namespace', name: String(k), measure: 'records', value: numberAt(n) });
    }
  }
}
