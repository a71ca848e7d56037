import type { CollectionV1, RemoteError } from '@vsm/core/adapter';
import { VectorStoreMigrator } from '@vsm/core';
import { createQdrant, openLocation, type QdrantOptions } from '@vsm/adapter-qdrant';
import { describe, expect, it, vi } from 'vitest';
import { docs, opening, readAll, record, records, request } from './opening.ts';

const { start, connect } = opening();

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
