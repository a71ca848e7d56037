import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChroma } from '@vsm/adapter-chroma';
import { createElasticsearch } from '@vsm/adapter-elasticsearch';
import { createFile } from '@vsm/adapter-file';
import { createLanceDb } from '@vsm/adapter-lancedb';
import { createMongodb } from '@vsm/adapter-mongodb';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createPinecone } from '@vsm/adapter-pinecone';
import { createQdrant } from '@vsm/adapter-qdrant';
import { createRedis } from '@vsm/adapter-redis';
import { createS3Vectors } from '@vsm/adapter-s3vectors';
import { createSqlite } from '@vsm/adapter-sqlite';
import { createTurbopuffer } from '@vsm/adapter-turbopuffer';
import { createUpstash } from '@vsm/adapter-upstash';
import { VectorStoreMigrator, type RecordLayout, type VectorStoreV1 } from '@vsm/core';
import { startElasticsearchEmulator } from '@vsm/emulator-elasticsearch';
import { startMongodbEmulator } from '@vsm/emulator-mongodb';
import { startPineconeEmulator } from '@vsm/emulator-pinecone';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { startRedisEmulator } from '@vsm/emulator-redis';
import { startS3VectorsEmulator } from '@vsm/emulator-s3vectors';
import { startTurbopufferEmulator } from '@vsm/emulator-turbopuffer';
import { startUpstashEmulator } from '@vsm/emulator-upstash';
import { startChroma } from '@vsm/service-chroma';
import { expect, it, onTestFinished } from 'vitest';
import { makePglite } from '../../packages/adapter-pgvector/test/pglite.ts';
import { alterCollections, filledMemory, makeRecords, plainSchema } from './stores.ts';

const RECORDS = [1, 2, 3].map((id) => ({ id: String(id), vectors: { '': [1, 2, 2, id] }, metadata: { id } }));
const SAME = /Source and target are the same place/;

async function fill(store: VectorStoreV1, name = 'docs'): Promise<void> {
  await store.createCollection({ ...plainSchema, name });
  const collection = await store.openCollection(name);
  expect(await collection.upsert(RECORDS)).toMatchObject({ rejected: [] });
  await collection.flush?.();
}

function kept<Store extends VectorStoreV1>(store: Store): Store {
  onTestFinished(() => store.close());
  return store;
}

async function folderOf(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vsm-place-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

interface Pair {
  readonly source: VectorStoreV1;
  readonly target: VectorStoreV1;
  readonly sourceCollection?: string;
  readonly targetCollection?: string;
}

function plan({ source, target, sourceCollection = 'docs', targetCollection = 'docs' }: Pair): Promise<unknown> {
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
  return migrator.plan({ sourceCollection, targetCollection });
}

/** The same server at a port of its own, or at another address of this machine. */
async function relay(port: number, host: string): Promise<string> {
  const server = createServer((socket) => {
    const onward = connect(port, '127.0.0.1');
    socket.pipe(onward).pipe(socket);
    for (const side of [socket, onward]) side.on('error', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, host, resolve);
  });
  onTestFinished(() => void server.close());
  const { port: own } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${own}`;
}

it('an alias is the collection that it stands for, also at another spelling, address or port of the server', async () => {
  const emulator = await startQdrantEmulator();
  onTestFinished(() => emulator.close());
  const source = kept(createQdrant({ url: emulator.url }));
  await fill(source, 'notes_v2');
  const actions = [{ create_alias: { alias_name: 'notes', collection_name: 'notes_v2' } }];
  await fetch(`${emulator.url}/collections/aliases`, { method: 'POST', body: JSON.stringify({ actions }) });
  const sides = { source, sourceCollection: 'notes', targetCollection: 'notes_v2' };
  await expect(plan({ ...sides, target: source })).rejects.toThrow(SAME);
  await expect(plan({ ...sides, target: source, targetCollection: 'new' })).resolves.toBeDefined();
  const spellings = [
    `http://localhost:${emulator.port}`,
    await relay(emulator.port, '::1'),
    await relay(emulator.port, '127.0.0.1'),
  ];
  for (const url of spellings) {
    const target = kept(createQdrant({ url }));
    await expect(plan({ ...sides, target })).rejects.toThrow(
      `"notes" in ${source.location} is "notes_v2" in ${target.location}`,
    );
  }
});

