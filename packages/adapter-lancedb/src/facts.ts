import type { Table } from '@lancedb/lancedb';
import type { Field as ArrowField, Schema } from 'apache-arrow';
import { FieldSampler, type Field, type SampledField } from '@vsm/core/adapter';
import { arrow } from './arrow.ts';
import { datatypeOf, fieldType, isBlob, numbersOf } from './columns.ts';
import { plainValue } from './values.ts';

/** Rows from the beginning, and from each of some places further on. */
const FIRST_ROWS = 200;
const PLACES = 8;
const ROWS_OF_PLACE = 20;
/** Set by whoever declares a key, which the engine does not enforce. */
const KEY = 'lance-schema:unenforced-primary-key';

const { DataType: Types } = arrow;

/** What the columns of a table are: by its schema, and by some of its rows. */
export async function factsOf(table: Table, schema: Schema): Promise<readonly Field[]> {
  const seen = new Map((await sampleRows(table, schema)).map((field) => [field.field, field]));
  const declared = embeddingColumns(schema);
  return schema.fields.map((field) => {
    const fact = fieldOf(field, seen.get(field.name));
    if (field.metadata.get(KEY) !== undefined) return { ...fact, declared: 'id' };
    const role = declared.get(field.name);
    return role === undefined ? fact : { ...fact, declared: role };
  });
}

function fieldOf(column: ArrowField, seen: SampledField | undefined): Field {
  const { name, type } = column;
  const numbers = isBlob(column) ? undefined : numbersOf(type);
  const kind = numbers?.kind ?? seen?.kind;
  const size = Types.isFixedSizeList(type) ? type.listSize : undefined;
  return {
    sampled: 0,
    present: 0,
    ...seen,
    field: name,
    shape:
      numbers === undefined ? (seen?.present ? seen.shape : shapeOf(column)) : kind === 'multi' ? 'multi' : 'numbers',
    type: isBlob(column) ? 'blob' : numbers === undefined && seen?.kind !== undefined ? seen.type : String(type),
    kind,
    fixed: size !== undefined,
    // A type that fixes the length says so without any row.
    lengths: seen?.lengths ?? (size === undefined || numbers === undefined ? undefined : { least: size, most: size }),
    dimension: seen?.dimension ?? (kind === 'dense' ? size : undefined),
    whole: numbers === undefined ? seen?.whole : Types.isInt(numbers.item.type),
    datatype: numbers === undefined ? undefined : datatypeOf(numbers.item),
    otherShapes: numbers === undefined ? seen?.otherShapes : 0,
    fieldType: isBlob(column) ? 'string' : fieldType(type),
    note: noteOf(column),
  };
}

function shapeOf({ type }: ArrowField): Field['shape'] {
  const kind = fieldType(type);
  if (kind === 'string' || kind === 'datetime') return 'text';
  return kind === 'integer' ? 'integer' : 'other';
}

function noteOf(column: ArrowField): string | undefined {
  const { type } = column;
  if (isBlob(column) || Types.isBinary(type) || Types.isLargeBinary(type) || Types.isFixedSizeBinary(type)) {
    return 'bytes, read as base64';
  }
  return Types.isDecimal(type) ? 'decimals, read as text' : undefined;
}

/** The columns between which LanceDB's own embedding functions stand. */
function embeddingColumns(schema: Schema): ReadonlyMap<string, 'vector' | 'document'> {
  const text = schema.metadata.get('embedding_functions');
  const found = new Map<string, 'vector' | 'document'>();
  if (text === undefined) return found;
  try {
    for (const { source_column: source, sourceColumn, vector_column: vector, vectorColumn } of JSON.parse(
      text,
    ) as Record<string, unknown>[]) {
      const [from, to] = [source ?? sourceColumn, vector ?? vectorColumn];
      if (typeof from === 'string' && found.size === 0) found.set(from, 'document');
      if (typeof to === 'string') found.set(to, 'vector');
    }
  } catch {
    // Only a hint.
  }
  return found;
}

async function sampleRows(table: Table, schema: Schema): Promise<SampledField[]> {
  const sampler = new FieldSampler();
  const columns = schema.fields.filter((field) => !isBlob(field)).map(({ name }) => name);
  if (columns.length === 0) return [];
  const rows = await table.countRows();
  const take = async (offset: number, limit: number): Promise<void> => {
    for await (const batch of table.query().select(columns).offset(offset).limit(limit)) {
      const values = columns.map((name) => [name, batch.getChild(name)] as const);
      for (let row = 0; row < batch.numRows; row += 1) {
        sampler.row(values.map(([name, column]) => [name, column === null ? null : plainValue(column, row)]));
      }
    }
  };
  await take(0, FIRST_ROWS);
  const step = Math.ceil((rows - FIRST_ROWS) / PLACES);
  for (let at = FIRST_ROWS; at < rows; at += Math.max(step, ROWS_OF_PLACE)) await take(at, ROWS_OF_PLACE);
  return sampler.facts();
}
