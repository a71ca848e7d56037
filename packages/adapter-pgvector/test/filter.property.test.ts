import { float, matches, type Filter, type FilterValue, type Metadata, type MetadataValue } from '@vsm/core/adapter';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readTable } from '../src/catalog.ts';
import { connect } from '../src/client.ts';
import { toCondition } from '../src/filter.ts';
import { Parameters, where } from '../src/sql.ts';
import { openDatabase, readAll, type TestDatabase } from './database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

/** The same cases in every run; VSM_SEED asks for others. */
const seed = Number(process.env['VSM_SEED'] ?? 20261124);

/** Few enough that filters and metadata meet, and each of them a trap for somebody. */
const texts = ['', 'a', 'b', 'ab', 'ä', 'Z', '"', '\\', "'", '%', '.', '\ue000', '😀', '9', '10', 'true', 'null'];
const numbers: MetadataValue[] = [
  0,
  1,
  -1,
  2.5,
  0.1,
  0.30000000000000004,
  float(1),
  float(0),
  9007199254740993n,
  -9007199254740993n,
  123456789012345678901234567890n,
  1e-7,
  5e-324,
  1.7976931348623157e308,
  1e21,
];
const scalars = fc.constantFrom<MetadataValue>(...texts, ...numbers, true, false, null);
const value: fc.Arbitrary<MetadataValue> = fc.oneof(
  { weight: 4, arbitrary: scalars },
  fc.array(scalars, { maxLength: 3 }),
  fc.array(fc.array(scalars, { maxLength: 2 }), { maxLength: 2 }),
  fc.dictionary(fc.constantFrom('x', 'y', 'x.y'), scalars, { maxKeys: 2 }),
  fc.array(fc.dictionary(fc.constantFrom('x', 'y'), scalars, { maxKeys: 2 }), { maxLength: 2 }),
);
const keys = ['k', 'x', 'k.x', 'k.x.y', 'say "k"', 'note', 'count', 'ratio', 'flag', 'note.x'];
const metadata = fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 4 });

const path = fc.constantFrom(...keys, 'x.y', 'k.y', 'missing', 'note__column', 'metadata', 'metadata.x');
const operand = fc.constantFrom<FilterValue>(
  ...texts,
  '\0',
  '\ud800',
  ...(numbers.filter((number) => number !== null) as FilterValue[]),
  10n ** 400n,
  true,
  false,
);
const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({ op: fc.constantFrom('eq', 'ne', 'gt', 'gte', 'lt', 'lte'), path, value: operand }),
  fc.record({ op: fc.constantFrom('in', 'nin'), path, values: fc.array(operand, { maxLength: 3 }) }),
  fc.record({ op: fc.constantFrom('exists', 'null'), path, value: fc.boolean() }),
  fc.record({ op: fc.constant('contains'), path, value: fc.constantFrom(...texts, '\0') }),
);
const filter: fc.Arbitrary<Filter> = fc.oneof(
  leaf,
  fc.record({ op: fc.constantFrom('and', 'or'), of: fc.array(leaf, { maxLength: 3 }) }),
);

/** Ids of the rows that pass what is pushed down, and how many conditions said something. */
async function passing(table: string, filters: readonly Filter[]): Promise<(ReadonlySet<string> | undefined)[]> {
  const connection = connect({ client: database.client });
  const opened = await readTable(connection, database.schema, table, { columns: {}, visibleRowsOnly: false });
  if (opened === undefined) throw new Error(`no table ${table}`);
  const found: (ReadonlySet<string> | undefined)[] = [];
  for (const one of filters) {
    const parameters = new Parameters();
    const condition = toCondition(one, opened.layout, parameters);
    if (condition === undefined) {
      found.push(undefined);
      continue;
    }
    const rows = await connection.run<{ id: string }>(
      JSON.stringify(one, (_key, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item)),
      `SELECT id FROM ${opened.path} AS t${where([condition])}`,
      parameters.values,
    );
    found.push(new Set(rows.map(({ id }) => id)));
  }
  return found;
}

