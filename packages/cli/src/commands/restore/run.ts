import { snapshotWords, loadBackups } from '../../backups.ts';
import { migrate } from '../migrate/run.ts';
import type { RestoreFlags } from './flags.ts';

/** The snapshot is named by its whole id from here on, so that a run that is resumed goes on with the same one. */
export async function restore(
  folder: string,
  target: string,
  { collection, skipLost, ...flags }: RestoreFlags,
): Promise<void> {
  const resolve = async (): Promise<readonly string[]> => {
    const { snapshotLocation } = await loadBackups();
    return [await snapshotLocation({ ...snapshotWords(folder), collection, skipLost }), target];
  };
  await migrate([folder, target], flags, { command: 'restore', resolve });
}
