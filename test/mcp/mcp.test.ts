import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { createFile } from '@vsm/adapter-file';
import { VectorStoreMigrator } from '@vsm/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { main, root, testEnvironment } from '../cli/process.ts';

/** Stands in every value of every record, and nowhere else. */
const MARK = 'zq7secret';
/** An environment variable of the server, as a key is. */
const KEY = 'k-0123456789';

let folder: string;
const clients = new Map<string, Client>();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-mcp-test-'));
  const records = Array.from({ length: 30 }, (_, n) => ({
    id: `${MARK}-${n}`,
    vector: [n + 1, 1, 0.5],
    document: `${MARK} text ${n}`,
    metadata: { title: `${MARK} title ${n}`, year: 2000 + n, nested: { inner: `"${MARK}"` } },
  }));
  const lines = (list: readonly object[]): string => list.map((record) => `${JSON.stringify(record)}\n`).join('');
  await writeFile(join(folder, 'docs.jsonl'), lines(records));
  const changed = records.slice(2).map((record) => ({ ...record, document: `${MARK} other` }));
  await writeFile(join(folder, 'changed.jsonl'), lines(changed));
  await writeFile(
    join(folder, 'broken.jsonl'),
    `${lines(records.slice(0, 3))}{"id":"${MARK}","vector":[1,"${MARK}"]}\n`,
  );
});
afterAll(async () => {
  await Promise.all([...clients.values()].map((client) => client.close()));
  await rm(folder, { recursive: true, force: true });
});

/** A server with these flags, the same one for every test. */
async function connect(...flags: string[]): Promise<Client> {
  const running = clients.get(flags.join(' '));
  if (running !== undefined) return running;
  const client = new Client({ name: 'test', version: '0' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [...main, 'mcp', ...flags],
      cwd: folder,
      env: { ...(testEnvironment as Record<string, string>), QDRANT_API_KEY: KEY, VSM_RUN_DIR: join(folder, '.vsm') },
      stderr: 'inherit',
    }),
  );
  clients.set(flags.join(' '), client);
  return client;
}

interface Answer {
  readonly text: string;
  readonly isError: boolean;
  readonly document: Record<string, unknown>;
}

async function call(
  client: Client,
  name: string,
  input: object = {},
  options: Parameters<Client['callTool']>[2] = {},
): Promise<Answer> {
  const result = await client.callTool({ name, arguments: { ...input } }, undefined, options);
  const [{ text }] = result.content as [{ text: string }];
  const document = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { text, isError: result.isError === true, document };
}

const pair = { source: 'file:./docs.jsonl', target: 'file:./copy.jsonl' };

it('offers what reads, and nothing that writes', async () => {
  const client = await connect();
  const { tools } = await client.listTools();
  const names = tools.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['inspect', 'plan', 'estimate', 'verify', 'runs']));
  expect(names).not.toContain('migrate');
  expect(names).not.toContain('resume');
  expect(tools.every(({ annotations }) => annotations?.readOnlyHint === true)).toBe(true);
  const called = await client.callTool({ name: 'migrate', arguments: { confirmationToken: 'x' } }).then(
    ({ isError }) => isError,
    () => true,
  );
  expect(called).toBe(true);
  const plan = await call(client, 'plan', pair);
  expect(plan.document).toMatchObject({ exitCode: 0, totalVectors: 30, createTarget: true });
  expect(plan.document).not.toHaveProperty('confirmationToken');
  expect(existsSync(join(folder, 'copy.jsonl'))).toBe(false);
});

it('answers with the schema and counts: nothing of a record comes through any tool', async () => {
  const client = await connect();
  const answers = [
    await call(client, 'inspect', { location: 'file:./docs.jsonl' }),
    await call(client, 'inspect', { location: 'file:./broken.jsonl' }),
    await call(client, 'plan', pair),
    // A store that lacks much.
    await call(client, 'plan', { source: pair.source, target: 'sqlite-vec:./vec.db/docs' }),
    await call(client, 'plan', { source: 'file:./broken.jsonl', target: pair.target }),
    await call(client, 'estimate', { source: pair.source }),
    await call(client, 'verify', { source: pair.source, target: 'file:./changed.jsonl' }),
    await call(client, 'verify', { source: 'file:./broken.jsonl', target: 'file:./changed.jsonl' }),
    await call(client, 'runs'),
  ];
  for (const { text } of answers) expect(text).not.toContain(MARK);
  expect(answers[0]?.document).toMatchObject({
    collections: [
      {
        count: 30,
        vectors: { '': { dimension: 3 } },
        fields: [{ path: 'nested' }, { path: 'title' }, { path: 'year' }],
      },
    ],
  });
  expect(answers[6]?.document).toMatchObject({
    exitCode: 3,
    passed: false,
    missing: 2,
    changed: 28,
    differingFields: [
      { kind: 'changed', field: 'document', count: 28 },
      { kind: 'missing', count: 2 },
    ],
  });
  const rows = await connect('--allow-rows');
  const shown = await call(rows, 'verify', { source: pair.source, target: 'file:./changed.jsonl' });
  expect(shown.text).toContain(`${MARK}-0`);
});

