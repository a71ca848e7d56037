import { parseJson, type Metadata, type VectorRecord } from '@vsm/core/adapter';

/** A record of an index that VSM made, by a plain request. */
export async function readRaw(
  url: string,
  index: string,
  id: string,
  apiKey: string | undefined,
): Promise<VectorRecord | undefined> {
  const response = await fetch(`${url}/${index}/_mget?_source=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(apiKey !== undefined && { authorization: `ApiKey ${apiKey}` }) },
    body: JSON.stringify({ ids: [id] }),
  });
  const { docs } = parseJson(await response.text()) as unknown as {
    docs: readonly Readonly<Record<string, Metadata>>[];
  };
  const [found] = docs;
  if (found?.['_source'] === undefined) return undefined;
  const { metadata = {}, document, uri, kept, filter: _filter, ...vectors } = found['_source'] as Record<string, never>;
  const all = Object.entries({ ...vectors, ...(kept as object | undefined) }).map(
    ([field, value]): [string, number[]] => [field.replace(/^vector_?/, ''), (value as unknown[]).map(Number)],
  );
  return {
    id,
    vectors: Object.fromEntries(all),
    metadata,
    ...(document !== undefined && { document }),
    ...(uri !== undefined && { uri }),
  };
}
