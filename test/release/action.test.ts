import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { main, root, testEnvironment } from '../cli/process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-action-'));
  const vsm = join(folder, 'vsm');
  await writeFile(vsm, `#!/bin/sh\nexec "${process.execPath}" ${main.map((word) => `"${word}"`).join(' ')} "$@"\n`);
  await chmod(vsm, 0o755);
  const lines = (texts: readonly string[]): string =>
    texts
      .map((document, n) => `${JSON.stringify({ id: `who-${n}`, vector: [n + 1, 1], document, metadata: {} })}\n`)
      .join('');
  await writeFile(join(folder, 'a.jsonl'), lines(['x', 'y', 'z']));
  await writeFile(join(folder, 'b.jsonl'), lines(['x', 'other']));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Inputs {
  readonly [name: string]: string;
}

/** As the runner does: the inputs and their defaults as the environment that action.yml names. */
async function run(inputs: Inputs): Promise<{ code: number; stdout: string; summary: string; outputs: string }> {
  const action = parse(await readFile(join(root, 'action.yml'), 'utf8')) as {
    readonly inputs: Record<string, { readonly default?: string }>;
    readonly runs: { readonly steps: readonly [{ readonly run: string; readonly env: Record<string, string> }] };
  };
  const [{ run: script, env }] = action.runs.steps;
  const given = Object.fromEntries(
    Object.entries(env).map(([name, value]) => {
      const [, input = ''] = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value) ?? [];
      expect(Object.keys(action.inputs)).toContain(input);
      return [name, inputs[input] ?? action.inputs[input]?.default ?? ''];
    }),
  );
  const summary = join(folder, 'summary.md');
  const outputs = join(folder, 'outputs');
  await Promise.all([summary, outputs].map((file) => writeFile(file, '')));
  const path = [folder, join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
  const runner = {
    GITHUB_ACTION_PATH: root,
    GITHUB_STEP_SUMMARY: summary,
    GITHUB_OUTPUT: outputs,
    RUNNER_TEMP: folder,
  };
  const ended = await new Promise<{ code: number; stdout: string }>((resolve) => {
    const options = { cwd: folder, env: { ...testEnvironment, ...given, ...runner, PATH: path } };
    execFile('bash', ['-e', '-c', script], options, (error, stdout) =>
      resolve({ code: Number(error?.code ?? 0), stdout }),
    );
  });
  return { ...ended, summary: await readFile(summary, 'utf8'), outputs: await readFile(outputs, 'utf8') };
}

it('passes, and says so in the summary', async () => {
  const { code, summary, outputs } = await run({ source: 'file:./a.jsonl', target: 'file:./a.jsonl' });
  // One place as both sides is refused: that is no comparison.
  expect(code).toBe(2);
  expect(summary).toContain('are the same place');
  expect(outputs).toContain('passed=false');
  await writeFile(join(folder, 'copy.jsonl'), await readFile(join(folder, 'a.jsonl')));
  const good = await run({ source: 'file:./a.jsonl', target: 'file:./copy.jsonl', options: '--level=ids\n' });
  expect(good.code).toBe(0);
  expect(good.summary).toMatch(/✅ vsm verify[^]*\| expectedCount \| 3 \|/);
  expect(good.summary).toContain('| level | ids |');
  expect(good.outputs).toBe('passed=true\nexit-code=0\n');
});

it('fails where both sides differ, and names no record unless that was asked for', async () => {
  const pair = { source: 'file:./a.jsonl', target: 'file:./b.jsonl' };
  const { code, summary, outputs, stdout } = await run(pair);
  expect(code).toBe(3);
  expect(summary).toMatch(/❌ vsm verify[^]*\| missing \| 1 \|[^]*\| changed \| document \| 1 \|/);
  expect(summary).not.toContain('who-');
  expect(outputs).toBe('passed=false\nexit-code=3\n');
  expect(stdout).toContain('::error::');
  expect((await run({ ...pair, 'show-records': 'true' })).summary).toContain('- missing who-2');
});

it('takes no word for a script, a command or an option', async () => {
  const evil = { source: '$(touch owned)', target: '--config=./owned.ts' };
  expect((await run(evil)).code).toBe(2);
  const { code, stdout } = await run({ ...evil, command: 'migrate' });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '::error::command is "migrate"; it must be verify or diff.\n' });
  expect((await run({ ...evil, options: 'x --report' })).code).toBe(2);
  expect(existsSync(join(folder, 'owned'))).toBe(false);
});