async function expectNothingLost(table: string, filters: readonly Filter[]): Promise<number> {
  const records = await readAll(await database.open(table), 100);
  let pushed = 0;
  for (const [index, found] of (await passing(table, filters)).entries()) {
    if (found === undefined) continue;
    pushed += 1;
    const one = filters[index] as Filter;
    const lost = records.filter((record) => matches(one, record.metadata) && !found.has(record.id));
    expect({ filter: one, lost: lost.map((record) => record.metadata) }).toStrictEqual({ filter: one, lost: [] });
  }
  return pushed;
}

it('nothing that matches is left out, in jsonb and in plain columns', async () => {
  await database.run(`
    CREATE TABLE filtered (id text PRIMARY KEY, embedding vector(1), note text, count bigint, ratio double precision, flag boolean, metadata jsonb)`);
  const table = await database.open('filtered');
  let pushed = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(metadata, { minLength: 5, maxLength: 12 }),
      fc.array(filter, { minLength: 8, maxLength: 15 }),
      async (all, filters) => {
        await database.run('TRUNCATE filtered');
        // What a column cannot hold is refused; it is put in anyway through a name of its own, to have rows enough.
        const records = all.map((given, index) => ({
          id: `r${index}`,
          vectors: { '': [index] },
          metadata: given as Metadata,
        }));
        const { rejected } = await table.upsert(records);
        const refused = new Set(rejected.map(({ id }) => id));
        await table.upsert(
          records
            .filter(({ id }) => refused.has(id))
            .map((record) => ({
              ...record,
              metadata: { k: record.metadata['k'] ?? null, x: record.metadata['x'] ?? 1 },
            })),
        );
        pushed += await expectNothingLost('filtered', filters);
      },
    ),
    { numRuns: 60, seed },
  );
  expect(pushed).toBeGreaterThan(200);
});

it('nothing that matches is left out where others wrote decimals, lists and nulls for metadata', async () => {
  await database.run(`
    CREATE TABLE foreign_rows (id text PRIMARY KEY, embedding vector(1), note text, count bigint, ratio double precision, metadata jsonb);
    INSERT INTO foreign_rows VALUES
      ('a', '[1]', 'ab', 9007199254740993, 0.1, '{"k": 0.1000000000000000055511151231257827}'),
      ('b', '[1]', NULL, NULL, 'NaN', NULL),
      ('c', '[1]', 'Z', 1, 'Infinity', '[{"k": 1}, "k"]'),
      ('d', '[1]', '😀', -1, 1.7976931348623157e308, '"k"'),
      ('e', '[1]', '', 0, 5e-324, '{"k": [1.0000000000000000000001, null], "note": "b"}'),
      ('f', '[1]', '\ue000', 1, 2.5, '{"k": null, "count": "a"}')`);
  const filters = fc.sample(filter, { numRuns: 1500, seed });
  expect(await expectNothingLost('foreign_rows', filters)).toBeGreaterThan(500);
});

it('most of a selective filter is done by the database', async () => {
  await database.run(`
    CREATE TABLE selective (id text PRIMARY KEY, embedding vector(1), metadata jsonb);
    INSERT INTO selective SELECT n::text, ARRAY[n]::vector, jsonb_build_object('n', n, 'even', n % 2 = 0, 'name', 'name ' || n, 'tags', jsonb_build_array('t' || n))
      FROM generate_series(1, 100) n`);
  const cases: [Filter, number][] = [
    [{ op: 'eq', path: 'n', value: 7 }, 1],
    [{ op: 'gte', path: 'n', value: 91 }, 10],
    [{ op: 'in', path: 'name', values: ['name 1', 'name 2', 'x'] }, 2],
    [{ op: 'eq', path: 'tags', value: 't5' }, 1],
    [{ op: 'contains', path: 'name', value: 'e 10' }, 2],
    [{ op: 'ne', path: 'even', value: true }, 50],
    [{ op: 'exists', path: 'other', value: true }, 0],
    [{ op: 'nin', path: 'name', values: ['name 1'] }, 99],
  ];
  const found = await passing(
    'selective',
    cases.map(([one]) => one),
  );
  expect(found.map((ids) => ids?.size)).toStrictEqual(cases.map(([, size]) => size));
});
