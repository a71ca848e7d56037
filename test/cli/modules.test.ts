import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { main, packages, root, testEnvironment } from './process.ts';

const folder = mkdtempSync(join(tmpdir(), 'vsm-modules-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every module that a command loads, by the hooks of Node's own loader. */
function modulesOf(...words: string[]): Promise<string[]> {
  const hooks = `
    import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) { process.stderr.write('LOADED ' + url + '\\n'); return next(url, context); } });`;
  const loaded = ['--import', `data:text/javascript,${encodeURIComponent(hooks)}`, ...main, ...words];
  const options = { cwd: folder, env: testEnvironment, maxBuffer: 1e8 };
  return new Promise((resolve) => {
    // Some commands fail, by then having loaded what they need.
    execFile(process.execPath, loaded, options, (_error, _stdout, stderr) => {
      resolve([...stderr.matchAll(/^LOADED (.+)$/gm)].map(([, url = '']) => url));
    });
  });
}

const here = pathToFileURL(root).href;
const packageOf = (url: string): string => {
  const [, workspace] = new RegExp(`^${here}/packages/([^/]+)/src/`).exec(url) ?? [];
  const [, installed] = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? [];
  return workspace ?? installed ?? (url.startsWith('node:') ? 'node' : url);
};
const packagesOf = async (...words: string[]): Promise<string[]> =>
  [...new Set((await modulesOf(...words)).map(packageOf))].toSorted();

describe.concurrent('a command loads only what it needs', () => {
  it.each([[['--help']], [['migrate', '--help']], [['--version']], [['migrat']], [['completion', 'bash']]])(
    '%j: neither the engine nor an adapter',
    async (words) => {
      expect(await packagesOf(...words)).toEqual(['cli', 'commander', 'node']);
    },
  );

  it.each([
    [['inspect', packages], ['adapter-file'], []],
    [['inspect', 'lancedb:.?table=x'], ['adapter-lancedb', '@lancedb/lancedb'], []],
    [['inspect', 'lancedb:./none?table=x'], ['adapter-lancedb'], ['@lancedb/lancedb']],
    [['migrate', packages, 'memory:docs', '--json'], ['adapter-file', 'adapter-memory'], ['string-width']],
    [['inspect', 'chroma://127.0.0.1:1/x'], ['adapter-chroma'], ['c12', 'jiti']],
    [['inspect', 'postgresql://127.0.0.1:1/x?table=x'], ['adapter-pgvector', 'pg'], ['@electric-sql/pglite']],
  ])('%j: %j', async (words, needed, unneeded) => {
    const loaded = await packagesOf(...words);
    expect(loaded).toEqual(expect.arrayContaining(needed));
    const adapters = loaded.filter((name) => name.startsWith('adapter-'));
    expect(adapters).toEqual(needed.filter((name) => name.startsWith('adapter-')));
    for (const name of [...unneeded, 'conformance']) expect(loaded).not.toContain(name);
  });
});
