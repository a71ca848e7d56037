import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { toVsmError } from './errors.ts';

/** Replaces a small file as a whole: whoever reads it sees the old content or the new, also after a power cut. */
export async function replaceFile(path: string, content: string): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    throw toVsmError(cause, `write ${path}`);
  }
}

/** A rename is on disk only once its folder is. */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder; there the file system orders renames itself.
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw toVsmError(cause, `read ${path}`);
  }
}
