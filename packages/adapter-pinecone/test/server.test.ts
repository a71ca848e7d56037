import { VsmError, type CollectionSchema, type CollectionV1, type VectorRecord } from '@vsm/core/adapter';
import { startPineconeEmulator, type PineconeEmulator, type PineconeEmulatorOptions } from '@vsm/emulator-pinecone';
import { createPinecone, type PineconeOptions } from '@vsm/adapter-pinecone';
import { afterEach, describe, expect, it } from 'vitest';

const apiKey = 'a-secret-that-must-not-show';
const emulators: PineconeEmulator[] = [];
afterEach(async () => {
  for (const emulator of emulators.splice(0)) await emulator.close();
});

async function start(options: PineconeEmulatorOptions = {}): Promise<PineconeEmulator> {
  const emulator = await startPineconeEmulator({
    readyAfterMs: 0,
    ...options,
    faults: { writeLagMs: 0, ...options.faults },
  });
  emulators.push(emulator);
  return emulator;
}

const DENSE: CollectionSchema['vectors'] = { '': { kind: 'dense', dimension: 2, metric: 'cosine' } };
const HYBRID: CollectionSchema['vectors'] = {
  '': { kind: 'dense', dimension: 2, metric: 'dot' },
  keywords: { kind: 'sparse' },
};

async function create(
  emulator: PineconeEmulator,
  vectors: CollectionSchema['vectors'] = DENSE,
  options: PineconeOptions = {},
): Promise<CollectionV1> {
  const store = createPinecone({ controllerHost: emulator.url, apiKey, ...options });
  await store.createCollection({ name: 'docs', vectors });
  return store.openCollection('docs');
}

const record = (id: string, more: Partial<VectorRecord> = {}): VectorRecord => ({
  id,
  vectors: { '': [1, 2] },
  metadata: {},
  ...more,
});
/** Into all directions, with components that float32 and decimals both hold exactly. */
const many = (count: number, idOf: (at: number) => string): VectorRecord[] =>
  Array.from({ length: count }, (_, at) => {
    const vector = [Math.sin(at), Math.cos(at)].map((value) => Math.round(value * 64) / 64);
    return record(idOf(at), { vectors: { '': vector }, metadata: { at } });
  });

async function readAll(collection: CollectionV1, request: object = {}): Promise<VectorRecord[]> {
  const found: VectorRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await collection.scan({ limit: 500, include: ['vectors', 'metadata'], ...request, cursor });
    found.push(...page.records);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

const errorOf = async (action: Promise<unknown>): Promise<VsmError & Record<string, unknown>> => {
  const error: unknown = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!VsmError.isInstance(error)) throw new Error(`expected a VsmError, but got ${String(error)}`);
  return error as VsmError & Record<string, unknown>;
};

