import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { VsmError, type CollectionSchema } from '@vsm/core/adapter';
import { isMissing, lock, type Lock } from '@vsm/core/files';
import { attempt } from './errors.ts';

/** The file of a journal's folder that makes it one. */
export const HEAD = 'journal.json';
/** With it begin the names of all files of its lock. */
const LOCK = 'lock';

/** What was accepted and is not in the file yet. */
export interface JournalHead {
  readonly schema: CollectionSchema;
  /** That of the file that will be written. */
  readonly generation: number;
  /** The stamp of the file that it replaces. */
  readonly replaces?: string | undefined;
}

/** Hidden, so that nobody takes it for the file: the folder where an export lies until it is whole. */
export function journalFolder(file: string): string {
  return join(dirname(file), `.${basename(file)}.vsm`);
}

/** The name of the file to which an export was begun in a folder of this name beside it; `undefined` for any other folder. */
export async function begunIn(parent: string, folder: string): Promise<string | undefined> {
  const owner = /^\.(.+)\.vsm$/.exec(folder)?.[1];
  return owner !== undefined && (await isBegun(join(parent, owner))) ? owner : undefined;
}

/** Whether an export to a file was begun, and is not finished. Of a process that was killed before, there may be a folder and no journal. */
export async function isBegun(file: string): Promise<boolean> {
  const folder = journalFolder(file);
  return attempt(`read ${folder}`, async () => {
    try {
      return (await stat(join(folder, HEAD))).isFile();
    } catch (cause) {
      if (isMissing(cause)) return false;
      throw cause;
    }
  });
}

/** Takes the folder for this process. @throws VsmError `CONFLICT` where another one has it, or has just removed it */
export async function takeLock(folder: string, takeOver: boolean): Promise<Lock> {
  return attempt(`lock ${folder}`, async () => {
    try {
      return await lock(join(folder, LOCK), { what: `file: ${folder}`, takeOver });
    } catch (cause) {
      if (!isMissing(cause)) throw cause;
      const message = `file: ${folder} was just finished by another writer. Open the collection again.`;
      throw new VsmError('CONFLICT', message, { adapter: 'file', cause });
    }
  });
}

/** Deletes what a process left that was killed over the removal of its journal, or before it had begun one. */
export async function clearLeft(file: string, takeOver: boolean): Promise<void> {
  const folder = journalFolder(file);
  if (await isBegun(file)) return;
  if ((await namesIn(folder)).length > 0 && !(await emptied(file, folder, takeOver))) return;
  // Not with what is in it: whoever begins one now has a lock there.
  await rmdir(folder).catch(() => undefined);
}

/** @returns whether nobody begins one there */
async function emptied(file: string, folder: string, takeOver: boolean): Promise<boolean> {
  const held = await takeLock(folder, takeOver).catch((cause: unknown) => {
    // Somebody begins one just now.
    if (VsmError.isInstance(cause) && cause.code === 'CONFLICT') return undefined;
    throw cause;
  });
  if (held === undefined) return false;
  try {
    if (await isBegun(file)) return false;
    const left = (await namesIn(folder)).filter((name) => !name.startsWith(LOCK));
    for (const name of left) await attempt(`delete ${folder}`, () => rm(join(folder, name), { recursive: true }));
    return true;
  } finally {
    await held.release();
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return attempt(`read ${folder}`, async () => {
    try {
      return await readdir(folder);
    } catch (cause) {
      if (isMissing(cause)) return [];
      throw cause;
    }
  });
}
