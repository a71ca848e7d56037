import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { VsmError } from '@vsm/core/adapter';
import { lock, type Lock } from '@vsm/core/files';
import { attempt } from '../errors.ts';
import type { BackupFolder } from './folder.ts';

/** Whoever begins holds the gate for a moment, and whoever deletes holds it all the while. */
const GATE = 'gate';
const BACKUP = /^backup-[0-9a-f-]{36}$/;
const PATIENCE_MS = 2000;
const PAUSE_MS = 50;

export interface LockSettings {
  /** Takes the place of processes that are known to be gone at once. @default false */
  readonly takeOver?: boolean | undefined;
}

export interface BackupLock extends Lock {
  /** A folder of this process alone, which is not made yet. */
  readonly scratch: string;
}

/** For backups, of which there may be several at once. @throws VsmError `CONFLICT` while something is deleted */
export async function lockShared(folder: BackupFolder, settings: LockSettings): Promise<BackupLock> {
  const token = `backup-${randomUUID()}`;
  const gate = await openGate(folder, settings);
  let own: Lock;
  try {
    own = await take(folder, token, settings);
  } finally {
    await gate.release();
  }
  const scratch = join(folder.scratch, token);
  const release = async (): Promise<void> => {
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
    await own.release();
  };
  try {
    // What a killed backup left may be as large as the collection.
    for (const name of await others(folder, token)) await sweep(folder, name, settings).catch(unlessConflict);
  } catch (cause) {
    await release();
    throw cause;
  }
  return { scratch, check: () => own.check(), release };
}

/** For deleting: nobody else may be there. @throws VsmError `CONFLICT` while a backup is made, or others delete */
export async function lockExclusive(folder: BackupFolder, settings: LockSettings): Promise<Lock> {
  const gate = await openGate(folder, settings);
  try {
    for (const name of await others(folder)) await sweep(folder, name, settings);
    await rm(folder.scratch, { recursive: true, force: true, maxRetries: 3 });
    return gate;
  } catch (cause) {
    await gate.release();
    throw cause;
  }
}

async function openGate(folder: BackupFolder, settings: LockSettings): Promise<Lock> {
  await attempt(`make ${folder.locks}`, () => mkdir(folder.locks, { recursive: true }));
  for (const until = performance.now() + PATIENCE_MS; ;) {
    try {
      return await take(folder, GATE, settings);
    } catch (cause) {
      if (!isConflict(cause) || performance.now() > until) throw cause;
    }
    await delay(PAUSE_MS);
  }
}

async function others(folder: BackupFolder, own?: string): Promise<readonly string[]> {
  const names = await attempt(`read ${folder.locks}`, () => readdir(folder.locks));
  return names.filter((name) => BACKUP.test(name) && name !== own);
}

/** Takes away what a backup left that was killed. @throws VsmError `CONFLICT` where it is alive */
async function sweep(folder: BackupFolder, name: string, settings: LockSettings): Promise<void> {
  const dead = await take(folder, name, settings);
  await rm(join(folder.scratch, name), { recursive: true, force: true, maxRetries: 3 });
  await dead.release();
}

function take(folder: BackupFolder, name: string, { takeOver }: LockSettings): Promise<Lock> {
  const path = join(folder.locks, name);
  return attempt(`lock ${path}`, () => lock(path, { what: `The backup ${folder.path}`, takeOver }));
}

function isConflict(cause: unknown): boolean {
  return VsmError.isInstance(cause) && cause.code === 'CONFLICT';
}

function unlessConflict(cause: unknown): void {
  if (!isConflict(cause)) throw cause;
}
