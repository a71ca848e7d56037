import { execFile } from 'node:child_process';
import { access, mkdtemp, rename, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A program of a Go module, at one version: its checksum is in the public log that Go asks. */
export interface GoProgram {
  readonly name: string;
  /** Path of the package of the program, or a folder here whose `go.sum` says what it is made of. */
  readonly path: string | { readonly folder: string };
  readonly version: string;
}

/** Builds a program into a folder below `cache`, and returns it. `patient`: whether it may take the minutes that it takes. */
export async function installFromGo(
  { name, path, version }: GoProgram,
  cache: string,
  patient: boolean,
): Promise<string> {
  const folder = join(cache, `${name}-${version}`);
  if (await exists(folder)) return folder;
  if (!patient)
    throw new Error(`it is built once, which takes some ten minutes of CPU: npm run test:servers -- ${name}`);
  // Whole or not at all: a build that was interrupted is never taken for one.
  const made = await mkdtemp(join(cache, `${name}-building-`));
  try {
    const flags = ['-p', String(availableParallelism()), '-trimpath', '-ldflags=-s -w'];
    const [words, cwd] =
      typeof path === 'string'
        ? [['install', ...flags, `${path}@v${version}`], made]
        : [['build', ...flags, '-o', made, '.'], path.folder];
    await run('go', words, { cwd, env: { ...process.env, GOBIN: made }, maxBuffer: 64 * 1024 * 1024 });
    await rename(made, folder);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    // Another run was quicker.
    if (await exists(folder)) return folder;
    const { code, stderr, message } = error as { code?: unknown; stderr?: string; message: string };
    const why = code === 'ENOENT' ? 'there is no go' : (stderr?.trim().split('\n').at(-1) ?? message);
    throw new Error(`go could not build ${name}: ${why}`, { cause: error });
  }
  return folder;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
