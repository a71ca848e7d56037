import { float } from '@vsm/core/adapter';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase, readAll, type TestDatabase } from './database.ts';

// The table "Types of columns" in README.md, one column of each.

let database: TestDatabase;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

const VECTORS = {
  dense: ['vector(2)', `'[0.1,-2]'`, [0.1, -2]],
  half: ['halfvec(2)', `'[0.5,2]'`, [0.5, 2]],
  words: ['sparsevec(9)', `'{1:1.5}/9'`, { indices: [0], values: [1.5] }],
  bits: ['bit(64)', `b'${'10'.repeat(32)}'`, Array.from({ length: 64 }, (_, at) => 1 - (at % 2))],
} as const;

const FIELDS: Readonly<Record<string, readonly [type: string, value: string, expected: unknown]>> = {
  small: ['smallint', '-5', -5],
  int: ['integer', '7', 7],
  big: ['bigint', '9007199254740993', 9007199254740993n],
  real: ['real', '0.1', 0.1],
  double: ['double precision', '2', float(2)],
  nan: ['double precision', `'NaN'`, 'NaN'],
  exact: ['numeric', '123456789012345678901234567890.5', '123456789012345678901234567890.5'],
  whole: ['numeric', '5', 5],
  money: ['money', '1.5', '$1.50'],
  flag: ['boolean', 'true', true],
  body: ['text', `'a'`, 'a'],
  short: ['varchar(9)', `'b'`, 'b'],
  padded: ['char(3)', `'c'`, 'c  '],
  key: ['uuid', `'00000000-0000-4000-8000-000000000001'`, '00000000-0000-4000-8000-000000000001'],
  moment: ['timestamptz', `'2026-01-02 03:04:05.678901+02'`, '2026-01-02T01:04:05.678901Z'],
  endless: ['timestamptz', `'infinity'`, 'infinity'],
  local: ['timestamp', `'2026-01-02 03:04:05'`, '2026-01-02T03:04:05'],
  day: ['date', `'2026-01-02'`, '2026-01-02'],
  clock: ['time', `'03:04:05.5'`, '03:04:05.5'],
  zoned: ['timetz', `'03:04:05+02'`, '03:04:05+02'],
  span: ['interval', `'1 day 2 hours'`, '1 day 02:00:00'],
  bytes: ['bytea', String.raw`'\x00ff'`, String.raw`\x00ff`],
  object: ['jsonb', `'{"a": [1.0, null]}'`, { a: [float(1), null] }],
  other: ['json', `'[1]'`, [1]],
  texts: ['text[]', `'{a,NULL}'`, ['a', null]],
  grid: [
    'integer[][]',
    `'{{1,2},{3,4}}'`,
    [
      [1, 2],
      [3, 4],
    ],
  ],
  numbers: ['double precision[]', `'{1,2.5}'`, [float(1), 2.5]],
  mood: ['mood', `'good'`, 'good'],
  pair: ['pair', `ROW(1, 'x')`, { left_: 1, right_: 'x' }],
  positive: ['positive', '3', 3],
  address: ['inet', `'10.0.0.1'`, '10.0.0.1'],
  net: ['cidr', `'10.0.0.0/8'`, '10.0.0.0/8'],
  card: ['macaddr', `'08:00:2b:01:02:03'`, '08:00:2b:01:02:03'],
  point: ['point', `'(1,2)'`, '(1,2)'],
  range: ['int4range', `'[1,5)'`, '[1,5)'],
  ranges: ['int4multirange', `'{[1,5)}'`, '{[1,5)}'],
  xml: ['xml', `'<a/>'`, '<a/>'],
  query: ['tsquery', `'a & b'`, "'a' & 'b'"],
  few: ['bit(3)', `b'101'`, '101'],
  varying: ['bit varying', `b'10'`, '10'],
};

/** All fields but XML where the server was built without it. PGlite has it. */
async function knownTo(server: TestDatabase): Promise<typeof FIELDS> {
  const known = await server.rows(`SELECT '<a/>'::xml`).then(
    () => true,
    () => false,
  );
  if (known) return FIELDS;
  process.stdout.write('NOT RUN: columns of type xml, which this server was built without\n');
  return Object.fromEntries(Object.entries(FIELDS).filter(([name]) => name !== 'xml'));
}

it('each type of column becomes what the table in the README says', async () => {
  const fields = await knownTo(database);
  const columns = Object.entries({ ...VECTORS, ...fields });
  await database.run(`
    CREATE TYPE mood AS ENUM ('good'); CREATE TYPE pair AS (left_ integer, right_ text); CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
    CREATE TABLE types (id text PRIMARY KEY, document text, uri text, namespace text, metadata jsonb,
      ${columns.map(([name, [type]]) => `"${name}" ${type}`).join(', ')},
      search tsvector, made integer GENERATED ALWAYS AS (int + 1) STORED);
    INSERT INTO types (id, document, uri, namespace, metadata, ${columns.map(([name]) => `"${name}"`).join(', ')}, search)
      VALUES ('a', 'd', 'u', 'n', '{"inside": 1}', ${columns.map(([, [, value]]) => value).join(', ')}, to_tsvector('two words'));
    INSERT INTO types (id) VALUES ('b')`);
  const table = await database.open('types');
  const [full, empty] = await readAll(table);
  expect(full).toStrictEqual({
    id: 'a',
    document: 'd',
    uri: 'u',
    namespace: 'n',
    vectors: Object.fromEntries(Object.entries(VECTORS).map(([name, [, , expected]]) => [name, expected])),
    metadata: {
      inside: 1,
      ...Object.fromEntries(Object.entries(fields).map(([name, [, , expected]]) => [name, expected])),
    },
  });
  expect(empty).toStrictEqual({ id: 'b', vectors: {}, metadata: {} });
  const { reading = [], undecided } = await table.describe();
  expect(undecided).toBeUndefined();
  const roles = Object.fromEntries(reading.map(({ field, role }) => [field, role]));
  expect(roles).toStrictEqual({
    ...Object.fromEntries(columns.map(([name]) => [name, name in VECTORS ? 'vector' : 'metadata'])),
    id: 'id',
    document: 'document',
    uri: 'uri',
    namespace: 'namespace',
    metadata: 'metadata',
    search: 'ignored',
    made: 'ignored',
  });
  // The uri of a row does not outlive it.
  const again = { id: 'a', namespace: 'n', vectors: {}, metadata: { body: 'x' } };
  expect(await table.upsert([again])).toStrictEqual({ accepted: 1, rejected: [] });
  expect(await table.fetch(['a'], { namespace: 'n' })).toStrictEqual([again]);
});
