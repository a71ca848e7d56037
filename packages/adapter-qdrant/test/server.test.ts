import { Float, type CollectionV1, type RemoteError, type VectorRecord, type VectorStoreV1 } from '@vsm/core/adapter';
import { startQdrantEmulator, type QdrantEmulator, type QdrantEmulatorOptions } from '@vsm/emulator-qdrant';
import { VectorStoreMigrator } from '@vsm/core';
import { createQdrant, openLocation, type QdrantOptions } from '@vsm/adapter-qdrant';
import { afterEach, describe, expect, it, vi } from 'vitest';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const one of open.splice(0).toReversed()) await one.close();
});

async function start(options: QdrantEmulatorOptions = {}): Promise<QdrantEmulator> {
  const emulator = await startQdrantEmulator(options);
  open.push(emulator);
  return emulator;
}

function connect({ url }: { readonly url: string }, options: QdrantOptions = {}): VectorStoreV1 {
  const store = createQdrant({ url, ...options });
  open.push(store);
  return store;
}

async function request(emulator: QdrantEmulator, method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(emulator.url + path, { method, body: body === undefined ? null : JSON.stringify(body) });
  const { result, status } = (await answer.json()) as { readonly result: unknown; readonly status: unknown };
  expect(status).toBe('ok');
  return result;
}

async function docs(store: VectorStoreV1, dimension = 2): Promise<CollectionV1> {
  await store.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension, metric: 'dot' } } });
  return store.openCollection('docs');
}

const record = (id: number | string, changes: Partial<VectorRecord> = {}): VectorRecord => ({
  id: String(id),
  vectors: { '': [1, 2] },
  metadata: { n: Number(id) },
  ...changes,
});
const records = (count: number): VectorRecord[] => Array.from({ length: count }, (_, at) => record(at + 1));

