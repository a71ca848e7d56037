import { connect } from '@lancedb/lancedb';
import type { Metadata, VectorRecord } from '@vsm/core/adapter';

/** A record as the SDK gives it, past the adapter. */
export async function readRaw(uri: string, table: string, id: string): Promise<VectorRecord | undefined> {
  const connection = await connect(uri);
  const opened = await connection.openTable(table);
  const rows = (await opened.query().where(`id = '${id}'`).toArray()) as Record<string, unknown>[];
  connection.close();
  const [row] = rows.map((found) => (found as unknown as { toJSON(): Record<string, unknown> }).toJSON());
  if (row === undefined) return undefined;
  const { vector, document, uri: link, metadata } = row;
  return {
    id,
    vectors: { '': Array.from(vector as Iterable<number>) },
    metadata: typeof metadata === 'string' ? (JSON.parse(metadata) as Metadata) : {},
    document: (document as string | null) ?? undefined,
    uri: (link as string | null) ?? undefined,
  };
}
