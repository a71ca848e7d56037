import { createServer, type AddressInfo } from 'node:net';
import { startRedisEmulator } from '@vsm/emulator-redis';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { createRedis, openLocation } from '../src/index.ts';
import { startRedis } from './server.ts';

it('refuses a node of a cluster by name', async () => {
  const cluster = await startRedisEmulator({ mode: 'cluster' });
  await using store = createRedis({ url: cluster.url });
  await expect(store.listCollections()).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    message: expect.stringContaining('is a node of a Redis Cluster'),
  });
  await cluster.close();
});

it('never goes on in database 0 where the one that was asked for is not there', async () => {
  const server = await startRedis();
  await using store = createRedis({ url: server.url.replace(/0$/, '99') });
  await expect(store.listCollections()).rejects.toMatchObject({
    code: 'INVALID_OPTIONS',
    message: expect.stringContaining('DB index is out of range'),
  });
  await server.close();
});

it('writes to the database that the location names', async () => {
  const server = await startRedis(3);
  const client = new Redis(server.url, { protocol: 2 });
  const { store, collection = '' } = openLocation(`${server.url}/in three?index=none`);
  await store.createCollection({ name: collection, vectors: {} });
  await (await store.openCollection(collection)).upsert([{ id: 'a', vectors: {}, metadata: {} }]);
  expect(await client.exists('in three:a')).toBe(1);
  await store.dropCollection?.(collection);
  await store.close();
  client.disconnect();
  await server.close();
});

it('goes on after the connection was lost', async () => {
  const server = await startRedisEmulator();
  await using store = createRedis({ url: server.url });
  expect(await store.listCollections()).toEqual([]);
  server.hangUp();
  await expect(store.listCollections().catch(async () => store.listCollections())).resolves.toEqual([]);
  await server.close();
});

it('does not wait for ever for a server that says nothing', async () => {
  const silent = createServer((socket) => socket.on('error', () => undefined));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  await using store = createRedis({ url: `redis://127.0.0.1:${port}`, timeoutMs: 200 });
  await expect(store.listCollections()).rejects.toMatchObject({ code: 'REMOTE_FAILED', retryable: true });
  silent.close();
});

it.each([
  [{ url: 'http://localhost' }, '`url` must be like redis://'],
  [{ url: 'redis://localhost/docs' }, 'the path being the number'],
  [{ prefix: '' }, '`prefix` must not be empty'],
  [{ index: 'tree' as 'flat' }, 'must be flat, hnsw or none'],
  [{ timeoutMs: 0 }, '`timeoutMs` must be from 1'],
  [{ url: 'redis://b%ob:hidden@h' }, 'the user in `url` has a % that begins no escape'],
  [{ url: 'redis://bob:hidd%en@h' }, 'the password in `url` has a % that begins no escape'],
  [{ caFile: '/nowhere.pem' }, 'cannot read `caFile`'],
  [{ client: {} as never, password: 'x' }, 'not both'],
  [{ Prefix: 'x' } as never, 'there is no option "Prefix"'],
])('refuses %o', (options, message) => {
  expect(() => createRedis(options)).toThrow(message);
});

it.each([
  ['redis://h:1/docs', 'redis://h:1/0', 'docs'],
  ['redis://h/2/docs', 'redis://h:6379/2', 'docs'],
  ['redis://h/2', 'redis://h:6379/2', undefined],
  ['rediss://h/2/a%2Fb', 'rediss://h:6379/2', 'a/b'],
  ['redis://h/0/7', 'redis://h:6379/0', '7'],
  ['redis://me:secret@h/docs', 'redis://h:6379/0', 'docs'],
  ['redis://h?prefix=doc:', 'redis://h:6379/0', 'doc'],
  ['redis://[::1]:7/docs', 'redis://[::1]:7/0', 'docs'],
])('opens %s', (text, location, collection) => {
  const opened = openLocation(text);
  expect([opened.store.location, opened.collection]).toEqual([location, collection]);
});