it('a layout does not rewrite its own source', async () => {
  const emulator = await startQdrantEmulator();
  onTestFinished(() => emulator.close());
  const source = kept(createQdrant({ url: emulator.url }));
  const target = kept(createQdrant({ url: `http://localhost:${emulator.port}` }));
  await fill(source);
  const layout: RecordLayout = {
    description: { from: 'one', to: 'other', namespaces: 'kept' },
    adapt: (schema) => ({ schema }),
    change: (record) => ({ ...record, document: 'rewritten' }),
  };
  const writes: string[] = [];
  emulator.onRequest = ({ method, url }) => {
    if (method !== 'GET' && !/\/(scroll|count|query|points)$/.test(url)) writes.push(`${method} ${url}`);
  };
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
  await expect(migrator.migrate({ sourceCollection: 'docs', layout })).rejects.toThrow(SAME);
  expect(writes).toEqual([]);
});

it('two servers with collections of one name are two places', async () => {
  const emulators = [await startQdrantEmulator(), await startQdrantEmulator()] as const;
  for (const emulator of emulators) onTestFinished(() => emulator.close());
  const [source, target] = [
    kept(createQdrant({ url: emulators[0].url })),
    kept(createQdrant({ url: emulators[1].url })),
  ];
  for (const store of [source, target]) await fill(store);
  await expect(plan({ source, target })).resolves.toMatchObject({ losses: [] });
});

it('where it cannot be told and the names are equal, it wants a yes by name', async () => {
  const emulators = [await startQdrantEmulator(), await startQdrantEmulator()] as const;
  for (const emulator of emulators) onTestFinished(() => emulator.close());
  const [source, target] = [
    kept(createQdrant({ url: emulators[0].url })),
    kept(createQdrant({ url: emulators[1].url })),
  ];
  for (const store of [source, target]) await fill(store);
  emulators[1].faults.failNext({ status: 403, message: 'Forbidden' }, Number.POSITIVE_INFINITY, /\/cluster$/);
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
  await expect(migrator.migrate({ sourceCollection: 'docs' })).rejects.toThrow(
    /same-place: whether "docs" in .* cannot be told/,
  );
  expect(await migrator.migrate({ sourceCollection: 'docs', allowLoss: ['same-place'] })).toMatchObject({
    success: true,
  });
  await (await target.openCollection('docs')).flush?.();
  await fill(target, 'others');
  await expect(plan({ source, target, targetCollection: 'others' })).resolves.toMatchObject({ losses: [] });
});

it('Chroma: another spelling of the host is no other place', async () => {
  const server = await startChroma();
  onTestFinished(() => server.stop());
  const source = kept(createChroma({ url: server.url }));
  await fill(source);
  const target = kept(createChroma({ url: server.url.replace('127.0.0.1', 'localhost') }));
  await expect(plan({ source, target })).rejects.toThrow(SAME);
  await fill(source, 'others');
  await expect(plan({ source, target, targetCollection: 'others' })).resolves.toMatchObject({ losses: [] });
});

it('Pinecone: an index is its host', async () => {
  const emulator = await startPineconeEmulator();
  onTestFinished(() => emulator.close());
  const open = (controllerHost: string): VectorStoreV1 => kept(createPinecone({ controllerHost, apiKey: 'any' }));
  const source = open(emulator.url);
  await fill(source);
  await expect(plan({ source, target: open(emulator.url.replace('127.0.0.1', 'localhost')) })).rejects.toThrow(SAME);
});

