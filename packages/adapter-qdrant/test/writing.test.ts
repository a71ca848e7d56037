import { Float, type VectorRecord } from '@vsm/core/adapter';
import { describe, expect, it } from 'vitest';
import { docs, opening, readAll, record, records, request } from './opening.ts';

const { start, connect } = opening();

describe('writing', () => {
  it('cuts bodies by their bytes', async () => {
    const emulator = await start();
    const collection = await docs(connect(emulator));
    const sizes: number[] = [];
    emulator.onRequest = ({ method, bytes }) => method === 'PUT' && sizes.push(bytes);
    // Two bytes a letter in UTF-8, one in UTF-16: 20 MB.
    const text = 'é'.repeat(100_000);
    const large = records(100).map((one) => ({ ...one, document: text }));
    expect(await collection.upsert(large)).toStrictEqual({ accepted: 100, rejected: [] });
    await collection.flush?.();
    expect(await collection.count()).toMatchObject({ value: 100 });
    expect(sizes).toHaveLength(3);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(8.5 * 1024 * 1024);
  });

  it('names the one record that the server refuses, and writes the others', async () => {
    const emulator = await start();
    const collection = await docs(connect(emulator));
    let deep: VectorRecord['metadata'] = {};
    for (let level = 0; level < 200; level += 1) deep = { deep };
    const huge = { text: 'x'.repeat(33 * 1024 * 1024) };
    const batch = records(40).map((one) =>
      one.id === '17' ? { ...one, metadata: deep } : one.id === '30' ? { ...one, metadata: huge } : one,
    );
    const { accepted, rejected } = await collection.upsert(batch);
    expect(accepted).toBe(38);
    expect(rejected).toMatchObject([
      { id: '17', reason: 'refused', detail: expect.stringContaining('recursion limit') },
      { id: '30', reason: 'too-large', detail: expect.stringContaining('larger than allowed') },
    ]);
    await collection.flush?.();
    expect((await collection.count()).value).toBe(38);
  });

  it.each([false, true])('keeps to the batch size of the strict mode: gRPC %s', async (grpc) => {
    const emulator = await start({ grpc });
    await request(emulator, 'PUT', '/collections/docs', {
      vectors: { size: 2, distance: 'Dot' },
      strict_mode_config: { enabled: true, upsert_max_batchsize: 10, max_query_limit: 5 },
    });
    const collection = await connect(emulator).openCollection('docs');
    expect(await collection.upsert(records(25))).toStrictEqual({ accepted: 25, rejected: [] });
    expect(await readAll(collection, 1000)).toHaveLength(25);
  });

  it('keeps exact numbers, though the server parses what it keeps anew whenever it reads it', async () => {
    const collection = await docs(connect(await start()));
    const metadata = {
      whole: new Float(2),
      one: 1,
      big: 18446744073709551615n,
      low: -(2n ** 63n),
      odd: 0.1,
    };
    const { rejected } = await collection.upsert([
      record('9007199254740993', { metadata }),
      // Read once it would be right in other digits, and is read again from those that the server prints.
      record('2', { metadata: { odd: 117.63331139400017 } }),
      record('3', { metadata: { tiny: 4.980444398268052e-123 } }),
    ]);
    expect(rejected.map(({ id, reason }) => [id, reason])).toEqual([
      ['2', 'invalid-metadata'],
      ['3', 'invalid-metadata'],
    ]);
    await collection.flush?.();
    expect(await readAll(collection)).toStrictEqual([{ id: '9007199254740993', vectors: { '': [1, 2] }, metadata }]);
  });

  it('returns before the write is applied, and flush after', async () => {
    const emulator = await start({ faults: { writeLagMs: 300 } });
    const collection = await docs(connect(emulator));
    await collection.upsert(records(3));
    expect((await collection.count()).value).toBe(0);
    await collection.flush?.();
    expect((await collection.count()).value).toBe(3);
  });

  it('goes on waiting where the server only says that its queue is long', async () => {
    const emulator = await start({ faults: { writeLagMs: 2500 } });
    const collection = await docs(connect(emulator, { timeoutMs: 2000 }));
    const outcomes: string[] = [];
    emulator.onRequest = ({ url }) => url.includes('payload/delete') && outcomes.push(url);
    await collection.upsert(records(3));
    await collection.flush?.();
    expect((await collection.count()).value).toBe(3);
    expect(outcomes.length).toBeGreaterThan(1);
  });

  it('does not take a write for done that the server dropped after it acknowledged it', async () => {
    const emulator = await start();
    const collection = await docs(connect(emulator));
    await collection.upsert(records(3));
    await collection.flush?.();
    // Somebody makes the collection anew with other vectors, which the server only notices when the write's turn comes.
    await request(emulator, 'DELETE', '/collections/docs');
    await request(emulator, 'PUT', '/collections/docs', { vectors: { other: { size: 2, distance: 'Dot' } } });
    expect(await collection.upsert(records(3))).toStrictEqual({ accepted: 3, rejected: [] });
    await expect(collection.flush?.()).rejects.toThrow('did not take effect');
  });

  it.each(['1.18.3', '1.16.3'])('inserts only what is not there yet in %s', async (version) => {
    const emulator = await start({ version });
    const collection = await docs(connect(emulator));
    await collection.upsert(records(2));
    await collection.flush?.();
    const again = records(4).map((one) => ({ ...one, metadata: { n: 'new' } }));
    expect(await collection.upsert(again, { mode: 'insert-only' })).toStrictEqual({ accepted: 4, rejected: [] });
    await collection.flush?.();
    expect((await readAll(collection)).map(({ metadata }) => metadata['n'])).toStrictEqual([1, 2, 'new', 'new']);
    expect('insertOnly' in ((await collection.describe()).restrictions ?? {})).toBe(version === '1.16.3');
  });

  it('defers indexing, and restores it from the token alone', async () => {
    const emulator = await start();
    const threshold = async (): Promise<unknown> => {
      const info = await request(emulator, 'GET', '/collections/docs');
      return (info as { config: { optimizer_config: { indexing_threshold: number } } }).config.optimizer_config
        .indexing_threshold;
    };
    const collection = await docs(connect(emulator));
    await request(emulator, 'PATCH', '/collections/docs', { optimizers_config: { indexing_threshold: 4321 } });
    const token = JSON.stringify(await collection.prepareBulkLoad?.());
    await collection.beginBulkLoad?.(JSON.parse(token) as null);
    await collection.beginBulkLoad?.(JSON.parse(token) as null);
    expect(await threshold()).toBe(0);
    await (await connect(emulator).openCollection('docs')).endBulkLoad?.(JSON.parse(token) as null);
    expect(await threshold()).toBe(4321);
  });
});
