import { ROW_ID } from './read.ts';
import type { Layout } from './schema.ts';

/** Rows of one namespace, or of all where none is given, as SQL; `undefined` where nothing has to be said. */
export function inNamespace(layout: Layout, namespace: string | undefined): string | undefined {
  if (namespace === undefined) return undefined;
  if (layout.namespace !== undefined) return `${identifier(layout.namespace)} = ${literal(namespace)}`;
  return namespace === '' ? undefined : 'false';
}

/** Rows of these ids in one namespace, as SQL. */
export function idsIn(layout: Layout, ids: readonly string[], namespace: string | undefined): string {
  const scope = inNamespace(layout, namespace ?? '');
  return `${rowsOf(layout, ids)}${scope === undefined ? '' : ` AND ${scope}`}`;
}

function rowsOf(layout: Layout, ids: readonly string[]): string {
  const [column, ...others] = layout.ids;
  if (column === undefined) {
    const rows = ids.filter((id) => /^\d+$/.test(id));
    return rows.length === 0 ? 'false' : `${ROW_ID} IN (${rows.join(', ')})`;
  }
  if (others.length === 0)
    return `${identifier(column)} IN (${ids.map((id) => idLiteral(layout, column, id)).join(', ')})`;
  const rows = ids.map((id) => {
    const parts = partsOf(id);
    const equal = layout.ids.map((part, at) => `${identifier(part)} = ${idLiteral(layout, part, parts[at] ?? '')}`);
    return `(${equal.join(' AND ')})`;
  });
  return `(${rows.join(' OR ')})`;
}

/** The values of an id that several columns make. */
function partsOf(id: string): readonly string[] {
  try {
    const parts: unknown = JSON.parse(id);
    return Array.isArray(parts) ? parts.map(String) : [];
  } catch {
    return [];
  }
}

function idLiteral(layout: Layout, column: string, id: string): string {
  const type = layout.schema.fields.find((field) => field.name === column)?.type.toString() ?? '';
  return type.includes('nt') && /^-?\d+$/.test(id) ? id : literal(id);
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function identifier(column: string): string {
  return `\`${column}\``;
}
