import type { Dirent } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { identityOf, isMissing, readIfThere, syncFolder, writeDurably } from '@vsm/core/files';
import { ByteSource } from './byte-source.ts';
import { refuseOutside } from './containment.ts';
import { attempt, toVsmError } from './errors.ts';
import { begunIn } from './journal-folder.ts';
import { manifestPath, parseManifest, readManifest } from './manifest.ts';
import { isDirectory, type Entry, type Medium } from './medium.ts';
import { renounce } from './vdf/vdf-meta.ts';
import { announce } from './vdf/vdf-writer.ts';

/** The file system of this machine. */
export const disk: Medium = {
  async stamp(path) {
    const found = await statOf(path);
    return found === undefined ? undefined : `${found.ino}-${found.size}-${found.mtimeMs}`;
  },
  async kind(path) {
    const found = await statOf(path);
    return found === undefined ? undefined : found.isDirectory() ? 'folder' : 'file';
  },
  async entries(folder) {
    const found = await unlessMissing(readdir(folder, { withFileTypes: true }), [], `read ${folder}`);
    const look = async (entry: Dirent): Promise<Entry> => {
      const owner = entry.isDirectory() ? await begunIn(folder, entry.name) : undefined;
      if (owner !== undefined) return { name: owner, kind: 'unfinished' };
      return { name: entry.name, kind: entry.isDirectory() ? 'folder' : 'file' };
    };
    return Promise.all(found.map(look));
  },
  async manifest({ path }) {
    await refuseOutside(dirname(path), manifestPath(path));
    return readManifest(disk, manifestPath(path));
  },
  below: join,
  read: (path) => attempt(`read ${path}`, () => readIfThere(path)),
  open: (path, expected) => ByteSource.open(path, expected),
  async change(path, print) {
    const text = print(await disk.read(path));
    await attempt(`write ${path}`, () => writeDurably(path, text));
  },
  refuseOutside,
  identify: identityOf,
  journalPath: (path) => path,
  fixed: () => undefined,
  async prepare({ path }) {
    await attempt(`make the folder of ${path}`, () => mkdir(dirname(path), { recursive: true }));
  },
  async waiting(_spot, { folder, data, manifest }) {
    return (await isThere(join(folder, data))) ? undefined : readManifest(disk, join(folder, manifest));
  },
  // A journal lies beside its file, so that nobody else has written there.
  isDelivered: async () => true,
  async deliver({ path, format }, { folder, ...names }) {
    const [data, manifest] = [join(folder, names.data), join(folder, names.manifest)];
    try {
      const text = await readIfThere(manifest);
      if (await isThere(data)) {
        // A folder cannot be replaced by another in one step.
        if (isDirectory(format) && (await isThere(path))) await rename(path, join(folder, 'old'));
        await rename(data, path);
      }
      await syncFolder(dirname(path));
      if (text === undefined) return;
      if (format === 'vdf') await announce(disk, path, parseManifest(manifest, text));
      await rename(manifest, manifestPath(path));
      await syncFolder(dirname(path));
    } catch (cause) {
      throw toVsmError(cause, `write ${path}`);
    }
  },
  async remove({ path, format, name, root }) {
    await attempt(`delete ${path}`, async () => {
      if (format === 'vdf') await renounce(disk, path, name);
      await rm(path, { recursive: true, force: true });
      await rm(manifestPath(path), { force: true });
    });
    // A folder that was made for it goes with the last one in it.
    const folder = dirname(path);
    if (folder !== root) await rmdir(folder).catch(() => undefined);
  },
  close: async () => undefined,
};

function statOf(path: string): Promise<Awaited<ReturnType<typeof stat>> | undefined> {
  return unlessMissing(stat(path), undefined, `read ${path}`);
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function unlessMissing<Result, Otherwise>(
  call: Promise<Result>,
  otherwise: Otherwise,
  attempted: string,
): Promise<Result | Otherwise> {
  return call.catch((cause: unknown) => {
    if (isMissing(cause)) return otherwise;
    throw toVsmError(cause, attempted);
  });
}
