import { isDeepStrictEqual } from 'node:util';
import type { ByteSource } from '../byte-source.ts';
import { isS3 } from '../s3/location.ts';
import { invalid, invalidOptions, notFound } from './errors.ts';
import type { BackupFiles } from './files.ts';
import { localFiles } from './local-files.ts';
import { s3Files } from './s3-files.ts';
import { BACKUP_VERSION, collectionTag, parseSnapshot, printSnapshot, SNAPSHOT_ID, type Snapshot } from './snapshot.ts';
import { parsePartName, partName, type PartId, type StoredPart } from './stored-part.ts';

const MARKER = 'vsm-backup.json';
export const SNAPSHOTS = 'snapshots';
const PARTS = 'parts';

/** A snapshot as the name of its file tells of it. */
export interface SnapshotName {
  readonly id: string;
  /** Of its collection. */
  readonly tag: string;
}

/**
 * A folder of snapshots. Nothing in it is ever changed: parts come to their place whole, a snapshot is written when all its parts are on
 * disk, and what is not needed any more is deleted.
 */
export class BackupFolder {
  readonly files: BackupFiles;

  private constructor(files: BackupFiles) {
    this.files = files;
  }

  /** @throws VsmError `NOT_FOUND` where there is no backup */
  static async open(path: string): Promise<BackupFolder> {
    return BackupFolder.#over(path, async (files) => {
      const text = await files.read(MARKER);
      if (text !== undefined) return text;
      refuseLostMarker(files, await files.names());
      throw notFound(`${files.where} holds no backup, which vsm backup makes.`);
    });
  }

  static async #over(path: string, markerOf: (files: BackupFiles) => Promise<string>): Promise<BackupFolder> {
    const files = filesAt(path);
    try {
      const text = await markerOf(files);
      checkMarker(files.nameOf(MARKER), text);
      return new BackupFolder(files);
    } catch (cause) {
      files.close();
      throw cause;
    }
  }

  /** Makes the folder where it is not there. @throws VsmError `INVALID_OPTIONS` where something else lies in it */
  static async make(path: string): Promise<BackupFolder> {
    return BackupFolder.#over(path, async (files) => (await files.read(MARKER)) ?? mark(files));
  }

  close(): void {
    this.files.close();
  }

  /** For people. */
  get where(): string {
    return this.files.where;
  }

  /** The whole name of its file, for people. */
  snapshotPath(name: SnapshotName): string {
    return this.files.nameOf(pathOf(name));
  }

  partPath(part: PartId): string {
    return this.files.nameOf(pathOfPart(part));
  }

  /** The oldest first. */
  async snapshots(): Promise<readonly SnapshotName[]> {
    return snapshotNames((await this.files.list(SNAPSHOTS)).map(({ path }) => path.split('/')[1] ?? ''));
  }

  /** @throws VsmError `INVALID_DATA` where it is damaged, `NOT_FOUND` where it is gone */
  async read(name: SnapshotName): Promise<Snapshot> {
    const text = await this.files.read(pathOf(name));
    if (text === undefined) throw notFound(`snapshot ${name.id} was deleted from ${this.where}.`);
    const path = this.snapshotPath(name);
    const snapshot = parseSnapshot(path, text);
    if (snapshot.id === name.id && collectionTag(snapshot.collection) === name.tag) return snapshot;
    throw invalid(`${path} holds another snapshot, ${snapshot.id} of "${snapshot.collection}"; it was renamed.`);
  }

  /** The last thing that a backup does. */
  async add(snapshot: Snapshot): Promise<void> {
    const name = { id: snapshot.id, tag: collectionTag(snapshot.collection) };
    await this.files.write(pathOf(name), printSnapshot(snapshot));
  }

  async forget(name: SnapshotName): Promise<void> {
    await this.files.remove(pathOf(name));
  }

  /** What writing was killed over, beside snapshots. Nobody may write just now. */
  async sweep(): Promise<void> {
    for (const { path } of await this.files.list(SNAPSHOTS))
      if (parseSnapshotName(path.split('/')[1] ?? '') === undefined) await this.files.remove(path);
  }

  /** The bytes of all parts that lie there, needed or not, by their names. */
  async parts(): Promise<ReadonlyMap<string, number>> {
    const files = (await this.files.list(PARTS)).map(
      ({ path, bytes }) => [path.split('/').at(-1) ?? '', bytes] as const,
    );
    return new Map(files.filter(([name]) => parsePartName(name) !== undefined));
  }

  /** @throws VsmError `INVALID_DATA` where it is not as long as it was, `NOT_FOUND` where it is gone */
  openPart(part: PartId | StoredPart): Promise<ByteSource> {
    return this.files.open(pathOfPart(part), 'checksums' in part ? part : undefined);
  }

  /** Takes a file that is on this disk for a part. */
  async keep(file: string, part: PartId): Promise<void> {
    await this.files.keep(file, pathOfPart(part));
  }

  /** Once this resolves, parts that were kept survive a power cut. */
  async settle(parts: readonly PartId[]): Promise<void> {
    await this.files.settle(parts.map(pathOfPart));
  }

  async remove(part: PartId): Promise<void> {
    await this.files.remove(pathOfPart(part));
  }
}

