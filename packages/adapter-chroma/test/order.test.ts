import { startChroma, type ChromaServer } from '@vsm/service-chroma';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createChroma } from '../src/index.ts';

let server: ChromaServer;
beforeAll(async () => {
  server = await startChroma();
});
afterAll(() => server.stop());

// What src/scan.ts rests on.
it('a server gives its records in the order of insertion, and a deleted one that comes again is last', async () => {
  const store = createChroma({ url: server.url });
  await store.createCollection({ name: 'order', vectors: { '': { kind: 'dense', dimension: 1, metric: 'dot' } } });
  const collection = await store.openCollection('order');
  const records = Array.from({ length: 40 }, (_, at) => ({
    id: `r${(at * 17) % 40}`,
    vectors: { '': [at] },
    metadata: {},
  }));
  const ids = records.map(({ id }) => id);
  await collection.upsert(records);
  expect(await listed()).toEqual(ids);
  await collection.delete(ids.slice(5, 9));
  await collection.upsert([{ id: 'new', vectors: { '': [1] }, metadata: {} }]);
  await collection.upsert(records.slice(6, 8));
  await collection.upsert(records.slice(20, 21));
  const kept = ids.filter((_, at) => at !== 20 && (at < 5 || at > 8));
  expect(await listed()).toEqual([...kept, 'new', ...ids.slice(6, 8), ...ids.slice(20, 21)]);
  // The last one's number is free again: the next must not come before others by it.
  await collection.delete(ids.slice(20, 21));
  await collection.upsert(records.slice(5, 6));
  expect(await listed()).toEqual([...kept, 'new', ...ids.slice(6, 8), ...ids.slice(5, 6)]);
  await store.close();
});

async function listed(): Promise<unknown> {
  const base = `${server.url}/api/v2/tenants/default_tenant/databases/default_database/collections`;
  const { id } = (await (await fetch(`${base}/order`)).json()) as { readonly id: string };
  const found: unknown[] = [];
  for (let offset = 0; ; offset += 7) {
    const answer = await fetch(`${base}/${id}/get`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ limit: 7, offset, include: [] }),
    });
    const { ids } = (await answer.json()) as { readonly ids: readonly unknown[] };
    if (ids.length === 0) return found;
    found.push(...ids);
  }
}
