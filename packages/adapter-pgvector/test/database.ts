import { PGlite } from '@electric-sql/pglite';
import type { CollectionV1, VectorRecord } from '@vsm/core/adapter';
import pg from 'pg';
import { createPgvector, type PgvectorOptions, type SqlClient } from '../src/index.ts';
import { createPglite } from './pglite.ts';

// The same tests on a server: PGVECTOR_URL=postgresql://user@host/database
const url = process.env['PGVECTOR_URL'];

/** An empty schema of a database: PGlite in memory, or on the server that PGVECTOR_URL names. */
export interface TestDatabase {
  readonly client: SqlClient;
  readonly schema: string;
  /** Runs statements, several at once too, with the schema in the search path. */
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<Record<string, unknown>[]>;
  /** Opens a table with no more than its name, unless there are options. */
  open(table: string, options?: Partial<PgvectorOptions>): Promise<CollectionV1>;
  /** The same tables, with the rights of this role and no more. */
  as(role: string): Promise<Pick<TestDatabase, 'open' | 'close'>>;
  close(): Promise<void>;
}

export async function openDatabase(): Promise<TestDatabase> {
  const schema = `vsm_test_${Math.random().toString(36).slice(2)}`;
  const { client, close } = await connectClient(schema);
  await client.query(`CREATE SCHEMA ${schema}`);
  // Other files may be at the same on one server.
  await client.query(`DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS vector SCHEMA public;
    EXCEPTION WHEN unique_violation OR duplicate_object THEN NULL; END $$`);
  return {
    client,
    schema,
    async run(sql) {
      if (client instanceof PGlite) await client.exec(sql);
      else await client.query(sql);
    },
    async rows(sql) {
      return (await client.query(sql)).rows as Record<string, unknown>[];
    },
    open(table, options = {}) {
      return createPgvector({ client, schema, ...options }).openCollection(table);
    },
    async as(role) {
      const session = client instanceof PGlite ? sharedAs(client, role) : ownAs(role, schema);
      return {
        open: (table, options = {}) =>
          createPgvector({ client: session.client, schema, ...options }).openCollection(table),
        close: session.close,
      };
    },
    async close() {
      await client.query(`DROP SCHEMA ${schema} CASCADE`);
      await close();
    },
  };
}

interface Session {
  readonly client: SqlClient;
  readonly close: () => Promise<void>;
}

/** There is one session in PGlite, so every statement takes the role and gives it back. */
function sharedAs(database: PGlite, role: string): Session {
  const client: SqlClient = {
    query: (sql, parameters) =>
      database.transaction(async (transaction) => {
        await transaction.exec(`SET LOCAL ROLE ${role}`);
        return transaction.query(sql, parameters);
      }),
  };
  return { client, close: async () => undefined };
}

function ownAs(role: string, schema: string): Session {
  const pool = new pg.Pool({ connectionString: url, options: `-c role=${role} -c search_path=${schema},public` });
  return { client: pool, close: () => pool.end() };
}

async function connectClient(schema: string): Promise<{ client: SqlClient; close: () => Promise<void> }> {
  if (url !== undefined) {
    const pool = new pg.Pool({ connectionString: url, options: `-c search_path=${schema},public` });
    return { client: pool, close: () => pool.end() };
  }
  const database = await createPglite();
  await database.exec(`SET search_path = ${schema}, public`);
  return { client: database, close: () => database.close() };
}

/** Every record, in pages small enough that there are several, sorted by id. */
export async function readAll(collection: CollectionV1, limit = 2): Promise<VectorRecord[]> {
  const records: VectorRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await collection.scan({ limit, cursor, include: ['vectors', 'metadata'] });
    records.push(...page.records);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return records.toSorted((left, right) => (left.id < right.id ? -1 : 1));
}
