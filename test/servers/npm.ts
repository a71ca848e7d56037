import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const FILES = ['package.json', 'package-lock.json'] as const;

/** Installs what `requirements/<name>/package-lock.json` pins by hash into a folder below `cache`, and returns it. No script of a package runs. */
export async function installFromNpm(name: string, cache: string): Promise<string> {
  const requirements = join(import.meta.dirname, 'requirements', name);
  const lock = await readFile(join(requirements, 'package-lock.json'));
  const digest = createHash('sha256').update(lock).digest('hex').slice(0, 12);
  const folder = join(cache, `${name}-npm-${digest}`);
  if (await exists(folder)) return folder;
  // Whole or not at all: an installation that was interrupted is never taken for one.
  const made = await mkdtemp(join(cache, `${name}-installing-`));
  try {
    await Promise.all(FILES.map((file) => copyFile(join(requirements, file), join(made, file))));
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'], { cwd: made });
    await rename(made, folder);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    // Another run was quicker.
    if (await exists(folder)) return folder;
    throw new Error(`npm ci could not install ${name}: ${(error as Error).message}`, { cause: error });
  }
  return folder;
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
