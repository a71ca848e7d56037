import { readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { VsmError } from '../errors.ts';

/** One process a run. A lock whose process is gone is taken over. */
export async function lock(folder: string, runId: string): Promise<() => Promise<void>> {
  const path = join(folder, 'lock');
  const release = (): Promise<void> => rm(path, { force: true });
  if (await claim(path)) return release;
  refuseHeld(await readFile(path, 'utf8').catch(() => ''), path, runId);
  // Of two processes that found the same dead lock, only one may remove it: the other could remove the first one's new lock.
  const takeover = `${path}.takeover`;
  if (await claim(takeover)) {
    try {
      refuseHeld(await readFile(path, 'utf8').catch(() => ''), path, runId);
      await release();
      if (await claim(path)) return release;
    } finally {
      await rm(takeover, { force: true });
    }
  } else refuseHeld(await readFile(takeover, 'utf8').catch(() => ''), takeover, runId);
  throw new VsmError(
    'CONFLICT',
    `Run "${runId}" is being taken up by another process. If there is none, delete ${takeover}.`,
  );
}

async function claim(path: string): Promise<boolean> {
  try {
    await writeFile(path, `${hostname()} ${process.pid}`, { flag: 'wx' });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw cause;
  }
}

/** @throws VsmError `CONFLICT` where the process that wrote the lock may still be there */
function refuseHeld(holder: string, path: string, runId: string): void {
  const [host = '', pid = ''] = holder.split(' ');
  if (holder !== '' && host === hostname() && !isAlive(Number(pid))) return;
  // A lock without text was just made, or its process died before it could write its name.
  const who = holder === '' ? 'another process' : `process ${pid} on ${host}`;
  throw new VsmError('CONFLICT', `Run "${runId}" is in use by ${who}. If that is gone, delete ${path}.`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