describe('records', () => {
  it('are two where one id is in two namespaces', async () => {
    const collection = await create(await start());
    const records = [
      record('a', { metadata: { in: 'default' }, document: 'first' }),
      record('a', { namespace: 'red', vectors: { '': [3, 4] }, metadata: { in: 'red' } }),
    ];
    expect(await collection.upsert(records)).toEqual({ accepted: 2, rejected: [] });
    expect(await readAll(collection)).toEqual(records);
    expect(await collection.listNamespaces?.()).toEqual(['', 'red']);
    expect(await collection.fetch(['a'], { namespace: 'red' })).toEqual([records[1]]);
    await collection.delete(['a'], { namespace: 'red' });
    await expect.poll(() => readAll(collection)).toEqual([records[0]]);
  });

  it('keep a dense and a sparse vector each, under the name that the index was created with', async () => {
    const emulator = await start();
    const collection = await create(emulator, HYBRID);
    const sparse = { indices: [7, 3], values: [0.5, 2] };
    const records = [record('a', { vectors: { '': [1, 0], keywords: sparse } }), record('b')];
    expect(await collection.upsert(records)).toEqual({ accepted: 2, rejected: [] });
    const again = await createPinecone({ controllerHost: emulator.url, apiKey }).openCollection('docs');
    expect((await again.describe()).vectors).toEqual(HYBRID);
    await expect.poll(() => readAll(again)).toEqual(records);
    const found = await again.query({ vector: { indices: [3], values: [1] }, using: 'keywords', topK: 1 });
    expect(found).toEqual([{ id: 'a', score: 2 }]);
  });

  it('say themselves whether there is a sparse vector where the index was made by others', async () => {
    const emulator = await start();
    const fields = { _values: { type: 'dense_vector', dimension: 2, metric: 'dotproduct' } };
    await post(`${emulator.url}/indexes`, { name: 'docs', schema: { fields } });
    const open = (): Promise<CollectionV1> =>
      createPinecone({ controllerHost: emulator.url, apiKey, sparseName: 'splade' }).openCollection('docs');
    // Empty, it could hold both; with dense records alone, it is a dense one; with sparse values among them, it is a hybrid.
    expect(Object.keys((await (await open()).describe()).vectors)).toEqual(['', 'splade']);
    await post(`${emulator.url}/hosts/docs/vectors/upsert`, { vectors: [{ id: 'a', values: [1, 2] }] });
    expect(Object.keys((await (await open()).describe()).vectors)).toEqual(['']);
    const sparseValues = { indices: [1], values: [1] };
    await post(`${emulator.url}/hosts/docs/vectors/upsert`, { vectors: [{ id: 'b', values: [1, 2], sparseValues }] });
    expect(Object.keys((await (await open()).describe()).vectors)).toEqual(['', 'splade']);
    expect((await (await open()).fetch(['b']))[0]?.vectors['splade']).toEqual(sparseValues);
  });

  it('that the service refuses are named, and the others of the batch land', async () => {
    const collection = await create(await start());
    const bad = [
      record('tiny', { vectors: { '': [1e-9, -1e-9] } }),
      record('long document', { document: 'x'.repeat(41_000) }),
      record('é'.repeat(100)),
    ];
    const good = many(20, (at) => `good-${at}`);
    const result = await collection.upsert([...good.slice(0, 7), ...bad, ...good.slice(7)]);
    expect(result.accepted).toBe(20);
    expect(result.rejected.map(({ id, reason }) => [id, reason])).toEqual([
      ['long document', 'too-large'],
      ['é'.repeat(100), 'invalid-id'],
      ['tiny', 'refused'],
    ]);
    await expect.poll(async () => (await readAll(collection)).length).toBe(20);
  });

  it('go out in requests of at most 2 MB and 1000 records', async () => {
    const emulator = await start();
    const collection = await create(emulator);
    const sizes: number[] = [];
    emulator.onRequest = ({ url, bytes, body }) => {
      if (!url.endsWith('/upsert')) return;
      expect(bytes).toBeLessThanOrEqual(2_000_000);
      sizes.push((JSON.parse(body) as { vectors: unknown[] }).vectors.length);
    };
    const records = many(2200, (at) => `r${at}`).map((one, at) =>
      at < 200 ? { ...one, document: 'x'.repeat(30_000) } : one,
    );
    expect((await collection.upsert(records)).accepted).toBe(2200);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(2200);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1000);
    expect(sizes.length).toBeGreaterThanOrEqual(6);
  });
});

