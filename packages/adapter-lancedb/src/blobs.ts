import type { Table } from '@lancedb/lancedb';
import type { Field, RecordBatch, Schema } from 'apache-arrow';
import { isBlob, isOldBlob } from './columns.ts';
import { ROW_ID, type Blobs } from './read.ts';

/** Those of the columns whose bytes lie apart: a query gives their places in the files of the table instead. */
export function blobColumns(schema: Schema, columns: readonly string[]): readonly string[] {
  const blobs = new Set(schema.fields.filter((field) => isBlob(field) && !isOldBlob(field)).map(({ name }) => name));
  return columns.filter((column) => blobs.has(column));
}

/** The bytes of a batch that was read with its row ids. */
export async function fetchBlobs(table: Table, batch: RecordBatch, columns: readonly string[]): Promise<Blobs> {
  const found = new Map<string, readonly (Uint8Array | null)[]>();
  const ids = batch.getChild(ROW_ID);
  if (columns.length === 0 || ids === null) return found;
  const rows = Array.from(ids, (id) => BigInt(id as bigint));
  for (const column of columns) {
    // A row without a blob has a null in the column itself.
    const there = batch.getChild(column);
    const wanted = rows.filter((_, at) => there?.isValid(at) === true);
    const bytes = wanted.length === 0 ? [] : await table.fetchBlobs(column, wanted);
    let next = 0;
    found.set(
      column,
      rows.map((_, at) => {
        if (there?.isValid(at) !== true) return null;
        next += 1;
        return bytes[next - 1] ?? null;
      }),
    );
  }
  return found;
}

/** Blobs that the engine gives no bytes of: within structs and lists, and those of an older encoding. */
export function hiddenBlobs(schema: Schema): readonly { readonly column: string; readonly sentence: string }[] {
  return schema.fields.flatMap((field) => {
    if (isOldBlob(field)) {
      const sentence = `"${field.name}" holds blobs of an old encoding, whose bytes the engine does not give: say ignore=${field.name} to leave it out`;
      return [{ column: field.name, sentence }];
    }
    const inside = isBlob(field) ? undefined : blobWithin(field);
    if (inside === undefined) return [];
    return [
      {
        column: field.name,
        sentence: `"${field.name}" holds blobs (${inside}), whose bytes cannot be read within another column: say ignore=${field.name} to leave it out`,
      },
    ];
  });
}

function blobWithin(field: Field): string | undefined {
  for (const child of field.type.children ?? []) {
    const inner = child as Field;
    if (isBlob(inner)) return `${field.name}.${inner.name}`;
    const deeper = blobWithin(inner);
    if (deeper !== undefined) return `${field.name}.${deeper}`;
  }
  return undefined;
}
