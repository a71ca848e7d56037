import { expect, test } from 'vitest';
import { EVERYTHING } from '../store/capabilities.ts';
import { encodeRecord } from './envelope.ts';
import { targetId } from './target-id.ts';

const stores = [
  { adapter: 'all', capabilities: EVERYTHING },
  { adapter: 'uuids', capabilities: { ...EVERYTHING, ids: ['uuid' as const], namespaces: false } },
];

test.for(stores)('is the name that a record gets there, whatever else it holds: $adapter', (store) => {
  const names = ['one', '7', 'ein Ümlaut'].flatMap((id) => [{ id }, { id, namespace: 'tenant' }]);
  const namespacePolicy = store.capabilities.namespaces ? 'keep' : 'prefix-id';
  const found = names.map((name) => targetId({ namespacePolicy }, store, name));
  expect(new Set(found.map((name) => JSON.stringify(name))).size).toBe(names.length);
  const whole = names.map((name) => ({
    ...name,
    vectors: { '': [1] },
    metadata: { deep: { er: 'x' } },
    document: 'text',
  }));
  const rules = { capabilities: store.capabilities, namespaces: namespacePolicy } as const;
  for (const [at, record] of whole.entries()) expect(encodeRecord(record, rules)).toMatchObject(found[at] ?? {});
});
