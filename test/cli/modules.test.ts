import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { main, packages, root, testEnvironment } from './process.ts';

const folder = mkdtempSync(join(tmpdir(), 'vsm-modules-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every module that a command loads, by the hooks of Node's own loader. */
function modulesOf(...words: string[]): string[] {
  const hooks = `
    import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) { process.stderr.write('LOADED ' + url + '\\n'); return next(url, context); } });`;
  const { stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(hooks)}`, ...main, ...words],
    { cwd: folder, encoding: 'utf8', env: testEnvironment, maxBuffer: 1e8 },
  );
  return [...stderr.matchAll(/^LOADED (.+)$/gm)].map(([, url = '']) => url);
}

const here = pathToFileURL(root).href;
const packageOf = (url: string): string => {
  const [, workspace] = new RegExp(`^${here}/packages/([^/]+)/src/`).exec(url) ?? [];
  const [, installed] = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? [];
  return workspace ?? installed ?? (url.startsWith('node:') ? 'node' : url);
};
const packagesOf = (...words: string[]): string[] => [...new Set(modulesOf(...words).map(packageOf))].toSorted();

describe('a command loads only what it needs', () => {
  it.each([[['--help']], [['migrate', '--help']], [['--version']], [['migrat']], [['completion', 'bash']]])(
    '%j: neither the engine nor an adapter',
    (words) => {
      expect(packagesOf(...words)).toEqual(['cli', 'commander', 'node']);
    },
  );

  it.each([
    [['inspect', packages], ['adapter-file'], []],
    [['inspect', 'lancedb:.?table=x'], ['adapter-lancedb', '@lancedb/lancedb'], []],
    [['inspect', 'lancedb:./none?table=x'], ['adapter-lancedb'], ['@lancedb/lancedb']],
    [['migrate', packages, 'memory:docs', '--json'], ['adapter-file', 'adapter-memory'], ['string-width']],
    [['inspect', 'chroma://127.0.0.1:1/x'], ['adapter-chroma'], ['c12', 'jiti']],
    [['inspect', 'postgresql://127.0.0.1:1/x?table=x'], ['adapter-pgvector', 'pg'], ['@electric-sql/pglite']],
  ])('%j: %j', (words, needed, unneeded) => {
    const loaded = packagesOf(...words);
    expect(loaded).toEqual(expect.arrayContaining(needed));
    const adapters = loaded.filter((name) => name.startsWith('adapter-'));
    expect(adapters).toEqual(needed.filter((name) => name.startsWith('adapter-')));
    for (const name of [...unneeded, 'conformance']) expect(loaded).not.toContain(name);
  });
});
