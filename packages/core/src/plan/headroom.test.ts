import { expect, it } from 'vitest';
import type { CollectionSchema, VectorRecord } from '../spec/v1.ts';
import { headroom, shortOfRoom } from './headroom.ts';

const schema: CollectionSchema = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 768 } } };
const record: VectorRecord = { id: '12345678', vectors: { '': new Float32Array(768) }, metadata: {} };
const million = (room?: Parameters<typeof headroom>[3]) => headroom([record], schema, 1_000_000, room);

it('a graph of m links takes 8.5 m bytes a record, by the usual m where the target tells of none', () => {
  expect(million()).toMatchObject({
    vectorBytes: 3_072_000_000,
    indexBytes: 136_000_000,
    totalBytes: 3_072_000_000 + 10_000_000 + 136_000_000,
    memoryBytes: undefined,
    basis: expect.stringMatching(/m = 16, as is usual: the target does not tell/) as string,
  });
  expect(million({ graphLinks: 64 })).toMatchObject({ indexBytes: 544_000_000, basis: 'an HNSW graph with m = 64' });
  expect(million({ graphLinks: 0 })).toMatchObject({ indexBytes: 0, basis: 'no graph' });
});

it('quantized vectors are kept beside the exact ones, which may leave memory to them; copies are kept of all', () => {
  const quantized = { graphLinks: 16, quantizedBits: 8, vectorsInMemory: false, copies: 2 };
  expect(million(quantized)).toMatchObject({
    vectorBytes: 3_072_000_000 + 768_000_000,
    totalBytes: 2 * (3_072_000_000 + 768_000_000 + 10_000_000 + 136_000_000),
    memoryBytes: 2 * (768_000_000 + 136_000_000),
    basis: 'an HNSW graph with m = 16, quantized vectors of 8 bits a number, 2 copies',
  });
  expect(million({ ...quantized, vectorsInMemory: true, copies: 1 }).memoryBytes).toBe(3_976_000_000);
});

it('says what is short, and nothing of what is not known', () => {
  expect(shortOfRoom(million())).toEqual([]);
  const tight = { vectorsInMemory: true, freeDiskBytes: 1e9, freeMemoryBytes: 1e12 };
  expect(shortOfRoom(million(tight))).toEqual([
    'the target has too little disk: about 3218 MB are needed, and it reports 1000 MB free',
  ]);
  expect(shortOfRoom(million({ ...tight, freeDiskBytes: 1e12, freeMemoryBytes: 5e6 }))).toEqual([
    'the target has too little memory: about 3208 MB are needed, and it reports 5.0 MB free',
  ]);
});
