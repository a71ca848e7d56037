import { own } from '@vsm/core/adapter';
import type { FieldType, JsonObject, MetadataIndex, Metric } from '@vsm/core/adapter';
import { identifier, type Client } from './client.ts';
import { chooseKey } from './choose-key.ts';
import { readColumns, readVectorIndexes, type Column, type VectorIndex } from './catalog.ts';
import { sqliteError } from './errors.ts';
import type { KeyPart } from './key.ts';
import type { ColumnChoices } from './options.ts';
import { isVec0, parseVec0 } from './vec0.ts';
import { declaredVector, FORM_NOTES, isVectorLike, type VectorForm } from './vectors.ts';

export interface VectorColumn {
  /** `''` is the unnamed vector. */
  readonly name: string;
  readonly column: string;
  readonly form: VectorForm;
  /** Unknown where the column does not say it. */
  readonly dimension: number | undefined;
  readonly metric: Metric | undefined;
}

/** How VSM understands a table: which column is what. */
export interface Table {
  readonly name: string;
  readonly kind: 'plain' | 'vec0';
  /** What rows are read from; the row itself is `t`. */
  readonly from: string;
  /** What keys are read from, where no other column is wanted. */
  readonly keyFrom: string;
  readonly id: readonly KeyPart[];
  /** The order in which rows are read: unique, and never null. */
  readonly key: readonly KeyPart[];
  /** Columns by which a row is replaced; `undefined` where nothing can be written. */
  readonly conflict: readonly string[] | undefined;
  readonly vectors: readonly VectorColumn[];
  readonly namespace: Column | undefined;
  readonly document: Column | undefined;
  readonly uri: Column | undefined;
  readonly metadata: Column | undefined;
  /** Columns that are metadata of their own. */
  readonly fields: readonly Column[];
  readonly indexes: readonly VectorIndex[];
  readonly manifest: Manifest | undefined;
  readonly notes: readonly string[];
}

/** What VSM writes as a comment into the statement of a table that it makes, which SQLite keeps with it. */
export interface Manifest {
  readonly vsm: 1;
  /** Vector name → column. */
  readonly vectors: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly namespaces?: boolean | undefined;
  readonly ids?: 'int64' | undefined;
  readonly fields?: Readonly<Record<string, FieldType>> | undefined;
  readonly indexes?: readonly MetadataIndex[] | undefined;
  readonly native?: Readonly<Record<string, JsonObject>> | undefined;
}

export function printManifest(manifest: Manifest): string {
  return `/* vsm:${JSON.stringify(manifest).replaceAll('*/', String.raw`*\/`)} */`;
}

function readManifest(sql: string): Manifest | undefined {
  const [, text] = /\/\* vsm:(\{"vsm":1.*\}) \*\//s.exec(sql) ?? [];
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Manifest);
  } catch {
    return undefined;
  }
}

const DOCUMENT_NAMES = ['document', 'content', 'text', 'page_content', 'pageContent', 'body', 'chunk', 'contents'];
const METADATA_NAMES = ['metadata', 'meta', 'payload'];

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
  const unknown = Object.values(choices).find(
    (choice: string | undefined) => choice !== undefined && !columns.some((column) => column.name === choice),
  );
  if (unknown !== undefined) throw unreadable(name, `it has no column "${unknown}"`);
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

