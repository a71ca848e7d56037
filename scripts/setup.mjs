// Makes `npm test` and its siblings work on a fresh clone: npm cannot install a pnpm workspace, so the pinned pnpm does.
// Plain JavaScript, because it runs before the Node version of the lockfile is there.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const root = new URL('..', import.meta.url);

function read(path) {
  try {
    return readFileSync(new URL(path, root), 'utf8');
  } catch {
    return undefined;
  }
}

// pnpm keeps a copy of the lockfile it installed from: equal copies mean that nothing is left to do.
const wanted = read('pnpm-lock.yaml');
if (wanted === undefined || wanted !== read('node_modules/.pnpm/lock.yaml')) {
  const { packageManager } = JSON.parse(read('package.json') ?? '{}');
  const install = spawnSync('npx', ['--yes', packageManager, 'install', '--frozen-lockfile', '--silent'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (install.status !== 0) {
    console.error(
      `Setting up failed: "npx ${packageManager} install --frozen-lockfile" ended with ${install.status ?? install.signal}.`,
    );
    process.exit(1);
  }
}
