import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Command } from './host.ts';
import { testEnvironment, vsm, type Ended } from './process.ts';

/** Runs lines as a shell does; `vsm` in them is the one of the sources. */
export interface Shell {
  run(line: string, options: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv }): Promise<Ended>;
  close(): void;
}

export async function startShell(folder: string): Promise<Shell> {
  const bin = join(folder, 'bin');
  const socket = join(bin, 'socket');
  await mkdir(bin);
  const words = [process.execPath, join(import.meta.dirname, 'shell-client.mjs'), socket];
  await writeFile(join(bin, 'vsm'), `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(' ')} "$@"\n`);
  await chmod(join(bin, 'vsm'), 0o755);
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    const answer = async (): Promise<void> => {
      const command = JSON.parse(await text(connection)) as Command;
      connection.end(JSON.stringify(await vsm(command.words, command)));
    };
    answer().catch((error: unknown) => connection.destroy(error as Error));
  });
  await new Promise<void>((resolve) => {
    server.listen(socket, resolve);
  });
  return {
    run: (line, { cwd, env = {} }) =>
      new Promise((resolve) => {
        const path = [bin, process.env['PATH']].join(delimiter);
        const options = { cwd, env: { ...testEnvironment, PATH: path, ...env }, maxBuffer: 1e8 };
        execFile('sh', ['-c', line], options, (error, stdout, stderr) => {
          resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, stdout, stderr });
        });
      }),
    close: () => server.close(),
  };
}
