import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RuledRecords } from '@vsm/conformance';
import { testAdapter } from '@vsm/conformance/vitest';
import { afterAll, describe } from 'vitest';
import { createSqlite } from '../src/index.ts';
import { readRaw } from './raw.ts';

const vectors = { '': [0.25, -0.5, 0.75, 1] };
const folder = mkdtempSync(join(tmpdir(), 'vsm-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('plain tables, by the SQLite of Node', () => {
  const path = join(folder, 'plain.db');
  testAdapter({
    adapter: 'sqlite',
    connect: () => createSqlite({ path }),
    raw: { read: (collection, id, namespace) => readRaw(path, collection, id, namespace) },
    rules: (_store, name) => makeRuled(path, name),
  });
});

describe('vec0 tables of sqlite-vec', () => {
  const path = join(folder, 'vec0.db');
  testAdapter({
    adapter: 'sqlite',
    connect: () => createSqlite({ path, tables: 'vec0' }),
    raw: { read: (collection, id) => readRaw(path, collection, id, undefined) },
    async rules(store, name) {
      await store.createCollection({ name, vectors: { '': { kind: 'dense', dimension: 4, metric: 'cosine' } } });
      return { fits: [{ id: 'fits', vectors, metadata: {} }], unfit: [{ id: 'bare', vectors: {}, metadata: {} }] };
    },
  });
});

describe('libSQL', () => {
  const path = join(folder, 'libsql.db');
  testAdapter({
    adapter: 'sqlite',
    connect: () => createSqlite({ path, engine: 'libsql' }),
    raw: { read: (collection, id, namespace) => readRaw(path, collection, id, namespace) },
    unreachable: () => createSqlite({ url: 'http://127.0.0.1:9', authToken: 'conformance-secret' }),
    secret: 'conformance-secret',
    rules: (_store, name) => makeRuled(path, name),
  });
});

/** A table as an application makes it, past the adapter. */
async function makeRuled(path: string, name: string): Promise<RuledRecords> {
  const database = new DatabaseSync(path);
  database.exec(
    `CREATE TABLE "${name}" (id TEXT PRIMARY KEY, embedding F32_BLOB(4) NOT NULL, title TEXT NOT NULL, year INTEGER)`,
  );
  database.close();
  return {
    fits: [{ id: 'fits', vectors, metadata: { title: 'short', year: 2026 } }],
    unfit: [
      { id: 'without title', vectors, metadata: { year: 2026 } },
      { id: 'without a vector', vectors: {}, metadata: { title: 'short' } },
      { id: 'of another type', vectors, metadata: { title: 'short', year: { of: 'the cat' } } },
    ],
  };
}
