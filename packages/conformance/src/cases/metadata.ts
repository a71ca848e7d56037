import { metadataProblem, type Metadata, type MetadataValue, type VectorRecord } from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import { expectSameRecords } from '../compare.ts';
import { readAll } from '../reading.ts';
import { makeRecord, makeRecords, randomDoubles } from '../records.ts';
import { canWrite, canWriteAnd } from './applies.ts';
import { expectKeptOrRefused } from './kept-or-refused.ts';
import { metadataKeyCases } from './metadata-keys.ts';
import { SAMPLE_GROUPS } from './metadata-values.ts';

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
  ...metadataKeyCases,
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
    hint: 'The empty text is taken for "none"; a decoder takes the byte order mark away (ignoreBOM); the document comes back as a metadata key, too.',
    appliesTo: canWriteAnd(({ document }) => document !== false),
    async run({ capabilities, comparison, filled }) {
      const texts = ['plain', '', ' spaces ', 'line\nbreak', 'é e\u0301 👩‍👩‍👧', '"quoted" \\ $1', 'x'.repeat(5000)];
      // Texts of files begin with a byte order mark, which decoders take away unless they are told.
      texts.push('\uFEFFfrom a file');
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

/** Some records of many numbers each: a record for each number would take stores that answer slowly minutes. */
function inGroups(values: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, at) => values.slice(at * size, (at + 1) * size));
}

function numbered(values: readonly number[]): Metadata {
  return Object.fromEntries(values.map((value, at) => [`double_${at}`, value]));
}
