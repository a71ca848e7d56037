import type { JsonValue } from '@vsm/core/adapter';
import type { Table } from './catalog.ts';
import type { Connection } from './client.ts';
import { identifier, literal } from './sql.ts';

interface IndexDefinition {
  readonly name: string;
  readonly definition: string;
}

/** The search indexes, which are built faster and better over all rows than row by row. */
export async function searchIndexes(connection: Connection, table: Table): Promise<JsonValue> {
  const indexes = await connection.run<{ name: string; definition: string }>(
    `cannot list the indexes of "${table.name}"`,
    `SELECT i.relname AS name, pg_get_indexdef(i.oid) AS definition FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid ` +
      `JOIN pg_am a ON a.oid = i.relam WHERE x.indrelid = $1::oid AND a.amname IN ('hnsw', 'ivfflat') ORDER BY i.oid`,
    [table.oid],
  );
  return { indexes };
}

export async function dropIndexes(connection: Connection, table: Table, token: JsonValue): Promise<void> {
  for (const { name } of indexesOf(token)) {
    await connection.run(
      `cannot drop the index "${name}"`,
      `DROP INDEX IF EXISTS ${identifier(table.schema)}.${identifier(name)}`,
    );
  }
}

/** An abort of the signal ends the build; the next call builds what is missing. */
export async function rebuildIndexes(
  connection: Connection,
  table: Table,
  token: JsonValue,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const { name, definition } of indexesOf(token)) {
    // pg_get_indexdef prints "CREATE [UNIQUE] INDEX name ON …"; a second call must find nothing to do.
    const create = definition.replace(/INDEX /, 'INDEX IF NOT EXISTS ');
    // A server builds on for a process that was killed, and whether the index exists is seen once that is done. Whoever builds one
    // holds a lock that this one waits for.
    const afterOthers = `BEGIN LOCK TABLE ${table.path} IN SHARE UPDATE EXCLUSIVE MODE; ${create}; END`;
    await connection.runLong(
      `cannot build the index "${name}" of "${table.name}"`,
      `DO ${literal(afterOthers)}`,
      signal,
    );
  }
}

function indexesOf(token: JsonValue): readonly IndexDefinition[] {
  const { indexes } = token as { indexes?: readonly IndexDefinition[] };
  return indexes ?? [];
}
