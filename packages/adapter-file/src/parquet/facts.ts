import { parquetSchema, type FileMetaData, type SchemaTree } from 'hyparquet';
import { isListLike, isMapLike } from 'hyparquet/src/schema.js';
import { FieldSampler, isMetadataObject, isVectorName, own, type Field, type SampledField } from '@vsm/core/adapter';
import type { ByteSource } from '../byte-source.ts';
import { datatypeOf, numberList, otherVector, typeText } from './columns.ts';
import { ValueColumn, withoutConversions } from './value-column.ts';
import { columnOf } from './values.ts';

/** Rows from the beginning, and from each of some row groups further on. */
const FIRST_ROWS = 200;
const PLACES = 8;
const ROWS_OF_PLACE = 20;

/** What the columns of a file are: by its schema, and by some of its rows. */
export async function factsOf(source: ByteSource, metadata: FileMetaData, sampled: boolean): Promise<readonly Field[]> {
  const root = parquetSchema(metadata);
  const seen = new Map<string, SampledField>();
  if (sampled) {
    for (const field of await sampleRows(source, metadata, root)) seen.set(field.field, field);
  }
  const index = indexColumns(metadata);
  const hasId = root.children.some(({ element }) => /^_?id$/i.test(element.name));
  return root.children.flatMap((node): Field[] => {
    const { name } = node.element;
    const members = nestedVectors(node);
    const fields =
      members.length > 0
        ? node.children.map((child) => [`${name}.${child.element.name}`, child] as const)
        : [[name, node] as const];
    return fields.map(([field, tree]) => {
      const fact = fieldOf(field, tree, seen.get(field));
      return !hasId && index.includes(field) ? { ...fact, declared: 'id' } : fact;
    });
  });
}

function fieldOf(field: string, node: SchemaTree, seen: SampledField | undefined): Field {
  const { type: fieldType, note } = columnOf(node);
  const leaf = numberList(node);
  const other = otherVector([node]);
  const kind = leaf === undefined ? (other ?? seen?.kind) : 'dense';
  const shape = kind === 'dense' ? 'numbers' : (kind ?? seen?.shape ?? declaredShape(fieldType));
  return {
    sampled: 0,
    present: 0,
    ...seen,
    field,
    shape,
    type: seen?.kind === 'dense' && leaf === undefined ? seen.type : typeText(node),
    kind,
    whole: leaf === undefined ? seen?.whole : leaf.element.type === 'INT32' || leaf.element.type === 'INT64',
    datatype: leaf === undefined ? undefined : datatypeOf(leaf),
    fieldType,
    note,
    // The type holds for every row, whatever is in the lists.
    otherShapes: leaf !== undefined || other !== undefined ? 0 : seen?.otherShapes,
  };
}

function declaredShape(type: Field['fieldType']): Field['shape'] {
  if (type === 'string' || type === 'datetime') return 'text';
  return type === 'integer' || type === 'uuid' ? type : 'other';
}

/** Members of a struct that are vectors by the name of the struct: `{"embedding": {"values": […]}}`. */
function nestedVectors(node: SchemaTree): readonly SchemaTree[] {
  if (node.children.length === 0 || isListLike(node) || isMapLike(node)) return [];
  if (!isVectorName(node.element.name) || otherVector([node]) !== undefined) return [];
  return node.children.filter((child) => numberList(child) !== undefined || otherVector([child]) !== undefined);
}

async function sampleRows(source: ByteSource, metadata: FileMetaData, root: SchemaTree): Promise<SampledField[]> {
  const decoded = parquetSchema(withoutConversions(metadata));
  const sampler = new FieldSampler();
  const groups = metadata.row_groups;
  const step = Math.max(1, Math.ceil((groups.length - 1) / PLACES));
  for (const [at, group] of groups.entries()) {
    if (at > 0 && (at - 1) % step !== 0) continue;
    const count = Math.min(Number(group.num_rows), at === 0 ? FIRST_ROWS : ROWS_OF_PLACE);
    const columns: (readonly [string, ArrayLike<unknown>])[] = [];
    for (const [index, node] of root.children.entries()) {
      const { toValue } = columnOf(node);
      const column = new ValueColumn(source, group, [decoded, decoded.children[index] as SchemaTree]);
      const stored = await column.take(count);
      const values = Array.from(stored, (value) => toValue(value));
      const { name } = node.element;
      if (nestedVectors(node).length === 0) columns.push([name, values]);
      else {
        for (const { element } of node.children) {
          columns.push([
            `${name}.${element.name}`,
            values.map((value) =>
              value !== undefined && isMetadataObject(value) ? own(value, element.name) : undefined,
            ),
          ]);
        }
      }
    }
    for (let row = 0; row < count; row += 1) sampler.row(columns.map(([name, values]) => [name, values[row]]));
  }
  return sampler.facts();
}

/** Columns in which pandas kept what a data frame was indexed by. */
function indexColumns(metadata: FileMetaData): readonly string[] {
  const text = metadata.key_value_metadata?.find(({ key }) => key === 'pandas')?.value;
  if (text === undefined) return [];
  try {
    const { index_columns: columns } = JSON.parse(text) as { index_columns?: readonly unknown[] };
    return (columns ?? []).filter((column) => typeof column === 'string');
  } catch {
    // Only a hint.
    return [];
  }
}
