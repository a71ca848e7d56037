import type { TableManifest } from '@vsm/core/adapter';
import { isVector, type Column } from './column.ts';
import { chooseKey, type ChosenKey } from './choose-key.ts';
import type { TableFacts } from './facts.ts';

/** How VSM understands a table: which column is what. */
export interface TableLayout extends ChosenKey {
  readonly namespace: Column | undefined;
  /** Vector name → column. */
  readonly vectors: Readonly<Record<string, Column>>;
  /** Where the zeros of sparse vectors are kept that Postgres drops. Only in tables that VSM made. */
  readonly zeros: Column | undefined;
  readonly document: Column | undefined;
  readonly metadata: Column | undefined;
  /** Columns that are metadata fields of their own. */
  readonly fields: readonly Column[];
  /** What the database makes of other columns itself. */
  readonly computed: readonly Column[];
  /** Columns that must have a value, get none from the database, and hold nothing that a record has: no row can be added. */
  readonly unfilled: readonly Column[];
  readonly notes: readonly string[];
}

/** Which column is what, where the names do not tell. */
export interface ColumnChoices {
  readonly id?: string | undefined;
  readonly document?: string | undefined;
  readonly metadata?: string | undefined;
  /** Its values become namespaces, such as `collection_id` of LangChain or `collection_name` of Open WebUI. */
  readonly namespace?: string | undefined;
}

/** Columns that must be there, and those that are taken where they are. */
export interface GivenChoices extends ColumnChoices {
  readonly usual?: ColumnChoices | undefined;
}

export const ZEROS_COLUMN = '__vsm_zeros';

const DOCUMENT_NAMES = ['document', 'content', 'text', 'pageContent', 'page_content', 'body', 'chunk'];
const METADATA_NAMES = ['metadata', 'metadata_', 'cmetadata', 'langchain_metadata', 'meta', 'vmetadata', 'payload'];

/** @returns a sentence that says what is missing, where the table cannot be read as a collection. */
export function understandTable(
  facts: TableFacts,
  manifest: TableManifest | undefined,
  { usual = {}, ...named }: GivenChoices,
): TableLayout | string {
  const { columns } = facts;
  const byName = new Map(columns.map((column) => [column.name, column]));
  const choices = { ...thoseThatFit(usual, byName), ...named };
  const unknown = Object.values(choices).find((name) => name !== undefined && !byName.has(name));
  if (unknown !== undefined) return `it has no column "${unknown}"`;
  const known = new Set(Object.values(manifest?.vectors ?? {}));
  const vectorColumns = columns.filter((column) => isVector(column, known));
  if (vectorColumns.length === 0 && manifest === undefined) return 'it has no vector column';

  const namespace = byName.get(choices.namespace ?? (manifest?.namespaces === true ? 'namespace' : ''));
  const chosen = chooseKey(facts, namespace, choices.id);
  if (typeof chosen === 'string') return chosen;

  const pick = (choice: string | undefined, names: readonly string[], types: RegExp): Column | undefined =>
    choice === undefined
      ? names.map((name) => byName.get(name)).find((column) => column !== undefined && types.test(column.type))
      : byName.get(choice);
  const document = pick(choices.document, DOCUMENT_NAMES, TEXT_TYPE);
  const metadata = pick(choices.metadata, METADATA_NAMES, JSON_TYPE);
  const zeros = manifest === undefined ? undefined : byName.get(ZEROS_COLUMN);
  const vectors = nameVectors(vectorColumns, manifest);

  const taken = new Set([
    namespace,
    document,
    metadata,
    zeros,
    ...vectorColumns,
    ...chosen.id.map(({ column }) => column),
  ]);
  const rest = columns.filter((column) => !taken.has(column));
  const fields = rest.filter((column) => !isComputed(column) && !isOwnNumber(column, facts));
  const left = rest.filter((column) => !fields.includes(column));
  const unfilled = left.filter((column) => column.notNull && !column.hasDefault && !column.generated);
  const notes = [
    ...chosen.notes,
    ...(namespace === undefined ? [] : [`namespaces are in column "${namespace.name}"`]),
    ...Object.entries(vectors).map(
      ([name, column]) =>
        `${name === '' ? 'vectors are' : `vector "${name}" is`} in column "${column.name}" (${column.type})`,
    ),
    document === undefined ? 'no column was taken for the document' : `documents are in column "${document.name}"`,
    metadata === undefined
      ? 'no column was taken for metadata'
      : `metadata is in column "${metadata.name}" (${metadata.type})`,
    ...(fields.length > 0 ? [`these columns are metadata too: ${list(fields)}`] : []),
    ...(left.length > 0 ? [`not read, as they are computed from others or count the rows: ${list(left)}`] : []),
  ];
  const computed = left.filter(({ generated }) => generated);
  return { ...chosen, namespace, vectors, zeros, document, metadata, fields, computed, unfilled, notes };
}

