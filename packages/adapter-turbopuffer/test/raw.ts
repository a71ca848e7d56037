import { Turbopuffer } from '@turbopuffer/turbopuffer';
import type { Metadata, VectorRecord } from '@vsm/core/adapter';

/** Past the adapter, through the vendor's client. */
export async function readRaw(
  { url, apiKey }: { readonly url: string; readonly apiKey: string },
  collection: string,
  id: string,
): Promise<VectorRecord | undefined> {
  const client = new Turbopuffer({ baseURL: url, apiKey });
  const { rows } = await client
    .namespace(collection)
    .query({ rank_by: ['id', 'asc'], filters: ['id', 'Eq', id], limit: 1, include_attributes: true });
  const [row] = rows ?? [];
  if (row === undefined) return undefined;
  const { id: found, vector, text, vsm_rest: rest, ...metadata } = row;
  return {
    id: String(found),
    vectors: { '': Array.isArray(vector) ? vector : [] },
    metadata: { ...metadata, ...JSON.parse(typeof rest === 'string' ? rest : '{}') } as Metadata,
    ...(typeof text === 'string' && { document: text }),
  };
}
