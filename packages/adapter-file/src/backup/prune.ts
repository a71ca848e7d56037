import { VsmError } from '@vsm/core/adapter';
import { BackupFolder, type SnapshotName } from './folder.ts';
import type { LockSettings } from './files.ts';
import { parsePartName, partName } from './stored-part.ts';
import type { Lock } from '@vsm/core/files';
import { invalid, invalidOptions } from './errors.ts';
import type { Snapshot } from './snapshot.ts';

/** Snapshots that stay, of each collection; one that any of these keeps is kept. */
export interface KeepRules {
  /** The last so many. */
  readonly keepLast?: number | undefined;
  /** The last one of each of so many days (UTC) that have any. */
  readonly keepDaily?: number | undefined;
  readonly keepWeekly?: number | undefined;
  readonly keepMonthly?: number | undefined;
}

export interface PruneOptions extends KeepRules, LockSettings {
  /** The folder of the backup. */
  readonly path: string;
  /** Says what would be deleted, and deletes nothing. @default false */
  readonly dryRun?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PruneReport {
  readonly kept: readonly string[];
  readonly forgotten: readonly string[];
  /** Parts that no snapshot needs any more, those included that a backup left which was killed. */
  readonly parts: number;
  readonly bytes: number;
}

/**
 * Forgets snapshots, and deletes what no other one needs. Killed at any moment, it has deleted nothing that a kept snapshot needs.
 * @throws VsmError `CONFLICT` while a backup is made, and `INVALID_DATA` where a snapshot that stays cannot be read: nothing is deleted then
 */
export async function pruneBackup(options: PruneOptions): Promise<PruneReport> {
  const { path, dryRun = false, signal } = options;
  const folder = await BackupFolder.open(path);
  let lock: Lock | undefined;
  try {
    lock = await folder.files.lockExclusive(options);
    const names = await folder.snapshots();
    const kept = new Set(keptOf(names, options));
    const needed = new Set<string>();
    for (const name of kept) for (const part of (await readKept(folder, name)).parts) needed.add(partName(part));
    const forgotten = names.filter((name) => !kept.has(name));
    const found = [...(await folder.parts())].filter(([name]) => !needed.has(name));
    const parts = found.flatMap(([name]) => parsePartName(name) ?? []);
    const bytes = found.reduce((total, [, one]) => total + one, 0);
    if (!dryRun) {
      // Snapshots first: one that is there has all its parts.
      for (const name of forgotten) {
        signal?.throwIfAborted();
        await lock.check();
        await folder.forget(name);
      }
      for (const part of parts) {
        signal?.throwIfAborted();
        await lock.check();
        await folder.remove(part);
      }
      await lock.check();
      await folder.sweep();
    }
    const ids = (of: Iterable<SnapshotName>): string[] => [...of].map(({ id }) => id);
    return { kept: ids(kept), forgotten: ids(forgotten), parts: parts.length, bytes };
  } finally {
    await lock?.release();
    folder.close();
  }
}

async function readKept(folder: BackupFolder, name: SnapshotName): Promise<Snapshot> {
  try {
    return await folder.read(name);
  } catch (cause) {
    if (!VsmError.isInstance(cause) || cause.code !== 'INVALID_DATA') throw cause;
    const advice = 'Nothing was deleted. Bring a copy of this list back, or delete it if the snapshot may go.';
    throw invalid(`${cause.message.replace(/^backup: /, '')} ${advice}`, cause);
  }
}

function keptOf(names: readonly SnapshotName[], rules: KeepRules): readonly SnapshotName[] {
  const periods: readonly (readonly [number | undefined, (id: string) => string])[] = [
    [rules.keepLast, (id) => id],
    [rules.keepDaily, (id) => id.slice(0, 8)],
    [rules.keepWeekly, weekOf],
    [rules.keepMonthly, (id) => id.slice(0, 6)],
  ];
  if (periods.every(([count]) => count === undefined))
    throw invalidOptions('say which snapshots stay, such as keepLast: 7. Without that none would.');
  if (periods.some(([count]) => count !== undefined && !(Number.isSafeInteger(count) && count >= 0)))
    throw invalidOptions('the number of snapshots to keep must be a whole number.');
  if (periods.every(([count]) => (count ?? 0) === 0))
    throw invalidOptions('no snapshot would stay. Keep one at least.');
  const kept = new Set<SnapshotName>();
  for (const ofCollection of Map.groupBy(names, ({ tag }) => tag).values())
    for (const [count = 0, periodOf] of periods) {
      const last = new Map<string, SnapshotName>();
      for (const name of ofCollection.toReversed()) if (!last.has(periodOf(name.id))) last.set(periodOf(name.id), name);
      for (const name of [...last.values()].slice(0, count)) kept.add(name);
    }
  return names.filter((name) => kept.has(name));
}

/** The Monday that a day belongs to. */
function weekOf(id: string): string {
  const day = new Date(Date.UTC(Number(id.slice(0, 4)), Number(id.slice(4, 6)) - 1, Number(id.slice(6, 8))));
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day.toISOString().slice(0, 10);
}
