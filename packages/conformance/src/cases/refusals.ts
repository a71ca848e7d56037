import { idKind, type Capabilities, type Metadata, type RejectionReason, type VectorRecord } from '@vsm/core/adapter';
import type { ConformanceCase } from '../case.ts';
import { expectSameRecords } from '../compare.ts';
import { expectEqual, expectThat } from '../expectations.ts';
import { readAll } from '../reading.ts';
import { DIMENSION, makeRecord, makeRecords, makeVector } from '../records.ts';
import { canWrite, canWriteAnd } from './applies.ts';

interface BadRecord {
  readonly id: string;
  readonly title: string;
  readonly reason: RejectionReason;
  readonly appliesTo?: (capabilities: Capabilities) => boolean;
  /** Spoils a good record. */
  readonly spoil: (good: VectorRecord, capabilities: Capabilities) => VectorRecord;
}

const vector = (values: readonly number[] | Float32Array) => (good: VectorRecord) => ({
  ...good,
  vectors: { '': values },
});

const BAD_RECORDS: readonly BadRecord[] = [
  { id: 'a-vector-too-short', title: 'a short vector', reason: 'invalid-vector', spoil: vector(makeVector(1, 3)) },
  { id: 'a-vector-too-long', title: 'a long vector', reason: 'invalid-vector', spoil: vector(makeVector(1, 5)) },
  { id: 'an-empty-vector', title: 'a vector without values', reason: 'invalid-vector', spoil: vector([]) },
  { id: 'nan', title: 'NaN in a vector', reason: 'invalid-vector', spoil: vector([1, Number.NaN, 1, 1]) },
  {
    id: 'nan-in-a-float32array',
    title: 'NaN in a Float32Array',
    reason: 'invalid-vector',
    spoil: vector(Float32Array.of(1, 1, 1, Number.NaN)),
  },
  {
    id: 'infinity',
    title: 'an infinite component',
    reason: 'invalid-vector',
    spoil: vector([1, 1, Number.NEGATIVE_INFINITY, 1]),
  },
  {
    id: 'a-float32-overflow',
    title: 'a component that float32 turns into infinity',
    reason: 'invalid-vector',
    spoil: vector([1, 3.5e38, 1, 1]),
  },
  {
    id: 'an-unknown-vector-name',
    title: 'a vector that the collection does not have',
    reason: 'invalid-vector',
    spoil: (good) => ({ ...good, vectors: { ...good.vectors, unheardOf: makeVector(1) } }),
  },
  {
    id: 'a-sparse-vector-in-a-dense-place',
    title: 'a sparse vector where a dense one belongs',
    reason: 'invalid-vector',
    spoil: (good) => ({ ...good, vectors: { '': { indices: [0, 3], values: [1, 1] } } }),
  },
  {
    id: 'a-zero-vector',
    title: 'a vector of zeros where the store refuses them',
    reason: 'invalid-vector',
    appliesTo: ({ zeroVectors }) => !zeroVectors,
    spoil: vector([0, 0, 0, 0]),
  },
  {
    id: 'a-record-without-vectors',
    title: 'a record without vectors where the store refuses them',
    reason: 'invalid-vector',
    appliesTo: ({ emptyRecords }) => !emptyRecords,
    spoil: (good) => ({ ...good, vectors: {} }),
  },
  { id: 'an-empty-id', title: 'an empty id', reason: 'invalid-id', spoil: (good) => ({ ...good, id: '' }) },
  {
    id: 'an-id-of-a-kind-it-has-not',
    title: 'an id of a kind that the store does not have',
    reason: 'invalid-id',
    appliesTo: ({ ids }) => !ids.includes('string'),
    spoil: (good) => ({ ...good, id: 'not-a-uuid-and-not-a-number' }),
  },
  {
    id: 'an-id-that-would-be-rewritten',
    title: 'an id that the store would rewrite: 007, or a UUID in capitals',
    reason: 'invalid-id',
    appliesTo: ({ ids }) => !ids.includes('string'),
    spoil: (good, { ids }) => ({
      ...good,
      id: ids.includes('uint64') ? '007' : 'AAAAAAAA-0000-4000-8000-000000000000',
    }),
  },
  {
    id: 'an-id-that-is-too-long',
    title: 'an id over the limit, counted in UTF-8 bytes',
    reason: 'invalid-id',
    appliesTo: ({ ids, limits }) => ids.includes('string') && limits.idBytes !== undefined,
    spoil: (good, { limits }) => ({ ...good, id: 'é'.repeat(Math.floor((limits.idBytes ?? 0) / 2) + 1) }),
  },
  {
    id: 'a-document-it-has-no-place-for',
    title: 'a document where the store has no place for one',
    reason: 'refused',
    appliesTo: ({ document }) => document === false,
    spoil: (good) => ({ ...good, document: 'a text' }),
  },
  {
    id: 'a-uri-it-has-no-place-for',
    title: 'a uri where the store has no place for one',
    reason: 'refused',
    appliesTo: ({ uri }) => !uri,
    spoil: (good) => ({ ...good, uri: 'https://example.com' }),
  },
  {
    id: 'a-namespace-it-does-not-have',
    title: 'a namespace where the store has none',
    reason: 'refused',
    appliesTo: ({ namespaces }) => !namespaces,
    spoil: (good) => ({ ...good, namespace: 'tenant' }),
  },
  {
    id: 'metadata-that-is-too-large',
    title: 'metadata over the limit',
    reason: 'too-large',
    appliesTo: ({ limits }) => limits.metadataBytes !== undefined,
    spoil: (good, { limits }) => ({ ...good, metadata: { filler: 'x'.repeat(limits.metadataBytes ?? 0) } }),
  },
  {
    id: 'nan-in-metadata',
    title: 'NaN in metadata',
    reason: 'invalid-metadata',
    spoil: (good) => ({ ...good, metadata: { broken: Number.NaN } }),
  },
  {
    id: 'metadata-that-is-not-json',
    title: 'a Date in metadata',
    reason: 'invalid-metadata',
    spoil: (good) => ({ ...good, metadata: { date: new Date(0) } as unknown as Metadata }),
  },
];

