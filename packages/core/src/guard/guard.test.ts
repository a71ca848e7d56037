import { describe, expect, it } from 'vitest';
import { VsmError } from '../errors.ts';
import type { CollectionSchema, ScanRequest, VectorKind, VectorStoreV1 } from '../spec/v1.ts';
import { defineCapabilities } from '../store/capabilities.ts';
import { collectionNotFound, guardStore, withoutHint } from './guard.ts';

const HYBRID: CollectionSchema['vectors'] = {
  '': { kind: 'dense', dimension: 2, metric: 'dot' },
  keywords: { kind: 'sparse' },
};

function create(kinds: readonly VectorKind[], vectors: CollectionSchema['vectors']): Promise<readonly unknown[]> {
  const store = guardStore({
    specificationVersion: 'v1',
    adapter: 'test',
    location: 'test:',
    capabilities: defineCapabilities({ access: 'read-write', metrics: ['dot'], vectors: kinds }),
    createCollection: async () => [],
    close: async () => undefined,
  } as Partial<VectorStoreV1> as VectorStoreV1);
  return store.createCollection({ name: 'docs', vectors });
}

it('lets a sparse vector have a name beside the dense one where the store has both kinds', async () => {
  await expect(create(['dense', 'sparse'], HYBRID)).resolves.toEqual([]);
});

it('refuses a sparse vector where there are none, and a second dense one where there are no names', async () => {
  const refused = { code: 'UNSUPPORTED', capability: 'vectors' };
  await expect(create(['dense'], HYBRID)).rejects.toMatchObject(refused);
  const second = { ...HYBRID, title: { kind: 'dense', dimension: 2, metric: 'dot' } } as const;
  await expect(create(['dense', 'sparse'], second)).rejects.toMatchObject({
    ...refused,
    message: expect.stringContaining('"title"'),
  });
});

describe('a store', () => {
  const names = (listCollections: VectorStoreV1['listCollections']): VectorStoreV1 =>
    guardStore({
      specificationVersion: 'v1',
      adapter: 'acme',
      location: 'acme:',
      capabilities: defineCapabilities({}),
      listCollections,
      createCollection: async () => [],
      openCollection: (name) => Promise.reject(collectionNotFound('acme', name, 'acme:')),
      close: async () => undefined,
    });

  it('is asked for all of its names only where somebody reads them', async () => {
    let asked = 0;
    const store = guardStore(
      names(async () => {
        asked += 1;
        return ['docs'];
      }),
    );
    await expect(store.openCollection('dosc', { ...withoutHint({}) })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(asked).toBe(0);
    await expect(store.openCollection('dosc')).rejects.toThrow('"docs"');
    expect(asked).toBe(1);
  });

  it.each([
    [['docs', 'notes'], 'there is no collection "dosc" in acme:. Did you mean "docs"?'],
    [['invoices'], 'there is no collection "dosc" in acme:. It has: invoices.'],
    [[], 'there is no collection "dosc" in acme:. It has none.'],
  ])('that has %j says so where another is asked for', async (there, message) => {
    await expect(guardStore(names(async () => there)).openCollection('dosc')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      collection: 'dosc',
      message: `acme: ${message}`,
    });
  });

  it('that may not list its collections says at least that there is none of the name', async () => {
    const forbidden = names(() => Promise.reject(new Error('forbidden')));
    await expect(forbidden.openCollection('dosc')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'acme: there is no collection "dosc" in acme:.',
    });
  });

  it('makes one error of whatever says that there is no such collection, and none of dropping it', async () => {
    const gone = (): Promise<never> =>
      Promise.reject(new VsmError('NOT_FOUND', 'acme: cannot open: 404', { adapter: 'acme' }));
    const writable = { ...names(async () => []), capabilities: defineCapabilities({ access: 'read-write' }) };
    const store = guardStore({ ...writable, openCollection: gone, dropCollection: gone });
    await expect(store.openCollection('docs')).rejects.toMatchObject({
      name: 'CollectionNotFoundError',
      collection: 'docs',
      message: 'acme: there is no collection "docs" in acme:. It has none.',
      cause: { message: 'acme: cannot open: 404' },
    });
    await expect(store.dropCollection?.('docs')).resolves.toBeUndefined();
  });

  it('says that it is the place itself that is missing, where its collections cannot be found either', async () => {
    const gone = (what: string): Promise<never> => Promise.reject(new VsmError('NOT_FOUND', what));
    const store = guardStore({
      ...names(() => gone('there is no database')),
      openCollection: () => gone('there is no collection'),
    });
    await expect(store.openCollection('docs')).rejects.toThrow('there is no database');
  });

  it('closes itself at the end of its block', async () => {
    let closed = 0;
    {
      await using store = guardStore({ ...names(async () => []), close: async () => void (closed += 1) });
      expect(await store.listCollections()).toEqual([]);
    }
    expect(closed).toBe(1);
  });
});

