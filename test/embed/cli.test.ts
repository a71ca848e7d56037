import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddings, type EmbeddingsEmulator } from '@vsm/emulator-embeddings';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { vsm, type Ended } from '../cli/process.ts';
import { textRecords, writeTexts } from './texts.ts';

const KEY = 'sk-very-secret-0123456789';

let server: EmbeddingsEmulator;
let folder: string;
let source: string;
beforeAll(async () => {
  [server, folder] = await Promise.all([startEmbeddings({ apiKey: KEY }), mkdtemp(join(tmpdir(), 'vsm-embed-cli-'))]);
  source = (await writeTexts(join(folder, 'docs.jsonl'), 300)).location;
  const price = {
    model: 'test',
    perMillionTokens: 100,
    currency: 'USD',
    source: 'https://example.com',
    date: '2026-11-26',
  };
  await writeFile(join(folder, 'prices.json'), JSON.stringify({ models: [price] }));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const run = async (...words: string[]): Promise<Ended> => {
  const ended = await vsm(words, { cwd: folder, env: { VSM_EMBED_API_KEY: KEY, VSM_RUN_DIR: join(folder, '.vsm') } });
  expect(ended.stdout + ended.stderr).not.toContain('very-secret');
  return ended;
};
const model = (): string[] => ['--embed', 'openai:test', '--embed-url', server.url, '--embed-prices', 'prices.json'];

it('a plan says what it will cost, by what, and from where the price is', async () => {
  const { code, stdout } = await run(
    'plan',
    source,
    'file:./planned.jsonl',
    ...model(),
    '--embed-text',
    '{{title}} {{documnt}}',
  );
  expect(stdout).toMatch(/^ {2}embed: 300 texts with test, 300 of them to be paid for/m);
  expect(stdout).toMatch(/^ {2}tokens: \d+, measured: what the provider counted for 16 texts, which are paid for$/m);
  expect(stdout).toMatch(/^ {2}cost: 0\.\d+ USD, at 100 for a million tokens \(https:\/\/example\.com, 2026-11-26\)$/m);
  expect(stdout).toMatch(/^ {2}note: no record has \{\{documnt\}\}/m);
  expect(code).toBe(0);
});

it('nothing is spent where nobody was asked, until it is allowed or bounded; a bounded run is resumed', async () => {
  const words = ['migrate', source, 'file:./new.jsonl', ...model(), '--batch-size', '50'];
  const refused = await run(...words);
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/would cost .*--yes.*--max-cost/s) as string,
  });
  const before = server.tokens;
  // 300 texts of eleven tokens are 0.33 or so.
  const bounded = await run(...words, '--max-cost', '0.15');
  expect(bounded.stderr).toMatch(/more than the 0\.15 USD that were allowed.*\n? +vsm resume /);
  expect(bounded.code).toBe(130);
  expect(((server.tokens - before) / 1e6) * 100).toBeLessThanOrEqual(0.15);
  const [, runId = ''] = /vsm resume (\S+)/.exec(bounded.stderr) ?? [];
  const resumed = await run('resume', runId);
  expect(resumed.stdout).toMatch(/^embedded: .* paid for: \d+ tokens, \d+\.\d+ USD$/m);
  expect(resumed.code).toBe(0);
  expect(Math.max(...server.paid.values())).toBe(1);
  const lines = (await readFile(join(folder, 'new.jsonl'), 'utf8')).trim().split('\n');
  expect(
    lines.filter((line) => line.includes('"document"') || line.includes('a colour')).length,
  ).toBeGreaterThanOrEqual(300);
});

it('a dry run pays for nothing but the sample that it measures with', async () => {
  const before = server.paid.size;
  const words = ['--embed-text', 'title', '--dry-run'];
  const { code, stdout } = await run('migrate', source, 'file:./dry.jsonl', ...model(), ...words);
  expect(stdout).toMatch(/300/);
  expect(code).toBe(0);
  expect(server.paid.size - before).toBe(16);
});

it('a second vector stands beside the old one, and both can be judged', async () => {
  const second = await run('migrate', source, 'memory:docs', ...model(), '--as', 'new', '--yes', '--json');
  const { schema, embedding } = JSON.parse(second.stdout) as { schema?: object; embedding: { paid: number } };
  expect(schema).toBeUndefined();
  // All of them were paid for before.
  expect(embedding.paid).toBe(0);
  expect(second.code).toBe(0);
});

