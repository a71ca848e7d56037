import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { createChroma } from '@vsm/adapter-chroma';
import { createQdrant } from '@vsm/adapter-qdrant';
import { startQdrantEmulator, type QdrantEmulator } from '@vsm/emulator-qdrant';
import { startChroma, type ChromaServer } from '@vsm/service-chroma';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vsm as run, type Ended } from './process.ts';
import { makePglite } from '../../packages/adapter-pgvector/test/pglite.ts';

// The commands of docs/layouts.md.

let server: ChromaServer;
let emulator: QdrantEmulator;
let folder: string;
beforeAll(async () => {
  [server, emulator, folder] = await Promise.all([
    startChroma(),
    startQdrantEmulator(),
    mkdtemp(join(tmpdir(), 'vsm-cli-layouts-')),
  ]);
  const store = createChroma({ url: server.url });
  await store.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } });
  const records = Array.from({ length: 20 }, (_, at) => ({
    id: `3b6e2a52-6b0e-1d0c-8f7c-0a8c2a7d9e${String(at + 10)}`,
    vectors: { '': [Math.cos(at), Math.sin(at)] },
    metadata: { source: `f${at % 3}.txt`, locFrom: at + 1, locTo: at + 5 },
    document: `text ${at}`,
  }));
  await (await store.openCollection('docs')).upsert(records);
  await store.close();
});
afterAll(async () => {
  await Promise.all([server.stop(), emulator.close(), rm(folder, { recursive: true, force: true })]);
});

const vsm = (...words: string[]): Promise<Ended> => run(words, { env: { VSM_RUN_DIR: folder } });

const chroma = (): string => `chroma://${new URL(server.url).host}/docs`;
const qdrant = (name: string): string => `qdrant://${new URL(emulator.url).host}/${name}`;

it('inspect names the layout, plan proposes it, migrate applies it, and doctor finds nothing wrong', async () => {
  const [inspected, planned, plain] = await Promise.all([
    vsm('inspect', chroma()),
    vsm('plan', chroma(), qdrant('docs')),
    vsm('migrate', chroma(), qdrant('plain')),
  ]);
  expect(inspected.stdout).toMatch(
    /layout: langchain-js \(LangChain for JavaScript\), 95 % sure: the fields "locFrom"/,
  );
  expect(planned.stdout).toMatch(
    /note: these look like records of LangChain.*--layout-from langchain-js --layout-to langchain-js/,
  );
  expect(plain.code).toBe(0);
  expect((await vsm('doctor', qdrant('plain'), '--layout', 'langchain-js')).stdout).toMatch(
    /PROBLEM +source: text: none of 20/,
  );

  const layouts = ['--layout-from', 'langchain-js', '--layout-to', 'langchain-js'];
  const moved = await vsm('migrate', chroma(), qdrant('docs'), ...layouts, '--json');
  expect(JSON.parse(moved.stdout)).toMatchObject({
    success: true,
    vectorsMigrated: 20,
    verification: { passed: true, valuesCompared: 20 },
    metadata: { plan: { layout: { from: 'langchain-js', to: 'langchain-js' } } },
  });
  const store = createQdrant({ url: emulator.url });
  const { records } = await (await store.openCollection('docs')).scan({ limit: 1, include: ['metadata'] });
  expect(records[0]?.metadata).toStrictEqual({
    content: 'text 0',
    metadata: { source: 'f0.txt', loc: { lines: { from: 1, to: 5 } } },
  });
  await store.close();

  const [checked, verified, resumed] = await Promise.all([
    vsm('doctor', qdrant('docs'), '--layout', 'langchain-js', '--json'),
    vsm('verify', chroma(), qdrant('docs'), ...layouts),
    vsm('resume', (JSON.parse(moved.stdout) as { runId: string }).runId),
  ]);
  expect(checked).toMatchObject({ code: 0, stderr: '' });
  expect(verified).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('verification (values): passed') as string,
  });
  expect(resumed).toMatchObject({ code: 0 });
});

it('a layout that is not there, or half of one, is bad usage', async () => {
  const [unknown, half] = await Promise.all([
    vsm('plan', chroma(), qdrant('x'), '--layout-from', 'langchainjs'),
    vsm('plan', chroma(), qdrant('x'), '--layout-to', 'langchain-js'),
  ]);
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean "langchain-js"?') as string });
  expect(half).toMatchObject({ code: 2, stderr: expect.stringContaining('--layout-to needs --layout-from') as string });
});

it('an entry of the config file may have them', async () => {
  const entry = {
    source: chroma(),
    target: qdrant('configured'),
    layoutFrom: 'langchain-js',
    layoutTo: 'langchain-py',
  };
  const config = join(folder, 'vsm.config.json');
  await writeFile(config, JSON.stringify({ migrations: { docs: entry } }));
  const planned = await vsm('plan', 'docs', '--config', config, '--json');
  expect(JSON.parse(planned.stdout)).toMatchObject({ layout: { from: 'langchain-js', to: 'langchain-py' } });
});

