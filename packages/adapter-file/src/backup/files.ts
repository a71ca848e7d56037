import type { Lock } from '@vsm/core/files';
import type { ByteSource, Expected } from '../byte-source.ts';

export interface LockSettings {
  /** Takes the place of processes that are known to be gone at once. @default false */
  readonly takeOver?: boolean | undefined;
}

export interface BackupLock extends Lock {
  /** A folder on this machine for this process alone, which is not made yet. */
  readonly scratch: string;
}

export interface FileEntry {
  readonly path: string;
  readonly bytes: number;
}

/** Where a backup lies: files that are written as a whole and never changed. Paths are below it, with slashes. */
export interface BackupFiles {
  /** For people. */
  readonly where: string;
  /** The whole name of a path, for people. */
  nameOf(path: string): string;
  /** What lies in it directly, files and folders; nothing where it is not there. */
  names(): Promise<readonly string[]>;
  /** Everything below a folder, in the order of their paths. */
  list(folder: string): Promise<readonly FileEntry[]>;
  /** `undefined` where it is not there. */
  read(path: string): Promise<string | undefined>;
  /** Resolves once it survives a power cut. */
  write(path: string, text: string): Promise<void>;
  open(path: string, expected?: Expected): Promise<ByteSource>;
  /** Takes a file of this machine, which is on its disk, and which it may move. */
  keep(file: string, path: string): Promise<void>;
  /** Once this resolves, files that were kept survive a power cut. */
  settle(paths: readonly string[]): Promise<void>;
  /** What is not there is no error. */
  remove(path: string): Promise<void>;
  /** For backups, of which there may be several at once. @throws VsmError `CONFLICT` while something is deleted */
  lockShared(settings: LockSettings): Promise<BackupLock>;
  /** For deleting: nobody else may be there. @throws VsmError `CONFLICT` while a backup is made, or others delete */
  lockExclusive(settings: LockSettings): Promise<Lock>;
  close(): void;
}
