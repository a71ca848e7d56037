import { execFile, fork, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import type { Job, Measured } from './measured-job.ts';

const run = promisify(execFile);
const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/**
 * Does one job in a process of its own. `processSeconds` counts from its start to its end, as one waits for a command.
 * @throws CommandFailed with what the job says of its end
 */
export async function runJob(job: Job): Promise<Measured & { readonly processSeconds: number }> {
  const started = performance.now();
  try {
    const { stdout } = await run(process.execPath, [...process.execArgv, pathOf('./job.ts'), JSON.stringify(job)], {
      maxBuffer: 1024 * 1024,
    });
    return { ...(JSON.parse(stdout) as Measured), processSeconds: (performance.now() - started) / 1000 };
  } catch (cause) {
    const { stderr } = cause as { readonly stderr?: unknown };
    if (typeof stderr !== 'string') throw cause;
    throw new CommandFailed(`${job.what} from ${job.source.kind} to ${job.target.kind}: ${lastLine(stderr)}`, {
      cause,
    });
  }
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

/** A job or somebody else's command that did not end well. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

/**
 * Runs somebody else's command, whose output is not shown. Its CPU time is known on Linux only.
 * @throws CommandFailed with the last line that it printed
 */
export async function runCommand(command: readonly string[]): Promise<Omit<Measured, 'records'>> {
  const [file = '', ...rest] = command;
  const [started, cpuBefore] = [performance.now(), childrenCpuSeconds()];
  await new Promise<void>((resolve, reject) => {
    const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
    let end = '';
    const keep = (chunk: Buffer): void => {
      end = (end + chunk.toString()).slice(-KEPT);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', ({ message }) => reject(new CommandFailed(message)));
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new CommandFailed(`ended with ${code ?? signal}: ${lastLine(end)}`));
    });
  });
  const seconds = (performance.now() - started) / 1000;
  return { seconds, cpuSeconds: childrenCpuSeconds() - cpuBefore, peakMegabytes: Number.NaN };
}

/** Bytes of output that are kept to tell what went wrong. */
const KEPT = 10_000;

function lastLine(output: string): string {
  const lines = stripVTControlCharacters(output).split(/[\r\n]+/);
  return lines.map((line) => line.trim()).findLast((line) => line !== '') ?? 'it printed nothing';
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
