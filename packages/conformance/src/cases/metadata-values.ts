import { Float, type MetadataCapabilities, type MetadataValue } from '@vsm/core/adapter';

/** A value of metadata, and what a store must be able to do to hold it. */
export interface MetadataSample {
  readonly name: string;
  readonly value: MetadataValue;
  readonly held: (facts: MetadataCapabilities) => boolean;
}

interface SampleGroup {
  readonly id: string;
  readonly title: string;
  readonly hint: string;
  readonly samples: readonly MetadataSample[];
}

const always = (): boolean => true;
const distinct = ({ floats }: MetadataCapabilities): boolean => floats === 'distinct';
const objects = ({ object }: MetadataCapabilities): boolean => object;
const int64 = ({ integers }: MetadataCapabilities): boolean => integers !== 'safe';
const uint64 = ({ integers }: MetadataCapabilities): boolean => integers === 'uint64' || integers === 'any';
const anyInteger = ({ integers }: MetadataCapabilities): boolean => integers === 'any';
const anyList = ({ arrays }: MetadataCapabilities): boolean => arrays === 'any';
const scalarList = ({ arrays }: MetadataCapabilities): boolean => arrays === 'any' || arrays === 'homogeneous';
const textList = ({ arrays }: MetadataCapabilities): boolean => arrays !== 'none';
const both =
  (...all: readonly MetadataSample['held'][]): MetadataSample['held'] =>
  (facts) =>
    all.every((one) => one(facts));

function sample(name: string, value: MetadataValue, held: MetadataSample['held'] = always): MetadataSample {
  return { name, value, held };
}

