import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { STEPS } from '../../packages/core/src/mapping/pipeline.ts';

const root = join(import.meta.dirname, '../..');
const page = await readFile(join(root, 'docs/architecture.md'), 'utf8');

/** The walk as pairs of a file and the one that calls it. */
function walk(): { readonly file: string; readonly caller: string | undefined }[] {
  const open: string[] = [];
  return [...page.matchAll(/^( *)- `([a-z0-9-]+\/[a-z0-9-]+\.ts)`: /gm)].map(([, indent = '', file = '']) => {
    const depth = indent.length / 2;
    open.length = depth;
    open[depth] = file;
    return { file, caller: open[depth - 1] };
  });
}

it.each(walk())('$file is imported by $caller, as the record walk says', async ({ file, caller }) => {
  const source = join(root, 'packages/core/src');
  await expect(readFile(join(source, file), 'utf8')).resolves.not.toBe('');
  if (caller === undefined) return;
  const [room = '', name = ''] = file.split('/');
  const specifier = caller.startsWith(`${room}/`) ? `./${name}` : `../${room}/${name}`;
  expect(await readFile(join(source, caller), 'utf8')).toContain(`from '${specifier}'`);
});

it('the steps of the pipeline stand in the documentation in their order', () => {
  expect(walk().length).toBeGreaterThan(30);
  expect(page).toContain(STEPS.map(({ name }) => name).join(' → '));
});
