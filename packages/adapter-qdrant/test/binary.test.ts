import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Float, type CollectionV1, type RemoteError, type VectorRecord } from '@vsm/core/adapter';
import { startQdrantEmulator, type QdrantEmulator, type QdrantEmulatorOptions } from '@vsm/emulator-qdrant';
import { createQdrant, type QdrantOptions } from '@vsm/adapter-qdrant';
import { afterEach, describe, expect, it, vi } from 'vitest';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const one of open.splice(0).toReversed()) await one.close();
});

/** How records travelled: the calls over gRPC with their statuses, and the bulk calls over REST. */
interface Traffic {
  readonly emulator: QdrantEmulator;
  readonly grpc: string[];
  readonly rest: string[];
}

async function start(options: QdrantEmulatorOptions = {}): Promise<Traffic> {
  const emulator = await startQdrantEmulator({ grpc: true, ...options });
  open.push(emulator);
  const traffic: Traffic = { emulator, grpc: [], rest: [] };
  emulator.onCall = ({ path, status }) => traffic.grpc.push(`${path.split('/').at(-1)} ${status}`);
  emulator.onRequest = ({ method, url, status }) => {
    if (/points(\?|\/scroll)/.test(url)) traffic.rest.push(`${method === 'PUT' ? 'Upsert' : 'Scroll'} ${status}`);
  };
  return traffic;
}

async function docs({ emulator }: Traffic, options: QdrantOptions = {}): Promise<CollectionV1> {
  const store = createQdrant({ url: emulator.url, ...options });
  open.push(store);
  const names = await store.listCollections();
  if (!names.includes('docs')) {
    await store.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'dot' } } });
  }
  return store.openCollection('docs');
}

const record = (id: number | string, changes: Partial<VectorRecord> = {}): VectorRecord => ({
  id: String(id),
  vectors: { '': Float32Array.of(1, 2) },
  metadata: { n: Number(id) },
  ...changes,
});
const records = (count: number): VectorRecord[] => Array.from({ length: count }, (_, at) => record(at + 1));
const everything = { limit: 1000, include: ['vectors', 'metadata'] } as const;

const failure = async (action: Promise<unknown>): Promise<RemoteError> =>
  action.then(
    () => expect.fail('it went through'),
    (error: unknown) => error as RemoteError,
  );

