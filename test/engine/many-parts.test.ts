import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createLanceDb } from '@vsm/adapter-lancedb';
import { createMemory } from '@vsm/adapter-memory';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createSqlite } from '@vsm/adapter-sqlite';
import type { VectorStoreV1 } from '@vsm/core';
import { scanParts } from '@vsm/core/engine';
import { createPglite } from '../../packages/adapter-pgvector/test/pglite.ts';

const RECORDS = 2000;

// Beginning with a part takes some milliseconds in most stores, which thousands of small ones would multiply.
it.for<[string, (folder: string) => VectorStoreV1 | Promise<VectorStoreV1>, most: number]>([
  ['memory', () => createMemory(), 200],
  ['LanceDB', (folder) => createLanceDb({ uri: folder }), 16],
  ['SQLite', (folder) => createSqlite({ path: join(folder, 'a.db') }), 16],
  ['PGlite', async () => createPgvector({ client: await createPglite() }), 16],
])('%s is split into few parts where there is little in it, and nothing is left out', async ([, open, most]) => {
  const folder = await mkdtemp(join(tmpdir(), 'vsm-parts-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const store = await open(folder);
  onTestFinished(() => store.close());
  await store.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } });
  const collection = await store.openCollection('docs');
  const ids = Array.from({ length: RECORDS }, (_, index) => `id-${index}`);
  await collection.upsert(ids.map((id) => ({ id, vectors: { '': [1, 2] }, metadata: {} })));
  await collection.flush?.();
  const parts = await scanParts(collection, 5000, {});
  expect(parts.length).toBeGreaterThan(10);
  expect(parts.length).toBeLessThanOrEqual(most);
  const read: string[] = [];
  for (const { partition } of parts) {
    const { records, cursor } = await collection.scan({ partition, limit: 1000, include: [] });
    expect(cursor ?? null).toBeNull();
    read.push(...records.map(({ id }) => id));
  }
  expect(read.toSorted()).toEqual(ids.toSorted());
});