describe('scan', () => {
  it('fetches one page of ids while the next is listed, also across calls', async () => {
    const emulator = await start();
    const collection = await create(emulator);
    await collection.upsert(many(1000, (at) => `r${at}`));
    await expect.poll(async () => (await collection.count()).value).toBe(1000);
    const running = { list: 0, fetch: 0 };
    let together = 0;
    const kindOf = (url: string): 'list' | 'fetch' | undefined =>
      url.includes('/vectors/list') ? 'list' : url.includes('/vectors/fetch') ? 'fetch' : undefined;
    emulator.onArrival = ({ url }) => {
      const kind = kindOf(url);
      if (kind === undefined) return;
      running[kind] += 1;
      if (running.list > 0 && running.fetch > 0) together += 1;
    };
    emulator.onRequest = ({ url }) => {
      const kind = kindOf(url);
      if (kind !== undefined) running[kind] -= 1;
    };
    emulator.faults.latencyMs = 20;
    // Ten pages of ids: nine can be listed while the one before is fetched.
    for (const limit of [1000, 100]) {
      together = 0;
      expect(await readAll(collection, { limit })).toHaveLength(1000);
      expect(together).toBeGreaterThanOrEqual(8);
    }
  });

  it('gives what it has when a request fails midway, and goes on from there', async () => {
    const emulator = await start();
    const collection = await create(emulator);
    await collection.upsert(many(500, (at) => `r${at}`));
    await expect.poll(async () => (await collection.count()).value).toBe(500);
    const all = { limit: 500, include: ['metadata'] } as const;
    let fetches = 0;
    emulator.onArrival = ({ url }) => {
      if (!url.includes('/vectors/fetch')) return;
      fetches += 1;
      if (fetches === 3) emulator.faults.failNext('throttle', 1, /fetch/);
    };
    const first = await collection.scan(all);
    expect(first.records.length).toBeLessThan(500);
    expect(first.cursor).not.toBeNull();
    const rest = await readAll(collection, { ...all, cursor: first.cursor ?? undefined });
    emulator.onArrival = undefined;
    emulator.faults.failNext('error', 1, /list/);
    expect(await errorOf(collection.scan(all))).toMatchObject({ code: 'REMOTE_FAILED', status: 500, retryable: true });
    expect(rest.length).toBeGreaterThan(0);
  });

  it.each([
    ['UUIDs', () => crypto.randomUUID()],
    ['numbered ids', (at: number) => `record-${at.toString().padStart(6, '0')}`],
    // Some are the beginning of others, and some lie far from all others.
    ['ids within ids', (at: number) => ['Z', '~', '\x01', 'x', '__vsm:'][at] ?? `x${at}`],
  ])('splits a namespace of %s into parts without holes or overlaps', async (_what, idOf) => {
    const emulator = await start();
    const collection = await create(emulator);
    const records = [...many(5000, idOf), record('only', { namespace: 'small' })];
    for (let at = 0; at < records.length; at += 1000) await collection.upsert(records.slice(at, at + 1000));
    await expect.poll(async () => (await collection.count()).value).toBe(5001);
    const partitions = (await collection.partition?.(4)) ?? [];
    const large = partitions.filter(({ namespace }) => namespace === '');
    expect(large.length).toBeGreaterThan(3);
    expect(partitions.filter(({ namespace }) => namespace === 'small')).toHaveLength(1);
    const found: VectorRecord[] = [];
    const sizes: number[] = [];
    for (const partition of partitions) {
      const part = await readAll(collection, {
        partition: JSON.parse(JSON.stringify(partition)),
        include: ['metadata'],
      });
      sizes.push(part.length);
      found.push(...part);
    }
    expect(found).toHaveLength(5001);
    const keys = new Set(found.map(({ id, namespace = '' }) => `${namespace}/${id}`));
    expect(keys).toEqual(new Set(records.map(({ id, namespace = '' }) => `${namespace}/${id}`)));
    expect(Math.max(...sizes)).toBeLessThan(2600);
  });

  it('reads namespace after namespace from one cursor, in a new process too', async () => {
    const emulator = await start();
    const collection = await create(emulator);
    const records = ['', 'a', 'b/c', 'é'].flatMap((namespace) =>
      many(3, (at) => `r${at}`).map((one) => (namespace === '' ? one : { ...one, namespace })),
    );
    await collection.upsert(records);
    await expect.poll(async () => (await collection.count()).value).toBe(12);
    const found: VectorRecord[] = [];
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const fresh = await createPinecone({ controllerHost: emulator.url, apiKey }).openCollection('docs');
      const page = await fresh.scan({ limit: 5, include: ['vectors', 'metadata'], cursor });
      found.push(...page.records);
      cursor = page.cursor;
    }
    const byKey = (all: readonly VectorRecord[]): unknown =>
      new Map(all.map((one) => [`${one.namespace ?? ''}/${one.id}`, one]));
    expect(found).toHaveLength(12);
    expect(byKey(found)).toEqual(byKey(records));
  });
});

describe('flush', () => {
  it('returns once every accepted write can be read', async () => {
    const emulator = await start({ faults: { writeLagMs: 150 } });
    const collection = await create(emulator);
    await collection.upsert([record('a'), record('b', { namespace: 'red' })]);
    expect(await collection.fetch(['a'])).toEqual([]);
    await collection.flush?.();
    expect(await readAll(collection)).toHaveLength(2);
    await collection.delete(['a']);
    await collection.flush?.();
    expect(await readAll(collection)).toHaveLength(1);
  });

  it('gives up within its bound, and says what is missing', async () => {
    const emulator = await start({ faults: { writeLagMs: 60_000 } });
    const collection = await create(emulator, DENSE, { flushTimeoutMs: 100 });
    await collection.upsert([record('a')]);
    const error = await errorOf(collection.flush?.() ?? Promise.resolve());
    expect(error).toMatchObject({ code: 'REMOTE_FAILED', retryable: true });
    expect(error.message).toMatch(/accepted, but cannot be read yet.*stands at 0 of 1/);
  });
});

