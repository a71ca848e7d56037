import { createHash, randomUUID } from 'node:crypto';
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { VsmError } from '../errors.ts';

const LOCK = 'lock';
const HEIR = 'lock.heir-of-';

/**
 * One process a run. A lock whose process is gone is inherited: whoever makes the file that is named after it is its only heir, and
 * may put a lock of its own in its place. An heir that dies before it did so has an heir of its own, so that no kill at any moment
 * leaves the run locked, and no two processes ever replace the same lock.
 * @throws VsmError `CONFLICT` where the process that has the run may still be there
 */
export async function lock(folder: string, runId: string): Promise<() => Promise<void>> {
  const mine = join(folder, `${LOCK}.${randomUUID()}`);
  await writeFile(mine, `${hostname()} ${process.pid} ${randomUUID()}`);
  try {
    const path = join(folder, LOCK);
    const dead = await claim(mine, path, runId);
    if (dead === undefined) return () => release(folder);
    let heir = dead;
    for (;;) {
      const before = await claim(mine, join(folder, HEIR + nameOf(heir)), runId);
      if (before === undefined) break;
      heir = before;
    }
    // Somebody else may have inherited it and be done with it in the meantime.
    if ((await readHolder(path)) !== dead) throw inUse(runId, heir, path);
    await rename(mine, path);
    return () => release(folder);
  } finally {
    await rm(mine, { force: true });
  }
}

/** @returns nothing where the path is ours now, else what the dead process wrote that has it */
async function claim(mine: string, path: string, runId: string): Promise<string | undefined> {
  try {
    // By a link, so that a lock never lies there without its text.
    await link(mine, path);
    return undefined;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  }
  const holder = await readHolder(path);
  const [host = '', pid = ''] = holder.split(' ');
  if (host !== hostname() || isAlive(Number(pid))) throw inUse(runId, holder, path);
  return holder;
}

async function release(folder: string): Promise<void> {
  const names = await readdir(folder);
  await Promise.all(
    names.filter((name) => name.startsWith(HEIR)).map((name) => rm(join(folder, name), { force: true })),
  );
  await rm(join(folder, LOCK), { force: true });
}

function inUse(runId: string, holder: string, path: string): VsmError {
  const [host, pid] = holder.split(' ');
  const who = holder === '' ? 'another process' : `process ${pid} on ${host}`;
  return new VsmError('CONFLICT', `Run "${runId}" is in use by ${who}. If that is gone, delete ${path}.`);
}

/** Empty where it is not there any more. */
async function readHolder(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}

function nameOf(holder: string): string {
  return createHash('sha256').update(holder).digest('hex').slice(0, 16);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
