import type { Layout } from './schema.ts';

/** Rows of one namespace, or of all where none is given, as SQL; `undefined` where nothing has to be said. */
export function inNamespace(layout: Layout, namespace: string | undefined): string | undefined {
  if (namespace === undefined) return undefined;
  if (layout.namespace !== undefined) return `${identifier(layout.namespace)} = ${literal(namespace)}`;
  return namespace === '' ? undefined : 'false';
}

/** Rows of these ids in one namespace, as SQL. */
export function idsIn(layout: Layout, ids: readonly string[], namespace: string | undefined): string {
  const type = layout.schema.fields.find((field) => field.name === layout.id)?.type.toString() ?? '';
  const isInteger = type.includes('nt');
  const list = ids.map((id) => (isInteger && /^-?\d+$/.test(id) ? id : literal(id))).join(', ');
  const scope = inNamespace(layout, namespace ?? '');
  return `${identifier(layout.id)} IN (${list})${scope === undefined ? '' : ` AND ${scope}`}`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function identifier(column: string): string {
  return `\`${column}\``;
}