async function readAll(collection: CollectionV1, limit = 100): Promise<VectorRecord[]> {
  const found: VectorRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await collection.scan({ limit, include: ['vectors', 'metadata'], cursor });
    found.push(...page.records);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

describe('a collection created from a description', () => {
  it('has an equal config, with everything that Qdrant can be told', async () => {
    const [emulator, other] = [await start(), await start()];
    await request(emulator, 'PUT', '/collections/source', {
      vectors: {
        title: {
          size: 3,
          distance: 'Cosine',
          datatype: 'float16',
          on_disk: true,
          hnsw_config: { m: 8, on_disk: true },
          quantization_config: { scalar: { type: 'int8', quantile: 0.99, always_ram: true } },
        },
        tokens: { size: 4, distance: 'Dot', multivector_config: { comparator: 'max_sim' } },
        bytes: { size: 5, distance: 'Manhattan', datatype: 'uint8' },
      },
      sparse_vectors: { bm25: { modifier: 'idf' }, splade: { index: { on_disk: true, full_scan_threshold: 500 } } },
      shard_number: 3,
      replication_factor: 2,
      write_consistency_factor: 2,
      on_disk_payload: false,
      hnsw_config: { m: 24, payload_m: 12 },
      wal_config: { wal_capacity_mb: 64 },
      optimizers_config: { indexing_threshold: 5000, default_segment_number: 4 },
      quantization_config: { product: { compression: 'x16' } },
      strict_mode_config: { enabled: true, upsert_max_batchsize: 100 },
      metadata: { owner: 'team', nothing: null },
    });
    const text = { type: 'text', tokenizer: 'prefix', min_token_len: 2, lowercase: true };
    const integer = { type: 'integer', lookup: false, range: true, is_principal: true };
    for (const [field_name, field_schema] of Object.entries({
      tag: 'keyword',
      'a.b': 'float',
      '"with.dot"': 'bool',
      text,
      n: integer,
      when: 'datetime',
      place: 'geo',
      uid: { type: 'uuid', is_tenant: true },
    })) {
      await request(emulator, 'PUT', '/collections/source/index', { field_name, field_schema });
    }
    const described = await (await connect(emulator).openCollection('source')).describe();
    expect(described).toMatchObject({
      vectors: {
        title: { kind: 'dense', dimension: 3, metric: 'cosine', datatype: 'float16' },
        tokens: { kind: 'multi', dimension: 4, metric: 'dot' },
        bytes: { kind: 'dense', dimension: 5, metric: 'manhattan', datatype: 'uint8' },
        bm25: { kind: 'sparse', modifier: 'idf' },
        splade: { kind: 'sparse' },
      },
    });
    // Through JSON, as a plan goes.
    const schema = { ...(JSON.parse(JSON.stringify(described)) as typeof described), name: 'target' };
    expect(await connect(other).createCollection(schema)).toStrictEqual([]);
    const [before, after] = (await Promise.all([
      request(emulator, 'GET', '/collections/source'),
      request(other, 'GET', '/collections/target'),
    ])) as { config: unknown; payload_schema: unknown }[];
    expect(after?.config).toStrictEqual(before?.config);
    expect(after?.payload_schema).toStrictEqual(before?.payload_schema);
  });

  it('leaves nothing behind where it could not be finished', async () => {
    const emulator = await start();
    const store = connect(emulator);
    emulator.faults.failNext('error', 1, /^PUT .*\/index/);
    const schema = {
      name: 'docs',
      vectors: { '': { kind: 'dense', dimension: 2, metric: 'dot' } as const },
      indexes: [{ path: 'tag', type: 'keyword' } as const],
    };
    await expect(store.createCollection(schema)).rejects.toMatchObject({ code: 'REMOTE_FAILED', status: 500 });
    expect(await store.listCollections()).toStrictEqual([]);
    expect(await store.createCollection(schema)).toStrictEqual([]);
  });

  it('needs a dimension and a metric', async () => {
    const store = connect(await start());
    for (const vector of [{ kind: 'dense', metric: 'dot' } as const, { kind: 'dense', dimension: 2 } as const]) {
      const created = store.createCollection({ name: 'docs', vectors: { '': vector } });
      await expect(created).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
    }
  });
});

describe('aliases', () => {
  it('resolve to the collection, and are listed with it', async () => {
    const emulator = await start();
    const store = connect(emulator);
    await (await docs(store)).upsert(records(1));
    const actions = ['now', 'always'].map((alias_name) => ({ create_alias: { collection_name: 'docs', alias_name } }));
    await request(emulator, 'POST', '/collections/aliases', { actions });
    const opened = await store.openCollection('now');
    expect(opened.name).toBe('docs');
    expect((await opened.describe()).aliases).toStrictEqual(['always', 'now']);
    expect(await store.listCollections()).toStrictEqual(['docs']);
  });
});

describe('partitions', () => {
  const mixed = [
    ...Array.from({ length: 60 }, (_, at) => String(at * 7)),
    '9007199254740993',
    '18446744073709551615',
    ...Array.from({ length: 60 }, () => crypto.randomUUID()),
  ];
  it.each([
    ['1.18.3', 'integers', mixed.slice(0, 62)],
    ['1.18.3', 'UUIDs', mixed.slice(62)],
    ['1.18.3', 'both', mixed],
    ['1.19.0', 'integers', mixed.slice(0, 62)],
    ['1.19.0', 'UUIDs', mixed.slice(62)],
    ['1.19.0', 'both', mixed],
  ])('in %s are disjoint and cover %s', async (version, _what, ids) => {
    const emulator = await start({ version });
    const collection = await docs(connect(emulator));
    await collection.upsert(ids.map((id) => record(id, { metadata: {} })));
    await collection.flush?.();
    const partitions = (await collection.partition?.(5)) ?? [];
    expect(partitions.length).toBeGreaterThanOrEqual(5);
    // From another process: only what went through JSON.
    const again = await connect(emulator).openCollection('docs');
    const found: string[] = [];
    for (const partition of JSON.parse(JSON.stringify(partitions)) as typeof partitions) {
      let cursor: string | undefined;
      do {
        const page = await again.scan({ limit: 7, include: [], partition, cursor });
        found.push(...page.records.map(({ id }) => id));
        cursor = page.cursor ?? undefined;
      } while (cursor !== undefined);
    }
    expect(found.toSorted()).toStrictEqual(ids.toSorted());
  });
});

describe('custom shard keys', () => {
  it.each([false, true])(
    'are each read, carried in the metadata, and created and written again: gRPC %s',
    async (grpc) => {
      const [emulator, other] = [await start({ distributed: true, grpc }), await start({ distributed: true, grpc })];
      await request(emulator, 'PUT', '/collections/docs', {
        vectors: { size: 2, distance: 'Dot' },
        sharding_method: 'custom',
      });
      for (const key of ['a', 'b', 7]) {
        await request(emulator, 'PUT', '/collections/docs/shards', { shard_key: key });
        const points = [1, key === 7 ? 2 : 3].map((id) => ({ id, vector: [1, 2], payload: { of: key } }));
        await request(emulator, 'PUT', '/collections/docs/points?wait=true', { points, shard_key: key });
      }
      const source = await connect(emulator).openCollection('docs');
      const described = await source.describe();
      expect(described.restrictions?.['namespaces']).toContain('a, b, 7');
      expect(await source.count()).toStrictEqual({ value: 6, exact: true });
      const keyOf = ({ id, metadata }: VectorRecord): string => `${id} of ${JSON.stringify(metadata['__shard_key'])}`;
      const expected = ['1 of "a"', '1 of "b"', '1 of 7', '2 of 7', '3 of "a"', '3 of "b"'];
      const found = await readAll(source, 1);
      expect(found.map(keyOf).toSorted()).toStrictEqual(expected);

      const target = connect(other);
      await target.createCollection(described);
      const copy = await target.openCollection('docs');
      // An id comes once in a call of upsert.
      for (const one of found) expect(await copy.upsert([one])).toStrictEqual({ accepted: 1, rejected: [] });
      await copy.flush?.();
      expect((await readAll(copy)).map(keyOf).toSorted()).toStrictEqual(expected);
      expect((await copy.upsert([record(9)])).rejected).toMatchObject([{ id: '9', reason: 'refused' }]);
      await copy.delete(['1']);
      expect((await copy.count()).value).toBe(3);
    },
  );
});

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

describe('errors', () => {
  const failure = async (action: Promise<unknown>): Promise<RemoteError> =>
    action.then(
      () => expect.fail('it went through'),
      (error: unknown) => error as RemoteError,
    );

  it('carry the whole Retry-After, in seconds and as a date, up to the bound', async () => {
    const emulator = await start();
    const collection = await docs(connect(emulator));
    await collection.upsert(records(1));
    emulator.faults.retryAfterSeconds = 37;
    emulator.faults.failNext('throttle', 4);
    for (const call of [
      () => collection.upsert(records(1)),
      () => collection.scan({ limit: 1, include: [] }),
      () => collection.fetch(['1']),
      () => collection.count(),
    ]) {
      expect(await failure(call())).toMatchObject({ status: 429, retryable: true, retryAfterMs: 37_000 });
    }
    for (const far of [86_400, 'Fri, 31 Dec 2100 23:59:59 GMT']) {
      emulator.faults.retryAfterSeconds = far;
      emulator.faults.failNext('throttle');
      expect(await failure(collection.count())).toMatchObject({ retryAfterMs: 600_000 });
    }
  });

  it('are worth another try where the connection was dropped, cut or too slow', async () => {
    const emulator = await start();
    const patient = await docs(connect(emulator));
    await patient.upsert(records(1));
    const callsOf = (collection: CollectionV1): (() => Promise<unknown>)[] => [
      () => collection.upsert(records(1)),
      () => collection.scan({ limit: 1, include: [] }),
      () => collection.count(),
      () => collection.describe(),
    ];
    for (const fault of ['drop', 'cut', 'error'] as const) {
      for (const call of callsOf(patient)) {
        emulator.faults.failNext(fault);
        expect(await failure(call())).toMatchObject({ code: 'REMOTE_FAILED', retryable: true });
      }
    }
    // Only what is meant to be too slow has little time: the other calls would not have it on a busy machine either.
    const hurried = callsOf(await connect(emulator, { timeoutMs: 1000 }).openCollection('docs'));
    emulator.faults.latencyMs = 60_000;
    for (const error of await Promise.all(hurried.map((call) => failure(call())))) {
      expect(error).toMatchObject({ retryable: true, message: expect.stringContaining('no answer in time') });
    }
  });

  it('are ABORTED where the caller stopped a call under way', async () => {
    const emulator = await start();
    const collection = await docs(connect(emulator));
    emulator.faults.latencyMs = 60_000;
    for (const call of [
      (signal: AbortSignal) => collection.upsert(records(1), { signal }),
      (signal: AbortSignal) => collection.scan({ limit: 1, include: [] }, { signal }),
      (signal: AbortSignal) => collection.count({}, { signal }),
    ]) {
      const stop = new AbortController();
      const running = failure(call(stop.signal));
      stop.abort(new Error('enough'));
      expect(await running).toMatchObject({ code: 'ABORTED', cause: { message: 'enough' } });
    }
  });

  it('say what a key lacks, and never the key', async () => {
    const emulator = await start({ apiKey: 'full-secret', readOnlyApiKey: 'read-secret' });
    const reader = connect(emulator, { apiKey: 'read-secret' });
    await connect(emulator, { apiKey: 'full-secret' }).createCollection({
      name: 'docs',
      vectors: { '': { kind: 'dense', dimension: 2, metric: 'dot' } },
    });
    const collection = await reader.openCollection('docs');
    for (const call of [() => collection.upsert(records(1)), () => reader.dropCollection?.('docs')]) {
      expect(await failure(Promise.resolve(call()))).toMatchObject({
        code: 'UNAUTHORIZED',
        message: expect.stringContaining('lacks this right'),
      });
    }
    const stranger = connect(emulator, { apiKey: 'wrong-secret' });
    const error = await failure(stranger.listCollections());
    expect(error).toMatchObject({ code: 'UNAUTHORIZED', message: expect.stringContaining('QDRANT_API_KEY') });
    expect(JSON.stringify([error.message, stranger.location])).not.toContain('secret');
  });

  it('are none of the console’s business', async () => {
    const calls = (['log', 'warn', 'error'] as const).map((method) => vi.spyOn(console, method));
    const emulator = await start({ apiKey: 'key', version: '1.3.0' });
    await connect(emulator, { apiKey: 'key' }).listCollections();
    for (const call of calls) expect(call).not.toHaveBeenCalled();
  });
});

describe('options', () => {
  it.each<[QdrantOptions, string]>([
    [{}, 'http://localhost:6333'],
    [{ url: 'https://qdrant.example' }, 'https://qdrant.example:6333'],
    [{ url: 'http://user:word@a' }, 'http://a:6333'],
    [{ url: 'https://qdrant.example:443/behind/proxy/' }, 'https://qdrant.example:443/behind/proxy'],
    [{ url: 'http://[::1]:7000' }, 'http://[::1]:7000'],
    [{ host: 'db', port: 80, https: true, prefix: '/q/' }, 'https://db:80/q'],
  ])('%j lead to %s', (options, location) => {
    expect(createQdrant(options).location).toBe(location);
  });

  it.each<[QdrantOptions, string]>([
    [{ url: 'http://a', host: 'b' }, 'not both'],
    [{ url: 'ftp://a' }, 'must be like'],
    [{ url: 'http://user:w%ord@a' }, 'percent-encoded'],
    [{ url: 'http://a/b', prefix: 'c' }, 'prefix'],
    [{ port: 0 }, 'port of 0'],
    [{ timeoutMs: 0 }, 'timeoutMs'],
    [{ documentKey: '' }, 'documentKey'],
  ])('%j are refused', (options, message) => {
    expect(() => createQdrant(options)).toThrow(message);
  });

  it('take the key from the environment, and a prefix on every call', async () => {
    vi.stubEnv('QDRANT_API_KEY', 'from-the-environment');
    const emulator = await start({ apiKey: 'from-the-environment' });
    const store = connect(emulator);
    vi.unstubAllEnvs();
    expect(await store.listCollections()).toStrictEqual([]);
    const urls: string[] = [];
    emulator.onRequest = ({ url }) => urls.push(url);
    const behind = connect(emulator, { prefix: 'proxy', apiKey: 'from-the-environment' });
    await expect(behind.listCollections()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(urls).toStrictEqual(['/proxy/collections']);
  });

  it('name the field of the document, or turn it off', async () => {
    const emulator = await start();
    await (await docs(connect(emulator))).upsert([record(1, { document: 'text', metadata: { body: 'other' } })]);
    const read = async (documentKey: string | false): Promise<unknown> =>
      readAll(await connect(emulator, { documentKey }).openCollection('docs'));
    expect(await read('body')).toMatchObject([{ document: 'other', metadata: { document: 'text' } }]);
    expect(await read(false)).toMatchObject([{ metadata: { document: 'text', body: 'other' } }]);
  });

  it('leave what is no text in the field of the document as it is, from Qdrant to Qdrant', async () => {
    const [from, to] = [await start(), await start()];
    await docs(connect(from));
    const points = [null, { a: 1 }, 5, 'text'].map((value, id) => ({
      id,
      vector: [1, 2],
      payload: { document: value },
    }));
    await request(from, 'PUT', '/collections/docs/points?wait=true', { points });
    const migrator = new VectorStoreMigrator({ source: connect(from), target: connect(to), checkpoints: false });
    expect(await migrator.migrate({ sourceCollection: 'docs' })).toMatchObject({ success: true });
    const page = await request(to, 'POST', '/collections/docs/points/scroll', { with_vector: true });
    expect(page).toStrictEqual({ points, next_page_offset: null });
  });

  it.each([
    ['qdrant://host:7000/my%20docs', 'http://host:7000', 'my docs'],
    ['qdrant+https://host/docs?prefix=p', 'https://host:6333/p', 'docs'],
    ['qdrant://host', 'http://host:6333', undefined],
  ])('come from the location %s', (location, where, collection) => {
    const opened = openLocation(location);
    expect([opened.store.location, opened.collection]).toStrictEqual([where, collection]);
  });
});

describe('the figures of a collection', () => {
  it('are asked for four at a time', async () => {
    const emulator = await start({ faults: { latencyMs: 20 } });
    const collection = await docs(connect(emulator));
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    const metadata = Object.fromEntries(keys.map((key) => [key, 1]));
    await collection.upsert(records(3).map((one) => ({ ...one, metadata })));
    await collection.flush?.();
    let [now, most] = [0, 0];
    const isCount = ({ url }: { readonly url: string }): boolean => url.endsWith('/points/count');
    emulator.onArrival = (call) => {
      if (isCount(call)) most = Math.max(most, (now += 1));
    };
    emulator.onRequest = (call) => {
      if (isCount(call)) now -= 1;
    };
    const witness = await collection.witnessValues?.({ keys });
    expect(witness?.figures).toHaveLength(1 + keys.length + 1);
    expect(witness?.figures.filter(({ value }) => value === 3)).toHaveLength(1 + keys.length);
    expect(most).toBe(4);
  });
});
