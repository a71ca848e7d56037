import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** What to do about a full disk. True of a migration, which is resumed, and of what is made again. */
export const FULL_DISK_ADVICE = 'Free some space, then start the same command again: it goes on with what is written.';

/** What is left on the disk of a path, which need not be there yet; `undefined` for what is no path of this machine. */
export async function freeDisk(path: string): Promise<number | undefined> {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) return undefined;
  for (let place = resolve(path); ; place = dirname(place)) {
    try {
      const { bavail, bsize } = await statfs(place);
      return bavail * bsize;
    } catch {
      if (dirname(place) === place) return undefined;
    }
  }
}
