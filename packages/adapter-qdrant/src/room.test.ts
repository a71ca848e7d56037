import type { JsonObject } from '@vsm/core/adapter';
import { expect, it } from 'vitest';
import { roomOf } from './room.ts';

const of = (qdrant: JsonObject) => roomOf({ name: 'docs', vectors: {}, native: { qdrant } });

it('room depends on the graph, quantization, replicas and what is kept on disk', () => {
  expect(of({})).toEqual({ graphLinks: 16, quantizedBits: undefined, vectorsInMemory: true, copies: 1 });
  expect(
    of({
      hnsw_config: { m: 32 },
      quantization_config: { scalar: { type: 'int8' } },
      params: { replication_factor: 3, vectors: { size: 4, on_disk: true } },
    }),
  ).toEqual({ graphLinks: 32, quantizedBits: 8, vectorsInMemory: false, copies: 3 });
  expect(of({ quantization_config: { binary: { encoding: 'two_bits' } } }).quantizedBits).toBe(2);
  expect(of({ quantization_config: { product: { compression: 'x16' } } }).quantizedBits).toBe(2);
});
