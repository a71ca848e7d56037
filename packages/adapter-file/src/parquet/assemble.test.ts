import { parquetSchema, type FieldRepetitionType, type FileMetaData, type SchemaElement } from 'hyparquet';
import type { MetadataValue } from '@vsm/core/adapter';
import { expect, it } from 'vitest';
import { assemble } from './assemble.ts';
import { withOlderNames } from './footer.ts';
import { columnOf } from './values.ts';

const leaf = (name: string, repetition: FieldRepetitionType): SchemaElement => ({
  name,
  type: 'INT32',
  repetition_type: repetition,
});
const group = (name: string, size: number, more: Partial<SchemaElement>): SchemaElement => ({
  name,
  num_children: size,
  repetition_type: 'OPTIONAL',
  ...more,
});

/** The values of one column, as its leaves are read level by level. */
function read(elements: readonly SchemaElement[], leaves: readonly unknown[][]): (MetadataValue | undefined)[] {
  const schema = [{ name: 'root', num_children: 1 }, ...elements];
  const [node] = parquetSchema(withOlderNames({ schema } as unknown as FileMetaData)).children;
  if (node === undefined) throw new Error('no column');
  const paths: (typeof node)[] = [];
  const walk = (at: typeof node): void => {
    if (at.children.length === 0) paths.push(at);
    for (const child of at.children) walk(child);
  };
  walk(node);
  const { toValue } = columnOf(node);
  return Array.from(assemble(node, new Map(paths.map((path, at) => [path, leaves[at] ?? []]))), (one) => toValue(one));
}

it('groups that are repeated without a list around them are lists', () => {
  const elements = [group('items', 2, { repetition_type: 'REPEATED' }), leaf('a', 'REQUIRED'), leaf('b', 'OPTIONAL')];
  const a = [[1, 3], []];
  const b = [[2, null], []];
  expect(read(elements, [a, b])).toStrictEqual([[{ a: 1, b: 2 }, { a: 3 }], []]);
});

it('lists and maps are what their logical type alone says', () => {
  const list = [
    group('l', 1, { logical_type: { type: 'LIST' } }),
    group('list', 1, { repetition_type: 'REPEATED' }),
    leaf('element', 'REQUIRED'),
  ];
  expect(read(list, [[[[1, 2]], [[]], []]])).toStrictEqual([[1, 2], [], undefined]);
  const map = [
    group('m', 1, { logical_type: { type: 'MAP' } }),
    group('key_value', 2, { repetition_type: 'REPEATED' }),
    leaf('key', 'REQUIRED'),
    leaf('value', 'REQUIRED'),
  ];
  expect(
    read(map, [
      [[[7]], []],
      [[[8]], []],
    ]),
  ).toStrictEqual([{ 7: 8 }, undefined]);
});
