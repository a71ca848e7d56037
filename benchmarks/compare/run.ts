import { execFile, fork, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Job, Measured } from './measured-job.ts';

const run = promisify(execFile);
const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Does one job in a process of its own. `processSeconds` counts from its start to its end, as one waits for a command. */
export async function runJob(job: Job): Promise<Measured & { readonly processSeconds: number }> {
  const started = performance.now();
  const { stdout } = await run(process.execPath, [...process.execArgv, pathOf('./job.ts'), JSON.stringify(job)], {
    maxBuffer: 1024 * 1024,
  });
  return { ...(JSON.parse(stdout) as Measured), processSeconds: (performance.now() - started) / 1000 };
}

export interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startEmulator(latencyMs = 0): Promise<Server> {
  const child = fork(pathOf('./emulator.ts'), [String(latencyMs)], { execArgv: process.execArgv });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => (typeof message === 'string' ? resolve(message) : reject(new Error('no URL'))));
    child.once('exit', (code) => reject(new Error(`the emulator ended with ${code}`)));
  });
  return {
    url,
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await gone;
    },
  };
}

/** Runs somebody else's command. Its CPU time is known on Linux only. */
export async function runCommand(command: readonly string[]): Promise<Omit<Measured, 'records'>> {
  const [file = '', ...rest] = command;
  const [started, cpuBefore] = [performance.now(), childrenCpuSeconds()];
  await new Promise<void>((resolve, reject) => {
    const child = spawn(file, rest, { stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${file} ended with ${code}`))));
  });
  const seconds = (performance.now() - started) / 1000;
  return { seconds, cpuSeconds: childrenCpuSeconds() - cpuBefore, peakMegabytes: Number.NaN };
}

const TICKS = 100;

/** User and system time of the children that have ended: fields 16 and 17 of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function childrenCpuSeconds(): number {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
      .map(Number);
    return ((fields[13] ?? 0) + (fields[14] ?? 0)) / TICKS;
  } catch {
    return Number.NaN;
  }
}