export const refusalCases: readonly ConformanceCase[] = [
  ...BAD_RECORDS.map(({ id, title, reason, appliesTo = () => true, spoil }): ConformanceCase => ({
    id: `upsert/refuses-${id}`,
    title: `${title} is refused by id, and the others of the batch land`,
    hint: 'The factory does not return guardStore(…); an error of the vendor fails the whole batch; a rejection is not passed on.',
    appliesTo: canWriteAnd(appliesTo),
    async run({ capabilities, comparison, filled, settle }) {
      const [first, second, third] = makeRecords(capabilities, 3) as [VectorRecord, VectorRecord, VectorRecord];
      // A store that learns its dimension from the first record knows it by now.
      const collection = await filled([first]);
      const bad = spoil(makeRecord(capabilities, 9), capabilities);
      const { accepted, rejected } = await collection.upsert([second, bad, third]);
      await collection.flush?.();
      expectEqual(accepted, 2, 'accepted');
      expectEqual(
        rejected.map((one) => [one.id, one.reason]),
        [[bad.id, reason]],
        'rejected',
      );
      expectThat((rejected[0]?.detail ?? '') !== '', 'the rejection must say why');
      await settle(async () =>
        expectSameRecords(await readAll(collection), [first, second, third], 'afterwards', comparison),
      );
    },
  })),
  {
    id: 'upsert/refuses-an-id-that-comes-twice',
    title: 'of two records with one id in a batch, one lands and one is refused by id',
    hint: 'The factory does not return guardStore(…); both are counted as accepted.',
    appliesTo: canWrite,
    async run({ capabilities, comparison, create, settle }) {
      const collection = await create();
      const [first, other] = makeRecords(capabilities, 2) as [VectorRecord, VectorRecord];
      const twin = { ...first, metadata: { twin: true }, vectors: { '': makeVector(8) } };
      const { accepted, rejected } = await collection.upsert([first, other, twin]);
      await collection.flush?.();
      expectEqual(accepted, 2, 'accepted');
      expectEqual(
        rejected.map((one) => [one.id, one.reason]),
        [[first.id, 'duplicate-id']],
        'rejected',
      );
      await settle(async () =>
        expectSameRecords(await readAll(collection), [first, other], 'afterwards: the first counts', comparison),
      );
    },
  },
  {
    id: 'upsert/foresees-what-it-refuses',
    title: 'what a collection says it would refuse, it refuses, and saying so writes nothing',
    hint: '`wouldReject` is not made of the function that `upsert` rejects with, or it writes to find out.',
    appliesTo: canWrite,
    async run({ capabilities, create, settle }) {
      const collection = await create();
      const records = [
        ...makeRecords(capabilities, 3),
        { ...makeRecord(capabilities, 4), document: undefined, uri: undefined, metadata: {} },
        { ...makeRecord(capabilities, 5), namespace: 'a part' },
        { ...makeRecord(capabilities, 6), vectors: { '': [Number.NaN] } },
      ];
      const foreseen = await collection.wouldReject?.(records);
      if (foreseen === undefined) return;
      expectEqual((await collection.count()).value, 0, 'count after asking');
      const { accepted, rejected } = await collection.upsert(records);
      const names = (some: readonly { id: string }[]): readonly string[] => some.map(({ id }) => id).toSorted();
      expectEqual(names(foreseen), names(rejected), 'foreseen, and rejected');
      await collection.flush?.();
      await settle(async () => expectEqual((await collection.count()).value, accepted, 'count'));
    },
  },
  {
    id: 'upsert/refuses-all-and-stays-empty',
    title: 'a batch of nothing but bad records writes nothing and names every one',
    hint: 'Rejections are cut after the first; an empty remainder is sent to the store.',
    appliesTo: canWrite,
    async run({ capabilities, create }) {
      const collection = await create();
      const bad = makeRecords(capabilities, 3).map((record) => ({
        ...record,
        vectors: { '': Array.from({ length: DIMENSION }, () => Number.NaN) },
      }));
      const { accepted, rejected } = await collection.upsert(bad);
      expectEqual(accepted, 0, 'accepted');
      expectEqual(rejected.map(({ id }) => id).toSorted(), bad.map(({ id }) => id).toSorted(), 'rejected ids');
      expectEqual((await collection.count()).value, 0, 'count');
    },
  },
  {
    id: 'upsert/keeps-ids-of-every-kind',
    title: 'an id of every kind that the store has comes back letter by letter',
    hint: 'Ids are parsed as numbers and rounded beyond 2^53; a UUID loses its hyphens; a numeric text becomes a number.',
    appliesTo: canWrite,
    async run({ capabilities, comparison, filled }) {
      const candidates = [
        '0',
        '1',
        '42',
        '9007199254740993',
        '18446744073709551615',
        '00000000-0000-4000-8000-000000000001',
        'ffffffff-ffff-4fff-bfff-ffffffffffff',
        '007',
        'FFFFFFFF-0000-4000-8000-00000000000A',
        '1.0',
        'plain',
      ];
      const fits = (id: string): boolean =>
        capabilities.ids.includes('string') || capabilities.ids.includes(idKind(id));
      const records = candidates.filter(fits).map((id, at) => makeRecord(capabilities, at, { id }));
      const collection = await filled(records);
      expectSameRecords(await readAll(collection), records, 'scan', comparison);
      expectSameRecords(await collection.fetch(records.map(({ id }) => id)), records, 'fetch', comparison);
    },
  },
];
