import { parquetSchema, type FileMetaData, type RowGroup, type SchemaTree } from 'hyparquet';
import { type MetadataValue, type ScanRequest, type Vector, type VectorRecord } from '@vsm/core/adapter';
import type { Layout } from '../schema.ts';
import { toRecord, type FlatRecord } from '../mapping.ts';
import type { ByteSource } from '../byte-source.ts';
import { floatList } from './columns.ts';
import { chunkOf, ValueColumn, withoutConversions } from './value-column.ts';
import { columnOf, type ToValue } from './values.ts';
import { VectorColumn } from './vector-column.ts';

interface Reading {
  readonly column: { take(count: number): Promise<ArrayLike<unknown>>; skip(count: number): Promise<void> };
  readonly put: (record: FlatRecord, stored: unknown) => void;
}

/** Reads the rows of one row group in order, each column at its own pace through its own pages. */
export class RowGroupReader {
  readonly #columns: readonly Reading[];

  constructor(
    source: ByteSource,
    metadata: FileMetaData,
    group: RowGroup,
    layout: Layout,
    include: ScanRequest['include'],
  ) {
    const original = parquetSchema(metadata);
    const decoded = parquetSchema(withoutConversions(metadata));
    const path = (name: string): readonly SchemaTree[] => [
      decoded,
      decoded.children.find(({ element }) => element.name === name) as SchemaTree,
    ];
    const values = (name: string | undefined, put: (record: FlatRecord, value: MetadataValue) => void): Reading[] => {
      const node = original.children.find(({ element }) => element.name === name);
      if (name === undefined || node === undefined) return [];
      const toValue: ToValue = columnOf(node).toValue;
      return [
        {
          column: new ValueColumn(source, group, path(name)),
          put(record, stored) {
            const value = toValue(stored);
            if (value !== undefined) put(record, value);
          },
        },
      ];
    };
    this.#columns = [
      ...values(layout.id, (record, value) => (record.id = value)),
      ...values(layout.namespace, (record, value) => (record.namespace = value)),
      ...(include.includes('metadata')
        ? [
            ...values(layout.document, (record, value) => (record.document = value)),
            ...values(layout.uri, (record, value) => (record.uri = value)),
            ...values(layout.metadata, (record, value) => record.metadata.push(...entriesOf(value, layout.metadata))),
            ...layout.fields.flatMap(({ column, key }) =>
              values(column, (record, value) => record.metadata.push([key, value])),
            ),
          ]
        : []),
      ...(include.includes('vectors')
        ? layout.vectors.map(({ name, column, kind }): Reading => {
            const list = kind === 'dense' ? floatList(path(column)) : undefined;
            return {
              column:
                list === undefined
                  ? new ValueColumn(source, group, path(column))
                  : new VectorColumn(source, chunkOf(group, list.at(-1)?.path ?? []), list),
              put(record, stored) {
                const vector = toVector(kind, stored);
                if (vector !== undefined) record.vectors.push([name, vector]);
              },
            };
          })
        : []),
    ];
  }

  async skip(count: number): Promise<void> {
    if (count > 0) for (const { column } of this.#columns) await column.skip(count);
  }

  async take(count: number): Promise<VectorRecord[]> {
    const records = Array.from({ length: count }, (): FlatRecord => ({ vectors: [], metadata: [] }));
    for (const { column, put } of this.#columns) {
      const stored = await column.take(count);
      if (stored.length < count) throw new Error(`a column ends ${count - stored.length} rows early`);
      for (let row = 0; row < count; row += 1) put(records[row] as FlatRecord, stored[row]);
    }
    return records.map((record) => toRecord(record));
  }
}

function entriesOf(value: MetadataValue, column = ''): readonly [string, MetadataValue][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value)
    : [[column, value]];
}

function toVector(kind: 'dense' | 'sparse' | 'multi', stored: unknown): Vector | undefined {
  if (stored === null || stored === undefined) return undefined;
  if (kind === 'dense') return stored as Float32Array;
  if (kind === 'multi') return { rows: (stored as ArrayLike<number>[]).map((row) => Float32Array.from(row)) };
  const { indices, values } = stored as { indices?: ArrayLike<number | bigint>; values?: ArrayLike<number> };
  if (indices === undefined || values === undefined || indices === null || values === null) return undefined;
  return { indices: Uint32Array.from(indices as ArrayLike<number>, Number), values: Float32Array.from(values) };
}
