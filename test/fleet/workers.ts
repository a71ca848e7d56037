import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const vsm = join(import.meta.dirname, '../../packages/cli/src/main.ts');

/** A folder in which `vsm` finds the source of generated records. */
export function prepareFolder(folder: string): void {
  const adapter = join(folder, 'node_modules/vsm-adapter-generated');
  mkdirSync(adapter, { recursive: true });
  const source = pathToFileURL(join(import.meta.dirname, 'generated.ts')).href;
  writeFileSync(join(adapter, 'package.json'), '{"name":"vsm-adapter-generated","type":"module","main":"index.js"}');
  writeFileSync(join(adapter, 'index.js'), `export * from '${source}';\n`);
}

function startVsm(folder: string, words: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['--conditions=@vsm/source', vsm, ...words], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, VSM_RUN_DIR: undefined, VSM_QUEUE: undefined },
  });
}

/** What it printed. @throws where it did not end well */
export async function runVsm(folder: string, words: readonly string[]): Promise<string> {
  const child = startVsm(folder, words);
  let [out, err] = ['', ''];
  child.stdout?.on('data', (chunk) => (out += String(chunk)));
  child.stderr?.on('data', (chunk) => (err += String(chunk)));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`vsm ${words[0]} ended with ${code}: ${err}`);
  return out;
}

export interface FleetOptions {
  readonly folder: string;
  readonly words: readonly string[];
  readonly workers: number;
  /** What a worker says goes wrong. */
  readonly onNote?: ((text: string) => void) | undefined;
}

/** Worker processes, which are started again when they are killed. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #workers: (ChildProcess | undefined)[] = [];
  #ended = false;
  kills = 0;
  stops = 0;
  /** The most memory that a worker had, in bytes. */
  peakBytes = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
    for (let at = 0; at < options.workers; at += 1) this.#start(at);
  }

  #start(at: number): void {
    const child = startVsm(this.#options.folder, this.#options.words);
    this.#workers[at] = child;
    child.stderr?.on('data', (chunk) => this.#options.onNote?.(String(chunk)));
    child.stdout?.resume();
    child.once('exit', (code, signal) => {
      if (this.#ended) return;
      if (signal === null) this.#options.onNote?.(`a worker ended by itself with ${code}\n`);
      this.#start(at);
    });
  }

  /** @param random in [0, 1) */
  kill(random: number): void {
    this.measure();
    const child = this.#workers[Math.floor(random * this.#workers.length)];
    if (child?.kill('SIGKILL') === true) this.kills += 1;
  }

  /** Lets a worker stand still for so long: longer than its lease, and it is a zombie when it wakes. */
  stop(random: number, ms: number): void {
    const child = this.#workers[Math.floor(random * this.#workers.length)];
    if (child?.kill('SIGSTOP') !== true) return;
    this.stops += 1;
    setTimeout(() => child.kill('SIGCONT'), ms);
  }

  /** Looks at the memory of the workers, where the system tells. */
  measure(): void {
    for (const { pid } of this.#workers.flatMap((child) => child ?? [])) {
      try {
        const [, kilobytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
        this.peakBytes = Math.max(this.peakBytes, Number(kilobytes) * 1024);
      } catch {
        // It has ended, or this is no Linux.
      }
    }
  }

  async end(): Promise<void> {
    this.#ended = true;
    const exits = this.#workers.flatMap((child) =>
      child === undefined || child.exitCode !== null || child.signalCode !== null ? [] : [once(child, 'exit')],
    );
    for (const child of this.#workers) {
      child?.kill('SIGCONT');
      child?.kill('SIGTERM');
    }
    await Promise.all(exits);
  }
}
