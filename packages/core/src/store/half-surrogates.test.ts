import { expect, it } from 'vitest';
import type { Capabilities, VectorStoreV1 } from '../spec/v1.ts';
import { scanParts } from '../scan/parts.ts';
import { defineCapabilities } from './capabilities.ts';
import { encodeText } from './encode-text.ts';
import { guardStore } from './guard.ts';
import { recordProblem } from './record-check.ts';

const HALF = 'a\ud800';

function capabilitiesOf(loneSurrogates: boolean): Capabilities {
  return defineCapabilities({
    access: 'read-write',
    metrics: ['dot'],
    vectors: ['dense'],
    namespaces: true,
    metadata: { loneSurrogates },
  });
}

function storeOf(loneSurrogates: boolean): VectorStoreV1 {
  return guardStore({
    specificationVersion: 'v1',
    adapter: 'acme',
    location: 'acme:',
    capabilities: capabilitiesOf(loneSurrogates),
    listCollections: async () => [],
    createCollection: async () => [],
    // As adapters for HTTP do.
    openCollection: async (name: string) => ({ name: loneSurrogates ? name : encodeURIComponent(name) }),
    dropCollection: async () => undefined,
    close: async () => undefined,
  } as unknown as VectorStoreV1);
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
