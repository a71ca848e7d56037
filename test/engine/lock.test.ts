import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { lock, type Lock } from '@vsm/core/files';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testEnvironment } from '../environment.ts';

let folder: string;
let path: string;
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-lock-'));
  path = join(folder, 'lock');
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

interface Container {
  readonly child: ChildProcess;
  /** What it said first: `locked`, or the code of its error. */
  readonly first: string;
  ask(command: string): Promise<string>;
  kill(): Promise<void>;
}

/** A process that takes the lock and has the host name and process id of every other one. */
async function container(staleAfterSeconds: number): Promise<Container> {
  const script = fileURLToPath(new URL('lock-process.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@vsm/source', script, path, String(staleAfterSeconds)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: testEnvironment,
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => (await lines.next()).value ?? 'ended';
  return {
    child,
    first: await next(),
    async ask(command) {
      child.stdin.write(`${command}\n`);
      return next();
    },
    async kill() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

const take = (options: { takeOver?: boolean } = {}): Promise<Lock> => lock(path, { what: 'The thing', ...options });

it('is held by one of two containers of one name and number, and goes to the other once the first is dead', async () => {
  const first = await container(3);
  expect(first.first).toBe('locked');
  expect((await container(3)).first).toBe('CONFLICT');
  expect(await first.ask('check')).toBe('held');
  await first.kill();
  const second = await container(3);
  expect(second.first).toBe('locked');
  await second.ask('release');
  expect(await readdir(folder)).toEqual([]);
});

it('is taken over at once where that is asked for, and whoever had it stops', async () => {
  const first = await take();
  await expect(take()).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('in use by process'),
  });
  const second = await take({ takeOver: true });
  await expect(first.check()).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('taken over'),
  });
  await second.check();
  // The lock is not the first one's to release any more.
  await first.release();
  await second.check();
  await expect(take()).rejects.toMatchObject({ code: 'CONFLICT' });
  await second.release();
  expect(await readdir(folder)).toEqual([]);
});

it('is lost by a process that stood still for longer than it said', async () => {
  const frozen = await container(0.2);
  frozen.child.kill('SIGSTOP');
  const heir = await take();
  frozen.child.kill('SIGCONT');
  expect(await frozen.ask('check')).toBe('CONFLICT');
  await frozen.ask('release');
  await heir.check();
  await heir.release();
  expect(await readdir(folder)).toEqual([]);
});

it.each([false, true])('has one heir, also of an heir that died as well (taken over at once: %s)', async (takeOver) => {
  for (let dead = 0; dead < 2; dead += 1) {
    const heir = await container(0.2);
    expect(heir.first).toBe('locked');
    await heir.kill();
  }
  const tries = await Promise.allSettled(Array.from({ length: 10 }, () => take({ takeOver })));
  const heirs = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const others = tries.flatMap((one) => (one.status === 'rejected' ? [(one.reason as { code: string }).code] : []));
  const checks = await Promise.allSettled(heirs.map((heir) => heir.check()));
  expect(checks.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(others).toEqual(Array.from({ length: 10 - heirs.length }, () => 'CONFLICT'));
  expect(takeOver || heirs.length === 1).toBe(true);
  for (const heir of heirs) await heir.release();
  expect(await readdir(folder)).toEqual([]);
});

it('that an earlier release wrote, or that is damaged, is taken over as well', async () => {
  await writeFile(path, 'some-host 4711 0a8d');
  await (await take({ takeOver: true })).release();
  await writeFile(path, '');
  await (await take({ takeOver: true })).release();
  expect(await readdir(folder)).toEqual([]);
});

it('does not keep a process from ending', async () => {
  const holder = await container(3);
  const ended = once(holder.child, 'exit');
  holder.child.stdin?.end();
  expect(await ended).toEqual([0, null]);
});
