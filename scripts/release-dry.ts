// A release without publishing: packs every package, checks the tarballs, installs them in an empty folder, migrates with them, and says
// what each weighs. Fails where one grew or gained a dependency that etc/packages.json does not know; --write agrees to it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changesToAgreeOn, readFacts, type Facts } from './package-facts.ts';
import { buildAndPack } from './packing.ts';

const root = join(import.meta.dirname, '..');
const baseline = join(root, 'etc/packages.json');
const failed: string[] = [];

function fail(name: string, detail: string): void {
  failed.push(name);
  console.error(`FAILED ${name}\n${detail.trim()}`);
}

function run(name: string, command: string, words: readonly string[], cwd = root): void {
  const path = [join(root, 'node_modules/.bin'), process.env['PATH']].join(process.platform === 'win32' ? ';' : ':');
  const env = { ...process.env, PATH: path, NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync(command, words, {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 1e8,
    shell: process.platform === 'win32',
  });
  if (status === 0) console.log(`ok     ${name}`);
  else fail(name, `${stdout}${stderr}`);
}

/** What a user does first, with nothing but the tarballs. */
const MIGRATION = `
import { migrate } from '@vsm/core';
import { createFile } from '@vsm/adapter-file';
import { createMemory } from '@vsm/adapter-memory';

const source = createMemory();
await source.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } });
const docs = await source.openCollection('docs');
const records = Array.from({ length: 1000 }, (_, n) => ({ id: 'record-' + n, vectors: { '': [n + 1, 1] }, metadata: { n } }));
await docs.upsert(records);
const target = createFile({ path: './docs.parquet' });
const { success, vectorsMigrated, errors } = await migrate({ source, target, sourceCollection: 'docs', targetCollection: 'docs' });
if (!success || vectorsMigrated !== 1000) throw new Error('migrated ' + vectorsMigrated + ' of 1000: ' + errors);
`;

const folder = mkdtempSync(join(tmpdir(), 'vsm-release-'));
try {
  const tarballs = await buildAndPack(readdirSync(join(root, 'packages')), join(folder, 'tarballs'));
  for (const [name, tarball] of tarballs) {
    run(`publint ${name}`, 'publint', ['run', tarball, '--strict']);
    // A command has no types that could be wrong.
    if (existsSync(join(root, 'packages', name, 'src/index.ts')))
      run(`attw ${name}`, 'attw', [tarball, '--profile', 'esm-only']);
  }

  const app = join(folder, 'app');
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }');
  writeFileSync(join(app, 'migration.js'), MIGRATION);
  // Optional ones are the binaries of LanceDB, which nothing here opens.
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--omit=optional'];
  run('install in an empty folder', 'npm', ['install', ...quiet, ...tarballs.values()], app);
  run('a migration in code', process.execPath, ['migration.js'], app);
  const words = ['migrate', 'file:./docs.parquet', 'file:./copy.jsonl', '--verify', 'values', '--quiet'];
  run('a migration on the command line', join(app, 'node_modules/.bin/vsm'), words, app);

  const found = readFacts([...tarballs.values()]);
  for (const [name, { unpacked, dependencies }] of Object.entries(found)) {
    console.log(`${name.padEnd(24)} ${String(Math.ceil(unpacked / 1024)).padStart(5)} KiB  ${dependencies.join(', ')}`);
  }
  const agreed = JSON.parse(readFileSync(baseline, 'utf8')) as Facts;
  const problems = changesToAgreeOn(agreed, found);
  if (process.argv.includes('--write')) writeFileSync(baseline, `${JSON.stringify(found, undefined, 2)}\n`);
  else if (problems.length > 0) {
    const advice = 'If that is meant, say so in a changeset, run npm run release:dry -- --write, and look at the diff.';
    fail('sizes and dependencies', [...problems, advice].join('\n'));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

console.log(failed.length === 0 ? 'Ready to be released.' : `Failed: ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
