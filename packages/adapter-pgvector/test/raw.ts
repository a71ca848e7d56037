import { parseJson, type Metadata, type VectorRecord } from '@vsm/core/adapter';
import type { SqlClient } from '../src/index.ts';

/** Reads one row of a table that VSM made with plain SQL, past the adapter. */
export async function readRaw(
  client: SqlClient,
  table: string,
  id: string,
  namespace: string | undefined,
): Promise<VectorRecord | undefined> {
  const { rows } = await client.query(
    `SELECT to_jsonb(t) - 'metadata' AS columns, metadata::text AS metadata FROM "${table}" t WHERE id = $1`,
    [id],
  );
  const found = (rows as { columns: Record<string, unknown>; metadata: string }[]).filter(
    ({ columns }) => (columns['namespace'] ?? '') === (namespace ?? ''),
  );
  const [row] = found;
  if (row === undefined || found.length !== 1) return undefined;
  const { id: _id, namespace: _namespace, document, ...vectors } = row.columns;
  return {
    id,
    ...(namespace !== undefined && { namespace }),
    vectors: Object.fromEntries(
      Object.entries(vectors)
        .filter(([, value]) => value !== null)
        .map(([column, value]) => [column === 'embedding' ? '' : column, JSON.parse(String(value)) as number[]]),
    ),
    metadata: parseJson(row.metadata) as Metadata,
    document: typeof document === 'string' ? document : undefined,
  };
}
