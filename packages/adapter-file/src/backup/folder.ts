import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isMissing, readIfThere, syncFolder, writeDurably } from '@vsm/core/files';
import { refuseOutside } from '../containment.ts';
import { attempt } from '../errors.ts';
import { invalid, invalidOptions, notFound } from './errors.ts';
import { BACKUP_VERSION, collectionTag, parseSnapshot, printSnapshot, SNAPSHOT_ID, type Snapshot } from './snapshot.ts';
import { parsePartName, partName, type StoredPart } from './stored-part.ts';

const MARKER = 'vsm-backup.json';

/** A snapshot as the name of its file tells of it. */
export interface SnapshotName {
  readonly id: string;
  /** Of its collection. */
  readonly tag: string;
}

/**
 * A folder of snapshots. Nothing in it is ever changed: parts are written beside their place and moved there whole, a snapshot is written
 * when all its parts are on disk, and what is not needed any more is deleted.
 */
export class BackupFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** @throws VsmError `NOT_FOUND` where there is no backup */
  static async open(path: string): Promise<BackupFolder> {
    const root = resolve(path);
    const marker = join(root, MARKER);
    const text = await attempt(`read ${marker}`, () => readIfThere(marker));
    if (text === undefined) throw notFound(`${root} holds no backup, which vsm backup makes.`);
    checkMarker(marker, text);
    return new BackupFolder(root);
  }

  /** Makes the folder where it is not there. @throws VsmError `INVALID_OPTIONS` where something else lies in it */
  static async make(path: string): Promise<BackupFolder> {
    const root = resolve(path);
    const marker = join(root, MARKER);
    await attempt(`make ${root}`, async () => {
      await mkdir(root, { recursive: true });
      const names = await readdir(root);
      // Asked behind the list: another backup that begins just now writes the marker first.
      if ((await readIfThere(marker)) !== undefined) return;
      if (names.some((name) => !name.startsWith(MARKER)))
        throw invalidOptions(
          `${root} holds other files and no backup. Name an empty folder, or one that is not there.`,
        );
      const mine = `${marker}.${randomUUID()}`;
      await writeDurably(mine, `${JSON.stringify({ format: 'vsm-backup', version: BACKUP_VERSION })}\n`);
      await rename(mine, marker);
      await syncFolder(root);
      await syncFolder(dirname(root));
    });
    return BackupFolder.open(root);
  }

  get locks(): string {
    return join(this.path, 'locks');
  }

  /** Where a backup keeps what is no part yet. */
  get scratch(): string {
    return join(this.path, 'scratch');
  }

  snapshotPath({ id, tag }: SnapshotName): string {
    return join(this.path, 'snapshots', `${id}.${tag}.json`);
  }

  partPath(part: Pick<StoredPart, 'digest' | 'sha256'>): string {
    return join(this.path, 'parts', part.digest.slice(0, 2), partName(part));
  }

  /** The oldest first. */
  async snapshots(): Promise<readonly SnapshotName[]> {
    const names = (await namesIn(join(this.path, 'snapshots'))).flatMap((name) => parseSnapshotName(name) ?? []);
    return names.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** @throws VsmError `INVALID_DATA` where it is damaged, `NOT_FOUND` where it is gone */
  async read(name: SnapshotName): Promise<Snapshot> {
    const path = this.snapshotPath(name);
    await refuseOutside(this.path, path);
    const text = await attempt(`read ${path}`, () => readIfThere(path));
    if (text === undefined) throw notFound(`snapshot ${name.id} was deleted from ${this.path}.`);
    const snapshot = parseSnapshot(path, text);
    if (snapshot.id === name.id && collectionTag(snapshot.collection) === name.tag) return snapshot;
    throw invalid(`${path} holds another snapshot, ${snapshot.id} of "${snapshot.collection}"; it was renamed.`);
  }

  /** The last thing that a backup does. */
  async add(snapshot: Snapshot): Promise<void> {
    const path = this.snapshotPath({ id: snapshot.id, tag: collectionTag(snapshot.collection) });
    await attempt(`write ${path}`, async () => {
      await mkdir(dirname(path), { recursive: true });
      await syncFolder(this.path);
      await writeDurably(path, printSnapshot(snapshot));
    });
  }

  async forget(name: SnapshotName): Promise<void> {
    const path = this.snapshotPath(name);
    await attempt(`delete ${path}`, async () => {
      await rm(path, { force: true });
      await syncFolder(dirname(path));
    });
  }

  /** All parts that lie there, needed or not. */
  async parts(): Promise<readonly Pick<StoredPart, 'digest' | 'sha256'>[]> {
    const folders = await namesIn(join(this.path, 'parts'));
    const lists = await Promise.all(folders.map((folder) => namesIn(join(this.path, 'parts', folder))));
    return lists.flat().flatMap((name) => parsePartName(name) ?? []);
  }

  /** `undefined` where it is not there. */
  async bytesOf(part: Pick<StoredPart, 'digest' | 'sha256'>): Promise<number | undefined> {
    const path = this.partPath(part);
    return attempt(`read ${path}`, async () => {
      try {
        return (await stat(path)).size;
      } catch (cause) {
        if (isMissing(cause)) return undefined;
        throw cause;
      }
    });
  }

  /** Moves a file that is on disk to the place of its part. */
  async keep(file: string, part: Pick<StoredPart, 'digest' | 'sha256'>): Promise<void> {
    const path = this.partPath(part);
    await attempt(`write ${path}`, async () => {
      await mkdir(dirname(path), { recursive: true });
      await rename(file, path);
    });
  }

  /** Once this resolves, parts that were kept survive a power cut. */
  async settle(parts: readonly Pick<StoredPart, 'digest' | 'sha256'>[]): Promise<void> {
    const folders = new Set(parts.map((part) => dirname(this.partPath(part))));
    await attempt(`write ${this.path}`, async () => {
      for (const folder of folders) await syncFolder(folder);
      if (folders.size > 0) await syncFolder(join(this.path, 'parts'));
      await syncFolder(this.path);
    });
  }

  async remove(part: Pick<StoredPart, 'digest' | 'sha256'>): Promise<void> {
    const path = this.partPath(part);
    await attempt(`delete ${path}`, () => rm(path, { force: true }));
    // With the last one in it; it is not empty otherwise.
    await rmdir(dirname(path)).catch(() => undefined);
  }
}

/** Of any other file `undefined`. */
export function parseSnapshotName(file: string): SnapshotName | undefined {
  const [, id = '', tag = ''] = /^([^.]+)\.([0-9a-f]{16})\.json$/.exec(file) ?? [];
  return SNAPSHOT_ID.test(id) ? { id, tag } : undefined;
}

function checkMarker(path: string, text: string): void {
  let version: unknown;
  try {
    version = (JSON.parse(text) as { readonly version?: unknown }).version;
  } catch (cause) {
    throw invalid(`${path} is not JSON. Write {"format":"vsm-backup","version":${BACKUP_VERSION}} into it.`, cause);
  }
  if (version === BACKUP_VERSION) return;
  throw invalid(
    `${path} says version ${String(version)}, and this release knows ${BACKUP_VERSION}. Use a newer release.`,
  );
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