it('carries out a plan with its token, once, and tells of progress', async () => {
  const client = await connect('--allow-write');
  const plan = await call(client, 'plan', { ...pair, filter: '{"year":{"$gte":2010}}' });
  const token = plan.document['confirmationToken'];
  expect(token).toMatch(/^[0-9a-f-]{36}$/);
  expect((await call(client, 'migrate', { confirmationToken: 'guessed' })).isError).toBe(true);
  expect(existsSync(join(folder, 'copy.jsonl'))).toBe(false);

  const heard: number[] = [];
  const onprogress = ({ progress }: { progress: number }): void => void heard.push(progress);
  const done = await call(client, 'migrate', { confirmationToken: token }, { onprogress });
  expect(done.document).toMatchObject({
    exitCode: 0,
    success: true,
    vectorsMigrated: 20,
    verification: { passed: true },
  });
  expect(done.text).not.toContain(MARK);
  expect(heard.length).toBeGreaterThan(0);
  expect(await readFile(join(folder, 'copy.jsonl'), 'utf8')).toContain(`${MARK} text 29`);

  const again = await call(client, 'migrate', { confirmationToken: token });
  expect(again).toMatchObject({ isError: true, document: { error: { code: 'INVALID_OPTIONS' } } });
  const { document } = await call(client, 'runs');
  expect(document).toMatchObject({ runs: [{ state: 'done', vectorsWritten: 20 }], confirmationTokens: {} });
});

it('refuses a plan whose target has changed since, and a loss that nobody allowed', async () => {
  const client = await connect('--allow-write');
  const into = { source: 'file:./docs.jsonl', target: 'file:./late.jsonl' };
  const plan = await call(client, 'plan', into);
  const source = createFile({ path: join(folder, 'docs.jsonl') });
  const target = createFile({ path: join(folder, 'late.jsonl') });
  await new VectorStoreMigrator({ source, target, checkpoints: false }).migrate({
    sourceCollection: 'docs',
    targetCollection: 'late',
    filter: { year: 2001 },
  });
  const refused = await call(client, 'migrate', { confirmationToken: plan.document['confirmationToken'] });
  expect(refused).toMatchObject({ isError: true, document: { exitCode: 2 } });

  const named = createFile({ path: join(folder, 'named.jsonl') });
  const vector = { kind: 'dense', dimension: 2, metric: 'cosine' } as const;
  await named.createCollection({ name: 'named', vectors: { a: vector, b: vector } });
  const collection = await named.openCollection('named');
  await collection.upsert([{ id: MARK, vectors: { a: [1, 2], b: [3, 4] }, metadata: {} }]);
  await collection.flush?.();
  const lossy = { source: 'file:./named.jsonl', target: 'sqlite-vec:./lossy.db/docs' };
  const offered = await call(client, 'plan', lossy);
  expect(offered.document).toMatchObject({ exitCode: 2, losses: [{ name: 'named-vectors' }] });
  const unsaid = await call(client, 'migrate', { confirmationToken: offered.document['confirmationToken'] });
  expect(unsaid).toMatchObject({ isError: true, document: { exitCode: 2, error: { code: 'SCHEMA_INCOMPATIBLE' } } });
  const { confirmationToken } = (await call(client, 'plan', lossy)).document;
  const said = await call(client, 'migrate', { confirmationToken, allowLoss: ['named-vectors'] });
  expect(said.document).toMatchObject({ exitCode: 0, vectorsMigrated: 1 });
});

it('resumes an interrupted run with the token that runs gave', async () => {
  const client = await connect('--allow-write');
  const source = createFile({ path: join(root, 'examples/demo/debian-packages-1k.parquet') });
  const target = createFile({ path: join(folder, 'unfinished.jsonl') });
  const interrupt = new AbortController();
  const migrator = new VectorStoreMigrator({
    source,
    target,
    checkpoints: join(folder, '.vsm'),
    onProgress: ({ phase, vectorsProcessed }) => {
      if (phase === 'copying' && vectorsProcessed > 0) interrupt.abort();
    },
  });
  const [sourceCollection = ''] = await source.listCollections();
  const annotations = { source: source.location, target: 'file:./unfinished.jsonl' };
  const request = { sourceCollection, targetCollection: 'unfinished', batchSize: 100, annotations };
  await expect(migrator.migrate({ ...request, signal: interrupt.signal })).rejects.toMatchObject({
    code: 'INTERRUPTED',
  });
  await Promise.all([source.close(), target.close()]);

  const { document } = await call(client, 'runs');
  const [token] = Object.values(document['confirmationTokens'] as Record<string, string>);
  expect((await call(client, 'migrate', { confirmationToken: token })).isError).toBe(true);
  const resumed = await call(client, 'resume', { confirmationToken: token });
  expect(resumed.document).toMatchObject({ success: true, verification: { passed: true, expectedCount: 1000 } });
});

it('takes keys from its environment alone, and shows none', async () => {
  const client = await connect('--allow-rows');
  const refused = await call(client, 'inspect', { location: 'qdrant://me:pass-word-1@localhost:1/docs' });
  expect(refused).toMatchObject({ isError: true, document: { error: { code: 'INVALID_OPTIONS' } } });
  const away = await call(client, 'inspect', { location: 'qdrant://127.0.0.1:1/docs?timeoutMs=200' });
  expect(away.isError).toBe(true);
  for (const { text } of [refused, away]) {
    expect(text).not.toContain('pass-word-1');
    expect(text).not.toContain(KEY);
  }
});

it('takes no word for an option', async () => {
  const client = await connect();
  const { document } = await call(client, 'inspect', { location: '--config=./evil.ts' });
  expect(document).toMatchObject({ error: { code: 'INVALID_OPTIONS' } });
  expect(JSON.stringify(document)).toContain('is not a location');
});