describe('collections that share a table', () => {
  let database: string;
  beforeAll(async () => {
    database = join(folder, 'shared');
    await makePglite(database);
    const pglite = await PGlite.create(database, { extensions: { vector } });
    await pglite.exec(`CREATE EXTENSION vector;
      CREATE TABLE langchain_pg_collection (uuid uuid PRIMARY KEY, name varchar NOT NULL UNIQUE, cmetadata json);
      CREATE TABLE langchain_pg_embedding (id varchar PRIMARY KEY, collection_id uuid REFERENCES langchain_pg_collection (uuid),
        embedding vector(2), document varchar, cmetadata jsonb);
      INSERT INTO langchain_pg_collection VALUES ('d412033f-0b2c-4ba7-bf5e-4f38476c18da', 'first', NULL),
        ('91b854b4-4424-467a-b61b-6e97b097cfd4', 'second', NULL);
      INSERT INTO langchain_pg_embedding VALUES ('a', 'd412033f-0b2c-4ba7-bf5e-4f38476c18da', '[1,0]', 'A', '{"page": 1}'),
        ('b', '91b854b4-4424-467a-b61b-6e97b097cfd4', '[0,1]', 'B', '{}'), ('c', '91b854b4-4424-467a-b61b-6e97b097cfd4', '[0.6,0.8]', 'C', '{}')`);
    await pglite.close();
  });
  const table = (): string => `pglite:${database}?table=langchain_pg_embedding`;
  const layouts = (scope: string): string[] =>
    ['--layout-from', `langchain-py:version=1${scope}`].concat([
      '--layout-to',
      'langchain-py:store=chroma',
      '--metric',
      'cosine',
      '--yes',
    ]);

  it('are listed with their counts, and the plan says how each is moved', async () => {
    const inspected = await vsm('inspect', table());
    expect(inspected.stdout).toMatch(
      /scope "first" \(collection_id d412033f.*\): 1 records\n.*scope "second" .*: 2 records/,
    );
    const planned = await vsm('plan', table(), chroma().replace('docs', 'poured'));
    expect(planned.stdout).toMatch(
      /2 collections of LangChain.*2 records with --layout-from langchain-py:scope=second,version=1/,
    );
    const unsaid = await vsm('migrate', table(), chroma().replace('docs', 'poured'), ...layouts(''));
    expect(unsaid).toMatchObject({ code: 2 });
    expect(unsaid.stderr).toMatch(/holds several collections.*"first" \(1 records\), "second" \(2 records\)/);
  });

  it('are moved one after the other, each into a collection of its own', async () => {
    const all = await vsm('migrate', table(), chroma().replace('/docs', '/*'), ...layouts(',scope=*'));
    expect(all).toMatchObject({ code: 0 });
    const store = createChroma({ url: server.url });
    const counts = await Promise.all(
      ['first', 'second'].map(async (name) => (await (await store.openCollection(name)).count()).value),
    );
    await store.close();
    expect(counts).toStrictEqual([1, 2]);
    const together = await vsm('migrate', table(), chroma().replace('docs', 'poured'), ...layouts(',scope=*'));
    expect(together).toMatchObject({ code: 2 });
    expect(together.stderr).toMatch(/would go into the one collection "poured"/);
  });

  it('are made of all collections of a store, each called as it was', async () => {
    const lines = join(folder, 'lines');
    await mkdir(lines, { recursive: true });
    for (const [name, ids] of Object.entries({ rivers: ['r1', 'r2'], lanterns: ['l1'] })) {
      const printed = ids.map((id) => JSON.stringify({ id, vector: [1, 0], document: id, metadata: { page: 1 } }));
      await writeFile(join(lines, `${name}.jsonl`), `${printed.join('\n')}\n`);
    }
    const form = ['--layout-from', 'langchain-py:store=chroma', '--layout-to', 'langchain-py:version=1'];
    const poured = await vsm('migrate', `file:${lines}?collection=*`, table(), ...form, '--metric', 'cosine', '--yes');
    expect(poured).toMatchObject({ code: 0 });
    const inspected = await vsm('inspect', table());
    for (const part of [
      /"first" .*: 1 records/,
      /"second" .*: 2 records/,
      /"rivers" .*: 2 records/,
      /"lanterns" .*: 1 records/,
    ]) {
      expect(inspected.stdout).toMatch(part);
    }
    const unsaid = await vsm('migrate', `file:${lines}?collection=*`, table(), '--yes');
    expect(unsaid).toMatchObject({ code: 2 });
    expect(unsaid.stderr).toMatch(/would go into the one collection "langchain_pg_embedding"/);
  });
});
