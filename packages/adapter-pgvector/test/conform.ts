import type { RuledRecords } from '@vsm/conformance';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import type { SqlClient } from '../src/index.ts';
import { createPglite } from './pglite.ts';

// The same tests on a server: PGVECTOR_URL=postgresql://user@host/database
export const url: string | undefined = process.env['PGVECTOR_URL'];

/** One connection for all cases of a file, which ends with it. */
export function sharedClient(): () => SqlClient {
  let client: SqlClient;
  let close: () => Promise<void>;
  beforeAll(async () => {
    if (url === undefined) {
      const database = await createPglite();
      client = database;
      close = () => database.close();
    } else {
      const pool = new pg.Pool({ connectionString: url });
      client = pool;
      close = () => pool.end();
    }
  });
  afterAll(() => close());
  return () => client;
}

/** A table as an application makes it. */
export async function makeRuled(
  client: SqlClient,
  name: string,
  ids: 'text' | 'uuid',
  names: readonly string[],
): Promise<RuledRecords> {
  const columns = `id ${ids} PRIMARY KEY, embedding vector(4), title varchar(5) NOT NULL, year int`;
  await client.query(`CREATE TABLE "${name}" (${columns})`);
  const [fitting = '', untitled = '', wordy = ''] = names;
  const record = { vectors: { '': [0.25, -0.5, 0.75, 1] } };
  return {
    fits: [{ ...record, id: fitting, metadata: { title: 'short', year: 2026 } }],
    unfit: [
      { ...record, id: untitled, metadata: { year: 2026 } },
      { ...record, id: wordy, metadata: { title: 'short', year: 'last' } },
    ],
  };
}
