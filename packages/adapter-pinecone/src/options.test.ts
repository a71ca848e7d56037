import { VsmError } from '@vsm/core/adapter';
import { afterEach, expect, it, vi } from 'vitest';
import { openLocation } from './location.ts';
import { readOptions } from './options.ts';

afterEach(() => vi.unstubAllEnvs());

it('takes the key from the environment, and says where to set it', () => {
  vi.stubEnv('PINECONE_API_KEY', '');
  expect(() => readOptions({})).toThrow(/PINECONE_API_KEY/);
  vi.stubEnv('PINECONE_API_KEY', 'from-env');
  expect(readOptions({}).apiKey).toBe('from-env');
  expect(readOptions({ apiKey: 'given' }).apiKey).toBe('given');
});

it.each([
  [{ controllerHost: 'https://key@api.pinecone.io' }],
  [{ host: 'http://' }],
  [{ documentKey: '' }],
  [{ sparseName: 'é' }],
  [{ concurrency: 0 }],
  [{ readyTimeoutMs: Number.NaN }],
])('refuses %o', (options) => {
  expect(() => readOptions({ apiKey: 'secret-key', ...options })).toThrow(VsmError);
});

it('opens a location', () => {
  const opened = openLocation('pinecone:docs?namespace=red&host=http://127.0.0.1:9', { apiKey: 'k' });
  expect(opened).toMatchObject({
    collection: 'docs',
    namespaces: ['red'],
    store: { adapter: 'pinecone', location: 'http://127.0.0.1:9' },
  });
  expect(openLocation('pinecone:*', { apiKey: 'k' })).toMatchObject({ collection: '*' });
  expect(openLocation('pinecone:', { apiKey: 'k' }).namespaces).toBeUndefined();
  expect(() => openLocation('pinecone:docs?nmaespace=x', { apiKey: 'k' })).toThrow(/namespace/);
});
