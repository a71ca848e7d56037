import { guardStore, retryingStore, RemoteError, defineCapabilities } from '@vsm/core/adapter';
import type { CollectionDescription, CollectionSchema, CollectionV1, VectorStoreV1 } from '@vsm/core';
import { describe, expect, it } from 'vitest';
import { checkedStore } from '../../packages/distributed/src/stores.ts';

const schema: CollectionSchema = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } };
const record = { id: 'a', vectors: { '': new Float32Array([1, 0]) }, metadata: {} };
const described: CollectionDescription = { ...schema, fields: {} };

interface Verb<Store> {
  readonly call: (on: Store) => Promise<unknown> | undefined;
  /** Whether the store is another one afterwards. */
  readonly changes?: true;
  /** Who wraps the store does not repeat it: it paces these, or they close. */
  readonly once?: true;
}

type Verbs<Store, Name extends keyof Store> = Readonly<Record<Name, Verb<Store>>>;

/** Every verb of the contract: one that is added to it, and not here, does not compile. */
const storeVerbs: Verbs<VectorStoreV1, Exclude<keyof VectorStoreV1, keyof ReturnType<typeof factsOf>>> = {
  effectiveCapabilities: { call: (store) => store.effectiveCapabilities?.() },
  listCollections: { call: (store) => store.listCollections() },
  createCollection: { call: (store) => store.createCollection(schema), changes: true },
  openCollection: { call: (store) => store.openCollection('docs') },
  room: { call: (store) => store.room?.(schema) },
  dropCollection: { call: (store) => store.dropCollection?.('docs'), changes: true },
  close: { call: (store) => store.close(), once: true },
  [Symbol.asyncDispose]: { call: (store) => store[Symbol.asyncDispose]?.(), once: true },
};

const collectionVerbs: Verbs<CollectionV1, Exclude<keyof CollectionV1, 'name'>> = {
  describe: { call: (docs) => docs.describe() },
  identify: { call: (docs) => docs.identify?.() },
  count: { call: (docs) => docs.count() },
  witness: { call: (docs) => docs.witness?.() },
  witnessValues: { call: (docs) => docs.witnessValues?.({ fields: {} } as never) },
  witnessRecords: { call: (docs) => docs.witnessRecords?.({ ids: ['a'] } as never) },
  listNamespaces: { call: (docs) => docs.listNamespaces?.() },
  listEmptyNamespaces: { call: (docs) => docs.listEmptyNamespaces?.() },
  partition: { call: (docs) => docs.partition?.(2) },
  scan: { call: (docs) => docs.scan({ limit: 1, include: [] }) },
  upsert: { call: (docs) => docs.upsert([record]), changes: true, once: true },
  wouldReject: { call: (docs) => docs.wouldReject?.([record]) },
  fetch: { call: (docs) => docs.fetch(['a']) },
  delete: { call: (docs) => docs.delete(['a']), changes: true },
  query: { call: (docs) => docs.query({ vector: new Float32Array([1, 0]), topK: 1 }) },
  listScopes: { call: (docs) => docs.listScopes?.('tenant') },
  lacks: { call: (docs) => docs.lacks?.(schema) },
  complete: { call: (docs) => docs.complete?.(schema), changes: true },
  makeScope: { call: (docs) => docs.makeScope?.({ path: 'tenant', value: 'x' }), changes: true },
  // What was accepted already is made durable.
  flush: { call: (docs) => docs.flush?.() },
  prepareBulkLoad: { call: (docs) => docs.prepareBulkLoad?.() },
  beginBulkLoad: { call: (docs) => docs.beginBulkLoad?.(null), changes: true },
  endBulkLoad: { call: (docs) => docs.endBulkLoad?.(null), changes: true },
};

const RESULTS: Readonly<Record<string, unknown>> = {
  describe: described,
  scan: { records: [], cursor: null },
  upsert: { accepted: 1, rejected: [] },
  wouldReject: [],
  fetch: [],
  count: { value: 0, exact: true },
};

const factsOf = (access: 'read-write' | 'read-only') => ({
  specificationVersion: 'v1' as const,
  adapter: 'acme',
  location: 'acme:',
  capabilities: defineCapabilities({ access, metrics: ['cosine'] }),
});