it('a copy is judged the same, and one with a third of its vectors changed is not', async () => {
  await run('migrate', 'file:./new.jsonl', 'file:./copy.jsonl', '--yes');
  const same = await run('judge', 'file:./new.jsonl', 'file:./copy.jsonl', '--min-overlap', '1');
  expect(same.stdout).toMatch(/overlap@10: 1\.000 .*[^]*^passed$/m);
  expect(same.code).toBe(0);
  const records = textRecords(300).map((record, at) => ({
    ...record,
    vectors: { '': Float32Array.of(1, (at * 7919) % 300) },
  }));
  const other = (await writeTexts(join(folder, 'worse.jsonl'), 300, records)).location;
  const worse = await run('judge', source, other, '--min-overlap', '0.9', '--slice', 'kind', '--json');
  expect(JSON.parse(worse.stdout)).toMatchObject({
    passed: false,
    queriesFrom: 'sampled records',
    slices: { length: 13 },
  });
  expect(worse.code).toBe(3);
});

it('a config file says the same, and a model of the AI SDK there moves a collection', async () => {
  const embed = { model: 'openai:test', url: server.url, text: 'title', tooLong: 'cut', prices: 'prices.json' };
  const migrations = { again: { source, target: 'memory:again', embed } };
  await writeFile(join(folder, 'again.json'), JSON.stringify({ migrations }));
  const again = await run('plan', 'again', '--config', 'again.json', '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({
    embedding: {
      dimension: 32,
      description: expect.stringMatching(/^openai:test at .* of the field "title"$/) as string,
    },
    embeddingPrice: { texts: 300, tokensBy: 'measured' },
  });
  const mock = `{ specificationVersion: 'v4', provider: 'mine', modelId: 'mock', maxEmbeddingsPerCall: 50, supportsParallelCalls: true,
    doEmbed: async ({ values }) => ({ embeddings: values.map((value) => [value.length, 1, 2]), usage: { tokens: values.length } }) }`;
  const sdk = `export default { migrations: { sdk: { source: ${JSON.stringify(source)}, target: 'memory:sdk', embed: { model: ${mock} } } } };`;
  await writeFile(join(folder, 'sdk.mjs'), sdk);
  const moved = await run('migrate', 'sdk', '--config', 'sdk.mjs', '--yes');
  expect(moved.stdout).toMatch(
    /^embedded: 301 texts, 0 known, 301 paid for: 301 tokens, at a price that is not known$/m,
  );
  expect(moved.code).toBe(0);
});

it('words that say too little or too much say what to do', async () => {
  const target = 'memory:x';
  const without = await run('plan', source, target, '--embed-text', 'title');
  expect(without).toMatchObject({ code: 2, stderr: expect.stringMatching(/--embed-text needs --embed/) as string });
  const vague = await run('plan', source, target, '--embed', 'test');
  expect(vague).toMatchObject({ code: 2, stderr: expect.stringMatching(/wants a provider and a model/) as string });
  const absent = await run('plan', source, target, '--embed', '@ai-sdk/nobody:test');
  expect(absent).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/@ai-sdk\/nobody is not installed/) as string,
  });
  const cheap = await run('plan', source, target, ...model(), '--max-cost', 'little');
  expect(cheap).toMatchObject({ code: 2, stderr: expect.stringMatching(/--max-cost must be an amount/) as string });
});

it('a run that its bound ended is judged by the gate that it was begun with, once it is resumed', async () => {
  const words = ['migrate', source, 'file:./gated.jsonl', ...model(), '--batch-size', '50', '--gate', '0', '--json'];
  const stopped = await run(...words, '--embed-text', '{{document}} anew', '--max-cost', '0.2');
  const { runId } = (JSON.parse(stopped.stdout) as { error: { runId: string } }).error;
  const resumed = await run('resume', runId, '--json');
  expect(JSON.parse(resumed.stdout)).toMatchObject({
    success: true,
    judgement: { passed: true, least: { overlap: 0 }, queriesFrom: 'sampled records', queries: 200 },
  });
});

it('a password in the address of a server is not kept with a run', async () => {
  const address = server.url.replace('://', '://me:a-very-secret@');
  const words = ['migrate', source, 'file:./masked.jsonl', ...model(), '--embed-url', address, '--batch-size', '50'];
  const stopped = await run(
    ...words,
    '--embed-text',
    '{{document}} masked',
    '--max-cost',
    '0.2',
    '--gate',
    '0',
    '--json',
  );
  const { runId } = (JSON.parse(stopped.stdout) as { error: { runId: string } }).error;
  const kept = await readFile(join(folder, '.vsm', runId, 'run.json'), 'utf8');
  expect(kept).not.toContain('very-secret');
  expect(kept.split('me:***@')).toHaveLength(3);
  const resumed = await run('resume', runId);
  expect(resumed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^gate: /m) as string });
});
