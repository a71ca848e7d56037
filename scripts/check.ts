// Everything that is checked besides the tests. Runs all of it, says what failed, and ends with 1 if anything did.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const failed: string[] = [];

function check(name: string, command: string, words: readonly string[]): boolean {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(command, words, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1e8,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', NO_COLOR: '1' },
  });
  const passed = status === 0;
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  if (passed) return true;
  failed.push(name);
  console.log(`${stdout}${stderr}`.trim());
  return false;
}

const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { packageManager: string };
const pnpm = ['--yes', packageManager];

check('types', 'tsc', ['-p', 'tsconfig.json']);
check('lint', 'oxlint', ['--type-aware']);
check('format', 'oxfmt', ['--check', '.']);
check('unused files, exports and dependencies (knip)', 'knip', []);
check('rooms of core', process.execPath, ['scripts/rooms.ts']);
check('no lines that stand in two adapters (jscpd)', process.execPath, ['scripts/clones.ts']);
check('one word for each thing', process.execPath, ['scripts/words.ts']);
check('no object asked by a foreign key', process.execPath, ['scripts/foreign-keys.ts']);
check('stores and errors in the documents', process.execPath, ['--conditions=@vsm/source', 'scripts/stores.ts']);
check('what packages say of themselves', process.execPath, ['scripts/manifests.ts']);
check('versions in step (sherif)', 'sherif', ['--fail-on-warnings']);

// Turbo asks for pnpm on PATH, which npx puts there.
if (check('build', 'npx', [...pnpm, 'exec', 'turbo', 'run', 'build', '--output-logs=errors-only'])) {
  check('public types (etc/api)', process.execPath, ['scripts/api.ts']);
  check('packages as they would be released (npm run release:dry)', process.execPath, ['scripts/release-dry.ts']);
}

console.log(failed.length === 0 ? 'All checks passed.' : `Failed: ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
