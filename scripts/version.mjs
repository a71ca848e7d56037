// npm run version-packages: turns changesets into versions and changelogs. Changesets then brings the lockfile up to date with a pnpm that it
// looks for on PATH, where npx puts the one of this repository.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const root = new URL('..', import.meta.url);
const { packageManager } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const { status } = spawnSync('npx', ['--yes', packageManager, 'exec', 'changeset', 'version'], {
  cwd: root,
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
process.exitCode = status ?? 1;
