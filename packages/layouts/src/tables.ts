import { idKind, type CollectionDescription } from '@vsm/core/adapter';
import { decodeDocument, type StoredRecord } from './codec.ts';
import type { FrameworkTable } from './form.ts';
import type { LayoutSides } from './sides.ts';

/** The table that is made for the framework in Postgres, and what the application has to know of it. */
export function tableFor(
  _source: CollectionDescription,
  sides: LayoutSides,
  sample: readonly StoredRecord[],
): { readonly table: FrameworkTable; readonly notes: readonly string[] } | undefined {
  const { to, target, title } = sides;
  if (target.adapter !== 'pgvector' || to.table === undefined) return undefined;
  const { id } = to.table;
  const strings = sample.filter((record) => idKind(idIn(record, sides)) !== 'uuid').length;
  if (id.type !== 'uuid' || strings === 0) return { table: to.table, notes: [] };
  return {
    table: { ...to.table, id: { ...id, type: 'text' } },
    notes: [
      `${strings} of ${sample.length} sampled records have an id that is no UUID, so where the table is made, its column "${id.column}" is of type text: ${title} reads it all the same`,
    ],
  };
}

function idIn(record: StoredRecord, { from, to }: LayoutSides): string {
  const document = decodeDocument(record, from);
  return to.id?.encode(document).id ?? document.id;
}
