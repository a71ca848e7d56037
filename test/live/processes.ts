import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { testEnvironment } from '../environment.ts';
import { now } from './account.ts';

export interface Role {
  readonly name: string;
  readonly kind: 'application' | 'runner';
  /** What node is to run, at its `start`th start. */
  words(start: number): readonly string[];
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/** From when to when a process stood still. */
interface Stop {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Processes that are started again when they are killed. */
export class Processes {
  readonly #running = new Map<Role, ChildProcess>();
  readonly #stopped = new Set<ChildProcess>();
  readonly #starts = new Map<Role, number>();
  readonly #said = new Map<Role, string>();
  /** Of these none is started again. */
  readonly #ended = new Set<Role['kind']>();
  kills = 0;
  readonly stops: Stop[] = [];
  /** What ended by itself, and said. */
  readonly problems: string[] = [];
  readonly roles: readonly Role[];

  readonly #onNote: (note: string) => void;

  constructor(roles: readonly Role[], onNote: (note: string) => void) {
    this.roles = roles;
    this.#onNote = onNote;
    for (const role of roles) this.#start(role);
    // Whatever becomes of this process, they do not outlive it.
    process.once('exit', () => {
      for (const child of this.#running.values()) child.kill('SIGKILL');
    });
  }

  kill(role: Role): void {
    if (this.#running.get(role)?.kill('SIGKILL') !== true) return;
    this.kills += 1;
    this.#onNote(`${role.name} is killed`);
  }

  /** Lets a process stand still for so long, unless it is killed meanwhile. */
  stop(role: Role, ms: number): void {
    const child = this.#running.get(role);
    if (child === undefined || this.#stopped.has(child) || !child.kill('SIGSTOP')) return;
    this.#stopped.add(child);
    this.#onNote(`${role.name} stands still for ${Math.round(ms)} ms`);
    this.stops.push({ name: role.name, from: now(), to: now() + ms });
    void delay(ms, undefined, { ref: false }).then(() => this.#wake(child));
  }

  /** What those of a kind said last. */
  said(kind: Role['kind']): readonly string[] {
    const some = this.roles.filter((role) => role.kind === kind);
    return some.map((role) => `${role.name} said ${JSON.stringify(this.#said.get(role) ?? '')}`);
  }

  /** Ends those of a kind in good order. */
  async end(kind: Role['kind']): Promise<void> {
    this.#ended.add(kind);
    const ended = [...this.#running].filter(([role]) => role.kind === kind);
    for (const [role, child] of ended) {
      this.#running.delete(role);
      this.#wake(child);
      const gone = once(child, 'exit');
      if (child.exitCode === null && child.signalCode === null && child.kill('SIGTERM')) await gone;
    }
  }

  #wake(child: ChildProcess): void {
    this.#stopped.delete(child);
    child.kill('SIGCONT');
  }

  #start(role: Role): void {
    const start = (this.#starts.get(role) ?? 0) + 1;
    this.#starts.set(role, start);
    const child = spawn(process.execPath, ['--conditions=@vsm/source', ...role.words(start)], {
      env: { ...testEnvironment, ...role.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#running.set(role, child);
    this.#said.set(role, '');
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.#said.set(role, `${this.#said.get(role) ?? ''}${chunk.toString()}`.slice(-2000));
      });
    }
    child.once('exit', (code, signal) => {
      this.#stopped.delete(child);
      const said = this.#said.get(role);
      if (signal === null && code !== 0) this.problems.push(`${role.name} ended by itself with ${code}: ${said}`);
      if (this.#running.get(role) !== child) return;
      this.#running.delete(role);
      if (!this.#ended.has(role.kind)) this.#start(role);
    });
  }
}
