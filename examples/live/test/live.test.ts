import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

test('an application of LangChain moves there and back while it works, and each store holds what was acknowledged last', async () => {
  // It ends with an error where a write fails, or a note is not as it was acknowledged.
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@vsm/source', join(root, 'examples/live/main.ts')],
    // A server that is not the emulator is for people to try.
    { env: { ...process.env, QDRANT_URL: undefined, NODE_NO_WARNINGS: '1' } },
  );
  expect(stderr).toBe('');
  const compared = [...stdout.matchAll(/^(\w+) serves, and of (\d+) ids it holds (\d+) .*; (\d+) others\.$/gm)];
  expect(compared.map(([, store]) => store)).toEqual(['Qdrant', 'Chroma']);
  for (const [, , ids, same, others] of compared) {
    expect(Number(ids)).toBeGreaterThan(300);
    expect(same).toBe(ids);
    expect(others).toBe('0');
  }
  const [, writes, searches] = /^(\d+) writes and (\d+) searches, none of which failed/m.exec(stdout) ?? [];
  expect(Number(writes)).toBeGreaterThan(480);
  expect(Number(searches)).toBeGreaterThan(0);
});

test('the pages show the lines that run', () => {
  const lines = read('examples/live/store.ts');
  for (const page of ['docs/live.md', 'examples/live/README.md'])
    expect(read(page)).toContain(`\`\`\`ts\n${lines}\`\`\``);
});
