import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { main, testEnvironment, vsm, type Ended } from './process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-host-'));
  const modules = {
    'crash.mjs': `setImmediate(() => { throw new Error('out of nowhere'); });`,
    'late.mjs': `setImmediate(() => process.stdout.write(process.cwd() + process.env.LATE));`,
    'never.mjs': `await new Promise(() => undefined);`,
  };
  for (const [name, text] of Object.entries(modules)) await writeFile(join(folder, name), text);
});
afterAll(() => rm(folder, { recursive: true }));

const env = { LATE: 'late' };

function inProcess(words: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: folder, env: { ...testEnvironment, ...env } };
    execFile(process.execPath, [...main, ...words], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

it.each([
  ['a version', ['--version'], 0],
  ['bad usage', ['inspect', 'docs'], 2],
  ['an exception that nobody caught', ['conformance', './crash.mjs'], 1],
  ['what is written after the command', ['conformance', './late.mjs'], 2],
  ['a promise that nobody keeps', ['conformance', './never.mjs'], 13],
])('a command ends with %s as a process does', async (_what, words, code) => {
  const [hosted, own] = await Promise.all([vsm(words, { cwd: folder, env }), inProcess(words)]);
  // Node says in the words of its own that a promise was not kept.
  const said = ({ stdout, stderr }: Ended): string[] => [stdout, code === 13 ? '' : stderr];
  expect(said(hosted)).toEqual(said(own));
  expect([hosted.code, own.code]).toEqual([code, code]);
});

it('and the next has its own folder and environment', async () => {
  const next = await vsm(['inspect', 'file:./nothing.jsonl']);
  expect(next.stderr).not.toContain(folder);
  expect((await vsm(['--version'])).code).toBe(0);
});
