import { Float, type CollectionV1, type Filter, type Metadata, type VectorRecord } from '@vsm/core/adapter';
import type { ConformanceContext } from '../context.ts';
import { makeRecord } from '../records.ts';
import type { MetadataSample } from './metadata-values.ts';
import { holdsKey } from './keys.ts';

/** Plain values, which all stores hold, with missing keys and mixed types. */
const PLAIN: readonly Metadata[] = [
  {},
  { year: 2024, status: 'published', score: 0.5, open: true },
  { year: 2025, status: 'draft', score: 1.5, open: false },
  { year: 2026, status: 'published', score: -0.5 },
  { year: 0, status: '', score: 0.25, open: false },
  { year: -1, status: 'Published' },
  { year: '2025', status: 'published ' },
  { year: true, status: 'été' },
  { year: 9007199254740991, status: '50% off_' },
  { year: 2025.5, status: "it's" },
];

/** Values that only some stores hold; those that a store refuses are left out. */
const RICH: readonly Pick<MetadataSample, 'value' | 'held'>[] = [
  { value: 'a', held: () => true },
  { value: 1, held: () => true },
  { value: null, held: (facts) => facts.null },
  { value: [], held: ({ arrays }) => arrays === 'any' || arrays === 'strings' },
  { value: ['a', 'b'], held: ({ arrays }) => arrays !== 'none' },
  { value: ['b'], held: ({ arrays }) => arrays !== 'none' },
  { value: [1, 2], held: ({ arrays }) => arrays === 'any' || arrays === 'homogeneous' },
  { value: [1, 'a'], held: ({ arrays }) => arrays === 'any' },
  { value: { inner: 1 }, held: ({ object }) => object },
  { value: { inner: { deep: 'x' } }, held: ({ object }) => object },
  { value: new Float(1), held: ({ floats }) => floats === 'distinct' },
  { value: 9007199254740993n, held: ({ integers }) => integers !== 'safe' },
];

export const leaf = (
  op: 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte',
  path: string,
  value: string | number | boolean,
): Filter => ({
  op,
  path,
  value,
});

export const year2025 = leaf('eq', 'year', 2025);
export const published = leaf('eq', 'status', 'published');

