import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VectorRecord } from '@vsm/core/adapter';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFile } from '../src/index.ts';
import { readAll } from './reading.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-lines-'));
});
afterEach(() => rm(folder, { recursive: true }));

const FORMATS = ['jsonl', 'jsonl.gz', 'jsonl.zst'] as const;
const vectors = { '': { kind: 'dense', dimension: 1, metric: 'cosine' } } as const;

it.each(FORMATS)(
  '%s: a line that is too long is refused before it is written, by the same limit as on reading',
  async (format) => {
    let run = 0;
    const record = fc.record({
      document: fc.string({ unit: 'binary', maxLength: 120 }),
      text: fc.string({ maxLength: 60 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 8 }),
        fc.integer({ min: 60, max: 300 }),
        async (given, maxLineBytes) => {
          run += 1;
          const path = join(folder, `${run}`);
          await using store = createFile({ path, format, maxLineBytes });
          await store.createCollection({ name: 'docs', vectors });
          const collection = await store.openCollection('docs');
          const records = given.map(({ document, text }, at): VectorRecord => ({
            id: `${at}`,
            vectors: { '': [1] },
            metadata: { text },
            document,
          }));
          const { accepted, rejected } = await collection.upsert(records);
          expect(accepted + rejected.length).toBe(records.length);
          for (const { reason, detail } of rejected) {
            expect(reason).toMatch(/^(too-large|invalid-metadata|refused)$/);
            expect(reason !== 'too-large' || detail.includes('maxLineBytes')).toBe(true);
          }
          await collection.flush?.();
          // Also without the manifest, which says how long the lines are.
          await rm(join(path, `docs.${format}.vsm.json`));
          await using reading = createFile({ path, maxLineBytes });
          expect(await readAll(await reading.openCollection('docs'))).toHaveLength(accepted);
        },
      ),
      { numRuns: 25 },
    );
  },
);

it('what was written with a higher limit is read without a word', async () => {
  const path = join(folder, 'docs.jsonl');
  const long = 'x'.repeat(40_000_000);
  const records = ['a', 'b'].map((id) => ({ id, vectors: { '': [1] }, metadata: {}, document: long }));
  {
    await using store = createFile({ path });
    await store.createCollection({ name: 'docs', vectors });
    const { rejected } = await (await store.openCollection('docs')).upsert(records);
    expect(rejected).toMatchObject([
      { id: 'a', reason: 'too-large', detail: expect.stringContaining('40000') },
      { id: 'b' },
    ]);
    await store.dropCollection?.('docs');
  }
  {
    await using store = createFile({ path, maxLineBytes: 64 * 1024 * 1024 });
    await store.createCollection({ name: 'docs', vectors });
    const collection = await store.openCollection('docs');
    expect(await collection.upsert(records)).toEqual({ accepted: 2, rejected: [] });
    await collection.flush?.();
  }
  {
    await using store = createFile({ path });
    const read = await readAll(await store.openCollection('docs'), 1);
    expect(read.map(({ document }) => document?.length)).toEqual([40_000_000, 40_000_000]);
  }
  expect(JSON.parse(await readFile(`${path}.vsm.json`, 'utf8'))).toMatchObject({ longestLine: 40_000_037 });
  // Without what the manifest says, a line of somebody else is held to the limit.
  await rm(`${path}.vsm.json`);
  await using foreign = createFile({ path });
  const collection = await foreign.openCollection('docs');
  await expect(readAll(collection).then((read) => read.length)).rejects.toMatchObject({
    code: 'INVALID_DATA',
    message: expect.stringMatching(/line 1 .*maxLineBytes/),
  });
});
