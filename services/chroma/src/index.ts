import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, serverFolder, startServer } from '@vsm/service-start';

export interface ChromaServer {
  /** Such as `http://127.0.0.1:43210`. */
  readonly url: string;
  readonly pid: number;
  /** As the server tells it. */
  readonly version: string;
  /** Ends the process and removes its files. */
  stop(): Promise<void>;
}

/** How to run Chroma's command line: the words of `chroma` follow. */
export interface ChromaCommand {
  readonly command: string;
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** Starts a server on a free loopback port, with its files in a new temporary folder; the one of the lockfile unless told otherwise. */
export async function startChroma({ command, words, env }: ChromaCommand = ofTheLockfile()): Promise<ChromaServer> {
  const [folder, port] = await Promise.all([serverFolder('chroma'), freePort()]);
  const url = `http://127.0.0.1:${port}`;
  const server = await startServer({
    name: `Chroma on port ${port}`,
    command,
    words: [...words, 'run', '--path', folder, '--port', String(port), '--host', '127.0.0.1'],
    env,
    folder,
    ask: () => chromaVersion(url),
  });
  return { url, pid: server.pid, version: server.answer, stop: () => server.stop() };
}

function ofTheLockfile(): ChromaCommand {
  const cli = join(dirname(fileURLToPath(import.meta.resolve('chromadb'))), 'cli.mjs');
  return { command: process.execPath, words: [cli] };
}

/** The version that the server at `url` gives itself. */
export async function chromaVersion(url: string): Promise<string | undefined> {
  const response = await fetch(`${url}/api/v2/version`);
  return response.ok ? ((await response.json()) as string) : undefined;
}
