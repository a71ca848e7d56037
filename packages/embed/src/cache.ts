import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { VsmError } from '@vsm/core/adapter';
import { importSqlite } from '@vsm/core/files';

/** Vectors that were paid for once, by the model and the text. */
export interface EmbeddingCache {
  get(model: string, text: string): Float32Array | undefined;
  has(model: string, text: string): boolean;
  /** All of a batch, on disk when it returns. */
  put(model: string, entries: readonly (readonly [text: string, vector: Float32Array])[]): void;
  close(): void;
}

/**
 * A SQLite file. Several processes may have it open; a killed one loses nothing that was put.
 * @throws VsmError where it is no cache, or cannot be written
 */
export async function openCache(path: string): Promise<EmbeddingCache> {
  const { DatabaseSync: Database } = await importSqlite({ what: 'the cache of vectors' });
  try {
    mkdirSync(dirname(path), { recursive: true });
    const database = new Database(path);
    database.exec('PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    database.exec(
      'CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, model TEXT NOT NULL, vector BLOB NOT NULL) WITHOUT ROWID',
    );
    return new SqliteCache(database);
  } catch (cause) {
    throw new VsmError(
      'INVALID_OPTIONS',
      `The cache of vectors ${path} cannot be opened: ${(cause as Error).message}`,
      { cause },
    );
  }
}

/** For one process, and gone with it. */
export function memoryCache(): EmbeddingCache {
  const vectors = new Map<string, Float32Array>();
  const key = (model: string, text: string): string => keyOf(model, text).toString('latin1');
  return {
    get: (model, text) => vectors.get(key(model, text)),
    has: (model, text) => vectors.has(key(model, text)),
    put: (model, entries) => {
      for (const [text, vector] of entries) vectors.set(key(model, text), vector);
    },
    close: () => vectors.clear(),
  };
}

class SqliteCache implements EmbeddingCache {
  readonly #database: DatabaseSync;
  readonly #get: StatementSync;
  readonly #has: StatementSync;
  readonly #put: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#get = database.prepare('SELECT vector FROM vectors WHERE key = ?');
    this.#has = database.prepare('SELECT 1 FROM vectors WHERE key = ?');
    this.#put = database.prepare('INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)');
  }

  get(model: string, text: string): Float32Array | undefined {
    const row = this.#get.get(keyOf(model, text));
    // A copy: a view of it need not begin where a float may.
    return row === undefined ? undefined : new Float32Array(new Uint8Array(row['vector'] as Uint8Array).buffer);
  }

  has(model: string, text: string): boolean {
    return this.#has.get(keyOf(model, text)) !== undefined;
  }

  put(model: string, entries: readonly (readonly [string, Float32Array])[]): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const [text, { buffer, byteOffset, byteLength }] of entries) {
        this.#put.run(keyOf(model, text), model, new Uint8Array(buffer, byteOffset, byteLength));
      }
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }
}

function keyOf(model: string, text: string): Buffer {
  return createHash('sha256').update(`${model.length}\n${model}${text}`).digest();
}
