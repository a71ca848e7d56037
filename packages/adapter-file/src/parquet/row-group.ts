import { parquetSchema, type FileMetaData, type RowGroup, type SchemaTree } from 'hyparquet';
import {
  own,
  emptyRecord,
  fieldPuts,
  isMetadataObject,
  toRecord,
  type FieldLayout,
  type FlatRecord,
  type MetadataValue,
  type Put,
  type ScanRequest,
  type VectorColumn as VectorField,
  type VectorRecord,
} from '@vsm/core/adapter';
import type { ByteSource } from '../byte-source.ts';
import { damaged } from '../errors.ts';
import { floatList } from './columns.ts';
import { chunkOf, ValueColumn, withoutConversions } from './value-column.ts';
import type { ToValue } from './scalars.ts';
import { columnOf } from './values.ts';
import { VectorColumn } from './vector-column.ts';

const ROW_ADVICE = 'Correct the row or leave it out, and make the file again.';

export interface RowSource {
  readonly source: ByteSource;
  readonly metadata: FileMetaData;
  readonly layout: FieldLayout;
  readonly constants: readonly (readonly [string, MetadataValue])[];
  readonly include: ScanRequest['include'];
}

interface Reading {
  readonly column: { take(count: number): Promise<ArrayLike<unknown>>; skip(count: number): Promise<void> };
  readonly put: (record: FlatRecord, stored: unknown) => void;
}

/** Reads the rows of one row group in order, each column at its own pace through its own pages. */
export class RowGroupReader {
  readonly #columns: readonly Reading[];
  readonly #path: string;
  readonly #layout: FieldLayout;
  readonly #constants: readonly (readonly [string, MetadataValue])[];
  #row: number;

  constructor(
    { source, metadata, layout, constants, include }: RowSource,
    group: RowGroup,
    /** Number of its first row. */
    firstRow: number,
  ) {
    this.#path = source.path;
    this.#layout = layout;
    this.#constants = constants;
    this.#row = firstRow;
    const roots = { original: parquetSchema(metadata), decoded: parquetSchema(withoutConversions(metadata)) };
    const puts = fieldPuts(layout, include);
    this.#columns = roots.original.children.flatMap((node, index): Reading[] => {
      const path = [roots.decoded, roots.decoded.children[index] as SchemaTree];
      const { name } = node.element;
      const vector = layout.vectors.find(({ column }) => column === name);
      const list = vector?.kind === 'dense' ? floatList(path) : undefined;
      // Nothing else wants the column of a vector.
      if (vector !== undefined && list !== undefined) {
        if (!include.includes('vectors')) return [];
        const column = new VectorColumn(source, chunkOf(group, list.at(-1)?.path ?? []), list);
        return [{ column, put: (record, stored) => putNumbers(record, vector, stored) }];
      }
      const put = puts.get(name) ?? membersPut(node, puts);
      if (put === undefined) return [];
      const toValue: ToValue = columnOf(node).toValue;
      return [
        {
          column: new ValueColumn(source, group, path),
          put(record, stored) {
            const value = toValue(stored);
            if (value !== undefined) put(record, value);
          },
        },
      ];
    });
    this.#puts = puts;
  }

  readonly #puts: ReadonlyMap<string, Put>;

  async skip(count: number): Promise<void> {
    this.#row += count;
    if (count > 0) for (const { column } of this.#columns) await column.skip(count);
  }

  async take(count: number): Promise<VectorRecord[]> {
    const records = Array.from({ length: count }, emptyRecord);
    for (const { column, put } of this.#columns) {
      const stored = await column.take(count);
      if (stored.length < count) throw new Error(`a column ends ${count - stored.length} rows early`);
      for (let row = 0; row < count; row += 1) put(records[row] as FlatRecord, stored[row]);
    }
    for (const [field, value] of this.#constants) {
      const put = this.#puts.get(field);
      if (put !== undefined) for (const record of records) put(record, value);
    }
    const first = this.#row;
    this.#row += count;
    return records.map((record, at) => {
      try {
        return toRecord(record, this.#layout, first + at);
      } catch (cause) {
        throw damaged(this.#path, `row ${first + at}`, cause, ROW_ADVICE);
      }
    });
  }
}

/** Of a struct in which vectors lie: its members one by one, and what is left of it as metadata. */
function membersPut({ element, children }: SchemaTree, puts: ReadonlyMap<string, Put>): Put | undefined {
  const members = children.flatMap((child) => {
    const put = puts.get(`${element.name}.${child.element.name}`);
    return put === undefined ? [] : [[child.element.name, put] as const];
  });
  if (members.length === 0) return undefined;
  return (record, value) => {
    if (!isMetadataObject(value)) return;
    for (const [name, put] of members) {
      const member = own(value, name);
      if (member !== undefined && member !== null) put(record, member);
    }
  };
}

/** Views on whole pages of float32; doubles become plain numbers, which is how records hold them. */
function putNumbers(record: FlatRecord, { name }: VectorField, stored: unknown): void {
  if (stored === null || stored === undefined) return;
  record.vectors.push([name, stored instanceof Float32Array ? stored : Array.from(stored as Float64Array)]);
}
