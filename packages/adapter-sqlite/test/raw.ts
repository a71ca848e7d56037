import { DatabaseSync } from 'node:sqlite';
import { parseJson, type Metadata, type VectorRecord } from '@vsm/core/adapter';
import { load } from 'sqlite-vec';

/** Reads one row of a table that VSM made with plain SQL, past the adapter. */
export async function readRaw(
  path: string,
  table: string,
  id: string,
  namespace: string | undefined,
): Promise<VectorRecord | undefined> {
  const database = new DatabaseSync(path, { readOnly: true, allowExtension: true });
  load(database);
  const rows = database.prepare(`SELECT * FROM "${table}" WHERE id = ?`).all(id);
  database.close();
  const [row, ...more] = rows.filter((found) => (found['namespace'] ?? '') === (namespace ?? ''));
  if (row === undefined || more.length > 0) return undefined;
  const { id: _id, namespace: _namespace, document, uri, metadata, ...vectors } = row;
  return {
    id,
    ...(namespace !== undefined && { namespace }),
    vectors: Object.fromEntries(
      Object.entries(vectors)
        .filter(([, bytes]) => bytes !== null)
        .map(([column, bytes]) => [
          column === 'embedding' ? '' : column,
          new Float32Array(Uint8Array.from(bytes as Uint8Array).buffer),
        ]),
    ),
    metadata: parseJson(String(metadata)) as Metadata,
    document: typeof document === 'string' ? document : undefined,
    uri: typeof uri === 'string' ? uri : undefined,
  };
}
