import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Wire } from './wire.ts';

const vsm = join(import.meta.dirname, '../../packages/cli/src/main.ts');

/** A folder in which `vsm` finds the source of generated records. */
export function prepareFolder(folder: string): void {
  const adapter = join(folder, 'node_modules/vsm-adapter-generated');
  mkdirSync(adapter, { recursive: true });
  const source = pathToFileURL(join(import.meta.dirname, 'generated.ts')).href;
  writeFileSync(join(adapter, 'package.json'), '{"name":"vsm-adapter-generated","type":"module","main":"index.js"}');
  writeFileSync(join(adapter, 'index.js'), `export * from '${source}';\n`);
}

/** Starts `vsm`, whose output is to be read by whoever started it. */
export function startVsm(folder: string, words: readonly string[]): ChildProcess {
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

/** Within so many milliseconds a worker that is whole again has told the ledger what was refused. */
const REPORT_MS = 12_000;

export interface FleetOptions {
  readonly folder: string;
  readonly workers: readonly {
    readonly words: readonly string[];
    /** Its way to the ledger. */
    readonly wire: Wire;
  }[];
  /** What a worker says goes wrong. */
  readonly onNote?: ((text: string) => void) | undefined;
}

interface Running {
  readonly child: ChildProcess;
  /** It stands still or is cut off: killing it would cut short what is tried. */
  spared: boolean;
}

interface Cut {
  readonly one: Running;
  readonly wire: Wire;
}

/** Worker processes, which are started again when they are killed. */
export class Fleet {
  readonly #options: FleetOptions;
  /** Those that have run longest come first. */
  readonly #running = new Map<number, Running>();
  #cutting: Cut | undefined;
  readonly #away = new Set<Cut>();
  #ended = false;
  #said = '';
  kills = 0;
  stops = 0;
  cuts = 0;
  /** The most memory that a worker had, in bytes. */
  peakBytes = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
    for (const at of options.workers.keys()) this.#start(at);
    // Whatever becomes of this process, they do not outlive it.
    process.once('exit', () => {
      for (const { child } of this.#running.values()) child.kill('SIGKILL');
    });
  }

  #start(at: number): void {
    const child = startVsm(this.#options.folder, this.#options.workers[at]?.words ?? []);
    this.#running.set(at, { child, spared: false });
    child.stderr?.on('data', (chunk) => this.#options.onNote?.(String(chunk)));
    child.stdout?.on('data', (chunk) => (this.#said += String(chunk)));
    child.once('exit', (code, signal) => {
      if (this.#ended) return;
      if (signal === null) this.#options.onNote?.(`a worker ended by itself with ${code}\n`);
      this.#running.delete(at);
      this.#start(at);
    });
  }

  /** @param random in [0, 1). @returns whether there was one */
  kill(random: number): boolean {
    this.measure();
    const free = this.#free();
    const killed = free[Math.floor(random * free.length)]?.[1].child.kill('SIGKILL') === true;
    if (killed) this.kills += 1;
    return killed;
  }

  /** Lets a worker stand still for so long: longer than its lease, and it is a zombie when it wakes. */
  stop(ms: number): boolean {
    const [oldest] = this.#free();
    if (oldest?.[1].child.kill('SIGSTOP') !== true) return false;
    this.stops += 1;
    oldest[1].spared = true;
    setTimeout(() => {
      oldest[1].child.kill('SIGCONT');
      this.#sparedUntilItReports(oldest[1]);
    }, ms).unref();
    return true;
  }

  /**
   * What a worker sends to the ledger arrives late, when somebody else has its items. The first call cuts, and the second says whether that came
   * while it had any.
   */
  cut(holding: ReadonlySet<number>): boolean {
    const cut = this.#cutting;
    this.#cutting = undefined;
    if (cut === undefined) {
      const [oldest] = this.#free();
      const wire = oldest === undefined ? undefined : this.#options.workers[oldest[0]]?.wire;
      if (oldest === undefined || wire === undefined) return false;
      oldest[1].spared = true;
      wire.cut();
      this.#cutting = { one: oldest[1], wire };
      return false;
    }
    if (holding.has(cut.one.child.pid ?? 0)) {
      this.cuts += 1;
      this.#away.add(cut);
      return true;
    }
    cut.wire.mend();
    cut.one.spared = false;
    return false;
  }

  /** Lets through what was held back of those whose items others have by now. @param holding processes that the ledger knows with an item */
  mend(holding: ReadonlySet<number>): void {
    for (const away of this.#away) {
      if (holding.has(away.one.child.pid ?? 0)) continue;
      this.#away.delete(away);
      away.wire.mend();
      this.#sparedUntilItReports(away.one);
    }
  }

  #sparedUntilItReports(one: Running): void {
    setTimeout(() => (one.spared = false), REPORT_MS).unref();
  }

  #free(): readonly (readonly [at: number, Running])[] {
    return [...this.#running].filter(([, { spared }]) => !spared);
  }

  /** Looks at the memory of the workers, where the system tells. */
  measure(): void {
    for (const { pid } of [...this.#running.values()].map(({ child }) => child)) {
      try {
        const [, kilobytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
        this.peakBytes = Math.max(this.peakBytes, Number(kilobytes) * 1024);
      } catch {
        // It has ended, or this is no Linux.
      }
    }
  }

  /** @returns how many appends each worker that ends now was refused, by its name */
  async end(): Promise<ReadonlyMap<string, number>> {
    this.#ended = true;
    const children = [...this.#running.values()].map(({ child }) => child);
    const exits = children.flatMap((child) =>
      child.exitCode !== null || child.signalCode !== null ? [] : [once(child, 'close')],
    );
    for (const { wire } of this.#options.workers) wire.mend();
    for (const child of children) {
      child.kill('SIGCONT');
      child.kill('SIGTERM');
    }
    await Promise.all(exits);
    const told = this.#said.matchAll(/^(?<name>\S+): \d+ items done, (?<refused>\d+) appends refused/gm);
    return new Map([...told].map(({ groups }) => [groups?.['name'] ?? '', Number(groups?.['refused'])]));
  }
}
