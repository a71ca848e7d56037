import type { KnownRecord } from './numbered.ts';

const DATABASE = '/api/v2/tenants/default_tenant/databases/default_database';
const AT_ONCE = 1000;

/** Fills the collection `docs` of a Chroma by its HTTP API, with texts of JSON of our own. */
export async function loadChroma(
  url: string,
  records: number,
  recordOf: (index: number) => KnownRecord,
): Promise<void> {
  const post = async (path: string, body: string): Promise<unknown> => {
    const response = await fetch(`${url}${DATABASE}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`Chroma answered ${response.status} to ${path}: ${answer.slice(0, 300)}`);
    return JSON.parse(answer);
  };
  // Of space cosine it returns vectors a rounding step off what was written.
  const configuration = { hnsw: { space: 'l2' } };
  const { id } = (await post('/collections', JSON.stringify({ name: 'docs', configuration }))) as { id: string };
  for (let from = 0; from < records; from += AT_ONCE) {
    const page = Array.from({ length: Math.min(AT_ONCE, records - from) }, (_, at) => recordOf(from + at));
    const list = (print: (record: KnownRecord) => string): string => `[${page.map(print).join(',')}]`;
    await post(
      `/collections/${id}/add`,
      `{"ids":${list((record) => JSON.stringify(record.id))},` +
        `"embeddings":${list(({ vector }) => JSON.stringify([...vector]))},` +
        `"metadatas":${list(({ metadata }) => metadata ?? 'null')},` +
        `"documents":${list(({ document }) => JSON.stringify(document ?? null))}}`,
    );
  }
}
