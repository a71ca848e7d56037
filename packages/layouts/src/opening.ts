import type { CallOptions } from '@vsm/core/adapter';
import type { Form, LayoutOptions } from './form.ts';

/**
 * Which column of a table in Postgres is what, by a layout: those that its options name have to be there, the framework's usual ones
 * may be. Rows are read by the key that the table has, and written by the id that the framework has.
 */
export function columnsFor(
  { table }: Form,
  options: LayoutOptions,
  side: 'source' | 'target',
): CallOptions['adapterOptions'] {
  if (table === undefined) return undefined;
  const asId = side === 'target' || options['id_column'] !== undefined;
  const all = {
    ...(asId && { id: table.id.column }),
    ...(table.document !== undefined && { document: table.document.column }),
    container: table.metadata.column,
    ...(side === 'source' && table.id.unique === false && { latest: options['id_column'] ?? table.id.column }),
    ...(side === 'target' &&
      table.filledSearch !== undefined && {
        searchVector: { [table.filledSearch.column]: table.filledSearch.language },
      }),
  };
  const named = {
    ...(options['id_column'] !== undefined && { id: options['id_column'] }),
    ...(options['text_key'] !== undefined && table.document !== undefined && { document: options['text_key'] }),
    ...(options['metadata_key'] !== undefined && { container: options['metadata_key'] }),
  };
  return { pgvector: { ...named, usual: all } };
}
