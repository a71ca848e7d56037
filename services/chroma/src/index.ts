import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface ChromaServer {
  /** Such as `http://127.0.0.1:43210`. */
  readonly url: string;
  readonly pid: number;
  /** As the server tells it. */
  readonly version: string;
  /** Ends the process and removes its files. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 30_000;
const POLL_MS = 25;

/** Starts a server on a free loopback port, with its files in a new temporary folder. */
export async function startChroma(): Promise<ChromaServer> {
  const folder = await mkdtemp(join(tmpdir(), 'vsm-chroma-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const cli = join(dirname(fileURLToPath(import.meta.resolve('chromadb'))), 'cli.mjs');
  const server = spawn(
    process.execPath,
    [cli, 'run', '--path', folder, '--port', String(port), '--host', '127.0.0.1'],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      // Out of the terminal's process group: a Ctrl-C is for whoever started the server, and who ends it in its own order.
      detached: true,
      env: { ...process.env, NO_COLOR: '1' },
    },
  );
  const gone = new Promise<void>((resolve) => {
    server.once('exit', () => resolve());
  });
  let complaints = '';
  server.stderr.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-2000);
  });
  // A server must not outlive the process that started it, however that ends.
  const kill = (): void => {
    server.kill('SIGKILL');
  };
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    kill();
    await gone;
    await rm(folder, { recursive: true, force: true });
  };
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    if (server.exitCode !== null || server.signalCode !== null || performance.now() > deadline) {
      await stop();
      throw new Error(`Chroma did not start on port ${port}. ${complaints.trim()}`);
    }
    const version = await askVersion(url);
    if (version !== undefined) return { url, pid: server.pid ?? 0, version, stop };
    await delay(POLL_MS);
  }
}

async function askVersion(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/api/v2/version`);
    return response.ok ? ((await response.json()) as string) : undefined;
  } catch {
    return undefined;
  }
}

function freePort(): Promise<number> {
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