describe('records', () => {
  it('travel as bytes, and are those that come over REST', async () => {
    const traffic = await start({ version: '1.19.0' });
    const collection = await docs(traffic);
    const some = [
      record(1, { metadata: { one: 1, float: new Float(1), low: -(2n ** 63n), none: null, deep: [{}, [], 0.1] } }),
      record('00000000-0000-4000-8000-00000000000a', { metadata: {}, document: 'text' }),
      record('18446744073709551615', { metadata: {} }),
    ];
    expect(await collection.upsert(some)).toStrictEqual({ accepted: 3, rejected: [] });
    await collection.flush?.();
    const found = await collection.scan(everything);
    const parts = (await collection.partition?.(3, {})) ?? [];
    const apart = await Promise.all(parts.map((partition) => collection.scan({ ...everything, partition })));
    expect(traffic).toMatchObject({
      grpc: ['CollectionClusterInfo 0', 'Upsert 0', 'Scroll 0', 'Scroll 0', 'Scroll 0', 'Scroll 0'],
      // Whether there are slices is asked over REST.
      rest: ['Scroll 200'],
    });
    const overRest = await docs(traffic, { grpcPort: false });
    const plain = (list: readonly VectorRecord[]): VectorRecord[] =>
      list.map((one) => ({ ...one, vectors: { '': Array.from(one.vectors[''] as Float32Array) } }));
    const expected = plain((await overRest.scan(everything)).records);
    expect(plain(found.records)).toStrictEqual(expected);
    const byId = (left: VectorRecord, right: VectorRecord): number => (left.id < right.id ? -1 : 1);
    expect(plain(apart.flatMap((page) => page.records)).toSorted(byId)).toStrictEqual(expected.toSorted(byId));
    expect(expected.map(({ metadata }) => metadata)).toContainEqual(some[0]?.metadata);
  });

  it('that the binary form cannot hold go over REST, and the others do not', async () => {
    const traffic = await start();
    const collection = await docs(traffic);
    const big = record(2, { metadata: { n: 2n ** 64n - 1n } });
    expect(await collection.upsert([record(1), big, record(3)])).toStrictEqual({ accepted: 3, rejected: [] });
    expect(traffic).toMatchObject({ grpc: ['CollectionClusterInfo 0', 'Upsert 0'], rest: ['Upsert 200'] });
    await collection.flush?.();
    // A page with such a number comes again over REST, which says which it is.
    const { records: found } = await collection.scan(everything);
    expect(found.map(({ metadata }) => metadata['n'])).toStrictEqual([1, 2n ** 64n - 1n, 3]);
    expect(traffic.rest).toStrictEqual(['Upsert 200', 'Scroll 200']);
  });

  it('of any size fit: bodies are cut by their bytes', async () => {
    const traffic = await start();
    const sizes: number[] = [];
    const collection = await docs(traffic);
    traffic.emulator.onCall = ({ path, bytes }) => path.endsWith('Upsert') && sizes.push(bytes);
    const large = records(30).map((one) => ({ ...one, document: 'é'.repeat(300_000) }));
    expect((await collection.upsert(large)).accepted).toBe(30);
    await collection.flush?.();
    expect(await collection.count()).toMatchObject({ value: 30 });
    expect(sizes).toHaveLength(3);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(8.5 * 1024 * 1024);
  });

  it('are only inserted where that is asked for', async () => {
    const traffic = await start();
    const collection = await docs(traffic);
    await collection.upsert(records(2));
    await collection.upsert([record(2, { metadata: { n: 'new' } }), record(3)], { mode: 'insert-only' });
    await collection.flush?.();
    expect((await collection.scan(everything)).records.map(({ metadata }) => metadata['n'])).toStrictEqual([1, 2, 3]);
    expect(traffic.rest).toStrictEqual([]);
  });

  it('that the server refuses are named, and the others written', async () => {
    const collection = await docs(await start());
    let deep: VectorRecord['metadata'] = {};
    for (let level = 0; level < 200; level += 1) deep = { deep };
    const { accepted, rejected } = await collection.upsert([record(1), record(2, { metadata: deep }), record(3)]);
    expect({ accepted, rejected }).toMatchObject({
      accepted: 2,
      rejected: [{ id: '2', reason: 'refused', detail: expect.stringContaining('recursion limit') }],
    });
  });
});

describe('the next port', () => {
  it('may belong to another server, which is never asked for a record', async () => {
    const [mine, other] = [await start(), await start()];
    await (await docs(other)).upsert([record(1, { metadata: { whose: 'other' } })]);
    other.grpc.length = 0;
    const collection = await docs(mine, { grpcPort: other.emulator.port + 1 });
    await collection.upsert(records(1));
    await collection.flush?.();
    expect((await collection.scan(everything)).records).toMatchObject([{ metadata: { n: 1 } }]);
    expect(other.grpc).toStrictEqual(['CollectionClusterInfo 0']);
    expect(mine).toMatchObject({ grpc: [], rest: ['Upsert 200', 'Scroll 200'] });
  });

  it.each(['nobody', 'a server of HTTP', 'an older Qdrant', 'a key that may only read'])(
    'may be the place of %s: then records travel over REST, and nobody hears of it',
    async (who) => {
      const traffic = await start({
        grpc: who !== 'nobody',
        ...(who === 'an older Qdrant' && { version: '1.15.5' }),
        ...(who === 'a key that may only read' && { apiKey: 'write', readOnlyApiKey: 'read' }),
      });
      const stranger = createServer((_request, response) => void response.end('hello'));
      await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
      open.push(stranger);
      const options = {
        ...(who === 'a server of HTTP' && { grpcPort: (stranger.address() as AddressInfo).port }),
        ...(who === 'a key that may only read' && { apiKey: 'write', grpcPort: false as const }),
      };
      await (await docs(traffic, options)).upsert(records(2));
      const collection = await docs(traffic, who === 'a key that may only read' ? { apiKey: 'read' } : options);
      expect((await collection.scan(everything)).records).toHaveLength(2);
      expect(traffic.rest).toStrictEqual(['Upsert 200', 'Scroll 200']);
      expect(traffic.grpc).toStrictEqual(who === 'a key that may only read' ? ['CollectionClusterInfo 7'] : []);
    },
  );

  it('is not looked for behind a prefix, or where it is turned off', async () => {
    const traffic = await start();
    await docs(traffic, { grpcPort: false });
    expect(traffic.grpc).toStrictEqual([]);
  });
});

