import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sqliteStorage } from '@vsm/distributed/sqlite';

// A process that is stopped in the middle of a write has the file locked.

let folder: string;
let child: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-locked-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

/** A process that stands still while it writes, and goes on once it is let. */
async function stopInWrite(path: string): Promise<ChildProcess> {
  const program = `
    const { DatabaseSync } = require('node:sqlite');
    const database = new DatabaseSync(${JSON.stringify(path)});
    database.exec("BEGIN IMMEDIATE; INSERT INTO vsm_ledger VALUES ('run', 'theirs', '1')");
    require('node:fs').writeSync(1, 'writing');
    require('node:fs').readSync(0, Buffer.alloc(1));
    database.exec('COMMIT');`;
  const started = spawn(process.execPath, ['--eval', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(started.stdout, 'data');
  started.kill('SIGSTOP');
  return started;
}

const write = async (path: string): Promise<string | undefined> => {
  const storage = await sqliteStorage(path);
  try {
    return await storage.transact('run', { locked: ['ours'] }, (read) => ({
      result: read('theirs'),
      put: new Map([['ours', '1']]),
    }));
  } finally {
    await storage.close();
  }
};

it('is waited for, and then named with what to do', async () => {
  const path = join(folder, 'ledger.sqlite');
  await write(path);
  child = await stopInWrite(path);
  // Only Linux tells who it is.
  const who =
    process.platform === 'linux'
      ? `process ${child.pid}, which stands still in the middle of a write. Let it go on (kill -CONT ${child.pid})`
      : 'another process. A process that stands still in the middle of a write keeps it so';
  await expect(write(path)).rejects.toThrow(`${path} could not be written to for 5 s: it is locked by ${who}`);
});

it('is waited for no longer once it goes on, and what it wrote is there', async () => {
  const path = join(folder, 'ledger.sqlite');
  await write(path);
  child = await stopInWrite(path);
  const writing = write(path);
  child.stdin?.end();
  child.kill('SIGCONT');
  expect(await writing).toBe('1');
});

it('is waited for no longer once it is killed, and what it did not end is not there', async () => {
  const path = join(folder, 'ledger.sqlite');
  await write(path);
  child = await stopInWrite(path);
  const writing = write(path);
  child.kill('SIGKILL');
  expect(await writing).toBeUndefined();
});
