import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startPineconeEmulator, type PineconeEmulator, type PineconeEmulatorOptions } from '../src/index.ts';

let emulator: PineconeEmulator;
const start = async (options: PineconeEmulatorOptions = {}): Promise<void> => {
  await emulator?.close();
  emulator = await startPineconeEmulator({ readyAfterMs: 0, ...options, faults: { writeLagMs: 0, ...options.faults } });
};
beforeEach(() => start());
afterEach(() => emulator.close());

interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

async function call(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Reply> {
  const answer = await fetch(emulator.url + path, {
    method,
    headers: { 'api-key': 'any', ...headers },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await answer.text();
  const json = answer.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
  return { status: answer.status, body: json ? JSON.parse(text) : text, headers: answer.headers };
}

const docs = (path: string): string => `/hosts/docs/${path}`;
const create = (metric = 'cosine'): Promise<Reply> =>
  call('POST', '/indexes', {
    name: 'docs',
    schema: { fields: { _values: { type: 'dense_vector', dimension: 2, metric } } },
  });
const upsert = (vectors: object[], namespace?: string): Promise<Reply> =>
  call('POST', docs('vectors/upsert'), { vectors, namespace });
const point = (id: string, more: object = {}): object => ({ id, values: [1, 2], ...more });
const list = async (query = ''): Promise<string[]> => {
  const { body } = await call('GET', docs(`vectors/list?${query}`));
  return (body as { vectors: { id: string }[] }).vectors.map(({ id }) => id);
};

describe('control plane', () => {
  it('creates, lists, describes and deletes an index, which is ready after a moment', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    await start({ readyAfterMs: 40 });
    expect((await create()).status).toBe(201);
    const described = async (): Promise<Record<string, object>> =>
      (await call('GET', '/indexes/docs')).body as Record<string, object>;
    expect(await described()).toMatchObject({
      name: 'docs',
      host: `${emulator.url}/hosts/docs`,
      deployment: { deployment_type: 'managed', cloud: 'aws', region: 'us-east-1' },
      schema: { fields: { _values: { dimension: 2, metric: 'cosine' }, _sparse_values: { type: 'sparse_vector' } } },
      status: { ready: false, state: 'Initializing' },
    });
    expect((await upsert([point('a')])).status).toBe(503);
    vi.advanceTimersByTime(40);
    expect(await described()).toMatchObject({ status: { ready: true, state: 'Ready' } });
    expect((await call('GET', '/indexes')).body).toMatchObject({ indexes: [{ name: 'docs' }] });
    expect((await create()).body).toStrictEqual({
      error: { code: 'ALREADY_EXISTS', message: 'Resource already exists.' },
      status: 409,
    });
    expect((await call('DELETE', '/indexes/docs')).status).toBe(202);
    expect((await call('GET', '/indexes/docs')).status).toBe(404);
  });

  it('speaks the older shape to older clients', async () => {
    const headers = { 'x-pinecone-api-version': '2025-10' };
    const spec = { serverless: { cloud: 'aws', region: 'us-east-1' } };
    await call('POST', '/indexes', { name: 'docs', dimension: 2, metric: 'dotproduct', spec }, headers);
    const { body } = await call('GET', '/indexes/docs', undefined, headers);
    expect(body).toMatchObject({ dimension: 2, metric: 'dotproduct', vector_type: 'dense', spec });
    expect(body).not.toHaveProperty('schema');
  });

  it('refuses a bad name, a bad metric, a wrong key, and to delete what is protected', async () => {
    const field = { type: 'dense_vector', dimension: 2, metric: 'cosine' };
    const attempt = async (name: string, metric: string): Promise<number> =>
      (await call('POST', '/indexes', { name, schema: { fields: { _values: { ...field, metric } } } })).status;
    expect(await attempt('Docs_1', 'cosine')).toBe(400);
    expect(await attempt('docs', 'manhattan')).toBe(400);
    const schema = { fields: { _values: field } };
    await call('POST', '/indexes', { name: 'kept', schema, deletion_protection: 'enabled' });
    expect((await call('DELETE', '/indexes/kept')).status).toBe(403);
    await start({ apiKey: 'right' });
    expect(await call('GET', '/indexes')).toMatchObject({ status: 401, body: 'Invalid API Key' });
  });
});

describe('data plane', () => {
  beforeEach(() => create());

  it('gives back what was written, numbers as doubles and vectors as float32', async () => {
    const metadata = { whole: 1, part: 0.1, text: 'é', flag: true, tags: ['a', 'b'] };
    expect((await upsert([point('a', { values: [0.1, -2], metadata })])).body).toStrictEqual({ upsertedCount: 1 });
    const { body } = await call('GET', docs('vectors/fetch?ids=a&ids=missing'));
    expect(body).toMatchObject({ vectors: { a: { id: 'a', values: [0.1, -2], metadata } }, namespace: '__default__' });
    expect(Object.keys((body as { vectors: object }).vectors)).toStrictEqual(['a']);
  });

  it('lists ids in the order of their bytes, by prefix and in pages', async () => {
    await upsert(['b', 'a', 'Z', 'a/1', 'a/2', 'a/3'].map((id) => point(id)));
    expect(await list()).toStrictEqual(['Z', 'a', 'a/1', 'a/2', 'a/3', 'b']);
    const first = (await call('GET', docs('vectors/list?prefix=a/&limit=2'))).body as { pagination: { next: string } };
    expect(await list(`prefix=a/&limit=2&paginationToken=${first.pagination.next}`)).toStrictEqual(['a/3']);
    expect((await call('GET', docs('vectors/list?limit=101'))).status).toBe(400);
  });

  it('keeps namespaces apart, and takes the default one by two names', async () => {
    await upsert([point('a', { metadata: { in: 'default' } })]);
    await upsert([point('a', { metadata: { in: 'red' } })], 'red');
    expect((await call('GET', docs('namespaces'))).body).toMatchObject({
      namespaces: [
        { name: '__default__', record_count: 1 },
        { name: 'red', record_count: 1 },
      ],
      total_count: 2,
    });
    const from = async (namespace: string): Promise<unknown> =>
      (await call('GET', docs(`vectors/fetch?ids=a&namespace=${namespace}`))).body;
    expect(await from('')).toMatchObject({ vectors: { a: { metadata: { in: 'default' } } } });
    expect(await from('__default__')).toMatchObject({ vectors: { a: { metadata: { in: 'default' } } } });
    expect(await from('red')).toMatchObject({ vectors: { a: { metadata: { in: 'red' } } } });
    await call('POST', docs('vectors/delete'), { ids: ['a'], namespace: 'red' });
    expect((await call('POST', docs('describe_index_stats'), {})).body).toMatchObject({
      namespaces: { __default__: { vectorCount: 1 } },
      totalVectorCount: 1,
      dimension: 2,
    });
  });

  it('shows a write late, and numbers writes so that readers know', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    await start({ faults: { writeLagMs: 60 } });
    await create();
    const lsn = (await upsert([point('a')])).headers.get('x-pinecone-request-lsn');
    expect(lsn).toBe('1');
    expect(await list()).toStrictEqual([]);
    vi.advanceTimersByTime(60);
    expect(await list()).toStrictEqual(['a']);
    const { headers } = await call('POST', docs('query'), { vector: [1, 1], topK: 1 });
    expect(headers.get('x-pinecone-max-indexed-lsn')).toBe('1');
  });

  it('finds the nearest, filtered by metadata', async () => {
    await upsert([
      point('a', { values: [1, 0], metadata: { year: 2020, tags: ['x', 'y'] } }),
      point('b', { values: [1, 1], metadata: { year: 2021 } }),
      point('c', { values: [0, 1] }),
    ]);
    const ids = async (more: object): Promise<string[]> => {
      const { body } = await call('POST', docs('query'), { vector: [1, 0.1], topK: 3, ...more });
      return (body as { matches: { id: string }[] }).matches.map(({ id }) => id);
    };
    expect(await ids({})).toStrictEqual(['a', 'b', 'c']);
    expect(await ids({ filter: { year: { $gt: 2020 } } })).toStrictEqual(['b']);
    expect(await ids({ filter: { tags: 'y' } })).toStrictEqual(['a']);
    expect(await ids({ filter: { $or: [{ year: 2021 }, { tags: { $in: ['x'] } }] } })).toStrictEqual(['a', 'b']);
    expect(await ids({ filter: { year: { $exists: false } } })).toStrictEqual(['c']);
  });

  it('takes sparse values with any metric, but searches by them with dotproduct alone', async () => {
    const sparseValues = { indices: [7, 3], values: [1, 2] };
    expect((await upsert([point('a', { sparseValues })])).status).toBe(200);
    const question = { vector: [1, 0], sparseVector: sparseValues, topK: 2 };
    expect((await call('POST', docs('query'), question)).status).toBe(400);
    await call('DELETE', '/indexes/docs');
    await create('dotproduct');
    await upsert([point('a', { sparseValues }), point('b', { values: [2, 0] })]);
    const { body } = await call('POST', docs('query'), question);
    expect(body).toMatchObject({
      matches: [
        { id: 'a', score: 6 },
        { id: 'b', score: 2 },
      ],
    });
  });

  it.each([
    ['a wrong dimension', { values: [1] }, /dimension 1 does not match the dimension of the index 2/],
    ['nothing but zeros', { values: [0, 1e-9] }, /at least one non-zero value/],
    ['null in metadata', { metadata: { gone: null } }, /got 'null' for field 'gone'/],
    ['nested metadata', { metadata: { deep: { a: 1 } } }, /field 'deep'/],
    ['a list of numbers', { metadata: { list: [1] } }, /field 'list'/],
    ['metadata over 40 KB', { metadata: { text: 'x'.repeat(41_000) } }, /exceeds the limit of 40960 bytes/],
    ['a key that is an operator', { metadata: { $eq: 1 } }, /must not begin with '\$'/],
    ['an id over 512 characters', { id: 'x'.repeat(513) }, /at most 512/],
    ['an id that is not ASCII', { id: 'é' }, /must be ASCII/],
    ['a sparse index twice', { sparseValues: { indices: [1, 1], values: [1, 1] } }, /occurs twice/],
    [
      'too many sparse values',
      { sparseValues: { indices: Array.from({ length: 1001 }, (_, at) => at), values: Array(1001).fill(1) } },
      /at most 1000/,
    ],
  ])('refuses %s, and writes nothing of the batch', async (_what, more, message) => {
    const refused = await upsert([point('good'), point('bad', more)]);
    expect(refused).toMatchObject({
      status: 400,
      body: { code: 3, message: expect.stringMatching(message), details: [] },
    });
    expect(await list()).toStrictEqual([]);
  });

  it('refuses more than 1000 records, 2 MB, and a long URL', async () => {
    expect((await upsert(Array.from({ length: 1001 }, (_, at) => point(String(at))))).status).toBe(400);
    const large = Array.from({ length: 60 }, (_, at) => point(String(at), { metadata: { text: 'x'.repeat(40_000) } }));
    expect((await upsert(large)).body).toMatchObject({
      message: expect.stringMatching(/maximum supported size of 2MB/),
    });
    expect((await call('GET', docs(`vectors/fetch?${'ids=x&'.repeat(2000)}`))).status).toBe(414);
  });
});

describe('faults', () => {
  it('throttles with a header, in the shape of the plane', async () => {
    emulator.faults.retryAfterSeconds = 37;
    emulator.faults.failNext('throttle', 2);
    const refused = await call('GET', '/indexes');
    expect([refused.status, refused.headers.get('retry-after')]).toStrictEqual([429, '37']);
    expect(refused.body).toMatchObject({ error: { code: 'RESOURCE_EXHAUSTED' } });
    expect((await upsert([])).body).toMatchObject({ code: 8 });
  });

  it('drops a request before it is carried out, and cuts one after', async () => {
    await create();
    emulator.faults.failNext('drop');
    await expect(upsert([point('a')])).rejects.toThrow('fetch failed');
    expect(await list()).toStrictEqual([]);
    emulator.faults.failNext('cut');
    await expect(upsert([point('a')])).rejects.toThrow('terminated');
    expect(await list()).toStrictEqual(['a']);
  });

  it('refuses with words of one’s own', async () => {
    emulator.faults.failNext({ status: 402, message: 'Pay.' }, 1, /^GET \/indexes/);
    expect(await call('GET', '/indexes')).toMatchObject({ status: 402, body: { error: { message: 'Pay.' } } });
  });
});
