import { setOwn } from '../spec/record.ts';
import type { ScanPage, VectorSchema } from '../spec/v1.ts';

/** The schema with the dimensions that only the records know. */
export function withDimensions(
  vectors: Readonly<Record<string, VectorSchema>>,
  known: ReadonlyMap<string, number>,
): Record<string, VectorSchema> {
  const result: Record<string, VectorSchema> = {};
  for (const [name, schema] of Object.entries(vectors)) {
    setOwn(result, name, { ...schema, dimension: schema.dimension ?? known.get(name) });
  }
  return result;
}

/** Lengths of the first dense vector of each name, in the first page that holds any. */
export async function firstDimensions(
  readPage: (cursor: string | undefined) => Promise<ScanPage>,
): Promise<Map<string, number>> {
  const known = new Map<string, number>();
  let cursor: string | undefined;
  do {
    const page = await readPage(cursor);
    for (const { vectors } of page.records) {
      for (const [name, vector] of Object.entries(vectors))
        if ('length' in vector && !known.has(name)) known.set(name, vector.length);
    }
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined && known.size === 0);
  return known;
}
