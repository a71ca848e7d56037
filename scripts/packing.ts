// Tarballs of packages, as they would be published.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const root = join(import.meta.dirname, '..');

/** Builds these folders of `packages`, and packs each into `to`. Paths of the tarballs by folder. */
export async function buildAndPack(names: readonly string[], to: string): Promise<ReadonlyMap<string, string>> {
  const tsc = join(root, 'node_modules/.bin/tsc');
  await execute(tsc, ['-b', ...names.map((name) => `packages/${name}/tsconfig.build.json`)], { cwd: root }).catch(
    (cause: unknown) => {
      const { stdout = '' } = cause as { stdout?: string };
      throw new Error(`the packages do not build:\n${stdout}`, { cause });
    },
  );
  for (const name of names) removeStale(join(root, 'packages', name));
  mkdirSync(to, { recursive: true });
  const { packageManager } = read('package.json');
  const filters = names.flatMap((name) => ['--filter', `./packages/${name}`]);
  await execute('npx', ['--yes', packageManager, ...filters, 'pack', '--pack-destination', to], {
    cwd: root,
    shell: process.platform === 'win32',
  });
  const packed = new Map(
    names.map((name) => {
      const manifest = read(`packages/${name}/package.json`);
      return [name, join(to, `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`)];
    }),
  );
  const made = readdirSync(to).map((name) => join(to, name));
  const missing = [...packed.values()].filter((path) => !made.includes(path));
  if (missing.length > 0) throw new Error(`pnpm pack left out ${missing.join(', ')}`);
  return packed;
}

function read(path: string): { readonly name: string; readonly version: string; readonly packageManager: string } {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as ReturnType<typeof read>;
}

/** The compiler leaves what it once made of sources that are gone. */
function removeStale(folder: string): void {
  for (const path of readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' })) {
    const stem = /^(.*)\.(?:js|d\.ts)(?:\.map)?$/.exec(path)?.[1];
    if (stem !== undefined && !existsSync(join(folder, 'src', `${stem}.ts`))) rmSync(join(folder, 'dist', path));
  }
}
