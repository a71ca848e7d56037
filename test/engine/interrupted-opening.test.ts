import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemory } from '@vsm/adapter-memory';
import { migrate, type VectorStoreV1 } from '@vsm/core';
import { expect, it, onTestFinished } from 'vitest';
import { createPgvector } from '@vsm/adapter-pgvector';
import { makePglite } from '../../packages/adapter-pgvector/test/pglite.ts';

const SCHEMA = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } } as const;

async function folderOfTest(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vsm-pglite-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** A migration that is interrupted before its embedded database is open. */
async function interrupt(ends: { readonly source: VectorStoreV1; readonly target: VectorStoreV1 }): Promise<string> {
  const abort = new AbortController();
  const { signal } = abort;
  const embedded = ends.source.adapter === 'pgvector' ? ends.source : ends.target;
  // The same opening, which nobody interrupts: what comes first shows who waited for it.
  const opened = embedded.listCollections().then(() => 'the database was open');
  const ended = migrate({ ...ends, sourceCollection: 'docs', metric: 'cosine', checkpoints: false, signal }).then(
    () => 'it went on',
    (error: unknown) => (error as { readonly code: string }).code,
  );
  abort.abort();
  const first = await Promise.race([opened, ended]);
  await opened;
  return first;
}

it.each(['source', 'target'] as const)(
  'an interrupted migration does not wait for the %s to open, and leaves a database that opens again',
  async (side) => {
    const dataDir = join(await folderOfTest(), 'db');
    await makePglite(dataDir);
    const embedded = createPgvector({ dataDir });
    const other = createMemory();
    const ends = side === 'source' ? { source: embedded, target: other } : { source: other, target: embedded };
    await expect(interrupt(ends)).resolves.toBe('INTERRUPTED');
    await embedded.close();
    await using again = createPgvector({ dataDir });
    await again.createCollection(SCHEMA);
    await expect(again.listCollections()).resolves.toEqual(['docs']);
  },
);

it('a store that is closed while it opens leaves nothing behind that keeps the next one out', async () => {
  const dataDir = join(await folderOfTest(), 'db');
  await makePglite(dataDir);
  const abort = new AbortController();
  const store = createPgvector({ dataDir });
  const listed = store.listCollections({ signal: abort.signal });
  abort.abort();
  await expect(listed).rejects.toMatchObject({ code: 'ABORTED' });
  await store.close();
  // It wants the database for itself.
  await using alone = createPgvector({ dataDir, snapshot: true });
  await expect(alone.listCollections()).resolves.toEqual([]);
});
