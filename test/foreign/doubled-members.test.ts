import { mkdtemp, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createMemory } from '@vsm/adapter-memory';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createSqlite } from '@vsm/adapter-sqlite';
import { migrate, type VectorStoreV1 } from '@vsm/core';
import { createPglite } from '../../packages/adapter-pgvector/test/pglite.ts';

const ROWS = [
  ['a', '{"kind":"note","kind":"essay"}'],
  ['b', '{"kind":"note","of":{"x":1,"x":2}}'],
  ['c', '{"kind":"note","of":{"kind":1}}'],
] as const;

async function sqlite(): Promise<VectorStoreV1> {
  const folder = await mkdtemp(join(tmpdir(), 'vsm-members-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'a.db');
  const database = new DatabaseSync(path);
  database.exec('CREATE TABLE docs (id TEXT PRIMARY KEY, metadata TEXT, embedding BLOB)');
  const insert = database.prepare('INSERT INTO docs VALUES (?, ?, ?)');
  for (const [id, text] of ROWS) insert.run(id, text, new Uint8Array(Float32Array.of(1, 2).buffer));
  database.close();
  return createSqlite({ path });
}

async function postgres(): Promise<VectorStoreV1> {
  const client = await createPglite();
  await client.exec('CREATE EXTENSION IF NOT EXISTS vector');
  await client.exec('CREATE TABLE docs (id text PRIMARY KEY, metadata json, embedding vector(2))');
  for (const [id, text] of ROWS) await client.query(`INSERT INTO docs VALUES ($1, $2, '[1,2]')`, [id, text]);
  return createPgvector({ client });
}

it.each([
  ['SQLite', sqlite],
  ['Postgres', postgres],
])(
  'a record whose JSON in %s has two members of one name is rejected, where one of them would be lost',
  async (_store, open) => {
    const source = await open();
    onTestFinished(() => source.close());
    const target = createMemory();
    const result = await migrate({
      source,
      target,
      sourceCollection: 'docs',
      metric: 'cosine',
      allowLoss: ['rejected-records'],
      checkpoints: false,
    });
    expect(result.rejected.map(({ id }) => id).toSorted()).toEqual(['a', 'b']);
    expect(result.rejected[0]?.detail).toContain('two members of one name');
    // They are rejected by name, and nothing that the store itself counts differs beside.
    expect(result.success).toBe(false);
    expect(result.verification).toMatchObject({ passed: true, values: [{ side: 'source', problems: [] }, {}] });
    expect(result.verification?.values[0]?.witnessed).toContain('metadata "kind": records, octets');
    const found = await (await target.openCollection('docs')).fetch(['c']);
    expect(found[0]?.metadata).toEqual({ kind: 'note', of: { kind: 1 } });
  },
);
