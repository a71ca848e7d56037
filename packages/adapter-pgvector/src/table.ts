import type { TableManifest } from '@vsm/core/adapter';
import { vectorTypeOf, type Column } from './column.ts';
import { chooseKey, declaredKey } from './choose-key.ts';
import type { TableFacts } from './facts.ts';
import { understandForeign, type GivenChoices } from './foreign-table.ts';
import type { TableLayout } from './layout.ts';

export const ZEROS_COLUMN = '__vsm_zeros';

/** @returns a sentence that says what is missing, where the table cannot be read as a collection. */
export function understandTable(
  facts: TableFacts,
  manifest: TableManifest | undefined,
  choices: GivenChoices,
): TableLayout | string {
  return manifest === undefined ? understandForeign(facts, choices) : understandOwn(facts, manifest);
}

/** A table that VSM made has its marks; what somebody added to it since is metadata. */
function understandOwn(facts: TableFacts, manifest: TableManifest): TableLayout | string {
  const byName = new Map(facts.columns.map((column) => [column.name, column]));
  const namespace = manifest.namespaces === true ? byName.get('namespace') : undefined;
  const id = (declaredKey(facts)?.columns ?? ['id']).flatMap((name) => byName.get(name) ?? []);
  const columns = id.filter((column) => column !== namespace);
  const chosen = chooseKey(facts, { columns, named: false, namespace });
  if (typeof chosen === 'string') return chosen;
  const names = new Map(Object.entries(manifest.vectors).map(([name, column]) => [column, name]));
  const vectors = facts.columns
    .filter((column) => {
      const type = vectorTypeOf(column)?.type;
      return type === 'bit' ? names.has(column.name) : type !== undefined;
    })
    .map((column): [string, Column] => [names.get(column.name) ?? column.name, column]);
  const [document, metadata, zeros] = ['document', 'metadata', ZEROS_COLUMN].map((name) => byName.get(name));
  const taken = new Set([namespace, document, metadata, zeros, ...id, ...vectors.map(([, column]) => column)]);
  const rest = facts.columns.filter((column) => !taken.has(column));
  return {
    ...chosen,
    namespace,
    vectors: Object.fromEntries(vectors),
    zeros,
    document,
    uri: undefined,
    metadata,
    fields: rest.filter(({ generated }) => !generated),
    computed: rest.filter(({ generated }) => generated),
    unfilled: [],
  };
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

export function readManifest(comment: string | null): TableManifest | undefined {
  if (comment?.startsWith('{"vsm":1') !== true) return undefined;
  try {
    return JSON.parse(comment) as TableManifest;
  } catch {
    return undefined;
  }
}
