import { expect, it } from 'vitest';
import type { Capabilities, CountRequest, Filter, VectorStoreV1 } from '../spec/v1.ts';
import { scanParts } from '../scan/parts.ts';
import { defineCapabilities } from '../store/capabilities.ts';
import { encodeText } from '../store/encode-text.ts';
import { guardStore, type GuardOptions } from './guard.ts';
import { recordProblem } from './record-check.ts';

const HALF = 'a\ud800';

function capabilitiesOf(loneSurrogates: boolean): Capabilities {
  return defineCapabilities({
    access: 'read-write',
    metrics: ['dot'],
    vectors: ['dense'],
    namespaces: true,
    filter: ['and', 'or', 'eq'],
    metadata: { loneSurrogates },
  });
}

const leaf = (value: string): Filter => ({ op: 'eq', path: 'text', value });

/** Of a collection of seven records, one for each condition that it is asked with. */
const VERBS = {
  describe: async () => ({ vectors: { '': { kind: 'dense', dimension: 1 } } }),
  count: async ({ filter }: CountRequest) => ({ value: filter === undefined ? 7 : 1, exact: true }),
  scan: async () => ({ records: [], cursor: null }),
  partition: async () => [],
  fetch: async (ids: readonly string[]) => ids.map((id) => ({ id })),
  delete: async () => undefined,
  query: async () => [],
};

function storeOf(loneSurrogates: boolean, options?: GuardOptions): VectorStoreV1 {
  return guardStore(
    {
      specificationVersion: 'v1',
      adapter: 'acme',
      location: 'acme:',
      capabilities: capabilitiesOf(loneSurrogates),
      listCollections: async () => [],
      createCollection: async () => [],
      // As adapters for HTTP do.
      openCollection: async (name: string) => ({
        ...VERBS,
        name: loneSurrogates ? name : encodeURIComponent(name),
      }),
      dropCollection: async () => undefined,
      close: async () => undefined,
    } as unknown as VectorStoreV1,
    options,
  );
}

it('a name that UTF-8 cannot spell is refused as an option, before any adapter puts it into a URL', async () => {
  const store = storeOf(false);
  const refused = { code: 'INVALID_OPTIONS', message: expect.stringContaining('half of a surrogate pair') };
  await expect(store.openCollection(HALF)).rejects.toMatchObject(refused);
  await expect(store.createCollection({ name: HALF, vectors: {} })).rejects.toMatchObject(refused);
  await expect(store.dropCollection?.(HALF)).rejects.toMatchObject(refused);
});

it('a store that can hold it opens a collection of that name', async () => {
  await expect(storeOf(true).openCollection(HALF)).resolves.toMatchObject({ name: HALF });
});

it('a namespace that the store cannot spell is refused by name, in every verb that takes one', async () => {
  const collection = await storeOf(false).openCollection('docs');
  const refused = { code: 'INVALID_OPTIONS', message: expect.stringContaining(String.raw`"a\ud800"`) };
  const namespace = HALF;
  await expect(collection.count({ namespace })).rejects.toMatchObject(refused);
  await expect(collection.scan({ namespace, limit: 1, include: [] })).rejects.toMatchObject(refused);
  await expect(collection.fetch(['1'], { namespace })).rejects.toMatchObject(refused);
  await expect(collection.delete(['1'], { namespace })).rejects.toMatchObject(refused);
  await expect(collection.partition?.(2, { namespace })).rejects.toMatchObject(refused);
  await expect(collection.query({ vector: [1], topK: 1, namespace })).rejects.toMatchObject(refused);
});

it('ids and texts of a filter that the store cannot spell are not sent to it', async () => {
  const collection = await storeOf(false).openCollection('docs');
  const filter = { op: 'or', of: [leaf('a'), leaf(HALF)] } as const;
  expect(await collection.fetch(['a', HALF])).toMatchObject([{ id: 'a' }]);
  expect(await collection.count({ filter })).toMatchObject({ value: 7 });
  expect(await collection.count({ filter: { op: 'and', of: filter.of } })).toMatchObject({ value: 1 });
  await expect(collection.query({ vector: [1], topK: 1, filter })).rejects.toMatchObject({ code: 'UNSUPPORTED' });
});

it('a store that reads what it could not write is asked for all of it', async () => {
  const collection = await storeOf(false, { readsAnyText: true }).openCollection('docs');
  expect(await collection.fetch([HALF], { namespace: HALF })).toMatchObject([{ id: HALF }]);
});

it('a record whose namespace the store cannot spell is rejected by its id', () => {
  const record = { id: '1', namespace: HALF, vectors: { '': [1] }, metadata: {} };
  const schema = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 1 } } } as const;
  expect(recordProblem(record, schema, capabilitiesOf(false))).toMatchObject({ id: '1', reason: 'refused' });
  expect(recordProblem(record, schema, capabilitiesOf(true))).toBeUndefined();
});

it('namespaces that differ by such a half are parts of different names', async () => {
  const namespaces = [HALF, 'a\udc00', 'a\ufffd', encodeText(HALF), `"a\\ud800"`, ''];
  const parts = await scanParts({} as never, 1, { namespaces });
  expect(new Set(parts.map(({ key }) => key)).size).toBe(namespaces.length);
});
