import { setOwn } from '../spec/record.ts';
import type { ScanPage, ScanRequest, VectorSchema } from '../spec/v1.ts';

/** The schema with the dimensions that only the records know, of which none is read where all are said. */
export async function measuredVectors(
  vectors: Readonly<Record<string, VectorSchema>>,
  readPage: (request: ScanRequest) => Promise<ScanPage>,
): Promise<Record<string, VectorSchema>> {
  const isKnown = Object.values(vectors).every(({ kind, dimension }) => kind === 'sparse' || dimension !== undefined);
  return withDimensions(vectors, isKnown ? new Map() : await firstDimensions(readPage));
}

function withDimensions(
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
async function firstDimensions(readPage: (request: ScanRequest) => Promise<ScanPage>): Promise<Map<string, number>> {
  const known = new Map<string, number>();
  let cursor: string | undefined;
  do {
    const page = await readPage({ cursor, limit: 100, include: ['vectors'] });
    for (const { vectors } of page.records) {
      for (const [name, vector] of Object.entries(vectors))
        if ('length' in vector && !known.has(name)) known.set(name, vector.length);
    }
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined && known.size === 0);
  return known;
}
