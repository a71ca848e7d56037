import { Float, float, type VectorRecord } from '@vsm/core/adapter';
import { startChroma, type ChromaServer } from '@vsm/service-chroma';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createChroma } from '../src/index.ts';

let server: ChromaServer;
beforeAll(async () => {
  server = await startChroma();
});
afterAll(() => server.stop());

const double = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  // Whole floats: the server prints those below 1e16 with one digit more than they need, and reads that.
  fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n }).map(Number),
  fc.integer({ min: 1, max: 2 ** 31 }).map((steps) => steps * 5e-324),
  fc.double({ min: 0, max: 1, noNaN: true }),
);

it('a double that is accepted comes back with all its bits; one that the server would change is rejected by name', async () => {
  // The same ones in every run; VSM_SEED asks for others.
  const seed = Number(process.env['VSM_SEED'] ?? 20261124);
  const records = fc.sample(double, { numRuns: 4000, seed }).map((value, at): VectorRecord => ({
    id: `d${at}`,
    vectors: { '': [1] },
    metadata: { value: float(value) },
  }));
  const store = createChroma({ url: server.url });
  await store.createCollection({ name: 'doubles', vectors: { '': { kind: 'dense', dimension: 1, metric: 'dot' } } });
  const collection = await store.openCollection('doubles');
  const { accepted, rejected } = await collection.upsert(records);
  expect(accepted + rejected.length).toBe(records.length);
  expect(rejected.filter(({ detail }) => !/neighbouring number|-0\.0/.test(detail ?? ''))).toEqual([]);
  expect(accepted).toBeGreaterThan(2500);

  const refused = new Set(rejected.map(({ id }) => id));
  const { records: read } = await collection.scan({ limit: 5000, include: ['metadata'] });
  const found = new Map(read.map(({ id, metadata }) => [id, metadata['value']]));
  expect(found.size).toBe(accepted);
  const changed = records.filter(({ id, metadata }) => {
    const [before, after] = [metadata['value'], found.get(id)];
    return !refused.has(id) && !Object.is(number(before), number(after));
  });
  expect(changed).toEqual([]);
  await store.close();
});

function number(value: unknown): unknown {
  return Float.isInstance(value) ? value.value : value;
}
