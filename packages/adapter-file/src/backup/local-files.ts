import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { isMissing, readIfThere, syncFolder, writeDurably } from '@vsm/core/files';
import { ByteSource } from '../byte-source.ts';
import { refuseOutside } from '../containment.ts';
import { attempt } from '../errors.ts';
import type { BackupFiles, FileEntry } from './files.ts';
import { lockExclusive, lockShared } from './locks.ts';

/** A folder of this machine. */
export function localFiles(path: string): BackupFiles {
  const where = resolve(path);
  const nameOf = (below: string): string => join(where, ...below.split('/'));
  return {
    where,
    nameOf,
    names: () => attempt(`read ${where}`, () => unlessMissing(readdir(where), [])),
    async list(folder) {
      const root = nameOf(folder);
      return attempt(`read ${root}`, async () => {
        const entries = await unlessMissing(readdir(root, { recursive: true, withFileTypes: true }), []);
        const found: FileEntry[] = [];
        for (const entry of entries) {
          const file = join(entry.parentPath, entry.name);
          const bytes = entry.isFile() ? await unlessMissing(sizeOf(file), undefined) : undefined;
          if (bytes !== undefined) found.push({ path: relative(where, file).split(sep).join('/'), bytes });
        }
        return found.toSorted((one, other) => (one.path < other.path ? -1 : 1));
      });
    },
    async read(below) {
      const file = nameOf(below);
      await refuseOutside(where, file);
      return attempt(`read ${file}`, () => readIfThere(file));
    },
    async write(below, text) {
      const file = nameOf(below);
      await attempt(`write ${file}`, async () => {
        await mkdir(dirname(file), { recursive: true });
        // Under a name of its own: two backups may begin a folder at once.
        const mine = `${file}.${randomUUID()}`;
        await writeDurably(mine, text);
        await rename(mine, file);
        await syncUp(dirname(file), dirname(where));
      });
    },
    async open(below, expected) {
      const file = nameOf(below);
      await refuseOutside(where, file);
      return ByteSource.open(file, expected);
    },
    async keep(file, below) {
      const target = nameOf(below);
      await attempt(`write ${target}`, async () => {
        await mkdir(dirname(target), { recursive: true });
        await rename(file, target);
      });
    },
    async settle(paths) {
      const folders = new Set(paths.map((below) => dirname(nameOf(below))));
      await attempt(`write ${where}`, async () => {
        for (const folder of folders) await syncUp(folder, where);
      });
    },
    async remove(below) {
      const file = nameOf(below);
      await attempt(`delete ${file}`, async () => {
        await rm(file, { force: true });
        await unlessMissing(syncFolder(dirname(file)), undefined);
      });
      // With the last file in it; it is not empty otherwise.
      await rmdir(dirname(file)).catch(() => undefined);
    },
    lockShared: (settings) => lockShared(where, settings),
    lockExclusive: (settings) => lockExclusive(where, settings),
    close: () => undefined,
  };
}

/** A file is on disk once all folders down to it are. */
async function syncUp(from: string, to: string): Promise<void> {
  for (let folder = from; ; folder = dirname(folder)) {
    await syncFolder(folder);
    if (folder === to || folder === dirname(folder)) return;
  }
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file)).size;
}

async function unlessMissing<Result, Otherwise>(
  call: Promise<Result>,
  otherwise: Otherwise,
): Promise<Result | Otherwise> {
  return call.catch((cause: unknown) => {
    if (isMissing(cause)) return otherwise;
    throw cause;
  });
}
