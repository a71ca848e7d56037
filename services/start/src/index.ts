import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface Started<Answer> {
  readonly pid: number;
  /** What `ask` returned. */
  readonly answer: Answer;
  /** Ends the process and removes its files. */
  stop(): Promise<void>;
}

export interface ServerCommand<Answer> {
  /** In messages. */
  readonly name: string;
  readonly command: string;
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Whom the process runs as, where it is not for the one who starts it. */
  readonly user?: number | undefined;
  /** Removed when the server has ended. */
  readonly folder: string;
  /** The signal to end it by; SIGKILL unless the server has processes of its own to end. */
  readonly signal?: NodeJS.Signals | undefined;
  /** How long it may take to start. @default 60 */
  readonly seconds?: number | undefined;
  /** Asks whether it answers; undefined or an error while it does not. */
  ask(): Promise<Answer | undefined>;
}

const POLL_MS = 25;

/** Starts a server and waits until it answers. */
export async function startServer<Answer>(server: ServerCommand<Answer>): Promise<Started<Answer>> {
  const { name, folder, signal = 'SIGKILL', seconds = 60 } = server;
  const child = spawn(server.command, server.words, {
    stdio: ['ignore', 'ignore', 'pipe'],
    // Out of the terminal's process group: a Ctrl-C is for whoever started the server, and who ends it in its own order.
    detached: true,
    env: { ...process.env, NO_COLOR: '1', ...server.env },
    uid: server.user,
    gid: server.user,
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      complaints += error.message;
      resolve();
    });
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-2000);
  });
  // A server must not outlive the process that started it, however that ends.
  const kill = (): void => {
    child.kill(signal);
  };
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    kill();
    await gone;
    await rm(folder, { recursive: true, force: true });
  };
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const ended = child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
    if (ended || performance.now() > deadline) {
      await stop();
      throw new Error(`${name} did not start. ${complaints.trim()}`);
    }
    const answer = await server.ask().catch(() => undefined);
    if (answer !== undefined) return { pid: child.pid ?? 0, answer, stop };
    await delay(POLL_MS);
  }
}

/** A new folder for a server's files. */
export function serverFolder(name: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `vsm-${name}-`));
}

/** A loopback port where nobody listens. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new Error('no free port'));
      });
    });
  });
}
