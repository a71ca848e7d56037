import { Float } from '@vsm/core/adapter';
import { expect, it } from 'vitest';
import { blob, folderOfFiles, readAll } from './database.ts';

// The table "Types of columns" in README.md, one column of each.

const { open, sql } = folderOfFiles();

const FIELDS: Readonly<Record<string, readonly [type: string, value: string, expected: unknown]>> = {
  int: ['INTEGER', '9223372036854775807', 9223372036854775807n],
  big: ['BIGINT', '-5', -5],
  real: ['REAL', '2', new Float(2)],
  double: ['DOUBLE PRECISION', '0.1', 0.1],
  price: ['DECIMAL(10,2)', '12.5', 12.5],
  whole: ['NUMERIC', '5', 5],
  odd: ['INTEGER', `'no number'`, 'no number'],
  flag: ['BOOLEAN', '1', true],
  two: ['BOOLEAN', '2', 2],
  body: ['TEXT', `'a' || char(0)`, 'a\0'],
  short: ['VARCHAR(9)', `'b'`, 'b'],
  taken: ['TEXT', `x'6263'`, 'bc'],
  noText: ['TEXT', `x'ff'`, '/w=='],
  day: ['DATE', `'2026-01-02'`, '2026-01-02'],
  moment: ['DATETIME', `'2026-01-02 03:04:05'`, '2026-01-02 03:04:05'],
  json: ['JSON', `'{"a":1}'`, '{"a":1}'],
  bytes: ['BLOB', `x'0102'`, 'AQI='],
  untypedInt: ['', '7', 7],
  untypedText: ['', `'t'`, 't'],
  untypedBytes: ['', `x'00'`, 'AA=='],
};

it.each(['sqlite', 'libsql'] as const)(
  'each type of column becomes what the table in the README says, by %s',
  async (engine) => {
    const columns = Object.entries(FIELDS);
    sql(
      `CREATE TABLE types (id TEXT PRIMARY KEY, document TEXT, uri TEXT, namespace TEXT, metadata TEXT, declared F32_BLOB(2), embedding BLOB,
      ${columns.map(([name, [type]]) => `"${name}" ${type}`).join(', ')}, made INT GENERATED ALWAYS AS (int) VIRTUAL)`,
      `INSERT INTO types (id, document, uri, namespace, metadata, declared, embedding, ${columns.map(([name]) => `"${name}"`).join(', ')})
      VALUES ('a', 'd', 'u', 'n', '{"inside":1,"body":2}', ${blob(1, 2)}, ${blob(3, 4, 5)}, ${columns.map(([, [, value]]) => value).join(', ')})`,
      `INSERT INTO types (id) VALUES ('b')`,
    );
    const table = await open({ engine }).openCollection('types');
    const expected = Object.fromEntries(
      columns.map(([name, [, , value]]) => [name === 'body' ? 'body__column' : name, value]),
    );
    expect(await readAll(table)).toEqual([
      {
        id: 'a',
        document: 'd',
        uri: 'u',
        namespace: 'n',
        vectors: { declared: Float32Array.of(1, 2), embedding: Float32Array.of(3, 4, 5) },
        metadata: { inside: 1, body: 2, ...expected },
      },
      { id: 'b', vectors: {}, metadata: {} },
    ]);
    const { reading = [], undecided } = await table.describe();
    expect(undecided).toBeUndefined();
    expect(Object.fromEntries(reading.map(({ field, role, basis }) => [field, `${role} ${basis}`]))).toEqual({
      ...Object.fromEntries(columns.map(([name]) => [name, 'metadata guessed'])),
      id: 'id declared',
      document: 'document guessed',
      uri: 'uri guessed',
      namespace: 'namespace guessed',
      metadata: 'metadata guessed',
      declared: 'vector declared',
      embedding: 'vector guessed',
      made: 'ignored declared',
    });
  },
);

it('bytes in the place of a document are refused by the name of the column', async () => {
  sql(
    'CREATE TABLE docs (id TEXT PRIMARY KEY, document TEXT, v F32_BLOB(1))',
    `INSERT INTO docs VALUES ('a', x'ff', NULL)`,
  );
  const table = await open().openCollection('docs');
  await expect(readAll(table)).rejects.toThrow('column "document" of table "docs" holds bytes that are no text');
});
