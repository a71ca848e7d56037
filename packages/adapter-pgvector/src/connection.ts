import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { VsmError } from '@vsm/core/adapter';
import { toVsmError } from './errors.ts';
import type { PgvectorOptions, SqlClient } from './options.ts';

export interface Connection {
  /** Runs one statement. `what` names the attempt in errors. */
  run<Row>(what: string, sql: string, parameters?: unknown[]): Promise<Row[]>;
  /** `false` for an embedded database whose folder is not there. Asking does not create it; `run` does. */
  exists(): boolean;
  close(): Promise<void>;
}

interface Opened {
  readonly client: SqlClient;
  close(): Promise<void>;
}

/** Connects at the first statement. */
export function connect(options: PgvectorOptions): Connection {
  let opening: Promise<Opened> | undefined;
  return {
    async run<Row>(what: string, sql: string, parameters?: unknown[]) {
      opening ??= open(options);
      try {
        const { client } = await opening;
        return (await client.query(sql, parameters)).rows as Row[];
      } catch (cause) {
        throw toVsmError(what, cause);
      }
    },
    exists() {
      return opening !== undefined || options.dataDir === undefined || existsSync(options.dataDir);
    },
    async close() {
      // What could not be opened needs no closing; its error was raised where it was asked for.
      const database = await opening?.catch(() => undefined);
      await database?.close();
    },
  };
}

async function open(options: PgvectorOptions): Promise<Opened> {
  const { client, url, dataDir } = options;
  if (client !== undefined) return { client, close: async () => undefined };
  if (dataDir !== undefined) return openPglite(resolve(dataDir));
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ connectionString: url, application_name: 'vsm' });
  // An idle connection that breaks is replaced at the next query; unheard, its event would end the process.
  pool.on('error', () => undefined);
  return { client: pool, close: () => pool.end() };
}

/** One PGlite a folder: a second one on the same files would corrupt them. */
const opened = new Map<string, { readonly database: Promise<{ close(): Promise<void> } & SqlClient>; users: number }>();

async function openPglite(dataDir: string): Promise<Opened> {
  const entry = opened.get(dataDir) ?? { database: startPglite(dataDir), users: 0 };
  opened.set(dataDir, entry);
  entry.users += 1;
  try {
    const database = await entry.database;
    return {
      client: database,
      async close() {
        entry.users -= 1;
        if (entry.users > 0) return;
        opened.delete(dataDir);
        await database.close();
      },
    };
  } catch (cause) {
    opened.delete(dataDir);
    throw cause;
  }
}

async function startPglite(dataDir: string): Promise<{ close(): Promise<void> } & SqlClient> {
  const [{ PGlite }, { vector }] = await Promise.all([
    import('@electric-sql/pglite'),
    import('@electric-sql/pglite-pgvector'),
  ]).catch((cause: unknown) => {
    throw new VsmError(
      'INVALID_OPTIONS',
      'pgvector: an embedded database needs two more packages: npm install @electric-sql/pglite @electric-sql/pglite-pgvector',
      { adapter: 'pgvector', cause },
    );
  });
  await mkdir(dirname(dataDir), { recursive: true });
  return PGlite.create({ dataDir, extensions: { vector } });
}