const TEXT_TYPE = /^(text|character varying)/;
const JSON_TYPE = /^jsonb?$/;

function thoseThatFit(usual: ColumnChoices, byName: ReadonlyMap<string, Column>): ColumnChoices {
  const fits = (name: string | undefined, type: RegExp): boolean =>
    name !== undefined && type.test(byName.get(name)?.type ?? '');
  return {
    ...(fits(usual.id, /./) && { id: usual.id }),
    ...(fits(usual.document, TEXT_TYPE) && { document: usual.document }),
    ...(fits(usual.metadata, JSON_TYPE) && { metadata: usual.metadata }),
  };
}

/** Search vectors of full-text columns are made from the text, by the database or by the application. */
function isComputed({ generated, base }: Column): boolean {
  return generated || base === 'tsvector';
}

/** A row number of the database beside the application's id. */
function isOwnNumber(column: Column, { keys }: TableFacts): boolean {
  return column.serial && keys.some((key) => key.primary && key.columns.length === 1 && key.columns[0] === column.name);
}

/** Why nothing can be written to such a table; `undefined` where something can. */
export function writeProblem({ conflict, replacesByDeleting, unfilled }: TableLayout): string | undefined {
  if (conflict === undefined && !replacesByDeleting) return 'it has no key that tells which row a record replaces';
  if (unfilled.length === 0) return undefined;
  return `${list(unfilled)} must have a value, which no record has and the database does not make. Give it a default, or let it be NULL`;
}

/** What a record must have to be taken, one phrase each. */
export function needs({ document, vectors, fields }: TableLayout): string[] {
  return [
    ...(document?.notNull === true ? [`a document (column "${document.name}")`] : []),
    ...Object.entries(vectors).flatMap(([name, column]) => {
      if (!column.notNull) return [];
      return [`${name === '' ? 'a vector' : `vector "${name}"`} (column "${column.name}")`];
    }),
    ...fields.filter(({ notNull, hasDefault }) => notNull && !hasDefault).map(({ name }) => `metadata "${name}"`),
  ];
}

function list(columns: readonly Column[]): string {
  return columns.map(({ name }) => `"${name}"`).join(', ');
}

/** A table of one vector column has one unnamed vector, unless VSM made it otherwise. */
function nameVectors(columns: readonly Column[], manifest: TableManifest | undefined): Record<string, Column> {
  const [only] = columns;
  if (manifest === undefined && columns.length === 1 && only !== undefined) return { '': only };
  const names = new Map(Object.entries(manifest?.vectors ?? {}).map(([name, column]) => [column, name]));
  return Object.fromEntries(columns.map((column) => [names.get(column.name) ?? column.name, column]));
}

export function readManifest(comment: string | null): TableManifest | undefined {
  if (comment?.startsWith('{"vsm":1') !== true) return undefined;
  try {
    return JSON.parse(comment) as TableManifest;
  } catch {
    return undefined;
  }
}
