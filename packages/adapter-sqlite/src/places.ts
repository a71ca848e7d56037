import type { Column } from './catalog.ts';
import { sqliteError } from './errors.ts';
import type { KeyPart } from './key.ts';
import type { ColumnChoices } from './options.ts';
import type { Table, VectorColumn } from './table.ts';
import { declaredVector, FORM_NOTES } from './vectors.ts';

const DOCUMENT_NAMES = ['document', 'content', 'text', 'page_content', 'pageContent', 'body', 'chunk', 'contents'];
const METADATA_NAMES = ['metadata', 'meta', 'payload'];

/** Which of the columns beside key and vectors is what. */
export type Places = Pick<Table, 'document' | 'uri' | 'metadata' | 'fields'>;

export function pickPlaces(
  columns: readonly Column[],
  id: readonly KeyPart[],
  choices: ColumnChoices,
  ours: boolean,
): Places {
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

export function vectorNotes(
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

export function placeNotes({ document, metadata, fields }: Places, columns: readonly Column[]): string[] {
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

/** @throws VsmError naming a column that was chosen and is not there */
export function checkChoices(
  table: string,
  choices: ColumnChoices,
  columns: readonly Column[],
  key: string | undefined,
): void {
  const { contents: _table, ...chosen } = choices;
  const unknown = Object.values(chosen).find(
    (choice: string | undefined) =>
      choice !== undefined && choice !== key && !columns.some(({ name }) => name === choice),
  );
  if (unknown !== undefined) throw unreadable(table, `it has no column "${unknown}"`);
}

export function unreadable(table: string, why: string): Error {
  return sqliteError('INVALID_DATA', `table "${table}" cannot be read as a collection: ${why}`);
}
