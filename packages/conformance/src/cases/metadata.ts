import { metadataProblem, type Metadata, type MetadataValue, type VectorRecord } from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import { expectSameRecords } from '../compare.ts';
import type { ConformanceContext } from '../context.ts';
import { expectEqual, expectThat } from '../expectations.ts';
import { readAll, readOne } from '../reading.ts';
import { makeRecord, makeRecords, randomDoubles } from '../records.ts';
import { canWrite, canWriteAnd } from './applies.ts';
import { holdsKey, KEYS, ODD_KEYS, SAMPLE_GROUPS } from './metadata-values.ts';

const INHERITED = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'];

interface Entry {
  readonly metadata: Metadata;
  readonly held: boolean;
}

export const metadataCases: readonly ConformanceCase[] = [
  ...SAMPLE_GROUPS.map(({ id, title, hint, samples }): ConformanceCase => ({
    id: `metadata/${id}`,
    title: `${title}: kept by value and type where promised, else refused`,
    hint,
    appliesTo: canWrite,
    async run(context) {
      await expectKeptOrRefused(
        context,
        samples.map(({ name, value, held }) => ({
          // Every sample has a key of its own: a store with typed columns fixes the type with the first value.
          metadata: { [`sample ${id} ${name}`.replaceAll(/[^a-z0-9]+/gi, '_')]: value, other: 'untouched' },
          held: held(context.capabilities.metadata),
        })),
      );
    },
  })),
  {
    id: 'metadata/random-doubles',
    title: '2,000 doubles of full length are kept bit for bit, or refused where the parser is said to misread them',
    hint: 'Some doubles of 17 digits are read as their neighbours: see metadata.numberParser. Numbers are printed with 15 or 16 digits.',
    appliesTo: canWrite,
    async run(context) {
      const facts = context.capabilities.metadata;
      const doubles = randomDoubles(2000);
      const held = doubles.filter((value) => metadataProblem(value, facts) === undefined);
      const refused = doubles.filter((value) => metadataProblem(value, facts) !== undefined);
      await expectKeptOrRefused(context, [
        ...inGroups(held, 50).map((values) => ({ metadata: numbered(values), held: true })),
        ...refused.map((value) => ({ metadata: numbered([value]), held: false })),
      ]);
    },
  },
  {
    id: 'metadata/keys',
    title: 'every key that is not reserved is kept as it is, the others are refused',
    hint: 'Dots are taken for paths; keys are folded or normalised; a key of the vendor overwrites its field: list it in reservedKeys.',
    appliesTo: canWrite,
    async run(context) {
      await expectKeptOrRefused(
        context,
        KEYS.map((key) => ({
          metadata: metadataOf([[key, 'value']]),
          held: holdsKey(key, context.capabilities),
        })),
      );
    },
  },
  {
    id: 'metadata/keys-outside-the-grammar',
    title: 'keys that the grammar admits are kept letter by letter, the others are refused',
    hint: 'A letter of the key is changed (the first to a small one, a hyphen to an underscore), or a key is taken that metadata.keys leaves out.',
    appliesTo: canWriteAnd(({ metadata }) => metadata.keys !== undefined),
    async run(context) {
      await expectKeptOrRefused(
        context,
        ODD_KEYS.map((key) => ({ metadata: metadataOf([[key, 'value']]), held: holdsKey(key, context.capabilities) })),
      );
    },
  },
  {
    id: 'metadata/keys-of-the-greatest-length',
    title: 'a key of the greatest length is kept whole, a longer one is refused',
    hint: 'metadata.keys.length counts something else than characters; a key that is too long is cut.',
    appliesTo: canWriteAnd(({ metadata }) => metadata.keys !== undefined),
    async run(context) {
      const most = context.capabilities.metadata.keys?.length ?? 0;
      await expectKeptOrRefused(
        context,
        ['a'.repeat(most), 'b'.repeat(most + 1)].map((key) => ({
          metadata: { [key]: 'value' },
          held: holdsKey(key, context.capabilities),
        })),
      );
    },
  },
  {
    id: 'metadata/keys-side-by-side',
    title: 'keys that differ in case, accents or nesting only stay apart within one record',
    hint: 'Keys are folded, normalised or expanded to paths when they are stored.',
    appliesTo: canWrite,
    async run(context) {
      const keys = ['Case', 'case', 'é', 'e\u0301', 'a', 'a.b', 'a.b.c', '0', 'constructor', '__proto__', 'toString'];
      const kept = keys.filter((key) => holdsKey(key, context.capabilities));
      const metadata = metadataOf(kept.map((key, at) => [key, at]));
      await expectKeptOrRefused(context, [{ metadata, held: true }]);
      expectEqual(({} as Record<string, unknown>)['polluted'], undefined, 'Object.prototype');
    },
  },
  {
    id: 'metadata/proto-is-a-key-like-any-other',
    title: 'the key __proto__ is data at every depth, and changes no prototype',
    hint: 'Objects are rebuilt by assignment (target[key] = value): use Object.fromEntries or define the property.',
    appliesTo: canWriteAnd(({ metadata }) => metadata.object),
    async run(context) {
      const inner = JSON.parse(
        '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
      ) as Metadata;
      await expectKeptOrRefused(context, [{ metadata: { inner }, held: true }]);
      expectEqual(({} as Record<string, unknown>)['polluted'], undefined, 'Object.prototype');
    },
  },
  {
    id: 'metadata/inherited-keys-are-absent-until-given',
    title:
      'what every object inherits (constructor, __proto__, toString) is a key like any other, and of no record that has none',
    hint: 'Keys that come from data are looked up as metadata[key]: use own() and setOwn(), Object.hasOwn or a Map.',
    appliesTo: canWrite,
    async run(context) {
      const { capabilities, write, comparison, create } = context;
      const inherited = metadataOf(
        INHERITED.filter((key) => holdsKey(key, capabilities)).map((key, at) => [key, `value ${at}`]),
      );
      const own = capabilities.metadata.object ? { ...inherited, inner: inherited } : inherited;
      const [first, second, third] = makeRecords(capabilities, 3) as [VectorRecord, VectorRecord, VectorRecord];
      const inner: Metadata = capabilities.metadata.object ? { inner: { other: 'value' } } : { other: 'value' };
      const records = [
        { ...first, metadata: own },
        { ...second, metadata: inner },
        { ...third, metadata: {} },
      ];
      const collection = await create();
      await write(collection, records);
      expectSameRecords(await readAll(collection), records, 'scan', comparison);
    },
  },
  {
    id: 'metadata/nul-in-keys',
    title: 'U+0000 in a key is kept where promised, else refused',
    hint: 'Only values are checked for U+0000.',
    appliesTo: canWrite,
    async run(context) {
      const key = 'a\0b';
      const held = context.capabilities.metadata.nul && holdsKey(key, context.capabilities);
      await expectKeptOrRefused(context, [{ metadata: { [key]: 1 }, held }]);
    },
  },
  {
    id: 'metadata/none-is-an-empty-object',
    title: 'a record without metadata has {}, before and after others have some',
    hint: 'The vendor refuses {} (send null), or gives null back; columns of other records appear as null.',
    appliesTo: canWrite,
    async run(context) {
      const { capabilities, write, comparison, create } = context;
      const collection = await create();
      const [first, second, third] = makeRecords(capabilities, 3) as [VectorRecord, VectorRecord, VectorRecord];
      const records = [{ ...first, metadata: {} }, second, { ...third, metadata: {} }];
      for (const record of records) await write(collection, [record]);
      expectSameRecords(await readAll(collection), records, 'scan', comparison);
    },
  },
  {
    id: 'metadata/one-key-may-hold-different-types',
    title: 'one key is text in one record, a number or a boolean in another',
    hint: 'The store fixes the type of a key with its first value: keep metadata as JSON there.',
    appliesTo: canWrite,
    async run(context) {
      const values: readonly MetadataValue[] = ['text', 1, 0.5, true, '1'];
      await expectKeptOrRefused(
        context,
        values.map((value) => ({ metadata: { mixed: value }, held: true })),
      );
    },
  },
  {
    id: 'metadata/many-keys',
    title: 'a record with 300 keys is kept whole',
    hint: 'The number of keys is limited by the store; keys are columns.',
    appliesTo: canWriteAnd(({ limits }) => (limits.metadataBytes ?? 20_000) >= 20_000),
    async run(context) {
      const metadata = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`key_${at}`, `value ${at}`]));
      await expectKeptOrRefused(context, [{ metadata, held: true }]);
    },
  },
  {
    id: 'metadata/does-not-leak-into-others',
    title: 'each record has its own keys only',
    hint: 'Records of one batch are written with the union of their keys; rows are joined by position.',
    appliesTo: canWrite,
    async run(context) {
      await expectKeptOrRefused(
        context,
        Array.from({ length: 12 }, (_, at) => ({ metadata: { [`only_${at}`]: at, shared: at % 3 }, held: true })),
      );
    },
  },
  {
    id: 'metadata/document-is-kept-apart',
    title: 'a document is kept, the empty one included, and is not metadata',
    hint: 'The empty text is taken for "none"; the document comes back as a metadata key, too.',
    appliesTo: canWriteAnd(({ document }) => document !== false),
    async run({ capabilities, comparison, filled }) {
      const texts = ['plain', '', ' spaces ', 'line\nbreak', 'é e\u0301 👩‍👩‍👧', '"quoted" \\ $1', 'x'.repeat(5000)];
      const records = [
        ...texts.map((document, at) => makeRecord(capabilities, at, { document })),
        makeRecord(capabilities, 90, { document: undefined }),
        makeRecord(capabilities, 91, { document: 'and no metadata', metadata: {} }),
      ];
      expectSameRecords(await readAll(await filled(records)), records, 'scan', comparison);
    },
  },
  {
    id: 'metadata/uri-is-kept-apart',
    title: 'a uri is kept as it is',
    hint: 'The uri is parsed and printed again, or lost when there is no document.',
    appliesTo: canWriteAnd(({ uri }) => uri),
    async run({ capabilities, comparison, filled }) {
      const uris = ['https://example.com/a%20b?c=d#e', 's3://bucket/key', 'not a uri', undefined];
      const records = uris.map((uri, at) => makeRecord(capabilities, at, { uri, document: undefined }));
      expectSameRecords(await readAll(await filled(records)), records, 'scan', comparison);
    },
  },
];

