import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CollectionV1, VectorRecord, VectorStoreV1 } from '@vsm/core/adapter';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ByteSource } from '../src/byte-source.ts';
import { createFile } from '../src/index.ts';

const COUNT = 2000;
const record = (at: number): VectorRecord => ({
  id: `r${at}`,
  vectors: { '': [at, 1] },
  metadata: { n: at, text: `text of ${at}` },
});

let folder: string;
let store: VectorStoreV1;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-fetch-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await store.close();
  await rm(folder, { recursive: true });
});

async function filled(format: 'jsonl.gz' | 'jsonl.zst'): Promise<CollectionV1> {
  store = createFile({ path: folder, format });
  await store.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'dot' } } });
  const collection = await store.openCollection('docs');
  await collection.upsert(Array.from({ length: COUNT }, (_, at) => record(at)));
  await collection.flush?.();
  // Where each id is, has been read.
  await collection.fetch(['r0']);
  return collection;
}

const range = (from: number, count: number): string[] => Array.from({ length: count }, (_, at) => `r${from + at}`);

describe.each(['jsonl.gz', 'jsonl.zst'] as const)('fetching from %s', (format) => {
  it('in the order of the file reads it once, however many fetches there are', async () => {
    const collection = await filled(format);
    const opened = vi.spyOn(ByteSource.prototype, 'stream');
    for (let at = 0; at < COUNT; at += 50) {
      const found = await collection.fetch(range(at, 50).toReversed());
      expect(found).toHaveLength(50);
      expect(found[7]).toMatchObject(record(at + 7));
    }
    expect(opened.mock.calls.length).toBeLessThanOrEqual(1);
  });

  it('in several places at once goes on in each of them', async () => {
    const collection = await filled(format);
    const opened = vi.spyOn(ByteSource.prototype, 'stream');
    for (let at = 0; at < COUNT / 4; at += 50) {
      await Promise.all(
        [0, 1, 2, 3].map(async (part) => {
          const from = (part * COUNT) / 4 + at;
          expect((await collection.fetch(range(from, 50)))[49]).toMatchObject(record(from + 49));
        }),
      );
    }
    expect(opened.mock.calls.length).toBeLessThanOrEqual(8);
  });

  it('backwards, or the same again, gives what is there', async () => {
    const collection = await filled(format);
    for (const ids of [range(1500, 3), range(3, 2), range(3, 2), ['r1999', 'r0'], ['absent'], range(1999, 1)]) {
      const found = await collection.fetch(ids);
      expect(found.map(({ id }) => id).toSorted()).toEqual(ids.filter((id) => id !== 'absent').toSorted());
    }
  });
});
