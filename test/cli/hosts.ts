import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Command } from './host.ts';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process of host.ts, which runs one command at a time. */
class Host {
  readonly #process: ChildProcess;
  readonly #closed: Promise<void>;
  #written = { stdout: '', stderr: '' };
  #code: number | undefined;
  #end: ((ended: Ended) => void) | undefined;
  alive = true;

  constructor(execArgv: readonly string[], env: NodeJS.ProcessEnv) {
    const path = join(import.meta.dirname, 'host.ts');
    this.#process = fork(path, { execArgv: [...execArgv], env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    for (const name of ['stdout', 'stderr'] as const) {
      this.#process[name]?.setEncoding('utf8').on('data', (text: string) => {
        this.#written[name] += text;
        this.#told();
      });
    }
    this.#process.on('message', (code) => {
      this.#code = Number(code);
      this.#told();
    });
    this.#closed = new Promise((resolve) => {
      this.#process.once('close', (code) => {
        this.alive = false;
        // A command may end its process, and then this one had its last.
        this.#end?.({ code: code ?? 1, ...this.#written });
        resolve();
      });
    });
  }

  run(command: Command): Promise<Ended> {
    this.#written = { stdout: '', stderr: '' };
    this.#code = undefined;
    return new Promise((resolve) => {
      this.#end = resolve;
      this.#process.send(command);
    });
  }

  /** It has ended when both streams have come to their ends too. */
  #told(): void {
    const { stdout, stderr } = this.#written;
    if (this.#code === undefined || !stdout.endsWith('\0') || !stderr.endsWith('\0')) return;
    const end = this.#end;
    this.#end = undefined;
    end?.({ code: this.#code, stdout: stdout.slice(0, -1), stderr: stderr.slice(0, -1) });
  }

  async stop(): Promise<void> {
    if (this.alive) this.#process.send('end');
    await this.#closed;
  }
}

// Never called. By it, `--changed` knows that these tests run the command line.
void ((): Promise<unknown> => import('./host.ts'));

const hosts = new Set<Host>();
const idle: Host[] = [];
afterAll(async () => {
  await Promise.all([...hosts].map((host) => host.stop()));
});

/** Runs a command in a process that others had before; as many at once as are asked for. */
export async function runInHost(
  command: Command,
  { execArgv, env }: { readonly execArgv: readonly string[]; readonly env: NodeJS.ProcessEnv },
): Promise<Ended> {
  const host = idle.pop() ?? new Host(execArgv, env);
  hosts.add(host);
  const ended = await host.run(command);
  if (host.alive) idle.push(host);
  else hosts.delete(host);
  return ended;
}
