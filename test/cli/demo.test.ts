import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Ids of processes below `parent`, from /proc. */
function descendants(parent: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && existsSync(`/proc/${name}/stat`))
    .map((name) => {
      const [, after = ''] = /\) . (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
      return { pid: Number(name), parent: Number(after) };
    });
  const below = (pid: number): number[] =>
    parents.filter((entry) => entry.parent === pid).flatMap((entry) => [entry.pid, ...below(entry.pid)]);
  return below(parent);
}

function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

it('the demo ends on Ctrl-C and leaves no process behind', async () => {
  const demo = spawn(process.execPath, ['--conditions=@vsm/source', 'examples/demo/demo.ts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own, as a terminal would signal it.
    detached: true,
  });
  const ended = new Promise<number | null>((resolve) => {
    demo.once('exit', (code) => resolve(code));
  });
  const pid = demo.pid ?? 0;
  const server = await new Promise<number[]>((resolve) => {
    demo.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('Loading')) resolve(descendants(pid));
    });
  });
  expect(server.length).toBeGreaterThan(0);
  process.kill(-pid, 'SIGINT');
  expect(await ended).toBe(130);
  // They were killed before the demo ended; the kernel takes a moment to clear them away. One that lives on ends the test's time.
  while (server.some(isAlive)) await new Promise(setImmediate);
});
