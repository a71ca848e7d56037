import { idKind, type CollectionDescription, type JsonValue } from '@vsm/core/adapter';
import { decodeDocument } from './codec.ts';
import type { StoredRecord } from './stored-record.ts';
import type { FrameworkTable } from './form.ts';
import type { LayoutSides } from './sides.ts';

interface PlannedTable {
  readonly table: FrameworkTable;
  /** What the application has to know of it, where it is made. */
  readonly notes: readonly string[];
}

/** The table that is made for the framework in Postgres: its own, with what the source shows that this application needs. */
export function tableFor(
  source: CollectionDescription,
  sides: LayoutSides,
  sample: readonly StoredRecord[],
): PlannedTable | undefined {
  const { to, target } = sides;
  if (target.adapter !== 'pgvector' || to.table === undefined) return undefined;
  const withIds = withTextIds({ table: to.table, notes: [] }, sides, sample);
  return withSearch(withOwnColumns(withIds, source, sides), source, sides);
}

function withTextIds(
  { table, notes }: PlannedTable,
  sides: LayoutSides,
  sample: readonly StoredRecord[],
): PlannedTable {
  const strings = sample.filter((record) => idKind(idIn(record, sides)) !== 'uuid').length;
  if (table.id.type !== 'uuid' || strings === 0) return { table, notes };
  const note = `${strings} of ${sample.length} sampled records have an id that is no UUID, so where the table is made, its column "${table.id.column}" is of type text: ${sides.title} reads it all the same`;
  return { table: { ...table, id: { ...table.id, type: 'text' } }, notes: [...notes, note] };
}

function idIn(record: StoredRecord, { from, to }: LayoutSides): string {
  const document = decodeDocument(record, from);
  return to.id?.encode(document).id ?? document.id;
}

/** Columns of the application's own beside the JSON (metadata_columns of PGVectorStore), where the same framework gets a table again. */
function withOwnColumns(
  { table, notes }: PlannedTable,
  source: CollectionDescription,
  sides: LayoutSides,
): PlannedTable {
  const { from } = sides;
  const known = new Set([
    ...(from.table?.fields ?? []).map(({ column }) => column),
    ...(from.id?.fields ?? []),
    ...(from.extras?.names ?? []),
    from.scope?.field,
  ]);
  const columns = columnsIn(source.native?.['pgvector']?.['columns']).filter(({ column }) => !known.has(column));
  if (columns.length === 0 || from.table === undefined || !sides.sameFramework) return { table, notes };
  const note = `the columns ${columns.map(({ column }) => `"${column}"`).join(', ')} of the source are its too where the table is made, as metadata columns`;
  return { table: { ...table, fields: [...(table.fields ?? []), ...columns] }, notes: [...notes, note] };
}

/** The search vector of the document, where the source has one: made by the database, or filled by who writes, as the framework has it. */
function withSearch({ table, notes }: PlannedTable, source: CollectionDescription, sides: LayoutSides): PlannedTable {
  const search = table.search === undefined ? searchLike(source, table, sides) : undefined;
  if (search === undefined) return { table, notes };
  const note = `where the table is made, it has the column "${search.column}" for hybrid search too, with its index, for the language ${search.language} (hybrid=true,language=… in the layout says another)`;
  return { table: { ...table, search }, notes: [...notes, note] };
}

function searchLike(
  source: CollectionDescription,
  { filledSearch }: FrameworkTable,
  { sameFramework }: LayoutSides,
): FrameworkTable['search'] {
  if (!sameFramework) return undefined;
  const { computed, searchVectors } = source.native?.['pgvector'] ?? {};
  const [made] = columnsIn(computed).filter(({ type }) => type === 'tsvector');
  if (made !== undefined) return { column: made.column, language: 'english' };
  const [filled] = Array.isArray(searchVectors) ? searchVectors : [];
  if (filledSearch === undefined || typeof filled !== 'string') return undefined;
  return { ...filledSearch, filled: true };
}

function columnsIn(value: JsonValue | undefined): { column: string; type: string }[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: JsonValue) => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return [];
    const { column, type } = entry as { readonly column?: JsonValue; readonly type?: JsonValue };
    return typeof column === 'string' && typeof type === 'string' ? [{ column, type }] : [];
  });
}
