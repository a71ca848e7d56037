import { readRecords, type CollectionV1, type VectorRecord } from '@vsm/core/adapter';
import { plan } from '@vsm/core';
import { expect, it } from 'vitest';
import { createWeaviate } from '../src/index.ts';
import { id, testServer } from './server.ts';

const server = testServer();

async function makeTenants(config: object = {}): Promise<string> {
  const name = await server.makeClass({ multiTenancyConfig: { enabled: true, ...config } });
  await server.raw('POST', `schema/${name}/tenants`, [{ name: 'hot' }, { name: 'cold' }]);
  for (const tenant of ['hot', 'cold']) await server.write(name, [{ tenant, id: id(1), vector: [1, 2] }]);
  await server.raw('PUT', `schema/${name}/tenants`, [{ name: 'cold', activityStatus: 'COLD' }]);
  return name;
}

async function states(name: string): Promise<Record<string, string>> {
  const tenants = await server.raw<{ name: string; activityStatus: string }[]>('GET', `schema/${name}/tenants`);
  return Object.fromEntries(tenants.map((tenant) => [tenant.name, tenant.activityStatus]));
}

async function namespaces(collection: CollectionV1): Promise<string[]> {
  const found: VectorRecord[] = [];
  for await (const record of readRecords(collection, { include: ['vectors'] })) found.push(record);
  return found.map(({ namespace = '' }) => namespace);
}

it.each([{}, { autoTenantActivation: true }])(
  'a cold tenant is named, and not woken or skipped without permission (%j)',
  async (config) => {
    const name = await makeTenants(config);
    const store = createWeaviate({ url: server.url });
    const collection = await store.openCollection(name);
    const message = /tenants of ".*" are not active: "cold" \(COLD\).*wakeTenants/;
    await expect(collection.scan({ limit: 10, include: [] })).rejects.toThrow(message);
    await expect(collection.count()).rejects.toThrow(message);
    await expect(collection.partition?.(2)).rejects.toThrow(message);
    await expect(collection.fetch([id(1)], { namespace: 'cold' })).rejects.toThrow(message);
    const record: VectorRecord = { id: id(2), namespace: 'cold', vectors: { '': [1, 2] }, metadata: {} };
    await expect(collection.upsert([record])).rejects.toThrow(message);
    expect((await collection.count({ namespace: 'hot' })).value).toBe(1);
    expect((await collection.describe()).vectors['']).toMatchObject({ dimension: 2 });
    expect((await collection.listNamespaces?.())?.toSorted()).toEqual(['cold', 'hot']);
    await store.close();
    expect(await states(name)).toEqual({ hot: 'HOT', cold: 'COLD' });
  },
);

it('with permission it is woken, and put back when the store is closed', async () => {
  const name = await makeTenants();
  const store = createWeaviate({ url: server.url, wakeTenants: true });
  const collection = await store.openCollection(name);
  expect((await namespaces(collection)).toSorted()).toEqual(['cold', 'hot']);
  expect((await collection.count()).value).toBe(2);
  expect(await states(name)).toEqual({ hot: 'HOT', cold: 'HOT' });
  await store.close();
  expect(await states(name)).toEqual({ hot: 'HOT', cold: 'COLD' });
});

it('a part of a scan wakes its tenant again, where the process that made the parts has put it back', async () => {
  const name = await makeTenants();
  const first = createWeaviate({ url: server.url, wakeTenants: true });
  const parts = await (await first.openCollection(name)).partition?.(2);
  await first.close();
  expect(await states(name)).toEqual({ hot: 'HOT', cold: 'COLD' });
  const store = createWeaviate({ url: server.url, wakeTenants: true });
  const collection = await store.openCollection(name);
  const found: string[] = [];
  for (const partition of parts ?? []) {
    const { records } = await collection.scan({ partition, limit: 10, include: [] });
    found.push(...records.map(({ namespace = '' }) => namespace));
  }
  expect(found.toSorted()).toEqual(['cold', 'hot']);
  await store.close();
  expect(await states(name)).toEqual({ hot: 'HOT', cold: 'COLD' });
});

it('a namespace that no tenant can be called has a name of its own, and one that is too long is refused', async () => {
  const name = await server.makeClass({ multiTenancyConfig: { enabled: true } });
  const collection = await createWeaviate({ url: server.url }).openCollection(name);
  const named = ['', 'vsm-x', '_default', 'a b', 'ü'.repeat(20)];
  const records = [...named, 'x'.repeat(65)].map((namespace): VectorRecord => ({
    id: id(1),
    namespace,
    vectors: { '': [1] },
    metadata: {},
  }));
  const foreseen = await collection.wouldReject?.(records);
  const { accepted, rejected } = await collection.upsert(records);
  expect(foreseen).toEqual(rejected);
  expect(accepted).toBe(named.length);
  expect(rejected).toMatchObject([
    { namespace: 'x'.repeat(65), reason: 'refused', detail: expect.stringContaining('too long') },
  ]);
  expect((await collection.listNamespaces?.())?.toSorted()).toEqual(named.toSorted());
  expect((await namespaces(collection)).toSorted()).toEqual(named.toSorted());
});

it('a class without tenants refuses records in a namespace', async () => {
  const name = await server.makeClass();
  const collection = await createWeaviate({ url: server.url }).openCollection(name);
  const record: VectorRecord = { id: id(1), namespace: 'red', vectors: { '': [1] }, metadata: {} };
  expect(await collection.upsert([record])).toMatchObject({
    accepted: 0,
    rejected: [{ namespace: 'red', detail: 'the class has no tenants, but the record is in "red"' }],
  });
});

it('a tenant without an object is named in the plan, since nothing carries it', async () => {
  const name = await server.makeClass({ multiTenancyConfig: { enabled: true } });
  await server.raw('POST', `schema/${name}/tenants`, [{ name: 'full' }, { name: 'empty' }]);
  await server.write(name, [{ tenant: 'full', id: id(1), vector: [1, 2] }]);
  const source = createWeaviate({ url: server.url });
  const ends = { source, target: source, sourceCollection: name, targetCollection: `${name}_copy` };
  const said = 'namespaces without a record are not made in the target: "empty"';
  expect((await plan(ends)).warnings).toContain(said);
  expect((await plan({ ...ends, namespaces: ['empty', 'full'] })).warnings).toContain(said);
  expect((await plan({ ...ends, namespaces: ['full'] })).warnings).not.toContain(said);
});
