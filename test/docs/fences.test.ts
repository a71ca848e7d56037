import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
// Beside this file, so that the packages resolve as they do for the tests.
const folder = join(import.meta.dirname, '.fences');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pages = [
  'README.md',
  ...['docs', 'docs/guides'].flatMap((under) =>
    readdirSync(join(root, under))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${under}/${name}`),
  ),
  ...readdirSync(join(root, 'packages'))
    .map((name) => `packages/${name}/README.md`)
    .filter((path) => existsSync(join(root, path))),
];

it('every example in the docs compiles', () => {
  mkdirSync(folder, { recursive: true });
  let examples = 0;
  for (const page of pages) {
    const fences = readFileSync(join(root, page), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms);
    for (const [index, [, code = '']] of [...fences].entries()) {
      // An example that stands for the reader's own package has nothing to compile against.
      if (/from '\.\.?\//.test(code)) continue;
      examples += 1;
      writeFileSync(join(folder, `${page.replaceAll(/[^a-z]/gi, '-')}-${index}.ts`), `${code}\nexport {};\n`);
    }
  }
  expect(examples).toBeGreaterThan(5);
  const config = {
    extends: '../../../tsconfig.json',
    compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
    include: ['*.ts'],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' });
  // Errors in the packages themselves are for the type check of the packages.
  expect(stdout.split('\n').filter((line) => line.includes('.fences/'))).toEqual([]);
});