/** A `vec0` table is read through its table of row numbers, in whose order it can be paged; it has no rowid under a text key. */
async function readVec0(client: Client, name: string, sql: string, choices: ColumnChoices): Promise<Table> {
  if (!(await client.hasVec())) {
    throw sqliteError(
      'UNSUPPORTED',
      `cannot open table "${name}": it is a vec0 table. ${client.engine === 'sqlite' ? 'Install sqlite-vec' : 'Open it as sqlite:'}`,
    );
  }
  const declared = parseVec0(sql);
  const rowids = identifier(`${name}_rowids`);
  const [shadow] = await client.read(`cannot open table "${name}"`, 'SELECT sql FROM sqlite_schema WHERE name = ?', [
    `${name}_rowids`,
  ]);
  // sqlite-vec 0.1.6 took a key declared with NOT NULL for metadata, under which ids may repeat.
  const isKey = declared.key?.type !== 'text' || /\bid TEXT UNIQUE NOT NULL\b/i.test(String(shadow?.['sql']));
  const key = isKey ? declared.key : undefined;
  const byText = key?.type === 'text';
  const column = key === undefined ? 't.rowid' : `t.${identifier(key.column)}`;
  const part: KeyPart = {
    sql: byText ? 'k.id' : 'k.rowid',
    column: key?.column ?? 'rowid',
    affinity: byText ? 'TEXT' : 'INTEGER',
    kind: byText ? 'text' : 'integer',
  };
  const only = declared.vectors.length === 1;
  const vectors = declared.vectors.map((vector) => ({ ...vector, name: only ? '' : vector.column }));
  const columns = declared.columns.map(({ column: columnName, type, auxiliary }): Column => ({
    name: columnName,
    type,
    affinity: affinityOfVec0(type),
    notNull: !auxiliary,
    fallback: undefined,
    generated: false,
    primary: 0,
  }));
  const places = pickPlaces(columns, [part], choices, false);
  return {
    name,
    kind: 'vec0',
    from: `${rowids} AS k CROSS JOIN ${identifier(name)} AS t ON ${column} = ${part.sql}`,
    keyFrom: `${rowids} AS k`,
    id: [part],
    key: [part],
    conflict: [part.column ?? 'rowid'],
    vectors,
    namespace: undefined,
    ...places,
    indexes: [],
    manifest: undefined,
    notes: [
      'a vec0 table of sqlite-vec',
      key === undefined ? 'ids are row numbers (rowid)' : `ids are in column "${key.column}" (${key.type})`,
      ...vectors.flatMap((vector) => vectorNotes(vector, [], choices)),
      ...placeNotes(places, columns),
    ],
  };
}

function affinityOfVec0(type: string): Column['affinity'] {
  if (/^text$/i.test(type)) return 'TEXT';
  if (/^(?:float|f64|double|real)$/i.test(type)) return 'REAL';
  return /^(?:int|integer|int64)$/i.test(type) ? 'INTEGER' : 'NUMERIC';
}

function unreadable(table: string, why: string): Error {
  return sqliteError('INVALID_DATA', `table "${table}" cannot be read as a collection: ${why}`);
}

async function vectorColumns(
  client: Client,
  table: string,
  columns: readonly Column[],
  manifest: Manifest | undefined,
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

type Places = Pick<Table, 'document' | 'uri' | 'metadata' | 'fields'>;

function pickPlaces(columns: readonly Column[], id: readonly KeyPart[], choices: ColumnChoices, ours: boolean): Places {
  const free = columns.filter((column) => !column.generated && !id.some((part) => part.column === column.name));
  const pick = (choice: string | undefined, names: readonly string[], types: RegExp): Column | undefined =>
    choice === undefined
      ? names.flatMap((name) => free.filter((column) => column.name === name && types.test(column.type)))[0]
      : free.find((column) => column.name === choice);
  const document = pick(choices.document, DOCUMENT_NAMES, /text|char|clob/i);
  const metadata = pick(choices.metadata, METADATA_NAMES, /text|char|json|blob|^$/i);
  const uri = ours ? pick(undefined, ['uri'], /text/i) : undefined;
  return {
    document,
    metadata,
    uri,
    fields: free.filter((column) => column !== document && column !== metadata && column !== uri),
  };
}

function vectorNotes(
  { name, column, form }: VectorColumn,
  columns: readonly Column[],
  choices: ColumnChoices,
): string[] {
  const type = columns.find((candidate) => candidate.name === column)?.type;
  const guessed = type !== undefined && declaredVector(type) === undefined && choices.vector === undefined;
  return [
    `${name === '' ? 'vectors are' : `vector "${name}" is`} in column "${column}"${type === undefined || type === '' ? '' : ` (${type})`}`,
    ...(guessed
      ? [`that column "${column}" holds float32 vectors is a guess from its name and the size of its values`]
      : []),
    ...(FORM_NOTES[form] === undefined ? [] : [`column "${column}": ${FORM_NOTES[form]}`]),
  ];
}

function placeNotes({ document, metadata, fields }: Places, columns: readonly Column[]): string[] {
  const list = (some: readonly Column[]): string => some.map(({ name }) => `"${name}"`).join(', ');
  const bytes = fields.filter(({ type }) => /blob/i.test(type));
  const computed = columns.filter(({ generated }) => generated);
  return [
    document === undefined ? 'no column was taken for the document' : `documents are in column "${document.name}"`,
    metadata === undefined ? 'no column was taken for metadata' : `metadata is JSON in column "${metadata.name}"`,
    ...(fields.length === 0 ? [] : [`these columns are metadata too, where they are not NULL: ${list(fields)}`]),
    ...(bytes.length === 0 ? [] : [`bytes become base64 text: ${list(bytes)}`]),
    ...(computed.length === 0 ? [] : [`not read, as SQLite computes them: ${list(computed)}`]),
  ];
}
