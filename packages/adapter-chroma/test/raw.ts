import { parseJson, type Metadata, type VectorRecord } from '@vsm/core/adapter';

interface RawAnswer {
  readonly ids: readonly string[];
  readonly embeddings: readonly (readonly number[])[];
  readonly documents: readonly (string | null)[];
  readonly uris: readonly (string | null)[];
  readonly metadatas: readonly (Metadata | null)[];
}

/** Reads one record with plain REST calls, past the adapter. */
export async function readRaw(url: string, collection: string, id: string): Promise<VectorRecord | undefined> {
  const base = `${url}/api/v2/tenants/default_tenant/databases/default_database/collections`;
  const { id: collectionId } = (await (await fetch(`${base}/${collection}`)).json()) as { id: string };
  const response = await fetch(`${base}/${collectionId}/get`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ids: [id], include: ['embeddings', 'metadatas', 'documents', 'uris'] }),
  });
  const text = await response.text();
  const answer = parseJson(text) as unknown as RawAnswer;
  if (answer.ids.length === 0) return undefined;
  return {
    id: answer.ids[0] ?? '',
    vectors: { '': (answer.embeddings[0] ?? []).map(Number) },
    metadata: answer.metadatas[0] ?? {},
    document: answer.documents[0] ?? undefined,
    uri: answer.uris[0] ?? undefined,
  };
}
