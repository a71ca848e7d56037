import { randomUUID } from 'node:crypto';
import { open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { VsmError } from '@vsm/core/adapter';
import { toVsmError } from './errors.ts';

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly token: string;
}

/** Locks of this process: a lock file with our own process id but another token is left over from an earlier life. */
const held = new Set<string>();

/** Keeps two processes from writing one file. Resolves to what releases it. */
export async function lock(path: string): Promise<() => Promise<void>> {
  const holder: Holder = { pid: process.pid, host: hostname(), token: randomUUID() };
  for (;;) {
    try {
      const handle = await open(path, 'wx');
      await handle.writeFile(JSON.stringify(holder));
      await handle.close();
      held.add(holder.token);
      return async () => {
        held.delete(holder.token);
        await rm(path, { force: true });
      };
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'))
        throw toVsmError(cause, `lock ${path}`);
    }
    const other = await readHolder(path);
    if (other !== undefined && isAlive(other)) {
      throw new VsmError(
        'CONFLICT',
        `file: process ${other.pid} on ${other.host} is writing there. Wait for it; if it is gone for good, delete ${path}.`,
        { adapter: 'file' },
      );
    }
    await rm(path, { force: true });
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    // Gone again, or cut off by a crash while it was written.
    return undefined;
  }
}

function isAlive({ pid, host, token }: Holder): boolean {
  if (host !== hostname()) return true;
  if (pid === process.pid) return held.has(token);
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM';
  }
}
