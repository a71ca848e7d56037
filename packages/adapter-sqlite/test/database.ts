import { mkdtemp, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CollectionV1, VectorRecord, VectorStoreV1 } from '@vsm/core/adapter';
import { load } from 'sqlite-vec';
import { afterEach, beforeEach } from 'vitest';
import { createSqlite, type SqliteOptions } from '../src/index.ts';

/** A new folder for every test, and stores in it that are closed after it. */
export function folderOfFiles(): {
  readonly path: (name?: string) => string;
  readonly open: (options?: SqliteOptions) => VectorStoreV1;
  readonly sql: (...statements: string[]) => void;
  readonly database: () => DatabaseSync;
} {
  let folder = '';
  let stores: VectorStoreV1[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vsm-sqlite-'));
    stores = [];
  });
  afterEach(async () => {
    for (const store of stores) await store.close();
    await rm(folder, { recursive: true });
  });
  const path = (name = 'test.db'): string => join(folder, name);
  const database = (): DatabaseSync => {
    const opened = new DatabaseSync(path(), { allowExtension: true });
    load(opened);
    return opened;
  };
  return {
    path,
    database,
    open(options = {}) {
      const opened = createSqlite({ ...(options.client === undefined && { path: path() }), ...options });
      stores.push(opened);
      return opened;
    },
    sql(...statements) {
      const opened = database();
      for (const statement of statements) opened.exec(statement);
      opened.close();
    },
  };
}

export async function readAll(collection: CollectionV1, limit = 2, cursor?: string): Promise<VectorRecord[]> {
  const page = await collection.scan({ cursor, limit, include: ['vectors', 'metadata'] });
  return page.cursor === null
    ? [...page.records]
    : [...page.records, ...(await readAll(collection, limit, page.cursor))];
}

/** A literal of float32 bytes. */
export function blob(...values: number[]): string {
  return `x'${Buffer.from(Float32Array.from(values).buffer).toString('hex')}'`;
}
