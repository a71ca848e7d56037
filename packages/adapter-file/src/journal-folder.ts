import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { VsmError, type CollectionSchema } from '@vsm/core/adapter';
import { isMissing, lock, type Lock } from '@vsm/core/files';
import { attempt } from './errors.ts';

/** The file of a journal's folder that makes it one. */
export const HEAD = 'journal.json';

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
      return await lock(join(folder, 'lock'), { what: `file: ${folder}`, takeOver });
    } catch (cause) {
      if (!isMissing(cause)) throw cause;
      const message = `file: ${folder} was just finished by another writer. Open the collection again.`;
      throw new VsmError('CONFLICT', message, { adapter: 'file', cause });
    }
  });
}
