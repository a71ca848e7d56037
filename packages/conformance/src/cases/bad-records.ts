import { type Capabilities, type Metadata, type RejectionReason, type VectorRecord } from '@vsm/core/adapter';
import { makeVector } from '../records.ts';

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

export const BAD_RECORDS: readonly BadRecord[] = [
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