describe('indexes', () => {
  it('are waited for until they are ready, and no longer than the caller wants', async () => {
    const emulator = await start({ readyAfterMs: 120 });
    const collection = await create(emulator);
    expect(await collection.upsert([record('a')])).toEqual({ accepted: 1, rejected: [] });
    const never = await start({ readyAfterMs: 60_000 });
    const aborted = new AbortController();
    const store = createPinecone({ controllerHost: never.url, apiKey });
    const creating = errorOf(store.createCollection({ name: 'docs', vectors: DENSE }, { signal: aborted.signal }));
    await arrival(never, 'GET /indexes/docs');
    aborted.abort(new Error('enough'));
    expect(await creating).toMatchObject({ code: 'ABORTED' });
    const late = createPinecone({ controllerHost: never.url, apiKey, readyTimeoutMs: 60 });
    expect(await errorOf(late.openCollection('docs'))).toMatchObject({
      code: 'REMOTE_FAILED',
      message: expect.stringMatching(/still not ready after 60 ms \(state Initializing\)/),
    });
  });

  it('are described alike by old and new versions of the API', async () => {
    for (const apiVersion of ['2025-10', '2026-07']) {
      const emulator = await start({ apiVersion });
      const spec = { serverless: { cloud: 'gcp', region: 'europe-west4' } };
      const fields = { _values: { type: 'dense_vector', dimension: 2, metric: 'euclidean' } };
      const deployment = { deployment_type: 'managed', ...spec.serverless };
      const shapes = { dimension: 2, metric: 'euclidean', spec, schema: { fields }, deployment };
      await post(`${emulator.url}/indexes`, { name: 'docs', ...shapes });
      const collection = await createPinecone({ controllerHost: emulator.url, apiKey }).openCollection('docs');
      const described = await collection.describe();
      expect(described.vectors).toEqual({ '': { kind: 'dense', dimension: 2, metric: 'euclidean' } });
      expect(described.native).toEqual({ pinecone: { deployment } });
    }
  });

  it('of pods and of the documents API are refused, and say what to do', async () => {
    const emulator = await start();
    const old = { headers: { 'x-pinecone-api-version': '2025-10' } };
    await post(
      `${emulator.url}/indexes`,
      { name: 'pods', dimension: 2, spec: { pod: { environment: 'e', pod_type: 'p1.x1' } } },
      old,
    );
    const fields = { embedding: { type: 'dense_vector', dimension: 2, metric: 'cosine' } };
    await post(`${emulator.url}/indexes`, { name: 'documents', schema: { fields } });
    const store = createPinecone({ controllerHost: emulator.url, apiKey });
    expect(await errorOf(store.openCollection('pods'))).toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringMatching(/pod index.*serverless/),
    });
    expect(await errorOf(store.openCollection('documents'))).toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringMatching(/documents API/),
    });
  });

  it('can be reached by their host alone', async () => {
    const emulator = await start();
    await (await create(emulator)).upsert([record('a')]);
    const paths: string[] = [];
    emulator.onRequest = ({ url }) => paths.push(url);
    const collection = await createPinecone({ host: `${emulator.url}/hosts/docs`, apiKey }).openCollection('docs');
    await expect.poll(() => readAll(collection)).toEqual([record('a')]);
    expect((await collection.describe()).vectors).toEqual(DENSE);
    expect(paths.filter((path) => !path.startsWith('/hosts/docs/'))).toEqual([]);
  });
});

