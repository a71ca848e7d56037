import { VsmError } from '@vsm/core/adapter';
import { BackupFolder, type SnapshotName } from './folder.ts';
import { printRange, type Key } from './keys.ts';
import { partProblem } from './part-check.ts';
import type { Snapshot } from './snapshot.ts';
import { partName, type StoredPart } from './stored-part.ts';
import { chosen } from './choose.ts';

export interface CheckOptions {
  /** The folder of the backup. */
  readonly path: string;
  /** Only this one, by its id or how it begins; `latest` means the latest of each collection. @default all */
  readonly snapshot?: string | undefined;
  readonly onPart?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Records of a snapshot that cannot be read any more. */
export interface LostRecords {
  readonly part: string;
  /** What is wrong with it. */
  readonly problem: string;
  readonly records: number;
  readonly first: Key;
  readonly last: Key;
  /** The two keys in words. */
  readonly range: string;
}

export interface CheckedSnapshot {
  readonly id: string;
  readonly collection?: string | undefined;
  readonly records?: number | undefined;
  /** Why none of it can be read. */
  readonly problem?: string | undefined;
  readonly lost: readonly LostRecords[];
}

export interface CheckReport {
  readonly passed: boolean;
  readonly snapshots: readonly CheckedSnapshot[];
  /** Parts that were read, each once. */
  readonly parts: number;
  readonly bytes: number;
}

/** Reads every part once: its bytes are those that were written, and its records are those that were backed up, in their order. */
export async function checkBackup(options: CheckOptions): Promise<CheckReport> {
  const folder = await BackupFolder.open(options.path);
  try {
    return await check(folder, options);
  } finally {
    folder.close();
  }
}

async function check(folder: BackupFolder, { snapshot, onPart, signal }: CheckOptions): Promise<CheckReport> {
  const all = await folder.snapshots();
  const names = snapshot === undefined ? all : chosen(all, snapshot, folder.where);
  // Read once more below: all lists of a folder at once may be more than memory holds.
  const files = new Set<string>();
  if (onPart !== undefined)
    for (const name of names) for (const part of (await readIfWhole(folder, name)).parts) files.add(partName(part));
  const problems = new Map<string, string | undefined>();
  const snapshots: CheckedSnapshot[] = [];
  let bytes = 0;
  for (const name of names) {
    const { read, parts, problem } = await readIfWhole(folder, name);
    const lost: LostRecords[] = [];
    for (const part of parts) {
      signal?.throwIfAborted();
      const file = partName(part);
      if (!problems.has(file)) {
        problems.set(file, await partProblem(folder, part, read?.schema ?? { vectors: {} }));
        bytes += part.bytes;
        onPart?.(problems.size, files.size);
      }
      const found = problems.get(file);
      const { records, first, last } = part;
      if (found !== undefined)
        lost.push({ part: file, problem: found, records, first, last, range: printRange(first, last) });
    }
    snapshots.push({ id: name.id, collection: read?.collection, records: read?.records, problem, lost });
  }
  const passed = snapshots.every(({ problem, lost }) => problem === undefined && lost.length === 0);
  return { passed, snapshots, parts: problems.size, bytes };
}

async function readIfWhole(
  folder: BackupFolder,
  name: SnapshotName,
): Promise<{ readonly read?: Snapshot; readonly parts: readonly StoredPart[]; readonly problem?: string }> {
  try {
    const read = await folder.read(name);
    return { read, parts: read.parts };
  } catch (cause) {
    if (VsmError.isInstance(cause) && cause.code === 'INVALID_DATA') return { parts: [], problem: cause.message };
    throw cause;
  }
}
