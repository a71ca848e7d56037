import { Float, matches, type Filter, type MetadataValue } from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import { expectSameRecords } from '../compare.ts';
import type { ConformanceContext } from '../context.ts';
import { print } from '../expectations.ts';
import { readAll } from '../reading.ts';
import { makeRecord } from '../records.ts';

const COMPARISONS = ['gt', 'gte', 'lt', 'lte'] as const;

/** Of two of these, code units and code points or UTF-8 bytes give another order, or none that a locale would. */
const TEXTS = [
  '',
  'A',
  'a',
  'Z',
  'z',
  'é',
  'e\u0301',
  '\uE000',
  '\uFF5E',
  '\u{10000}',
  '😀',
  'a😀',
  'a\uFF5E',
  '10',
  '9',
];

const INTEGERS: readonly { readonly value: MetadataValue; readonly within: 'safe' | 'int64' | 'uint64' | 'any' }[] = [
  ...[0, -1, 0.5, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER].map(
    (value) => ({ value, within: 'safe' }) as const,
  ),
  ...[2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)].map((value) => ({ value, within: 'int64' }) as const),
  ...[2n ** 63n, 2n ** 64n - 1n].map((value) => ({ value, within: 'uint64' }) as const),
  ...[2n ** 64n, 2n ** 70n + 1n, -(2n ** 70n)].map((value) => ({ value, within: 'any' }) as const),
];
const WIDTHS = ['safe', 'int64', 'uint64', 'any'] as const;
const BORDERS = [
  2n ** 53n + 1n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n,
  2n ** 70n,
  -(2n ** 63n),
  -(2n ** 63n) - 1n,
  -(2n ** 70n),
];

export const orderCases: readonly ConformanceCase[] = [
  {
    id: 'filter/text-order-is-that-of-code-units',
    title: 'gt, gte, lt and lte compare text by UTF-16 code units, emoji included',
    hint: 'The store compares UTF-8 bytes, code points or by a locale: do not push down what it sorts otherwise.',
    async run(context) {
      const filters = TEXTS.flatMap((value) => COMPARISONS.map((op): Filter => ({ op, path: 'value', value })));
      await expectMatches(context, TEXTS, filters);
    },
  },
  {
    id: 'filter/integers-beyond-64-bits',
    title: 'integers are compared exactly, those that the store cannot hold included',
    hint: 'The value of the filter is sent as a double or cut to 64 bits: what the store cannot compare is left to core.',
    async run(context) {
      const { integers, floats } = context.capabilities.metadata;
      const widest = WIDTHS.indexOf(integers);
      const values = INTEGERS.filter(({ within }) => WIDTHS.indexOf(within) <= widest).map(({ value }) => value);
      const doubles = floats === 'distinct' ? [new Float(2 ** 63), new Float(1e20), new Float(-1e20)] : [];
      const filters = BORDERS.flatMap((value) =>
        [...COMPARISONS, 'eq' as const, 'ne' as const].map((op): Filter => ({ op, path: 'value', value })),
      );
      await expectMatches(context, [...values, ...doubles], filters);
    },
  },
];

async function expectMatches(
  { capabilities, comparison, filled, settle }: ConformanceContext,
  values: readonly MetadataValue[],
  filters: readonly Filter[],
): Promise<void> {
  const records = values.map((value, at) => makeRecord(capabilities, at, { metadata: { value, at } }));
  const collection = await filled(records);
  for (const filter of filters) {
    const expected = records.filter(({ metadata }) => matches(filter, metadata));
    await settle(async () =>
      expectSameRecords(await readAll(collection, { filter }), expected, print(filter), comparison),
    );
  }
}
