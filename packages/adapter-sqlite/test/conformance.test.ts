import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testAdapter } from '@vsm/conformance/vitest';
import { afterAll, describe } from 'vitest';
import { createSqlite } from '../src/index.ts';
import { readRaw } from './raw.ts';

const folder = mkdtempSync(join(tmpdir(), 'vsm-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('plain tables, by the SQLite of Node', () => {
  const path = join(folder, 'plain.db');
  testAdapter({
    adapter: 'sqlite',
    connect: () => createSqlite({ path }),
    raw: { read: (collection, id, namespace) => readRaw(path, collection, id, namespace) },
  });
});

describe('vec0 tables of sqlite-vec', () => {
  const path = join(folder, 'vec0.db');
  testAdapter({
    adapter: 'sqlite',
    connect: () => createSqlite({ path, tables: 'vec0' }),
    raw: { read: (collection, id) => readRaw(path, collection, id, undefined) },
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
  });
});