export const FILTER_GROUPS: readonly { id: string; title: string; hint: string; filters: readonly Filter[] }[] = [
  {
    id: 'equality',
    title: 'eq and ne',
    hint: 'Missing keys match ne; "2025" is not 2025 and true is not 1; text compares by letter case.',
    filters: [
      published,
      year2025,
      leaf('eq', 'year', '2025'),
      leaf('eq', 'score', 0.5),
      leaf('eq', 'open', false),
      leaf('eq', 'status', ''),
      leaf('eq', 'status', "it's"),
      leaf('eq', 'status', '50% off_'),
      leaf('eq', 'year', 0),
      leaf('ne', 'status', 'published'),
      leaf('ne', 'year', 2025),
      leaf('ne', 'open', true),
      leaf('eq', 'missing', 'x'),
      leaf('ne', 'missing', 'x'),
      { op: 'eq', path: 'year', value: new Float(2025) },
    ],
  },
  {
    id: 'comparison',
    title: 'gt, gte, lt and lte',
    hint: 'Missing keys and other types match no comparison; text is compared by UTF-16 code units, not by a locale.',
    filters: [
      leaf('gt', 'year', 2024),
      leaf('gte', 'year', 2025),
      leaf('lt', 'year', 0),
      leaf('lte', 'year', 0),
      leaf('gt', 'score', -0.25),
      leaf('gte', 'year', 2025.5),
      leaf('lt', 'year', 2025.5),
      leaf('lte', 'year', 2024.5),
      leaf('gt', 'year', 2024.5),
      leaf('gt', 'year', -0.5),
      leaf('lt', 'year', -0.5),
      leaf('gt', 'status', 'a'),
      leaf('lt', 'status', 'z'),
      leaf('gte', 'missing', 0),
      { op: 'gt', path: 'year', value: 9007199254740990n },
    ],
  },
  {
    id: 'membership',
    title: 'in and nin',
    hint: 'Missing keys match nin; an empty list matches nothing, and its opposite everything.',
    filters: [
      { op: 'in', path: 'status', values: ['draft', ''] },
      { op: 'in', path: 'year', values: [2024, 2026, '2025'] },
      { op: 'in', path: 'status', values: [] },
      { op: 'nin', path: 'status', values: ['published'] },
      { op: 'nin', path: 'status', values: [] },
      { op: 'nin', path: 'year', values: [2025, true] },
      { op: 'in', path: 'missing', values: ['x'] },
    ],
  },
  {
    id: 'existence',
    title: 'exists and null',
    hint: 'A missing key is not null, and null exists.',
    filters: [
      { op: 'exists', path: 'open', value: true },
      { op: 'exists', path: 'open', value: false },
      { op: 'null', path: 'year', value: true },
      { op: 'null', path: 'year', value: false },
      { op: 'exists', path: 'rich', value: true },
      { op: 'null', path: 'rich', value: true },
      { op: 'null', path: 'rich', value: false },
    ],
  },
  {
    id: 'text-search',
    title: 'contains',
    hint: 'contains is a plain substring of the text, letter case included: % and _ mean themselves.',
    filters: [
      { op: 'contains', path: 'status', value: 'ublish' },
      { op: 'contains', path: 'status', value: '%' },
      { op: 'contains', path: 'status', value: '_' },
      { op: 'contains', path: 'status', value: '' },
      { op: 'contains', path: 'year', value: '20' },
      { op: 'contains', path: 'rich', value: 'a' },
    ],
  },
  {
    id: 'logic',
    title: 'and, or and not',
    hint: 'An empty "and" matches everything, an empty "or" nothing; the store’s "not" leaves out missing keys.',
    filters: [
      { op: 'and', of: [published, leaf('gte', 'year', 2025)] },
      { op: 'or', of: [year2025, leaf('eq', 'status', 'Published')] },
      { op: 'not', of: published },
      { op: 'not', of: { op: 'or', of: [published, leaf('eq', 'open', false)] } },
      { op: 'and', of: [] },
      { op: 'or', of: [] },
      {
        op: 'and',
        of: [
          { op: 'or', of: [year2025, published] },
          { op: 'not', of: leaf('lt', 'score', 0) },
        ],
      },
      { op: 'not', of: { op: 'not', of: year2025 } },
    ],
  },
  {
    id: 'lists-and-nesting',
    title: 'conditions on lists, nested keys and special numbers',
    hint: 'eq on a list asks for one equal element; paths go into objects, and a literal dotted key wins.',
    filters: [
      leaf('eq', 'rich', 'a'),
      leaf('ne', 'rich', 'a'),
      leaf('eq', 'rich', 1),
      leaf('ne', 'rich', 1),
      leaf('gt', 'rich', 1),
      { op: 'eq', path: 'rich', value: 9007199254740993n },
      { op: 'in', path: 'rich', values: ['b', 2] },
      { op: 'nin', path: 'rich', values: ['b', 2] },
      leaf('eq', 'rich.inner', 1),
      leaf('eq', 'rich.inner.deep', 'x'),
      { op: 'exists', path: 'rich.inner', value: true },
      { op: 'exists', path: 'rich.inner', value: false },
      leaf('eq', 'dotted.key', 'literal'),
    ],
  },
];

export async function createTable({ capabilities, filled }: ConformanceContext): Promise<{
  collection: CollectionV1;
  records: readonly VectorRecord[];
}> {
  const rich = RICH.filter(({ held }) => held(capabilities.metadata)).map(({ value }) => ({ rich: value }));
  const dotted = holdsKey('dotted.key', capabilities) ? [{ 'dotted.key': 'literal' }] : [];
  const table: Metadata[] = [...PLAIN, ...rich, ...dotted];
  const records = table.map((metadata, at) => makeRecord(capabilities, at, { metadata }));
  return { collection: await filled(records), records };
}
