import { readRecords, type CollectionV1, type VectorRecord } from '@vsm/core/adapter';

/** The parts of answers that tests look at. */
export interface Answer {
  readonly acknowledged?: boolean;
  readonly errors?: boolean;
  readonly items?: readonly object[];
  readonly docs?: readonly Readonly<Record<string, unknown>>[];
  readonly version?: { readonly distribution?: string };
  readonly [index: string]: unknown;
}

/** Plain requests, past the adapter. */
export async function ask(url: string, method: string, path: string, body?: object | string): Promise<Answer> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${url}/${path}`, {
    method,
    body: text ?? null,
    headers: { 'content-type': 'application/json' },
  });
  return (await response.json()) as Answer;
}

export async function isOpenSearch(url: string): Promise<boolean> {
  return (await ask(url, 'GET', '')).version?.distribution === 'opensearch';
}

/** A vector field as an application makes it. */
export function vectorField(opensearch: boolean, dimension: number): object {
  return opensearch
    ? { type: 'knn_vector', dimension, method: { name: 'hnsw', space_type: 'l2', engine: 'lucene' } }
    : { type: 'dense_vector', dims: dimension, index: true, similarity: 'l2_norm' };
}

/** By their ids; what is refused is in the answer, in the same order. */
export function bulk(url: string, index: string, documents: Readonly<Record<string, object>>): Promise<Answer> {
  const lines = Object.entries(documents).map(
    ([id, source]) => `{"index":{"_id":${JSON.stringify(id)}}}\n${JSON.stringify(source)}\n`,
  );
  return ask(url, 'POST', `${index}/_bulk?refresh=true`, lines.join(''));
}

/** The same, where nothing may be refused. */
export async function load(url: string, index: string, documents: Readonly<Record<string, object>>): Promise<void> {
  const { errors, items } = await bulk(url, index, documents);
  if (errors !== false) throw new Error(JSON.stringify(items));
}

export async function readAll(collection: CollectionV1): Promise<VectorRecord[]> {
  const records: VectorRecord[] = [];
  for await (const record of readRecords(collection)) records.push(record);
  return records;
}
