import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRedis } from '../src/index.ts';
import { startRedis } from './server.ts';

let server: Awaited<ReturnType<typeof startRedis>>;
let client: Redis;
beforeAll(async () => {
  server = await startRedis();
  client = new Redis(server.url, { protocol: 2 });
});
afterAll(async () => {
  await createRedis({ client }).dropCollection?.('searched');
  client.disconnect();
  await server.close();
});

it('many queries look at the index once, and again where it was dropped meanwhile', async () => {
  const sent: string[] = [];
  const send = client.sendCommand.bind(client);
  client.sendCommand = (command, stream) => {
    sent.push(command.name.toLowerCase());
    return send(command, stream);
  };
  const store = createRedis({ client, index: 'flat' });
  const vectors = { '': { kind: 'dense', dimension: 2, metric: 'euclidean' } } as const;
  await store.createCollection({ name: 'searched', vectors });
  const collection = await store.openCollection('searched');
  await collection.upsert([1, 2, 3].map((at) => ({ id: String(at), vectors: { '': [at, 0] }, metadata: {} })));
  // An index that is still being built is looked at again.
  await expect.poll(async () => (await collection.witness?.())?.count, { timeout: 300_000 }).toBe(3);
  sent.length = 0;
  const search = async (): Promise<string[]> =>
    (await collection.query({ vector: [2.1, 0], topK: 2 })).map(({ id }) => id);
  for (let time = 0; time < 5; time += 1) expect(await search()).toEqual(['2', '3']);
  expect(sent.filter((name) => name === 'ft.info')).toHaveLength(1);
  expect(sent.filter((name) => name === 'ft.search')).toHaveLength(5);
  await client.call('FT.DROPINDEX', 'searched');
  expect(await search()).toEqual(['2', '3']);
});