export const SAMPLE_GROUPS: readonly SampleGroup[] = [
  {
    id: 'text',
    title: 'text',
    hint: 'Text is trimmed, cut, parsed as JSON or as a date, or Unicode is normalised.',
    samples: [
      sample('empty', ''),
      sample('spaces', '  two  '),
      sample('lines', 'a\nb\r\nc\td'),
      sample('quotes', `"'\\\`$1 %s {} [] ;--`),
      sample('accent composed', 'é'),
      sample('accent combining', 'e\u0301'),
      sample('astral', '👩‍👩‍👧 𝒳 \u{10ffff}'),
      sample('noncharacter', '\uffff\ufffe'),
      sample('byte order mark', '\ufefftext'),
      sample('line separator', 'a\u2028b\u2029c'),
      sample('control', '\u0001\u001f\u007f'),
      sample('looks like null', 'null'),
      sample('looks like a number', '007.50'),
      sample('looks like a date', '2026-01-31T12:00:00.123456789Z'),
      sample('looks like json', '{"a":[1,2.0]}'),
      sample('looks like a boolean', 'true'),
      sample('long', 'long text '.repeat(300)),
    ],
  },
  {
    id: 'nul-in-text',
    title: 'U+0000 in text',
    hint: 'The text ends at U+0000 (C strings); PostgreSQL refuses it: set metadata.nul.',
    samples: [sample('nul', 'a\0b', ({ nul }) => nul)],
  },
  {
    id: 'half-a-surrogate-pair',
    title: 'half of a surrogate pair in text',
    hint: 'UTF-8 turns it into U+FFFD silently: set metadata.loneSurrogates.',
    samples: [sample('lone surrogate', 'a\ud800b', ({ loneSurrogates }) => loneSurrogates)],
  },
  {
    id: 'booleans',
    title: 'booleans',
    hint: 'Booleans are stored as 0 and 1, or as text.',
    samples: [sample('true', true), sample('false', false)],
  },
  {
    id: 'integers',
    title: 'integers up to 53 bits',
    hint: 'Integers are stored as float32 or int32; 0 is taken for "nothing".',
    samples: [
      sample('zero', 0),
      sample('one', 1),
      sample('minus one', -1),
      sample('over int32', 2147483648),
      sample('over uint32', 4294967296),
      sample('not a float32', 16777217),
      sample('largest', Number.MAX_SAFE_INTEGER),
      sample('smallest', Number.MIN_SAFE_INTEGER),
    ],
  },
  {
    id: 'fractions',
    title: 'floating-point numbers',
    hint: 'Numbers are stored as float32 or decimal, or printed with too few digits (17 are needed).',
    samples: [
      sample('half', 0.5),
      sample('tenth', 0.1),
      sample('sum', 0.1 + 0.2),
      sample('third', -1 / 3),
      sample('tiny', 5e-324),
      sample('small', 1e-300),
      sample('just over one', 1 + Number.EPSILON),
    ],
  },
  {
    id: 'large-floats',
    title: 'floats beyond 2^53, which look like integers when printed',
    hint: 'A large float is read back as a bigint because its print has no point; tell by the type that the store kept.',
    samples: [sample('huge', 1.7976931348623157e308), sample('1e20', 1e20), sample('2^53 as a float', 2 ** 53)],
  },
  {
    id: 'whole-floats',
    title: '1.0 beside 1',
    hint: 'JSON.parse drops the ".0": use parseJson and stringifyJson of @vsm/core/adapter, or say metadata.floats: "merged".',
    samples: [
      sample('one', new Float(1), distinct),
      sample('zero', new Float(0), distinct),
      sample('minus', new Float(-2101), distinct),
      sample('large', new Float(1e15), distinct),
    ],
  },
  {
    id: 'minus-zero',
    title: '-0.0',
    hint: 'JSON.stringify(-0) is "0": use stringifyJson of @vsm/core/adapter.',
    samples: [sample('minus zero', new Float(-0), ({ floats, negativeZero }) => floats === 'distinct' && negativeZero)],
  },
  {
    id: 'big-integers',
    title: 'integers beyond 2^53',
    hint: 'JSON.parse rounds them: use parseJson and stringifyJson, or say metadata.integers: "safe".',
    samples: [
      sample('2^53 + 1', 9007199254740993n, int64),
      sample('-(2^53 + 1)', -9007199254740993n, int64),
      sample('largest int64', 9223372036854775807n, int64),
      sample('smallest int64', -9223372036854775808n, int64),
      sample('over int64', 9223372036854775808n, uint64),
      sample('largest uint64', 18446744073709551615n, uint64),
      sample('over uint64', 18446744073709551616n, anyInteger),
      sample('under int64', -9223372036854775809n, anyInteger),
      sample('forty digits', 1234567890123456789012345678901234567890n, anyInteger),
    ],
  },
  {
    id: 'null',
    title: 'null, which is not the same as a missing key',
    hint: 'The client drops keys whose value is null without a word: set metadata.null to false.',
    samples: [sample('null', null, ({ null: held }) => held)],
  },
  {
    id: 'nested-objects',
    title: 'objects in objects, the empty one included',
    hint: 'Nested objects are flattened to dotted keys, or stored as text; {} is dropped.',
    samples: [
      sample('object', { a: 1, b: 'two' }, objects),
      sample('empty', {}, objects),
      sample('deep', { a: { b: { c: { d: { e: 'deep' } } } } }, objects),
      sample('unusual keys', { 'a.b': 1, '': 2, 'with space': 3, constructor: 4, $gt: 5, '0': 6 }, objects),
      sample('null inside', { a: null }, ({ object, null: held }) => object && held),
      sample('float inside', { a: new Float(1) }, both(objects, distinct)),
      sample('big integer inside', { a: 9007199254740993n }, both(objects, int64)),
    ],
  },
  {
    id: 'lists',
    title: 'lists of one type',
    hint: 'A list of one is unwrapped; the order changes; duplicates are dropped; numbers become text.',
    samples: [
      sample('texts', ['b', 'a', 'b', ''], textList),
      sample('one text', ['only'], textList),
      sample('integers', [3, 1, 2, 1], scalarList),
      sample('fractions', [0.5, -0.25], scalarList),
      sample('booleans', [true, false, true], scalarList),
      sample('floats', [new Float(1), 2.5], both(scalarList, distinct)),
      sample('big integers', [9007199254740993n, 1], both(scalarList, int64)),
    ],
  },
  {
    id: 'irregular-lists',
    title: 'empty, mixed and nested lists',
    hint: 'An empty list is dropped like null; a mixed list is refused by the store: see metadata.arrays.',
    samples: [
      sample('empty', [], ({ arrays }) => arrays === 'any' || arrays === 'strings'),
      sample('mixed', [1, 'two', true], anyList),
      sample('with null', [1, null], ({ arrays, null: held }) => arrays === 'any' && held),
      sample('nested', [[1, 2], [], [3]], anyList),
      sample('objects', [{ a: 1 }, { b: 2 }], both(anyList, objects)),
      sample('integer and float', [1, new Float(1)], both(anyList, distinct)),
      sample('integer and fraction', [1, 2.5], anyList),
    ],
  },
];
