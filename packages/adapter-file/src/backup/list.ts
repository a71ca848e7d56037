import { VsmError } from '@vsm/core/adapter';
import { BackupFolder, type SnapshotName } from './folder.ts';
import type { Selection } from './selection.ts';
import type { Snapshot } from './snapshot.ts';
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

/** A snapshot of whose list nothing can be read. */
export interface DamagedSnapshot {
  readonly id: string;
  readonly problem: string;
}

/**
 * The snapshots of a folder, the oldest first.
 * @param onDamaged is told of each that is damaged, which is left out; without it the first one ends the listing
 * @throws VsmError `INVALID_DATA`
 */
export async function listSnapshots(
  path: string,
  onDamaged?: (damaged: DamagedSnapshot) => void,
): Promise<readonly ListedSnapshot[]> {
  const folder = await BackupFolder.open(path);
  const listed: ListedSnapshot[] = [];
  try {
    for (const name of await folder.snapshots()) {
      const found = await readOrTell(folder, name, onDamaged);
      if (found === undefined) continue;
      const { id, collection, source, at, selection, records, parts, written, rejected } = found;
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

async function readOrTell(
  folder: BackupFolder,
  name: SnapshotName,
  onDamaged: ((damaged: DamagedSnapshot) => void) | undefined,
): Promise<Snapshot | undefined> {
  try {
    return await folder.read(name);
  } catch (cause) {
    if (onDamaged === undefined || !VsmError.isInstance(cause) || cause.code !== 'INVALID_DATA') throw cause;
    onDamaged({ id: name.id, problem: cause.message });
    return undefined;
  }
}
