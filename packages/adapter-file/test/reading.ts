import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
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

/** Every file below a folder with a digest of what is in it. */
export async function digestOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const digests = entries.map(async (entry): Promise<[string, string]> => {
    const path = join(entry.parentPath, entry.name);
    const digest = entry.isFile()
      ? createHash('sha256')
          .update(await readFile(path))
          .digest('hex')
      : 'folder';
    return [relative(folder, path), digest];
  });
  return Object.fromEntries((await Promise.all(digests)).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
