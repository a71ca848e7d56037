import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChroma } from '@vsm/adapter-chroma';
import { startChroma, type ChromaServer } from '@vsm/service-chroma';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from '../cli/process.ts';
import { startShell, type Shell } from '../cli/shell.ts';
import { COUNTS, KEY, startFilledCloud, TOTAL, type FilledCloud } from './cloud.ts';

let filled: FilledCloud;
let own: ChromaServer;
let folder: string;
let shell: Shell;
beforeAll(async () => {
  [filled, own, folder] = await Promise.all([
    startFilledCloud(),
    startChroma(),
    mkdtemp(join(tmpdir(), 'vsm-leaving-')),
  ]);
  shell = await startShell(folder);
});
afterAll(async () => {
  shell.close();
  await Promise.all([filled.stop(), own.stop()]);
  await rm(folder, { recursive: true, force: true });
});

/** The commands of the guide, in order. */
async function commands(): Promise<string[]> {
  const page = await readFile(join(root, 'docs/leaving-chroma-cloud.md'), 'utf8');
  return [...page.matchAll(/^```console\n(.*?)^```$/gms)].flatMap(([, fence = '']) =>
    [...fence.matchAll(/^\$ (.*)$/gm)].map(([, command = '']) => command),
  );
}

async function run(command: string): Promise<{ code: number; output: string }> {
  const here = command
    .replaceAll('chroma+https://api.trychroma.com', `chroma://${new URL(filled.cloud.url).host}`)
    .replaceAll('chroma://localhost:8000', `chroma://${new URL(own.url).host}`);
  const unset = commandsSoFar.some((earlier) => earlier.startsWith('unset'));
  const { code, stdout, stderr } = await shell.run(here, { cwd: folder, env: unset ? {} : { CHROMA_API_KEY: KEY } });
  return { code, output: stdout + stderr };
}
const commandsSoFar: string[] = [];

it('the commands of the guide do what it says', async () => {
  const outputs = new Map<string, string>();
  filled.cloud.loseEvery = 40;
  for (const command of await commands()) {
    commandsSoFar.push(command);
    if (!command.startsWith('vsm ')) continue;
    const { code, output } = await run(command);
    expect(`${command}\n${output}\nended with ${code}`).toMatch(/ended with 0$/);
    expect(output).not.toContain(KEY);
    outputs.set(command.split(' ').slice(0, 2).join(' '), output);
  }
  expect(commandsSoFar.length).toBe(8);
  expect(outputs.get('vsm inspect')).toContain('archive/tickets');
  expect(filled.cloud.lostConnections).toBeGreaterThan(1);
  expect((await readdir(join(folder, 'backup'))).toSorted()).toEqual(['app', 'archive']);
  const tables = (await readdir(join(folder, 'lance'))).filter((name) => name.endsWith('.lance'));
  expect(tables.toSorted()).toEqual(['articles.lance', 'faq.lance', 'images.lance', 'notes.lance']);
  const restored = createChroma({ url: own.url, database: '*' });
  const counts = await Promise.all(
    Object.keys(COUNTS).map(async (name) => (await (await restored.openCollection(name)).count()).value),
  );
  expect(counts).toEqual(Object.values(COUNTS));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(TOTAL);
  await restored.close();
});