describe('errors', () => {
  it.each([
    ['37', 37_000, 37_000],
    ['0.5', 500, 500],
    // A date: how far off it is depends on when it is read.
    [new Date(Date.now() + 500_000).toUTCString(), 400_000, 500_000],
    ['Fri, 31 Dec 2100 23:59:59 GMT', 600_000, 600_000],
    ['86400', 600_000, 600_000],
  ])('carry the status and the Retry-After "%s" of a 429', async (header, least, most) => {
    const emulator = await start();
    const collection = await create(emulator);
    emulator.faults.retryAfterSeconds = header;
    emulator.faults.failNext('throttle', 1, /upsert/);
    const error = await errorOf(collection.upsert([record('a')]));
    expect(error).toMatchObject({ code: 'REMOTE_FAILED', status: 429, retryable: true });
    expect(error['retryAfterMs']).toBeGreaterThanOrEqual(least);
    expect(error['retryAfterMs']).toBeLessThanOrEqual(most);
  });

  it.each([
    [401, 'Invalid API Key', { code: 'UNAUTHORIZED', message: /PINECONE_API_KEY/ }],
    [402, 'Pay all past due invoices.', { code: 'REMOTE_FAILED', retryable: false, message: /payment due/ }],
    [
      403,
      'Increase your quota or upgrade to create more indexes.',
      { code: 'REMOTE_FAILED', retryable: false, message: /quota/ },
    ],
    [403, 'Project is in read-only mode.', { code: 'REMOTE_FAILED', retryable: false, message: /read-only or paused/ }],
    [403, 'This project is paused.', { code: 'REMOTE_FAILED', retryable: false, message: /read-only or paused/ }],
    [403, 'Forbidden', { code: 'UNAUTHORIZED', message: /lacks this right/ }],
    [429, 'Too many requests: 100 per second', { code: 'REMOTE_FAILED', retryable: true }],
    [
      429,
      "You've reached your write unit limit for the current month",
      { retryable: false, message: /quota of the plan/ },
    ],
    [404, 'Not here', { code: 'NOT_FOUND' }],
    [409, 'Name in use', { code: 'CONFLICT' }],
    [413, 'Too much', { code: 'REMOTE_FAILED', retryable: false, tooLarge: true }],
    [500, 'Oops', { code: 'REMOTE_FAILED', retryable: true }],
    [503, 'Busy', { code: 'REMOTE_FAILED', retryable: true }],
  ] as const)('of status %i, "%s", are told apart', async (status, message, expected) => {
    const emulator = await start();
    const collection = await create(emulator);
    emulator.faults.failNext({ status, message });
    const error = await errorOf(collection.fetch(['a']));
    expect(error).toMatchObject({
      ...expected,
      message: expect.stringMatching('message' in expected ? expected.message : /cannot fetch 1 records of "docs"/),
    });
    expect(error.message).toContain(message);
    expect(error.cause).toBeDefined();
    expect(JSON.stringify([error.message, String(error.cause)])).not.toContain(apiKey);
  });

  it.each(['drop', 'cut', 'error'] as const)(
    'of a connection that ends by "%s" are worth another try, which is not made here',
    async (fault) => {
      const emulator = await start();
      const collection = await create(emulator);
      const arrivals: string[] = [];
      emulator.onArrival = ({ url }) => arrivals.push(url);
      emulator.faults.failNext(fault);
      expect(await errorOf(collection.fetch(['a']))).toMatchObject({ code: 'REMOTE_FAILED', retryable: true });
      expect(arrivals).toHaveLength(1);
    },
  );

  it('of calls that take too long, or are aborted', async () => {
    const emulator = await start();
    await create(emulator);
    const impatient = createPinecone({ controllerHost: emulator.url, apiKey, timeoutMs: 50 });
    const collection = await createPinecone({ controllerHost: emulator.url, apiKey }).openCollection('docs');
    emulator.faults.latencyMs = 60_000;
    expect(await errorOf(impatient.listCollections())).toMatchObject({
      retryable: true,
      message: expect.stringMatching(/no answer in time/),
    });
    const aborted = new AbortController();
    const fetching = errorOf(collection.fetch(['a'], { signal: aborted.signal }));
    await arrival(emulator, 'GET /hosts/docs/vectors/fetch');
    aborted.abort();
    expect(await fetching).toMatchObject({ code: 'ABORTED' });
  });
});

async function post(url: string, body: object, init: { readonly headers?: object } = {}): Promise<void> {
  const headers = { 'api-key': apiKey, 'content-type': 'application/json', ...init.headers };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(answer.ok).toBe(true);
}

/** Resolves when such a request has arrived. */
function arrival(emulator: PineconeEmulator, beginning: string): Promise<void> {
  return new Promise((resolve) => {
    emulator.onArrival = ({ method, url }) => {
      if (`${method} ${url}`.startsWith(beginning)) resolve();
    };
  });
}
