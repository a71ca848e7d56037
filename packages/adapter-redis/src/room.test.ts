import { expect, it } from 'vitest';
import type { Connection } from './client.ts';
import { roomOf } from './room.ts';

const answering = (text: string): Connection => ({ run: async () => [text] }) as unknown as Connection;
const schema = { name: 'docs', vectors: {} };

it('what is free is what the bound of the server leaves, and not known without one', async () => {
  const bounded = answering('# Memory\r\nused_memory:1000\r\nused_memory_human:1K\r\nmaxmemory:5000\r\n');
  expect(await roomOf(bounded, schema, 'flat')).toEqual({
    graphLinks: 0,
    vectorsInMemory: true,
    freeMemoryBytes: 4000,
  });
  const free = answering('used_memory:1000\r\nmaxmemory:0\r\n');
  expect(await roomOf(free, schema, 'hnsw')).toMatchObject({ graphLinks: 16, freeMemoryBytes: undefined });
  const indexes = { '': { algorithm: 'HNSW', m: 40 } };
  expect(await roomOf(free, { ...schema, native: { redis: { indexes } } }, 'flat')).toMatchObject({ graphLinks: 40 });
});