/** `{ __proto__: … }` would set the prototype; this makes it a key. */
function metadataOf(entries: readonly (readonly [string, MetadataValue])[]): Metadata {
  return Object.fromEntries(entries);
}

/** Some records of many numbers each: a record for each number would take stores that answer slowly minutes. */
function inGroups(values: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, at) => values.slice(at * size, (at + 1) * size));
}

function numbered(values: readonly number[]): Metadata {
  return Object.fromEntries(values.map((value, at) => [`double_${at}`, value]));
}

async function expectKeptOrRefused(context: ConformanceContext, entries: readonly Entry[]): Promise<void> {
  const { capabilities, comparison, create, settle } = context;
  const collection = await create();
  const given = entries.map(({ metadata, held }, at) => ({ record: makeRecord(capabilities, at, { metadata }), held }));
  const good = given.filter(({ held }) => held).map(({ record }) => record);
  const bad = given.filter(({ held }) => !held).map(({ record }) => record);
  const { accepted, rejected } = await collection.upsert(given.map(({ record }) => record));
  await collection.flush?.();
  for (const record of good) {
    const refusal = rejected.find(({ id }) => id === record.id);
    expectThat(
      refusal === undefined,
      `the capabilities promise to hold ${Object.keys(record.metadata).join(', ')}, but it was refused: ${refusal?.detail}`,
    );
  }
  for (const record of bad) {
    const refusal = rejected.find(({ id }) => id === record.id);
    const what = `${Object.keys(record.metadata).join(', ')}, which the capabilities say cannot be held`;
    expectThat(refusal !== undefined, `the store took ${what}`);
    expectEqual(refusal.reason, 'invalid-metadata', `reason for ${what}`);
  }
  expectEqual(accepted, good.length, 'accepted');
  await settle(async () => expectSameRecords(await readAll(collection), good, 'scan', comparison));
  for (const record of good.slice(0, 3)) {
    const fetched = await readOne(collection, record.id);
    expectSameRecords(fetched === undefined ? [] : [fetched], [record], 'fetch', comparison);
  }
}
