import { createPinecone } from '@vsm/adapter-pinecone';
import { describe, expect, it } from 'vitest';
import { apiKey, arrival, create, DENSE, errorOf, post, readAll, record, starting } from './starting.ts';

const start = starting();

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
