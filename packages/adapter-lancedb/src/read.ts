import type { RecordBatch, Vector as ArrowVector } from 'apache-arrow';
import {
  emptyRecord,
  fieldPuts,
  parseJson,
  toRecord,
  type FlatRecord,
  type Metadata,
  type MetadataValue,
  type ScanRequest,
  type Vector,
  type VectorRecord,
} from '@vsm/core/adapter';
import { isOldBlob, numbersOf } from './columns.ts';
import type { Layout } from './schema.ts';
import { textAt, valueAt, vectorAt } from './values.ts';

/** The engine's own number of a row, which is asked for where a table has no better id. */
export const ROW_ID = '_rowid';

/** Columns that a read needs. */
export function columnsFor(layout: Layout, include: ScanRequest['include']): string[] {
  const there = new Set(layout.schema.fields.map(({ name }) => name));
  const wanted = [
    ...layout.ids,
    layout.namespace,
    ...(include.includes('vectors') ? layout.vectors.map(({ column }) => column) : []),
    ...(include.includes('metadata')
      ? [layout.document, layout.uri, layout.rest, ...layout.fields.map(({ column }) => column)]
      : []),
  ];
  return [...new Set(wanted)].filter((name) => name !== undefined && there.has(name)) as string[];
}

/** Dense vectors are views on the batch. */
export function toRecords(batch: RecordBatch, layout: Layout, blobs: Blobs = new Map()): VectorRecord[] {
  return layout.understood === undefined ? ownRecords(batch, layout) : foreignRecords(batch, layout, blobs);
}

/** Bytes that lie apart, by column: one for each row of a batch. */
export type Blobs = ReadonlyMap<string, readonly (Uint8Array | null)[]>;

function ownRecords(batch: RecordBatch, layout: Layout): VectorRecord[] {
  const column = (name: string | undefined): ArrowVector | undefined =>
    (name === undefined ? null : batch.getChild(name)) ?? undefined;
  const ids = column(layout.ids[0]);
  const namespaces = column(layout.namespace);
  const documents = column(layout.document);
  const uris = column(layout.uri);
  const rests = column(layout.rest);
  const vectors = layout.vectors.map((vector) => ({ ...vector, values: column(vector.column) }));
  const fields = layout.fields.map((field) => ({ ...field, values: column(field.column) }));
  return Array.from({ length: batch.numRows }, (_, row): VectorRecord => {
    const namespace = textAt(namespaces, row);
    const typed = fields.flatMap(({ key, values }): [string, MetadataValue][] => {
      const value = values === undefined ? undefined : valueAt(values, row);
      return value === undefined ? [] : [[key, value]];
    });
    const rest = textAt(rests, row);
    return {
      id: idAt(ids, row),
      namespace: namespace === '' ? undefined : namespace,
      vectors: Object.fromEntries(
        vectors.flatMap(({ name, values }): [string, Vector][] => {
          const vector = values === undefined ? undefined : vectorAt(values, row);
          return vector === undefined ? [] : [[name, vector]];
        }),
      ),
      metadata: { ...Object.fromEntries(typed), ...(rest !== undefined && (parseJson(rest) as Metadata)) },
      document: textAt(documents, row),
      uri: textAt(uris, row),
    };
  });
}

function foreignRecords(batch: RecordBatch, layout: Layout, blobs: Blobs): VectorRecord[] {
  const roles = layout.understood?.layout;
  if (roles === undefined) return [];
  const records = Array.from({ length: batch.numRows }, emptyRecord);
  const puts = fieldPuts(roles, ['vectors', 'metadata']);
  for (const field of layout.schema.fields) {
    const { name } = field;
    const column = batch.getChild(name);
    const put = puts.get(name);
    if (column === null || put === undefined || isOldBlob(field)) continue;
    const vector = numbersOf(column.type) === undefined ? undefined : roles.vectors.find((one) => one.column === name);
    const bytes = blobs.get(name);
    for (const [row, record] of records.entries()) {
      if (vector !== undefined) putNumbers(record, vector.name, vectorAt(column, row));
      else {
        const value = bytes === undefined ? valueAt(column, row) : base64(bytes[row]);
        if (value !== undefined) put(record, value);
      }
    }
  }
  const rowIds = batch.getChild(ROW_ID);
  return records.map((record, row) => toRecord(record, roles, Number(rowIds?.get(row) ?? row)));
}

function putNumbers(record: FlatRecord, name: string, vector: Vector | undefined): void {
  if (vector !== undefined) record.vectors.push([name, vector]);
}

function base64(bytes: Uint8Array | null | undefined): string | undefined {
  return bytes === null || bytes === undefined ? undefined : Buffer.from(bytes).toString('base64');
}

function idAt(column: ArrowVector | undefined, row: number): string {
  const id: unknown = textAt(column, row) ?? column?.get(row);
  if (typeof id === 'string' || typeof id === 'bigint' || typeof id === 'number') return id.toString();
  throw new Error(`row ${row} of a page has no id`);
}