/** A store with every verb there is. `before` is told of each call, and may fail it. */
function whole(before: (verb: string) => void, access: 'read-write' | 'read-only' = 'read-write'): VectorStoreV1 {
  const facts = factsOf(access);
  const answer = (verb: PropertyKey, result: unknown) => async (): Promise<unknown> => {
    before(String(verb));
    return result;
  };
  const answers = (verbs: object): object =>
    Object.fromEntries(Reflect.ownKeys(verbs).map((verb) => [verb, answer(verb, RESULTS[String(verb)])]));
  const collection = { name: 'docs', ...answers(collectionVerbs) };
  const store: object = {
    ...facts,
    ...answers(storeVerbs),
    openCollection: answer('openCollection', collection),
    effectiveCapabilities: answer('effectiveCapabilities', facts.capabilities),
  };
  return store as VectorStoreV1;
}

interface Named {
  readonly name: string;
  readonly changes: boolean;
  readonly once: boolean;
  readonly run: (store: VectorStoreV1, opened: CollectionV1) => Promise<unknown> | undefined;
}

const every: readonly Named[] = [
  ...namedOf(storeVerbs, (store) => store),
  ...namedOf(collectionVerbs, (_store, docs) => docs),
];

function namedOf<Of>(
  verbs: Readonly<Record<PropertyKey, Verb<Of>>>,
  pick: (store: VectorStoreV1, docs: CollectionV1) => Of,
): Named[] {
  return Reflect.ownKeys(verbs).map((key) => {
    const { call, changes = false, once = false } = verbs[key] as Verb<Of>;
    return { name: String(key), changes, once, run: (store, docs) => call(pick(store, docs)) };
  });
}

const policy = { maxRetries: 1, retryDelaySeconds: 0, retryBackoff: 1 };
const wrappers: Readonly<Record<string, (store: VectorStoreV1) => VectorStoreV1>> = {
  guardStore,
  retryingStore: (store) => retryingStore(store, policy),
  checkedStore: (store) => checkedStore(store, () => undefined),
};

describe.each(Object.entries(wrappers))('%s', (_name, wrap) => {
  it.each(every)('hands on $name', async ({ name, run }) => {
    const asked: string[] = [];
    const store = wrap(whole((verb) => asked.push(verb)));
    await run(store, await store.openCollection('docs'));
    // To dispose of a store is to close it.
    expect(asked).toContain(name.startsWith('Symbol(') && !asked.includes(name) ? 'close' : name);
  });

  it('adds no verb of a collection that is not there', async () => {
    const bare: VectorStoreV1 = { ...whole(() => undefined), openCollection: async () => ({ name: 'docs' }) as never };
    expect(Object.keys(await wrap(bare).openCollection('docs'))).toEqual(['name']);
  });
});

it.each(every)('a shared run asks whether it may go on before $name, where that changes something', async (verb) => {
  const asked: string[] = [];
  const store = checkedStore(
    whole((name) => asked.push(name)),
    () => asked.push('may I?'),
  );
  await verb.run(store, await store.openCollection('docs'));
  expect(asked.includes('may I?')).toBe(verb.changes || verb.name === 'flush');
});

it.each(every.filter(({ once }) => !once))('$name is repeated where it fails for a passing reason', async (verb) => {
  let failures = 1;
  const failing = whole((name) => {
    if (name !== verb.name || failures === 0) return;
    failures -= 1;
    throw new RemoteError('acme: busy', { adapter: 'acme', retryable: true });
  });
  const store = retryingStore(failing, policy);
  await verb.run(store, await store.openCollection('docs'));
  expect(failures).toBe(0);
});

it.each(every.filter(({ name }) => !/close|Symbol/.test(name)))('$name of a closed store is refused', async (verb) => {
  const store = guardStore(whole(() => undefined));
  const docs = await store.openCollection('docs');
  await store.close();
  await expect(verb.run(store, docs)).rejects.toMatchObject({ code: 'CLOSED' });
});

it.each(every.filter(({ changes }) => changes))('$name of a store that is only read is refused', async (verb) => {
  const store = guardStore(whole(() => undefined, 'read-only'));
  await expect(verb.run(store, await store.openCollection('docs'))).rejects.toMatchObject({ code: 'UNSUPPORTED' });
});
