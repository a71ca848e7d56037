import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createQdrant } from '@vsm/adapter-qdrant';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildAndPack } from '../../scripts/packing.ts';

const execute = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const PACKED = ['core', 'adapter-file', 'adapter-qdrant', 'adapter-chroma', 'adapter-memory'];
const { engines } = JSON.parse(readFileSync(join(root, 'packages/core/package.json'), 'utf8')) as {
  engines: { node: string };
};
/** The oldest Node that the packages say they run on, and the newest that they were tried with. */
const NODES = [`${engines.node.replace('>=', '')}.0`, '26.9.0'];
const BUN = '1.4.5';
const DENO = '2.9.6';
const ESBUILD = '0.28.2';

/** The package that brings a Node for this machine. */
const nodePackage = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/** Out of a server and back into it, by both of its protocols. */
const APPLICATION = `
import { createFile } from '@vsm/adapter-file';
import { createQdrant } from '@vsm/adapter-qdrant';
import { migrate } from '@vsm/core';
const [url, name] = process.argv.slice(2);
const checkpoints = \`./runs-\${name}\`;
const out = { source: createQdrant({ url }), sourceCollection: 'docs' };
const file = createFile({ path: \`./\${name}.parquet\` });
const there = await migrate({ ...out, target: file, targetCollection: name, checkpoints, validate: true });
const back = { source: createFile({ path: \`./\${name}.parquet\` }), sourceCollection: name };
const again = await migrate({ ...back, target: out.source, targetCollection: name, checkpoints, validate: true });
console.log(JSON.stringify([there, again].map(({ success, vectorsMigrated, verification }) => ({ success, vectorsMigrated, verified: verification?.passed }))));
process.exit(0);
`;

let folder: string;
let emulator: Awaited<ReturnType<typeof startQdrantEmulator>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-runtimes-'));
  emulator = await startQdrantEmulator();
  const store = createQdrant({ url: emulator.url });
  await store.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 3, metric: 'cosine' } } });
  const records = Array.from({ length: 500 }, (_, at) => ({
    id: String(at),
    vectors: { '': [at + 1, 0.1, -0.5] },
    metadata: { at, text: `metadata ${at}`, parts: [at, at + 0.5] },
    document: `document ${at}`,
  }));
  const docs = await store.openCollection('docs');
  await docs.upsert(records);
  await docs.flush?.();
  await store.close();
  const tarballs = await buildAndPack(PACKED, join(folder, 'tarballs'));
  const nodes = NODES.map((version) => `node-${version}@npm:${nodePackage}@${version}`);
  const others = [`bun@${BUN}`, `deno@${DENO}`, `esbuild@${ESBUILD}`];
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'application.mjs'), APPLICATION);
  const install = ['install', '--no-audit', '--no-fund', '--prefer-offline', ...nodes, ...others, ...tarballs.values()];
  await execute('npm', install, { cwd: folder });
}, 600_000);
afterAll(async () => {
  await emulator?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the published packages move and verify', () => {
  it.each([
    ...NODES.map((version) => ({ name: `Node ${version}`, command: [`node-${version}/bin/node`] })),
    { name: `Bun ${BUN}`, command: ['.bin/bun'] },
    { name: `Deno ${DENO}`, command: ['.bin/deno', 'run', '--allow-all'] },
  ])('on $name', async ({ name, command }) => {
    const [program = '', ...words] = command;
    const collection = name.toLowerCase().replaceAll(/\W/g, '-');
    const { stdout } = await execute(
      join(folder, 'node_modules', program),
      [...words, 'application.mjs', emulator.url, collection],
      { cwd: folder },
    );
    const moved = { success: true, vectorsMigrated: 500, verified: true };
    expect(JSON.parse(stdout)).toEqual([moved, moved]);
  });
});

describe('an application that is bundled', () => {
  it.each(PACKED.filter((name) => name.startsWith('adapter-')))('holds @vsm/%s, and no other store', async (name) => {
    const entry = join(folder, `${name}.mjs`);
    await writeFile(
      entry,
      `import { migrate } from '@vsm/core';\nexport * from '@vsm/${name}';\nexport { migrate };\n`,
    );
    const out = join(folder, 'bundled', `${name}.mjs`);
    const flags = ['--bundle', '--platform=node', '--format=esm', '--minify', '--tree-shaking=true'];
    // What a package loads on use stays outside, as it would in an application that does not use it.
    const external = ['@lancedb/lancedb', 'apache-arrow', 'hyparquet-compressors'].map((one) => `--external:${one}`);
    await execute(
      join(folder, 'node_modules/.bin/esbuild'),
      [entry, ...flags, ...external, `--outfile=${out}`, `--metafile=${out}.json`],
      { cwd: folder },
    );
    const { inputs } = JSON.parse(readFileSync(`${out}.json`, 'utf8')) as { inputs: Record<string, unknown> };
    const stores = Object.keys(inputs).flatMap((path) => /@vsm\/(adapter-[\w-]+)/.exec(path)?.[1] ?? []);
    expect([...new Set(stores)]).toEqual([name]);
    const loaded = await execute(process.execPath, [
      '-e',
      `import(${JSON.stringify(out)}).then((it) => console.log(typeof it.migrate))`,
    ]);
    expect(loaded.stdout).toBe('function\n');
    console.info(`${name} with @vsm/core, bundled and minified: ${Math.round(readFileSync(out).length / 1000)} kB`);
  });
});
