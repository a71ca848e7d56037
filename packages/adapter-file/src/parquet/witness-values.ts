import { parquetSchema, type ColumnMetaData, type FileMetaData, type SchemaTree } from 'hyparquet';
import type { FieldLayout, ValueFigure, ValuesWitness } from '@vsm/core/adapter';
import { vectorWords } from '../vector-words.ts';
import { numberList } from './columns.ts';

/** What the footer says of the values of a file: counts of nulls, extremes, bytes of text. No page is read. */
export function witnessFooter(
  metadata: FileMetaData,
  layout: FieldLayout,
  dimensions: ReadonlyMap<string, number>,
): ValuesWitness {
  const { children } = parquetSchema(metadata);
  const rows = Number(metadata.num_rows);
  const figures: ValueFigure[] = [];
  const unwitnessed: string[] = ['id', 'namespace'];
  const nodeOf = (column: string): SchemaTree | undefined => children.find(({ element }) => element.name === column);
  const add = (part: ValueFigure['part'], name: string, column: string, label: string): void => {
    const node = nodeOf(column);
    const found = node === undefined || node.children.length > 0 ? undefined : ofLeaf(node, metadata);
    if (found === undefined) unwitnessed.push(`${label}, of which the footer counts no nulls`);
    else figures.push(...found.map(([measure, value]) => ({ part, name, measure, value })));
  };
  for (const part of ['document', 'uri'] as const) {
    const column = layout[part];
    if (column !== undefined) add(part, '', column, `the ${part}`);
  }
  if (layout.metadata !== undefined) unwitnessed.push(`metadata, some of which is in column "${layout.metadata}"`);
  else for (const { column, key } of layout.fields) add('metadata', key, column, `metadata "${key}"`);
  for (const { name, column, kind } of layout.vectors) {
    const node = nodeOf(column);
    const dimension = dimensions.get(name);
    const components = kind === 'dense' && node !== undefined ? componentsOf(node, metadata) : undefined;
    const isWhole = components !== undefined && dimension !== undefined && components === rows * dimension;
    if (isWhole) figures.push({ part: 'vector', name, measure: 'records', value: rows });
    else unwitnessed.push(vectorWords(name));
  }
  if (layout.vectors.length > 0) unwitnessed.push('components of vectors');
  return { by: 'the statistics in the footer', figures, unwitnessed };
}

type Measured = readonly [ValueFigure['measure'], number];

function ofLeaf(node: SchemaTree, metadata: FileMetaData): readonly Measured[] | undefined {
  const chunks = chunksOf(node, metadata);
  if (chunks === undefined) return undefined;
  const required = node.element.repetition_type === 'REQUIRED';
  let present = 0;
  for (const { num_values: values, statistics } of chunks) {
    const nulls = required ? 0n : statistics?.null_count;
    if (nulls === undefined) return undefined;
    present += Number(values) - Number(nulls);
  }
  const octets = chunks.map(({ size_statistics: sizes }) => sizes?.unencoded_byte_array_data_bytes);
  const isText = node.element.converted_type === 'UTF8' || node.element.logical_type?.type === 'STRING';
  return [
    ['records', present],
    ...(isText && octets.every((size) => size !== undefined)
      ? [['octets', octets.reduce((total, size) => total + Number(size), 0)] as const]
      : []),
    ...(isPlainNumber(node) ? extremes(chunks) : []),
  ];
}

/** Of chunks that hold any value, each has to say its extremes. */
function extremes(chunks: readonly ColumnMetaData[]): readonly Measured[] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { num_values: values, statistics } of chunks) {
    if (statistics?.null_count === values) continue;
    const [low, high] = [statistics?.min_value, statistics?.max_value];
    const exact = statistics?.is_min_value_exact !== false && statistics?.is_max_value_exact !== false;
    if (!exact || !isNumber(low) || !isNumber(high)) return [];
    least = Math.min(least, Number(low));
    most = Math.max(most, Number(high));
  }
  return least > most
    ? []
    : [
        ['least', withoutSign(least)],
        ['most', withoutSign(most)],
      ];
}

/** JSON forgets the sign of a zero. */
const withoutSign = (value: number): number => (value === 0 ? 0 : value);

const isNumber = (value: unknown): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';

function isPlainNumber({ element: { type, converted_type: converted, logical_type: logical } }: SchemaTree): boolean {
  if (type === 'DOUBLE' || type === 'FLOAT') return logical === undefined;
  if (type !== 'INT32' && type !== 'INT64') return false;
  return logical === undefined ? converted === undefined || converted.startsWith('INT_') : false;
}

/** Values of the leaf of a list, without those that stand for a list that is not there; `undefined` where that cannot be told. */
function componentsOf(node: SchemaTree, metadata: FileMetaData): number | undefined {
  const leaf = numberList(node);
  const chunks = leaf === undefined ? undefined : chunksOf(leaf, metadata);
  return chunks?.reduce(
    (total, { num_values: values, statistics }) => total + Number(values) - Number(statistics?.null_count ?? 0n),
    0,
  );
}

function chunksOf({ path }: SchemaTree, { row_groups: groups }: FileMetaData): readonly ColumnMetaData[] | undefined {
  const name = path.join('.');
  const chunks = groups.map(
    ({ columns }) => columns.find(({ meta_data: chunk }) => chunk?.path_in_schema.join('.') === name)?.meta_data,
  );
  return chunks.every((chunk) => chunk !== undefined) ? chunks : undefined;
}
