import { BackupFolder } from './folder.ts';
import type { Selection } from './selection.ts';
import { totalOf } from './stored-part.ts';

export interface ListedSnapshot {
  readonly id: string;
  readonly collection: string;
  readonly source: string;
  readonly at: string;
  /** Which records of the collection it holds; all where absent. */
  readonly selection?: Selection | undefined;
  readonly records: number;
  readonly parts: number;
  /** Of all its parts, most of which other snapshots may hold too. */
  readonly bytes: number;
  readonly written: { readonly parts: number; readonly bytes: number };
  readonly rejected: number;
}

/** The snapshots of a folder, the oldest first. @throws VsmError `INVALID_DATA` where one is damaged */
export async function listSnapshots(path: string): Promise<readonly ListedSnapshot[]> {
  const folder = await BackupFolder.open(path);
  const listed: ListedSnapshot[] = [];
  try {
    for (const name of await folder.snapshots()) {
      const { id, collection, source, at, selection, records, parts, written, rejected } = await folder.read(name);
      const bytes = totalOf(parts, 'bytes');
      listed.push({
        id,
        collection,
        source,
        at,
        selection,
        records,
        parts: parts.length,
        bytes,
        written,
        rejected: rejected.count,
      });
    }
    return listed;
  } finally {
    folder.close();
  }
}
