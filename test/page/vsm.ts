import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const root = join(import.meta.dirname, '../..');
export const parquet = `file:${join(root, 'examples/demo/debian-packages-1k.parquet')}`;
const main = join(root, 'packages/cli/src/main.ts');

export interface Started {
  readonly process: ChildProcess;
  /** Where the live page is, once it is. */
  readonly url: Promise<string>;
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

/** Starts the command line as a user would. */
export function start(words: readonly string[], folder = root): Started {
  const child = spawn(process.execPath, ['--conditions=@vsm/source', main, ...words], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  const page = Promise.withResolvers<string>();
  page.promise.catch(() => undefined);
  createInterface(child.stderr).on('line', (line) => {
    output.stderr += `${line}\n`;
    const url = /^Live page: (\S+)$/.exec(line)?.[1];
    if (url !== undefined) page.resolve(url);
  });
  const ended = new Promise<Awaited<Started['ended']>>((resolve) => {
    child.once('close', (code) => {
      page.reject(new Error(`the command ended without a live page: ${output.stderr}`));
      resolve({ code, ...output });
    });
  });
  return { process: child, url: page.promise, ended };
}

export function vsm(...words: string[]): Started['ended'] {
  return start(words).ended;
}
