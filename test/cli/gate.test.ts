import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFile } from '@vsm/adapter-file';
import { startEmbeddings, vectorOf } from '@vsm/emulator-embeddings';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packages, root, vsm, type Ended } from './process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-gate-'));
  await writeFile(
    join(folder, 'vsm.config.ts'),
    `import { defineConfig } from '${join(root, 'packages/cli/src/index.ts')}';
     let last;
     const base = { source: '${packages}', metric: 'cosine', gate: { minOverlap: 0.99, sample: 100 } };
     export default defineConfig({
       migrations: {
         // The vectors of one in twenty are those of the record before.
         swapped: {
           ...base,
           target: 'file:./swapped.parquet',
           transform: (record) => {
             const vectors = last !== undefined && record.id.charCodeAt(3) % 10 === 0 ? last : record.vectors;
             last = record.vectors;
             return { ...record, vectors };
           },
           verify: 'none',
         },
         filtered: { ...base, target: 'file:./filtered.parquet', filter: { section: 'libs' } },
       },
     });`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...words: string[]): Promise<Ended> => vsm(words, { cwd: folder });

describe('a gate', () => {
  it('is passed by a copy, whose overlap is 1, and by the part of the source that was asked for', async () => {
    const copy = await run('migrate', packages, 'file:./copy.parquet', '--metric', 'cosine', '--gate', '1', '--json');
    expect(copy.code).toBe(0);
    const { success, judgement } = JSON.parse(copy.stdout) as { success: boolean; judgement: object };
    expect(success).toBe(true);
    expect(judgement).toMatchObject({
      passed: true,
      overlap: { mean: 1, low: 1, high: 1 },
      queriesFrom: 'sampled records',
      least: { overlap: 1 },
    });
    const part = await run('migrate', 'filtered');
    expect(part.stdout).toMatch(/^gate: 100 records as their own queries/m);
    expect(part.code).toBe(0);
  });

  it('is not passed where vectors were swapped: the run ends with 3, and the report shows it', async () => {
    const { code, stdout } = await run('migrate', 'swapped', '--report', 'swapped.html');
    expect(code).toBe(3);
    expect(stdout).toMatch(/FAILED: the overlap is 0\.\d+, and 0\.99 was asked for/);
    const page = await readFile(join(folder, 'swapped.html'), 'utf8');
    expect(page).toMatch(/Search differs/);
    expect(page).toMatch(/Worst queries/);
    expect(page).toMatch(/only here/);
  });

  it('judges vectors that were cut by what they find', async () => {
    const words = [packages, 'file:./cut.parquet', '--metric', 'cosine', '--dimensions', '16', '--yes'];
    const { code, stdout } = await run('migrate', ...words, '--gate', '0.95', '--json');
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      success: false,
      errors: [expect.stringMatching(/^the gate was not passed: the overlap is 0\.\d/) as string],
      verification: { passed: true },
      judgement: { passed: false },
    });
  });

  it('is refused before anything is written where it could not be judged', async () => {
    const words = ['migrate', packages, 'file:./never.parquet', '--metric', 'cosine'];
    await writeFile(join(folder, 'queries.jsonl'), '{"query":"compilers"}\n');
    for (const [flags, message] of [
      [['--gate-queries', 'queries.jsonl'], /needs to know what passes/],
      [['--gate', '2'], /--gate must be from 0 to 1/],
      [['--gate', '0.9', '--gate-queries', 'none.jsonl'], /none\.jsonl cannot be read/],
      [['--gate', '0.9', '--gate-queries', 'queries.jsonl'], /say with what model .*--embed-source/],
      [['--gate-recall', '0.9', '--gate-queries', 'queries.jsonl'], /queries that say what is right/],
    ] as const) {
      expect(await run(...words, ...flags)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(message) as string,
      });
    }
    await expect(readFile(join(folder, 'never.parquet'))).rejects.toThrow(/ENOENT/);
  });
});

it('a gate of texts asks each side by its model, and by vectors cut as those of the target were', async () => {
  const server = await startEmbeddings();
  try {
    const source = createFile({ path: join(folder, 'texts.jsonl') });
    const schema = { name: 'texts', vectors: { '': { kind: 'dense', dimension: 32, metric: 'cosine' } } } as const;
    await source.createCollection(schema);
    const docs = await source.openCollection('texts');
    const text = (at: number): string => `a text ${at} about ${at % 7} things`;
    await docs.upsert(
      Array.from({ length: 60 }, (_, at) => ({
        id: `t${at}`,
        vectors: { '': vectorOf(text(at), 'test', 32) },
        metadata: {},
        document: text(at),
      })),
    );
    await docs.flush?.();
    await source.close();
    const queries = [3, 5, 8].map((at) => JSON.stringify({ query: text(at), relevant: [`t${at}`] }));
    await writeFile(join(folder, 'texts-queries.jsonl'), queries.join('\n'));
    const words = ['file:./texts.jsonl', 'file:./texts-cut.jsonl', '--dimensions', '24', '--yes', '--json'];
    const gate = ['--gate-queries', 'texts-queries.jsonl', '--gate-recall', '1', '--embed-source', 'openai:test'];
    const ended = await run('migrate', ...words, ...gate, '--embed-url', server.url);
    expect(ended).toMatchObject({ stderr: '', code: 0 });
    expect(JSON.parse(ended.stdout)).toMatchObject({
      judgement: { passed: true, queriesFrom: 'given', labelled: { target: { recall: { mean: 1 } } } },
    });
    // A ledger is no folder, in which the vectors of the queries could be kept.
    const asked = ['--queries', 'texts-queries.jsonl', '--dimensions', '24', '--embed-source', 'openai:test'];
    const judging = ['judge', ...words.slice(0, 2), ...asked, '--embed', 'openai:test', '--embed-url', server.url];
    expect(await run(...judging, '--run-dir', 'sqlite:./ledger.sqlite')).toMatchObject({ stderr: '', code: 0 });
    expect((await readdir(folder)).filter((name) => name.startsWith('sqlite:'))).toEqual([]);
  } finally {
    await server.close();
  }
});
