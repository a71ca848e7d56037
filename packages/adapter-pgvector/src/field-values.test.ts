import { float, type MetadataValue } from '@vsm/core/adapter';
import { describe, expect, it } from 'vitest';
import { parseField, printField } from './field-values.ts';

const column = (base: string, type = base) => ({
  name: 'c',
  type,
  base,
  notNull: false,
  hasDefault: false,
  generated: false,
  identity: '',
  serial: false,
  searched: false,
});

describe('a value of a plain column', () => {
  it.each<[string, string, MetadataValue]>([
    ['numeric', '1', 1],
    ['numeric', '1.00', float(1)],
    ['numeric', '0.10', 0.1],
    ['numeric', '0.00000015', 1.5e-7],
    ['numeric', '12345678901234567890', 12345678901234567890n],
    ['numeric', '0.12345678901234567890', '0.12345678901234567890'],
    ['numeric', '"NaN"', 'NaN'],
    ['real', '3', float(3)],
    ['real[]', '[1,2.5,null]', [float(1), 2.5, null]],
    ['bigint', '9007199254740993', 9007199254740993n],
    ['timestamp with time zone', '"2026-01-02T03:04:05.1"', '2026-01-02T03:04:05.1Z'],
    ['timestamp with time zone', '"infinity"', 'infinity'],
    ['jsonb', '{"a": 1.0}', { a: float(1) }],
  ])('%s %s is read as what it is', (base, text, value) => {
    expect(parseField(text, column(base))).toStrictEqual(value);
  });

  it.each<[string, MetadataValue, string]>([
    ['numeric', 1.5e-7, '0.00000015'],
    ['numeric', 1e21, '1000000000000000000000'],
    ['numeric', '0.12345678901234567890', '0.12345678901234567890'],
    ['double precision', 5e-324, `0.${'0'.repeat(323)}5`],
    ['real', 0.1, '0.1'],
    ['bigint', -9007199254740993n, '-9007199254740993'],
    ['boolean', false, 'false'],
    ['text[]', ['a"b\\', null, 'NULL', ''], '{"a\\"b\\\\",NULL,"NULL",""}'],
    ['boolean[]', [], '{}'],
    ['json', { a: float(1) }, '{"a":1.0}'],
    ['numeric(5,1)', 1.5, '1.5'],
  ])('%s takes %o', (type, value, text) => {
    expect(printField(value, column(type.replace(/\(.*/, ''), type))).toStrictEqual({ text });
  });

  it.each<[string, MetadataValue]>([
    ['numeric(5,1)', 1.25],
    ['numeric', 'many'],
    ['real', 0.123456789],
    ['double precision', 12345678901234567890n],
    ['integer', float(1)],
    ['integer', '1'],
    ['boolean', 'true'],
    ['text', 1],
    ['text', { a: 1 }],
    ['text[]', [['a']]],
    ['uuid', 'A0000000-0000-4000-8000-000000000001'],
    ['character varying(2)', 'abc'],
    ['character varying(2)', 'ab '],
    ['timestamp without time zone', '2026-01-02T03:04:05Z'],
    ['timestamp(3) without time zone', '2026-01-02T03:04:05.0001'],
    ['time without time zone', '03:04:05.1234567'],
  ])('%s does not take %o', (type, value) => {
    const base = type.replace(/\(\d.*?\)/, '');
    expect(printField(value, column(base, type))).toHaveProperty('problem');
  });
});
