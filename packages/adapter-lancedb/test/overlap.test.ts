import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMemory } from '@vsm/adapter-memory';
import { VectorStoreMigrator } from '@vsm/core';
import type { VectorRecord, VectorStoreV1 } from '@vsm/core/adapter';
import { connect } from '@lancedb/lancedb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLanceDb } from '../src/index.ts';

const SCHEMA = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } } as const;

let uri: string;
const stores: VectorStoreV1[] = [];
const children: ChildProcess[] = [];
beforeEach(async () => {
  uri = await mkdtemp(join(tmpdir(), 'vsm-lancedb-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const store of stores.splice(0)) await store.close();
  await rm(uri, { recursive: true });
});

function storeOf(takeOver = false): VectorStoreV1 {
  const store = createLanceDb({ uri, takeOver });
  stores.push(store);
  return store;
}

const record = (id: string, changes: Partial<VectorRecord> = {}): VectorRecord => ({
  id,
  vectors: { '': [1, 0.5] },
  metadata: { title: `title of ${id}` },
  ...changes,
});

async function ids(): Promise<string[]> {
  const collection = await storeOf().openCollection('docs');
  const { records } = await collection.scan({ limit: 1000, include: [] });
  return records.map(({ id }) => id).toSorted();
}

async function digest(): Promise<string[]> {
  const entries = await readdir(uri, { recursive: true, withFileTypes: true });
  const lines = entries.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    const sum = entry.isFile()
      ? createHash('sha256')
          .update(await readFile(path))
          .digest('hex')
      : 'folder';
    return `${relative(uri, path)} ${sum}`;
  });
  return (await Promise.all(lines)).toSorted();
}

it('is not changed by reading, down to the last file', async () => {
  const writing = storeOf();
  await writing.createCollection(SCHEMA);
  const written = await writing.openCollection('docs');
  await written.upsert([record('a'), record('b')]);
  await written.flush?.();
  await writing.close();
  expect(await readdir(uri)).toEqual(['docs.lance']);
  const before = await digest();
  const store = storeOf();
  expect(await store.listCollections()).toEqual(['docs']);
  await expect(store.openCollection('dosc')).rejects.toThrow('Did you mean "docs"?');
  const collection = await store.openCollection('docs');
  await collection.describe();
  await collection.count();
  await collection.partition?.(2);
  expect(await collection.fetch(['a'])).toHaveLength(1);
  expect((await collection.scan({ limit: 10, include: ['vectors', 'metadata'] })).records).toHaveLength(2);
  await collection.query({ vector: [1, 0], topK: 1 });
  await store.close();
  expect(await digest()).toEqual(before);
});

it('a second process is refused while one writes, and goes on once that is gone', async () => {
  const store = storeOf();
  await store.createCollection(SCHEMA);
  const script = fileURLToPath(new URL('writer-process.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@vsm/source', script, uri], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  const collection = await store.openCollection('docs');
  await expect(collection.upsert([record('ours')])).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('table "docs"'),
  });
  await expect(collection.delete(['of the process'])).rejects.toMatchObject({ code: 'CONFLICT' });
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  const again = await storeOf(true).openCollection('docs');
  await again.upsert([record('ours')]);
  await again.flush?.();
  expect(await ids()).toEqual(['of the process', 'ours']);
  expect(await readdir(uri)).toEqual(['docs.lance']);
});

it('two stores of one process write one after the other', async () => {
  await storeOf().createCollection(SCHEMA);
  const collections = [await storeOf().openCollection('docs'), await storeOf().openCollection('docs')];
  const records = Array.from({ length: 50 }, (_, at) => record(`${at}`.padStart(2, '0')));
  await Promise.all(collections.map((collection) => collection.upsert(records)));
  for (const collection of collections) await collection.flush?.();
  expect(await ids()).toEqual(records.map(({ id }) => id));
});

it('is repaired by a synchronisation where records lie there twice', async () => {
  const source = createMemory();
  await source.createCollection(SCHEMA);
  const records = ['a', 'b', 'c', 'd'].map((id) => record(id));
  await (await source.openCollection('docs')).upsert(records);
  const target = storeOf();
  await target.createCollection(SCHEMA);
  await (await target.openCollection('docs')).upsert(records);
  // As two merges at the same time leave it: rows twice, of which some differ.
  const lance = await connect(uri);
  const table = await lance.openTable('docs');
  const rows = (await table.query().where("id IN ('a', 'b')").toArrow()) as Parameters<typeof table.add>[0];
  await table.add(rows);
  await table.add(rows);
  const [first] = (await table.query().withRowId().where("id = 'b'").limit(1).toArray()) as Record<string, bigint>[];
  await table.update({ where: `_rowid = ${first?.['_rowid']}`, values: { document: 'of yesterday' } });
  expect(await table.countRows()).toBe(8);
  const checkpoints = false;
  const migrator = new VectorStoreMigrator({ source, target, checkpoints });
  expect(await migrator.verify({ sourceCollection: 'docs' })).toMatchObject({ passed: false });
  const synced = await migrator.migrate({ sourceCollection: 'docs', mode: 'sync' });
  expect(synced).toMatchObject({ success: true, verification: { passed: true, targetCount: 4 } });
  expect(await ids()).toEqual(['a', 'b', 'c', 'd']);
  expect(await (await storeOf().openCollection('docs')).fetch(['b'])).toMatchObject([{ document: undefined }]);
  lance.close();
});

it('keeps rows of one record that differ until it is known which is right', async () => {
  const store = storeOf();
  await store.createCollection(SCHEMA);
  const collection = await store.openCollection('docs');
  await collection.upsert([record('a')]);
  const lance = await connect(uri);
  const table = await lance.openTable('docs');
  await table.add((await table.query().toArrow()) as Parameters<typeof table.add>[0]);
  const [first] = (await table.query().withRowId().limit(1).toArray()) as Record<string, bigint>[];
  await table.update({ where: `_rowid = ${first?.['_rowid']}`, values: { document: 'another' } });
  await collection.flush?.();
  expect(await table.countRows()).toBe(2);
  expect(await collection.fetch(['a'])).toEqual([]);
  lance.close();
});
