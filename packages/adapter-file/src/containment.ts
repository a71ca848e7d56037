import { realpath } from 'node:fs/promises';
import { relative, isAbsolute, sep } from 'node:path';
import { isMissing } from '@vsm/core/files';
import { outside, toVsmError } from './errors.ts';

/**
 * Backups come from other people: a link, or a path that a file names, may lead anywhere.
 * @throws VsmError `INVALID_DATA` where a path leads out of the folder, `..` and links resolved
 */
export async function refuseOutside(folder: string, path: string): Promise<void> {
  const [home, real] = await Promise.all([resolved(folder), resolved(path)]);
  if (home !== undefined && real !== undefined && !isWithin(home, real)) throw outside(path, real, folder);
}

/** Whether a path lies in a folder, or is it. */
function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** `undefined` where nothing is there. */
async function resolved(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw toVsmError(cause, `read ${path}`);
  }
}
