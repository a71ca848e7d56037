import { float, matches, type Filter, type FilterValue, type MetadataValue } from '@vsm/core/adapter';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { folderOfFiles } from './database.ts';

const { open } = folderOfFiles();

const scalar: fc.Arbitrary<FilterValue> = fc.oneof(
  fc.constantFrom('a', 'A', 'ab', '', '1', 'é', '\0', "it's"),
  fc.integer({ min: -2, max: 2 }),
  fc.constantFrom(0.1, 0.30000000000000004, 1e-320, 1.7976931348623157e308, -1.5),
  fc.constantFrom(2n ** 53n, 2n ** 63n, 2n ** 64n + 1n),
  fc.integer({ min: -2, max: 2 }).map(float),
  fc.boolean(),
);
const value: fc.Arbitrary<MetadataValue> = fc.oneof(
  scalar,
  fc.constant(null),
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('b', 'c'), scalar, { maxKeys: 2, noNullPrototype: true }),
);
const path = fc.constantFrom('a', 'a.b', 'b', 'x y', 'it"s', '$', '0');
const metadata = fc.dictionary(path, value, { maxKeys: 4, noNullPrototype: true });
const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 2 },
    fc.record({ op: fc.constantFrom('eq' as const, 'ne', 'gt', 'gte', 'lt', 'lte'), path, value: scalar }),
    fc.record({ op: fc.constantFrom('in' as const, 'nin'), path, values: fc.array(scalar, { maxLength: 3 }) }),
    fc.record({ op: fc.constantFrom('exists' as const, 'null'), path, value: fc.boolean() }),
    fc.record({ op: fc.constantFrom('and' as const, 'or'), of: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ op: fc.constant('not' as const), of: tie('filter') }),
  ),
}));

const seed = Number(process.env['VSM_SEED'] ?? 20261124);

it.each(['sqlite', 'libsql'] as const)('a filter finds all that match and nothing else, by %s', async (engine) => {
  const store = open({ engine });
  await store.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 1 } } });
  const collection = await store.openCollection('docs');
  await fc.assert(
    fc.asyncProperty(
      fc.array(metadata, { minLength: 1, maxLength: 8 }),
      fc.array(filter, { minLength: 4, maxLength: 8 }),
      async (all, filters) => {
        const records = all.map((one, at) => ({ id: String(at), vectors: { '': [1] }, metadata: one }));
        await collection.delete(Array.from({ length: 8 }, (_, at) => String(at)));
        await collection.upsert(records);
        for (const one of filters) {
          const page = await collection.scan({ filter: one, limit: 100, include: [] });
          const found = page.records.map(({ id }) => id);
          const expected = records.filter((record) => matches(one, record.metadata)).map(({ id }) => id);
          // The filter beside what it found: a failure prints both.
          expect([one, found.toSorted()]).toEqual([one, expected]);
        }
      },
    ),
    { numRuns: 60, seed },
  );
});
