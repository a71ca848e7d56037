import { join } from 'node:path';
import { retryingStore, type Rejection, type RetryPolicy, type VectorStoreV1 } from '@vsm/core/adapter';
import type { ProgressListener } from '@vsm/core';
import { checkPace, ProgressTracker, refuseUndecided, type Pace } from '@vsm/core/engine';
import { BackupFolder } from './folder.ts';
import type { BackupLock, LockSettings } from './files.ts';
import { makeParts } from './make-parts.ts';
import { PartShelf } from './part-shelf.ts';
import {
  printSelection,
  readSelection,
  refuseOtherSelection,
  type Selection,
  type SelectionOptions,
} from './selection.ts';
import { BACKUP_VERSION, collectionTag, newSnapshotId, type Snapshot } from './snapshot.ts';
import { totalOf } from './stored-part.ts';

export interface BackupOptions extends Pace, LockSettings, SelectionOptions {
  readonly source: VectorStoreV1;
  readonly collection: string;
  /** The folder of the backup; it is made where it is not there. */
  readonly path: string;
  readonly onProgress?: ProgressListener | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface BackupResult {
  readonly snapshot: string;
  readonly collection: string;
  readonly records: number;
  /** Of the snapshot, those included that were there before. */
  readonly parts: number;
  readonly bytes: number;
  readonly written: { readonly parts: number; readonly bytes: number };
  readonly rejected: { readonly count: number; readonly listed: readonly Rejection[] };
  readonly notes: readonly string[];
}

const RETRY: RetryPolicy = { maxRetries: 8, retryDelaySeconds: 1, retryBackoff: 2 };

/**
 * Adds a snapshot of a collection to a folder. Of what an earlier snapshot of it holds nothing is written again.
 * @throws VsmError `INVALID_DATA` where the store counts other than it was read, and `CONFLICT` while the folder is pruned
 *
 * @example
 * ```ts
 * import { createChroma } from '@vsm/adapter-chroma';
 * import { backup } from '@vsm/adapter-file/backup';
 *
 * await using source = createChroma({ url: 'http://localhost:8000' });
 * const { snapshot, written } = await backup({ source, collection: 'docs', path: './backups' });
 * console.log(snapshot, written.bytes);
 * ```
 */
export async function backup(options: BackupOptions): Promise<BackupResult> {
  const { source, collection: name, path, onProgress, signal } = options;
  const pace = checkPace(options);
  const { selection, filter, namespaces } = readSelection(options);
  const collection = await retryingStore(source, RETRY, 'no-scans').openCollection(name, { signal });
  const description = await collection.describe({ signal });
  refuseUndecided(name, description.undecided ?? []);
  const tracker = new ProgressTracker(onProgress, pace.batchSize);
  const folder = await BackupFolder.make(path);
  let lock: BackupLock | undefined;
  try {
    lock = await folder.files.lockShared(options);
    const started = new Date();
    const { parent, remarks } = await newestOf(folder, name);
    if (parent !== undefined) refuseOtherSelection(folder.where, parent, selection);
    const shelf = await PartShelf.open(folder, parent?.parts ?? [], join(lock.scratch, 'parts'));
    const reading = { ...pace, filter, namespaces, collection, description, retry: RETRY, tracker, signal };
    const made = await makeParts({ ...reading, parent, shelf, scratch: join(lock.scratch, 'runs') });
    await shelf.settle(made.parts);
    const snapshot: Snapshot = {
      format: 'vsm-backup',
      version: BACKUP_VERSION,
      id: newSnapshotId(started, (await folder.snapshots()).at(-1)?.id),
      collection: name,
      source: source.location,
      at: started.toISOString(),
      parent: parent?.id,
      selection,
      schema: made.schema,
      records: totalOf(made.parts, 'records'),
      written: shelf.written,
      rejected: made.rejected,
      notes: [...remarks, ...made.notes, ...partOf(selection)],
      cut: made.cut,
      parts: made.parts,
    };
    // What would delete a part needs the lock, and so this is asked last.
    await lock.check();
    // Backups may be made at once, and another one may have been the first of this collection.
    const { parent: latest } = await newestOf(folder, name);
    if (latest !== undefined) refuseOtherSelection(folder.where, latest, selection);
    await folder.add(snapshot);
    tracker.enter('done', snapshot.records);
    const { id, records, written, rejected, notes, parts } = snapshot;
    const counts = { records, parts: parts.length, bytes: totalOf(parts, 'bytes') };
    return { snapshot: id, collection: name, ...counts, written, rejected, notes };
  } finally {
    await lock?.release();
    folder.close();
  }
}

function partOf(selection: Selection | undefined): readonly string[] {
  if (selection === undefined) return [];
  const unproven = 'whether reading left some of them out was not checked by a count of the store';
  return [`it holds ${printSelection(selection)}, and no others; ${unproven}`];
}

/** The last snapshot of a collection that can be read. */
async function newestOf(
  folder: BackupFolder,
  collection: string,
): Promise<{ readonly parent: Snapshot | undefined; readonly remarks: readonly string[] }> {
  const remarks: string[] = [];
  const tag = collectionTag(collection);
  for (const name of (await folder.snapshots()).toReversed()) {
    if (name.tag !== tag) continue;
    try {
      return { parent: await folder.read(name), remarks };
    } catch (cause) {
      remarks.push(`the earlier snapshot ${name.id} cannot be read: ${(cause as Error).message}`);
    }
  }
  return { parent: undefined, remarks };
}
