import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { VsmError } from '@vsm/core/adapter';
import { lock, type Lock } from '@vsm/core/files';
import { attempt } from '../errors.ts';
import type { BackupLock, LockSettings } from './files.ts';

/** Whoever begins holds the gate for a moment, and whoever deletes holds it all the while. */
const GATE = 'gate';
const [LOCKS, SCRATCH] = ['locks', 'scratch'];
const BACKUP = /^backup-[0-9a-f-]{36}$/;
const PATIENCE_MS = 2000;
const PAUSE_MS = 50;

/** For backups, of which there may be several at once. @throws VsmError `CONFLICT` while something is deleted */
export async function lockShared(folder: string, settings: LockSettings): Promise<BackupLock> {
  const token = `backup-${randomUUID()}`;
  const gate = await openGate(folder, settings);
  let own: Lock;
  try {
    own = await take(folder, token, settings);
  } finally {
    await gate.release();
  }
  const scratch = join(folder, SCRATCH, token);
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
export async function lockExclusive(folder: string, settings: LockSettings): Promise<Lock> {
  const gate = await openGate(folder, settings);
  try {
    for (const name of await others(folder)) await sweep(folder, name, settings);
    await rm(join(folder, SCRATCH), { recursive: true, force: true, maxRetries: 3 });
    return gate;
  } catch (cause) {
    await gate.release();
    throw cause;
  }
}

async function openGate(folder: string, settings: LockSettings): Promise<Lock> {
  await attempt(`make ${folder}`, () => mkdir(join(folder, LOCKS), { recursive: true }));
  for (const until = performance.now() + PATIENCE_MS; ;) {
    try {
      return await take(folder, GATE, settings);
    } catch (cause) {
      if (!isConflict(cause) || performance.now() > until) throw cause;
    }
    await delay(PAUSE_MS);
  }
}

async function others(folder: string, own?: string): Promise<readonly string[]> {
  const names = await attempt(`read ${folder}`, () => readdir(join(folder, LOCKS)));
  return names.filter((name) => BACKUP.test(name) && name !== own);
}

/** Takes away what a backup left that was killed. @throws VsmError `CONFLICT` where it is alive */
async function sweep(folder: string, name: string, settings: LockSettings): Promise<void> {
  const dead = await take(folder, name, settings);
  await rm(join(folder, SCRATCH, name), { recursive: true, force: true, maxRetries: 3 });
  await dead.release();
}

function take(folder: string, name: string, { takeOver }: LockSettings): Promise<Lock> {
  const path = join(join(folder, LOCKS), name);
  return attempt(`lock ${path}`, () => lock(path, { what: `The backup ${folder}`, takeOver }));
}

function isConflict(cause: unknown): boolean {
  return VsmError.isInstance(cause) && cause.code === 'CONFLICT';
}

function unlessConflict(cause: unknown): void {
  if (!isConflict(cause)) throw cause;
}
