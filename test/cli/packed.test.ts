import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { startChroma, type ChromaServer } from '@vsm/service-chroma';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildAndPack } from '../../scripts/packing.ts';
import { packages, root, vsm } from './process.ts';

const execute = promisify(execFile);
const needed = ['core', 'layouts', 'report', 'cli', 'adapter-chroma', 'adapter-pgvector'];

let server: ChromaServer;
let folder: string;
let tarballs: ReadonlyMap<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-packed-'));
  const names = [...needed, 'conformance', 'create-vsm-adapter'];
  [server, tarballs] = await Promise.all([startChroma(), buildAndPack(names, join(folder, 'tarballs'))]);
}, 300_000);
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const npmInstall = ['install', '--no-audit', '--no-fund', '--prefer-offline'];

/** The version that the adapter is tested with. */
function versionOf(name: string): string {
  const manifest = readFileSync(join(root, 'packages/adapter-pgvector/node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

function tarball(name: string): string {
  const path = tarballs.get(name);
  if (path === undefined) throw new Error(`${name} was not packed`);
  return path;
}

it('leads from the published packages to a verified migration in two commands that vsm --help shows', async () => {
  const { host } = new URL(server.url);
  const app = join(folder, 'app');
  await mkdir(app);
  // What the help says to install beside the adapters for a pglite: location.
  const pglite = ['@electric-sql/pglite', '@electric-sql/pglite-pgvector'].map((name) => `${name}@${versionOf(name)}`);
  const install = [...npmInstall, '--omit=optional', ...needed.map(tarball), ...pglite];
  const [filled] = await Promise.all([
    vsm(['migrate', packages, `chroma://${host}/docs`, '--metric', 'cosine', '--quiet']),
    execute('npm', install, { cwd: app }),
  ]);
  expect(filled.code).toBe(0);

  const env = { ...process.env, PATH: [join(app, 'node_modules/.bin'), process.env['PATH']].join(delimiter) };
  const shell = (line: string): Promise<{ stdout: string; stderr: string }> =>
    execute('sh', ['-c', line], { cwd: app, env });
  const { stdout: help } = await shell('vsm --help');
  const [, first = '', second = ''] = /Start with:\n {2}(vsm .*)\n {2}(vsm .*)\n/.exec(help) ?? [];
  for (const name of pglite) expect(help).toContain(name.replace(/@[^@]*$/, ''));

  const planned = await shell(first.replace('localhost:8000', host));
  expect(planned.stdout).toMatch(/"docs": 1000 records[^]*which will be created/);
  const migrated = await shell(second.replace('localhost:8000', host));
  expect(migrated.stdout).toMatch(
    /1000 records from[^]*verification \(values\): passed, 1000 records expected, 1000 in the/,
  );

  // What else the package promises: types for a config file, and the schema of its output.
  await writeFile(
    join(app, 'vsm.config.ts'),
    `import { defineConfig } from '@vsm/cli';
export default defineConfig({ migrations: { docs: { source: 'chroma://${host}/docs', target: 'pglite:./db?table=docs' } } });`,
  );
  expect((await shell('vsm verify docs')).stdout).toMatch(/verification \(values\): passed/);
  expect((await shell(`node -p "require('@vsm/cli/schema.json').title"`)).stdout).toMatch(/What vsm prints/);
});

it('leads from the first screen of the site to the migration that it shows', async () => {
  const page = await readFile(join(root, 'site/start.md'), 'utf8');
  const [, screen = ''] = /^```console\n(.*?)^```$/ms.exec(page) ?? [];
  const lines = screen.trimEnd().split('\n');
  const [install = '', first = ''] = lines.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2));
  const shown = lines.filter((line) => !line.startsWith('$ ')).join('\n');

  const app = join(folder, 'newcomer');
  await mkdir(app);
  const { host } = new URL(server.url);
  const [, , ...named] = install.split(' ');
  // What npm would get from the registry, and what these need of ours.
  const ours = named.filter((name) => name.startsWith('@vsm/')).map((name) => name.slice('@vsm/'.length));
  const packed = [...new Set([...ours, 'core', 'layouts', 'report'])].map(tarball);
  const others = named.filter((name) => !name.startsWith('@vsm/')).map((name) => `${name}@${versionOf(name)}`);
  expect(install).toMatch(/^npm install @vsm\/cli /);
  const [filled] = await Promise.all([
    vsm(['migrate', packages, `chroma://${host}/docs`, '--metric', 'cosine', '--quiet', '--sync', '--yes']),
    execute('npm', [...npmInstall, '--omit=optional', ...packed, ...others], { cwd: app }),
  ]);
  expect(filled.code).toBe(0);

  const line = first.replace('localhost:8000', host);
  const { stdout } = await execute('sh', ['-c', line], { cwd: app, env: process.env });
  /** As the page has it: its own host and folder, and whatever time it took. */
  const told = stdout.replaceAll(host, 'localhost:8000').replaceAll(`${app}/`, './').trimEnd();
  const untimed = (text: string): string =>
    text.replaceAll(/[\d.,]+(?= (?:s|ms|min|records\/s)\b)/g, 'N').replaceAll(' ms ', ' s ');
  expect(untimed(told)).toBe(untimed(shown));
}, 300_000);

it('leads from npm create vsm-adapter to an adapter that passes the suite', async () => {
  const maker = join(folder, 'maker');
  await mkdir(maker);
  await execute('npm', [...npmInstall, tarball('create-vsm-adapter')], { cwd: maker });
  const { stdout } = await execute(join(maker, 'node_modules/.bin/create-vsm-adapter'), ['acme'], { cwd: folder });
  expect(stdout).toMatch(/^Wrote \d+ files to vsm-adapter-acme\./);

  const cwd = join(folder, 'vsm-adapter-acme');
  const path = join(cwd, 'package.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as { devDependencies: Record<string, string> };
  for (const range of Object.values(manifest.devDependencies)) expect(range).toMatch(/^\^?\d+\.\d+\.\d+$/);
  for (const name of ['core', 'conformance']) manifest.devDependencies[`@vsm/${name}`] = `file:${tarball(name)}`;
  await writeFile(path, JSON.stringify(manifest));
  await execute('npm', npmInstall, { cwd });

  const npm = (...words: string[]): Promise<{ stdout: string }> =>
    execute('npm', words, { cwd, env: { ...process.env, NO_COLOR: '1' } });
  expect((await npm('test')).stdout).toMatch(/Tests\s+\d+ passed/);
  await npm('run', 'typecheck');
  await npm('run', 'build');
  const used =
    "import('vsm-adapter-acme').then((it) => console.log(it.openLocation('acme://localhost:1/docs').collection))";
  expect((await execute(process.execPath, ['-e', used], { cwd })).stdout).toBe('docs\n');
  expect(await readFile(join(cwd, 'node_modules/@vsm/conformance/write-an-adapter.md'), 'utf8')).toMatch(
    /^# Write an adapter$/m,
  );
});
