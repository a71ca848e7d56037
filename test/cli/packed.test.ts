import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { startChroma, type ChromaServer } from '@vsm/service-chroma';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packages, root, vsm } from './process.ts';

const execute = promisify(execFile);
const names = ['core', 'layouts', 'report', 'cli', 'adapter-chroma', 'adapter-pgvector'];

let server: ChromaServer;
let folder: string;
let tarballs: string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-packed-'));
  const pack = async (): Promise<string[]> => {
    const bin = join(root, 'node_modules/.bin/tsc');
    await execute(bin, ['-b', ...names.map((name) => `packages/${name}/tsconfig.build.json`)], { cwd: root });
    const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      packageManager: string;
    };
    const filters = names.flatMap((name) => ['--filter', `@vsm/${name}`]);
    const to = join(folder, 'tarballs');
    await mkdir(to);
    await execute('npx', ['--yes', packageManager, ...filters, 'pack', '--pack-destination', to], { cwd: root });
    return readdirSync(to).map((name) => join(to, name));
  };
  [server, tarballs] = await Promise.all([startChroma(), pack()]);
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

it('leads from the published packages to a verified migration in two commands that vsm --help shows', async () => {
  const { host } = new URL(server.url);
  const app = join(folder, 'app');
  await mkdir(app);
  // What the help says to install beside the adapters for a pglite: location, in the versions that the adapter is tested with.
  const manifest = (name: string): string =>
    readFileSync(join(root, 'packages/adapter-pgvector/node_modules', name, 'package.json'), 'utf8');
  const pglite = ['@electric-sql/pglite', '@electric-sql/pglite-pgvector'].map(
    (name) => `${name}@${(JSON.parse(manifest(name)) as { version: string }).version}`,
  );
  const install = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--omit=optional', ...tarballs, ...pglite];
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
}, 120_000);
