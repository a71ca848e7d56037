import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VectorStoreV1 } from '@vsm/core/adapter';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPgvector, type PgvectorOptions } from '../src/index.ts';
import { readAll } from './database.ts';
import { makePglite } from './pglite.ts';

// On a server, another connection can write while a snapshot is read: PGVECTOR_URL=postgresql://user@host/database
// In process there is one connection, so there nothing can, and it says so.
const url = process.env['PGVECTOR_URL'];

let folder: string;
let table: string;
let place: PgvectorOptions;
const opened: VectorStoreV1[] = [];
const open = (options: Partial<PgvectorOptions> = {}): VectorStoreV1 => {
  const store = createPgvector({ ...place, ...options });
  opened.push(store);
  return store;
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-snapshot-'));
  table = `snapshot_${Math.random().toString(36).slice(2)}`;
  place = url === undefined ? { dataDir: join(folder, 'db') } : { url };
  if (url === undefined) await makePglite(join(folder, 'db'));
  const store = open();
  await store.createCollection({ name: table, vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } });
  await (await store.openCollection(table)).upsert([record('a'), record('b'), record('c')]);
  await store.close();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
  const store = open();
  await store.dropCollection?.(table);
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const record = (id: string) => ({ id, vectors: { '': [1, 2] }, metadata: {} });

const embedded = {
  title: 'of an embedded database has it for itself',
  run: async (): Promise<void> => {
    const reader = open();
    await reader.listCollections();
    await expect(open({ snapshot: true }).listCollections()).rejects.toThrow('one connection, which a snapshot needs');
    await reader.close();
    await open({ snapshot: true }).listCollections();
    await open({ snapshot: true }).listCollections();
    await expect(open().listCollections()).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
  },
};

const server = {
  title: 'of a server shows every reader the same moment, whatever is written meanwhile',
  run: async (): Promise<void> => {
    const collection = await open({ snapshot: true }).openCollection(table);
    const writer = await open().openCollection(table);
    await writer.delete(['a']);
    await writer.upsert([record('d'), record('e')]);
    const scans = await Promise.all(Array.from({ length: 8 }, () => readAll(collection, 1)));
    for (const records of scans) expect(records.map(({ id }) => id)).toStrictEqual(['a', 'b', 'c']);
    expect((await writer.count()).value).toBe(4);
  },
};

describe('a snapshot', () => {
  it('says that it is one, reads everything, and writes nothing', async () => {
    const store = open({ snapshot: true });
    expect(store.capabilities).toMatchObject({ scan: 'snapshot', access: 'read-only' });
    const collection = await store.openCollection(table);
    expect((await readAll(collection, 1)).map(({ id }) => id)).toStrictEqual(['a', 'b', 'c']);
    expect(await collection.partition?.(3)).toHaveLength(3);
    expect(await collection.query({ vector: [1, 2], topK: 2 })).toHaveLength(2);
    await expect(collection.upsert([record('d')])).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(store.dropCollection?.(table)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('goes on after a statement that failed', async () => {
    const collection = await open({ snapshot: true }).openCollection(table);
    const cursor = (await collection.scan({ limit: 1, include: [] })).cursor ?? '';
    const broken = { limit: 1, include: [] as const, cursor, partition: { id: '{"from":["\\u0000"]}' } };
    await expect(collection.scan(broken)).rejects.toMatchObject({ code: 'REMOTE_FAILED' });
    expect(await readAll(collection)).toHaveLength(3);
  });

  it('ends with the store, and leaves the database to the next', async () => {
    const store = open({ snapshot: true });
    await store.openCollection(table);
    await store.close();
    const next = await open().openCollection(table);
    expect(await next.upsert([record('d')])).toStrictEqual({ accepted: 1, rejected: [] });
  });

  // The functions do the asserting.
  // oxlint-disable-next-line vitest/expect-expect
  it.each(url === undefined ? [embedded] : [server])('$title', ({ run }) => run());
});
