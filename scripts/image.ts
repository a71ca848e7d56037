// node scripts/image.ts FOLDER: puts into it what the image of the Dockerfile runs: the command, every adapter, and production dependencies alone.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { buildAndPack } from './packing.ts';

const root = join(import.meta.dirname, '..');
const [, , folder] = process.argv;
if (folder === undefined) throw new Error('Name the folder that the packages go into.');

/** For writing adapters; no run needs them. */
const DEVELOPMENT = new Set(['conformance', 'create-vsm-adapter']);
/** Peers that an adapter needs for some of its locations. */
const BESIDE = ['@electric-sql/pglite', '@electric-sql/pglite-pgvector', '@libsql/client', 'sqlite-vec'];

const names = readdirSync(join(root, 'packages')).filter((name) => !DEVELOPMENT.has(name));
const packing = mkdtempSync(join(tmpdir(), 'vsm-image-'));
try {
  const tarballs = await buildAndPack(names, packing);
  mkdirSync(join(folder, 'packages'), { recursive: true });
  const ours = Object.fromEntries(
    [...tarballs].map(([name, tarball]) => {
      const file = join(folder, 'packages', basename(tarball));
      writeFileSync(file, readFileSync(tarball));
      const manifest = readJson(`packages/${name}/package.json`) as { readonly name: string };
      return [manifest.name, `file:./${relative(folder, file).replaceAll('\\', '/')}`];
    }),
  );
  const versions = catalog();
  const beside = Object.fromEntries(BESIDE.map((name) => [name, versions.get(name) ?? 'latest']));
  const manifest = { private: true, type: 'module', dependencies: { ...ours, ...beside } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, undefined, 2));
  // Ours come from here, and not from a registry; models that LanceDB lists as optional stay where they are.
  const settings = {
    nodeLinker: 'hoisted',
    overrides: { ...ours, '@lancedb/lancedb>@huggingface/transformers': '-', '@lancedb/lancedb>openai': '-' },
  };
  writeFileSync(join(folder, 'pnpm-workspace.yaml'), JSON.stringify(settings, undefined, 2));
  const { packageManager } = readJson('package.json') as { readonly packageManager: string };
  const words = ['--yes', packageManager, 'install', '--prod', '--prefer-offline', '--ignore-scripts', '--no-lockfile'];
  const { status, stdout, stderr } = spawnSync('npx', words, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The packages cannot be installed:\n${stdout}${stderr}`);
  // They are in node_modules now.
  rmSync(join(folder, 'packages'), { recursive: true });
} finally {
  rmSync(packing, { recursive: true, force: true });
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

/** The versions that the adapters are tested with. */
function catalog(): ReadonlyMap<string, string> {
  const [, block = ''] =
    /^catalog:\n((?: {2}.*\n?)+)/m.exec(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')) ?? [];
  return new Map(
    [...block.matchAll(/^ {2}'?([^':]+)'?: (\S+)$/gm)].map(([, name = '', version = '']) => [name, version]),
  );
}
