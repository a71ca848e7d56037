import type { CollectionV1, VectorRecord } from '@vsm/core/adapter';

/** All records of a collection; what was read before an error is in `seen`. */
export async function readAll(
  collection: CollectionV1,
  limit = 100,
  seen: VectorRecord[] = [],
): Promise<VectorRecord[]> {
  let cursor: string | undefined;
  do {
    const page = await collection.scan({ cursor, limit, include: ['vectors', 'metadata'] });
    seen.push(...page.records);
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return seen;
}
