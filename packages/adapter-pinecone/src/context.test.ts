import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chunkByUrl } from './context.ts';
import { batchesOf } from './write.ts';

const id = fc.string({
  unit: fc.integer({ min: 1, max: 127 }).map((code) => String.fromCodePoint(code)),
  minLength: 1,
  maxLength: 512,
});

it('keeps URLs short, and every id in its order', () => {
  fc.assert(
    fc.property(fc.array(id, { maxLength: 300 }), (ids) => {
      const chunks = chunkByUrl(ids, 60);
      expect(chunks.flat()).toEqual(ids);
      for (const chunk of chunks) {
        const url = `/vectors/fetch?${chunk.map((one) => `ids=${encodeURIComponent(one)}`).join('&')}&namespace=${'n'.repeat(20)}`;
        expect(chunk.length === 1 || url.length <= 7500).toBe(true);
        expect(chunk.length).toBeLessThanOrEqual(100);
      }
    }),
    { numRuns: 30 },
  );
});

it('keeps requests below 2 MB and 1000 records', () => {
  const lines = Array.from({ length: 2500 }, (_, at) => ({
    wire: { id: String(at), values: [1], metadata: { filler: 'é'.repeat((at * 7919) % 4000) } },
  }));
  const batches = batchesOf(lines);
  expect(batches.flat()).toEqual(lines);
  for (const batch of batches) {
    expect(batch.length).toBeLessThanOrEqual(1000);
    expect(
      Buffer.byteLength(JSON.stringify({ vectors: batch.map(({ wire }) => wire), namespace: 'n'.repeat(512) })),
    ).toBeLessThan(2_000_000);
  }
  // As full as they can be: two neighbours never fit into one.
  expect(batches).toHaveLength(Math.ceil(Buffer.byteLength(JSON.stringify(lines)) / 1_950_000));
});
