import type { DataType, RecordBatch, Timestamp, Vector as ArrowVector } from 'apache-arrow';
import {
  float,
  integer,
  parseJson,
  type Metadata,
  type MetadataValue,
  type ScanRequest,
  type Vector,
  type VectorRecord,
} from '@vsm/core/adapter';
import { arrow } from './arrow.ts';
import type { Layout } from './schema.ts';

const { DataType: Types } = arrow;

/** Columns that a read needs. */
export function columnsFor(layout: Layout, include: ScanRequest['include']): string[] {
  const there = new Set(layout.schema.fields.map(({ name }) => name));
  const wanted = [
    layout.id,
    layout.namespace,
    ...(include.includes('vectors') ? layout.vectors.map(({ column }) => column) : []),
    ...(include.includes('metadata')
      ? [layout.document, layout.uri, layout.rest, ...layout.fields.map(({ column }) => column)]
      : []),
  ];
  return wanted.filter((name) => name !== undefined && there.has(name)) as string[];
}

/** Dense vectors are views on the batch. */
export function toRecords(batch: RecordBatch, layout: Layout): VectorRecord[] {
  const column = (name: string | undefined): ArrowVector | undefined =>
    (name === undefined ? null : batch.getChild(name)) ?? undefined;
  const ids = column(layout.id);
  const namespaces = column(layout.namespace);
  const documents = column(layout.document);
  const uris = column(layout.uri);
  const rests = column(layout.rest);
  const vectors = layout.vectors.map((vector) => ({ ...vector, values: column(vector.column) }));
  const fields = layout.fields.map((field) => ({ ...field, values: column(field.column) }));
  return Array.from({ length: batch.numRows }, (_, row): VectorRecord => {
    const namespace = textAt(namespaces, row);
    const typed = fields.flatMap(({ column: key, values }): [string, MetadataValue][] => {
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

function idAt(column: ArrowVector | undefined, row: number): string {
  const id: unknown = column?.get(row);
  if (typeof id === 'string' || typeof id === 'bigint' || typeof id === 'number') return id.toString();
  throw new Error(`row ${row} of a page has no id`);
}

function textAt(column: ArrowVector | undefined, row: number): string | undefined {
  const text: unknown = column?.get(row);
  return typeof text === 'string' ? text : undefined;
}

function vectorAt(column: ArrowVector, row: number): Vector | undefined {
  const value = column.get(row) as ArrowVector | null;
  if (value === null) return undefined;
  if (!Types.isFixedSizeList(value.type)) return floats(value);
  return { rows: Array.from({ length: value.length }, (_, at) => floats(value.get(at) as ArrowVector)) };
}

function floats(vector: ArrowVector): Float32Array {
  const values: unknown = vector.nullCount === 0 ? vector.toArray() : undefined;
  if (values instanceof Float32Array) return values;
  // A missing component becomes NaN: whoever writes the record refuses it by its id.
  return Float32Array.from({ length: vector.length }, (_, at) => (vector.get(at) as number | null) ?? Number.NaN);
}

/** A value of any Arrow type as metadata; `undefined` for a null. */
function valueAt(column: ArrowVector, row: number): MetadataValue | undefined {
  const { type } = column;
  if (!column.isValid(row)) return undefined;
  // `get` would cut these to milliseconds.
  if (Types.isTimestamp(type)) return timestamp(type, ticksAt(column, row));
  return valueOf(type, column.get(row));
}

function valueOf(type: DataType, value: unknown): MetadataValue | undefined {
  if (value === null || value === undefined) return undefined;
  if (Types.isInt(type)) return integer(value as number | bigint);
  if (Types.isFloat(type)) return float(value as number);
  if (Types.isDecimal(type)) return decimal(value as Uint32Array, type.scale);
  if (Types.isDate(type)) return new Date(Number(value)).toISOString().slice(0, 10);
  if (Types.isDictionary(type)) return valueOf(type.dictionary, value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof arrow.Vector) return Array.from({ length: value.length }, (_, at) => valueAt(value, at) ?? null);
  if (Types.isStruct(type) || Types.isMap(type)) return object(type, value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return typeof value === 'number' || typeof value === 'bigint' ? integer(value) : JSON.stringify(value);
}

function object(type: DataType, value: unknown): MetadataValue {
  const members = Types.isMap(type) ? type.children[0]?.type.children.slice(1) : type.children;
  const entries = Object.entries((value as { toJSON(): object }).toJSON()).flatMap(([key, member]) => {
    const memberType = Types.isMap(type) ? members?.[0]?.type : members?.find(({ name }) => name === key)?.type;
    const converted = memberType === undefined ? undefined : valueOf(memberType, member);
    return converted === undefined ? [] : [[key, converted] as const];
  });
  return Object.fromEntries(entries);
}

function ticksAt(column: ArrowVector, row: number): bigint {
  let at = row;
  for (const data of column.data) {
    if (at < data.length) return (data.values as BigInt64Array)[at] ?? 0n;
    at -= data.length;
  }
  return 0n;
}

/** By unit: seconds, milliseconds, microseconds, nanoseconds. */
const DIGITS = [0, 3, 6, 9];

function timestamp({ unit, timezone }: Timestamp, ticks: bigint): string {
  const digits = DIGITS[unit] ?? 0;
  const perSecond = 10n ** BigInt(digits);
  const fraction = ((ticks % perSecond) + perSecond) % perSecond;
  const date = new Date(Number((ticks - fraction) / perSecond) * 1000).toISOString().slice(0, -5);
  const tail = digits === 0 ? '' : `.${fraction.toString().padStart(digits, '0')}`;
  return `${date}${tail}${timezone === null || timezone === undefined ? '' : 'Z'}`;
}

/** Exact as text: a double holds only fifteen digits. */
function decimal(words: Uint32Array, scale: number): string {
  const unsigned = words.reduceRight((total, word) => total * 4294967296n + BigInt(word), 0n);
  const value = BigInt.asIntN(words.length * 32, unsigned);
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${value < 0n ? '-' : ''}${digits.slice(0, point)}${scale > 0 ? `.${digits.slice(point)}` : ''}`;
}