const WRITTEN = { format: 'vsm-backup', version: BACKUP_VERSION };
const ADVICE = `Write ${JSON.stringify(WRITTEN)} into it`;

function refuseLostMarker(files: BackupFiles, names: readonly string[]): void {
  if (names.includes(SNAPSHOTS) && names.includes(PARTS))
    throw invalid(
      `${files.nameOf(MARKER)} is missing, though a backup seems to lie beside it. ${ADVICE}, if one does.`,
    );
}

async function mark(files: BackupFiles): Promise<string> {
  const names = await files.names();
  if (names.some((name) => !name.startsWith(MARKER))) {
    // Asked behind the list: another backup that begins just now writes the marker first.
    const text = await files.read(MARKER);
    if (text !== undefined) return text;
    refuseLostMarker(files, names);
    const advice = 'Name an empty folder, or one that is not there.';
    throw invalidOptions(`${files.where} holds other files and no backup. ${advice}`);
  }
  const marker = `${JSON.stringify(WRITTEN)}\n`;
  await files.write(MARKER, marker);
  return marker;
}

function filesAt(path: string): BackupFiles {
  return isS3(path) ? s3Files(path) : localFiles(path);
}

export function pathOf({ id, tag }: SnapshotName): string {
  return `${SNAPSHOTS}/${id}.${tag}.json`;
}

function pathOfPart(part: PartId): string {
  return `${PARTS}/${part.digest.slice(0, 2)}/${partName(part)}`;
}

/** Those of files that are snapshots, the oldest first. */
export function snapshotNames(files: readonly string[]): readonly SnapshotName[] {
  return files.flatMap((file) => parseSnapshotName(file) ?? []).toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

/** Of any other file `undefined`. */
function parseSnapshotName(file: string): SnapshotName | undefined {
  const [, id = '', tag = ''] = /^([^.]+)\.([0-9a-f]{16})\.json$/.exec(file) ?? [];
  return SNAPSHOT_ID.test(id) ? { id, tag } : undefined;
}

function checkMarker(path: string, text: string): void {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (cause) {
    throw invalid(`${path} is not JSON. ${ADVICE}.`, cause);
  }
  if (isDeepStrictEqual(found, WRITTEN)) return;
  const version = typeof found === 'object' && found !== null && 'version' in found ? found.version : undefined;
  if (typeof version === 'number' && version > BACKUP_VERSION)
    throw invalid(`${path} says version ${version}, and this release knows ${BACKUP_VERSION}. Use a newer release.`);
  throw invalid(`${path} is not as it was written: its content is another. ${ADVICE}, if a backup lies here.`);
}
