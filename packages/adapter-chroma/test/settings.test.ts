import { startChroma, type ChromaServer } from '@vsm/service-chroma';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallerRead } from '../src/errors.ts';
import { createChroma, openLocation } from '../src/index.ts';

let server: ChromaServer;
beforeAll(async () => {
  server = await startChroma();
});
afterAll(() => server.stop());

const vectors = { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } as const;

describe('a new collection', () => {
  it('gets the settings of the one it comes from, its embedding function included', async () => {
    const store = createChroma({ url: server.url });
    const configuration = {
      hnsw: { ef_construction: 150, max_neighbors: 20 },
      embedding_function: { type: 'known', name: 'cohere', config: { api_key_env_var: 'KEY', model_name: 'embed-v4' } },
    };
    const native = { chroma: { configuration, metadata: { owner: 'me', year: 2026 } } };
    expect(await store.createCollection({ name: 'kept', vectors, native })).toEqual([]);
    const described = await (await store.openCollection('kept')).describe();
    expect(described).toMatchObject({ vectors: { '': { metric: 'cosine' } }, native });
    expect(described.notes).toEqual([expect.stringContaining('"cohere" with the model "embed-v4"')]);
    await expect(store.createCollection({ name: 'kept', vectors })).rejects.toMatchObject({ code: 'CONFLICT' });
    await store.close();
  });

  it('gets an HNSW index, and a warning, where the source has one that only distributed servers have', async () => {
    const store = createChroma({ url: server.url });
    const native = { chroma: { configuration: { spann: { space: 'cosine', search_nprobe: 64 } } } };
    expect(await store.createCollection({ name: 'distributed', vectors, native })).toMatchObject([
      { type: 'approximated', feature: 'index', detail: expect.stringContaining('SPANN') },
    ]);
    const { vectors: described, native: found } = await (await store.openCollection('distributed')).describe();
    expect(described['']).toMatchObject({ metric: 'cosine' });
    expect(found?.['chroma']).toMatchObject({ configuration: { hnsw: { space: 'cosine' } } });
    await store.close();
  });
});

describe('all databases', () => {
  it('have collections by the names of both, and are made when one is written to', async () => {
    const store = createChroma({ url: server.url, database: '*' });
    await store.createCollection({ name: 'second.db/docs', vectors });
    const collection = await store.openCollection('second.db/docs');
    await collection.upsert([{ id: 'a', vectors: { '': [1, 0] }, metadata: {} }]);
    expect((await collection.describe()).name).toBe('second.db/docs');
    const plain = createChroma({ url: server.url, database: 'second.db' });
    expect(await plain.listCollections()).toEqual(['docs']);
    expect(await store.listCollections()).toContain('second.db/docs');

    await expect(store.createCollection({ name: 'docs', vectors })).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining('"database/collection"'),
    });
    for (const name of ['docs', 'second.db/none', 'none/docs']) {
      await expect(store.openCollection(name)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    await store.dropCollection?.('second.db/docs');
    expect(await plain.listCollections()).toEqual([]);
    await Promise.all([store.close(), plain.close()]);
  });

  it.each([
    ['chroma+https://api.trychroma.com/*', 'chroma+https://api.trychroma.com/*', '*'],
    ['chroma+https://api.trychroma.com/docs?tenant=t&database=d', 'chroma+https://api.trychroma.com/t/d', 'docs'],
    ['chroma://localhost/*?database=*', 'chroma://localhost:8000/*', '*'],
    ['chroma://localhost/docs', 'chroma://localhost:8000/default_tenant/default_database', 'docs'],
  ])('%s is %s', async (location, place, collection) => {
    const opened = openLocation(location, { apiKey: 'ck-secret' });
    expect(opened).toMatchObject({ collection, store: { location: place } });
    await opened.store.close();
  });
});

describe('a read that a quota refuses', () => {
  const refusal = (text: string): Promise<unknown> =>
    createChroma({ url: server.url })
      .openCollection('none')
      .catch((error: unknown) => Object.assign(error as Error, { message: text }));
  const words = (kind: string, usage: number, limit: number): string =>
    `Quota exceeded: '${kind}' exceeded quota limit for action 'Get': current usage of ${usage} exceeds limit of ${limit}`;

  it.each([
    ['is as large as the refusal says', words('Limit value', 1056, 300), 1056, 300],
    ['is halved where the refusal says nothing of it', 'Quota exceeded', 1000, 500],
    [
      'is not made smaller for the quota of something else',
      words('Number of where predicates', 12, 8),
      1000,
      undefined,
    ],
    ['is not made smaller than one record', 'Quota exceeded', 1, undefined],
    ['is not made smaller for another reason', 'Internal error', 1000, undefined],
  ])('%s', async (_name, text, asked, expected) => {
    expect(smallerRead(await refusal(text), asked)).toBe(expected);
  });
});