interface Double {
  readonly url: string;
  readonly close: () => Promise<unknown>;
}

const keys = { accessKeyId: 'any', secretAccessKey: 'any' };
it.each<[string, () => Promise<Double>, (url: string) => VectorStoreV1]>([
  ['OpenSearch', startElasticsearchEmulator, (url) => createElasticsearch({ url })],
  ['MongoDB', startMongodbEmulator, (url) => createMongodb({ url })],
  ['Redis', startRedisEmulator, (url) => createRedis({ url })],
  ['Turbopuffer', startTurbopufferEmulator, (url) => createTurbopuffer({ url, apiKey: 'any' })],
  [
    'S3 Vectors',
    () => startS3VectorsEmulator({ buckets: ['bucket'] }),
    (endpoint) => createS3Vectors({ bucket: 'bucket', endpoint, region: 'us-east-1', credentials: keys }),
  ],
  ['Upstash', startUpstashEmulator, (controller) => createUpstash({ controller, email: 'any', apiKey: 'any' })],
])('%s: another spelling of the host is no other place, and another collection is', async (_what, start, open) => {
  const double = await start();
  onTestFinished(async () => void (await double.close()));
  const source = kept(open(double.url));
  const target = kept(open(double.url.replace('127.0.0.1', 'localhost')));
  await fill(source);
  await expect(plan({ source, target })).rejects.toThrow(SAME);
  await fill(source, 'others');
  await expect(plan({ source, target, targetCollection: 'others' })).resolves.toMatchObject({ losses: [] });
});

it.each([
  ['files', (folder: string) => createFile({ path: folder })],
  ['LanceDB', (folder: string) => createLanceDb({ uri: folder })],
  ['SQLite', (folder: string) => createSqlite({ path: join(folder, 'docs.db') })],
])('%s: a link to a folder is that folder', async (_what, open) => {
  const folder = await folderOf();
  await mkdir(join(folder, 'data'));
  await symlink(join(folder, 'data'), join(folder, 'link'));
  const source = kept(open(join(folder, 'data')));
  await fill(source);
  await expect(plan({ source, target: kept(open(join(folder, 'link'))) })).rejects.toThrow(SAME);
  await mkdir(join(folder, 'other'));
  const other = kept(open(join(folder, 'other')));
  await fill(other);
  await expect(plan({ source, target: other })).resolves.toMatchObject({ losses: [] });
});

it('PGlite: a link to a folder is that folder, and another table of it is another place', async () => {
  const folder = await folderOf();
  await makePglite(join(folder, 'data'));
  const direct = createPgvector({ dataDir: join(folder, 'data') });
  await fill(direct);
  await fill(direct, 'others');
  const [first, others] = await Promise.all(
    ['docs', 'others'].map(async (name) => (await direct.openCollection(name)).identify?.()),
  );
  await direct.close();
  await symlink(join(folder, 'data'), join(folder, 'link'));
  const linked = kept(createPgvector({ dataDir: join(folder, 'link') }));
  const again = kept(createPgvector({ dataDir: join(folder, 'data') }));
  await expect(plan({ source: linked, target: again })).rejects.toThrow(SAME);
  const found = await (await linked.openCollection('docs')).identify?.();
  expect(found).toBeDefined();
  expect(found).toBe(first);
  expect(others).not.toBe(first);
});

it('a store of a third party that cannot tell is asked about', async () => {
  const [one, other] = [await filledMemory(makeRecords(3)), await filledMemory(makeRecords(3))];
  const silent = (store: VectorStoreV1): VectorStoreV1 =>
    alterCollections(store, () => ({ identify: undefined as never }));
  await expect(plan({ source: silent(one), target: silent(other) })).resolves.toMatchObject({
    losses: [{ name: 'same-place' }],
  });
  await expect(plan({ source: one, target: other })).resolves.toMatchObject({ losses: [] });
});