describe('what goes wrong on the way', () => {
  it.each(['drop', 'cut', 'error'] as const)('is made good over REST: %s', async (fault) => {
    const traffic = await start();
    const collection = await docs(traffic);
    traffic.emulator.faults.failNext(fault, 1, /Upsert/);
    expect(await collection.upsert(records(3))).toStrictEqual({ accepted: 3, rejected: [] });
    await collection.flush?.();
    expect(traffic.rest).toStrictEqual(['Upsert 200']);
    vi.useFakeTimers({ toFake: ['performance'] });
    vi.advanceTimersByTime(60_000);
    const again = await docs(traffic);
    traffic.emulator.faults.failNext(fault, 1, /Scroll/);
    expect((await again.scan(everything)).records).toHaveLength(3);
    expect(traffic.rest).toStrictEqual(['Upsert 200', 'Scroll 200']);
  });

  it('costs the shortcut a while, after which its server must prove itself again', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const traffic = await start();
    const collection = await docs(traffic);
    await collection.upsert(records(3));
    traffic.emulator.faults.failNext('drop', 1, /Points.Scroll/);
    const read = async (): Promise<number> => (await collection.scan(everything)).records.length;
    expect(await read()).toBe(3);
    expect(await read()).toBe(3);
    expect(traffic.rest).toStrictEqual(['Scroll 200', 'Scroll 200']);
    vi.advanceTimersByTime(1001);
    traffic.grpc.length = 0;
    expect(await read()).toBe(3);
    expect(traffic.grpc).toStrictEqual(['CollectionClusterInfo 0', 'Scroll 0']);
    expect(traffic.rest).toHaveLength(2);
  });

  it('is worth another try later where the server says so, with its own waiting time', async () => {
    const traffic = await start();
    const collection = await docs(traffic);
    traffic.emulator.faults.retryAfterSeconds = 37;
    traffic.emulator.faults.failNext('throttle', 1, /qdrant.Points/);
    expect(await failure(collection.upsert(records(1)))).toMatchObject({
      status: 429,
      retryable: true,
      retryAfterMs: 37_000,
    });
    expect(traffic.rest).toStrictEqual([]);
  });

  it('is an error where there is no answer in time, and ABORTED where the caller stopped it', async () => {
    const traffic = await start();
    const [quick, patient] = [await docs(traffic, { timeoutMs: 200 }), await docs(traffic)];
    traffic.emulator.faults.latencyMs = 5000;
    for (const call of [() => quick.scan(everything), () => quick.upsert(records(1))]) {
      const error = await failure(call());
      expect(error).toMatchObject({ retryable: true, message: expect.stringContaining('no answer in time') });
    }
    const stop = new AbortController();
    const running = failure(patient.upsert(records(1), { signal: stop.signal }));
    stop.abort(new Error('enough'));
    expect(await running).toMatchObject({ code: 'ABORTED', cause: { message: 'enough' } });
  });

  it('never shows the key', async () => {
    const traffic = await start({ apiKey: 'a-secret' });
    const grpcPort = Number(new URL(traffic.emulator.url).port) + 1;
    const collection = await docs(traffic, { apiKey: 'a-secret', grpcPort });
    traffic.emulator.faults.failNext('throttle', 1, /qdrant.Points/);
    const error = await failure(collection.upsert(records(1)));
    expect(error.message).toContain('Rate limiting');
    expect(JSON.stringify([error.message, String(error.cause)])).not.toContain('a-secret');
    expect(await collection.upsert(records(1))).toMatchObject({ accepted: 1 });
  });

  it('leaves a server that wants a key alone, unless its port is given', async () => {
    const traffic = await start({ apiKey: 'a-secret' });
    const collection = await docs(traffic, { apiKey: 'a-secret' });
    expect(await collection.upsert(records(1))).toMatchObject({ accepted: 1 });
    expect(traffic).toMatchObject({ grpc: ['CollectionClusterInfo 7'], rest: ['Upsert 200'] });
  });
});