it('lets the figures of a page through, but not those of records that a filter leaves out', async () => {
  const witness = { by: 'bytes', figures: [], unwitnessed: [] };
  const record = { id: '1', vectors: {}, metadata: {} };
  const wanted: unknown[] = [];
  const store = guardStore({
    specificationVersion: 'v1',
    adapter: 'test',
    location: 'test:',
    capabilities: defineCapabilities({ access: 'read-write' }),
    openCollection: async (name: string) => ({
      name,
      scan: async (request: ScanRequest) => {
        wanted.push(request.witness);
        return { records: [record], cursor: null, witness };
      },
    }),
    close: async () => undefined,
  } as unknown as VectorStoreV1);
  const collection = await store.openCollection('docs');
  const asked = { limit: 1, include: ['vectors', 'metadata'], witness: true } as const;
  await expect(collection.scan(asked)).resolves.toMatchObject({ witness });
  const filter = { path: 'year', op: 'eq', value: 1 } as const;
  expect(await collection.scan({ ...asked, filter })).not.toHaveProperty('witness');
  // Nor is anybody asked to count them.
  expect(wanted).toEqual([true, undefined]);
});

describe('a call whose signal aborts while the store opens', () => {
  /** A store in which nothing comes to an end before it is let. */
  function opening(): { readonly store: VectorStoreV1; readonly finish: () => void; readonly made: string[] } {
    const { promise: open, resolve } = Promise.withResolvers<undefined>();
    const made: string[] = [];
    const inner: Partial<VectorStoreV1> = {
      specificationVersion: 'v1',
      adapter: 'acme',
      location: 'acme:',
      capabilities: defineCapabilities({ access: 'read-write', metrics: ['dot'], vectors: ['dense'] }),
      effectiveCapabilities: async () => (await open) ?? defineCapabilities({ access: 'read-write' }),
      listCollections: async () => (await open) ?? made,
      openCollection: async (name) => {
        await open;
        throw collectionNotFound('acme', name, 'acme:');
      },
      close: async () => open,
    };
    return { store: guardStore(inner as VectorStoreV1), finish: () => resolve(undefined), made };
  }

  const calls: readonly (readonly [string, (store: VectorStoreV1, signal: AbortSignal) => Promise<unknown>])[] = [
    ['listCollections', (store, signal) => store.listCollections({ signal })],
    ['openCollection', (store, signal) => store.openCollection('docs', { signal })],
    ['effectiveCapabilities', async (store, signal) => store.effectiveCapabilities?.({ signal })],
  ];

  it.each(calls)('ends at once though it does not hear the signal: %s', async (_name, call) => {
    const { store } = opening();
    const abort = new AbortController();
    const asked = call(store, abort.signal);
    abort.abort(new Error('enough'));
    // Nothing finishes here: without the guard this waits for ever.
    await expect(asked).rejects.toMatchObject({ code: 'ABORTED', adapter: 'acme', cause: abort.signal.reason });
  });

  it.each(calls)('and the next one is answered by what was opened: %s', async (_name, call) => {
    const { store, finish, made } = opening();
    const abort = new AbortController();
    const asked = call(store, abort.signal);
    abort.abort();
    await expect(asked).rejects.toMatchObject({ code: 'ABORTED' });
    made.push('docs');
    finish();
    await expect(store.listCollections()).resolves.toEqual(['docs']);
    await expect(store.effectiveCapabilities?.()).resolves.toMatchObject({ access: 'read-write' });
    await store.close();
  });
});
