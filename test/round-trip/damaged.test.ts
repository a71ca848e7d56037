import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFile } from '@vsm/adapter-file';
import { VectorStoreMigrator, type VectorStoreV1 } from '@vsm/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { filledMemory, makeRecords } from '../engine/stores.ts';

let folder: string;
const stores: VectorStoreV1[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-damaged-'));
});
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()));
  await rm(folder, { recursive: true, force: true });
});

function fileStore(name: string, format?: 'parquet' | 'jsonl'): VectorStoreV1 {
  const store = createFile({ path: join(folder, name), ...(format !== undefined && { format }) });
  stores.push(store);
  return store;
}

const RECORDS = 3000;
const LINES = Array.from({ length: RECORDS }, (_, at) => `{"id":"${at}","vector":[${at},1,0.5],"n":${at}}`);

/** The file as it should be, and damaged in its second half. */
const damages: Record<string, { file: string; damage: (whole: Buffer) => Buffer; place: RegExp; readable: number }> = {
  'cut in the middle of a line': {
    file: 'docs.jsonl',
    damage: (whole) => whole.subarray(0, Math.floor(whole.length * 0.8) + 5),
    place: /docs\.jsonl, line 24\d\d/,
    readable: 2300,
  },
  'a line of 50 MB': {
    file: 'docs.jsonl',
    damage: (whole) => Buffer.concat([whole, Buffer.alloc(50_000_000, '1'), Buffer.from('\n')]),
    place: /docs\.jsonl, line 3001/,
    readable: 2900,
  },
  'invalid UTF-8': {
    file: 'docs.jsonl',
    damage: (whole) => {
      const at = whole.indexOf('"id":"2500"') + 6;
      return Buffer.concat([whole.subarray(0, at), Buffer.from([0xff, 0xfe]), whole.subarray(at)]);
    },
    place: /docs\.jsonl, line 2501/,
    readable: 2400,
  },
  'a page with flipped bits': {
    file: 'docs.parquet',
    damage: (whole) => {
      const broken = Buffer.from(whole);
      broken.fill(0xff, Math.floor(whole.length * 0.7), Math.floor(whole.length * 0.7) + 64);
      return broken;
    },
    place: /docs\.parquet, row group \d+ \(rows \d+ to \d+\)/,
    readable: 0,
  },
};

it.each(Object.entries(damages))(
  '%s: the place is named, what came before can be read, and no copy of it is made',
  async (_name, { file, damage, place, readable }) => {
    const path = join(folder, file);
    if (file.endsWith('.jsonl')) await writeFile(path, `${LINES.join('\n')}\n`);
    else {
      const written = fileStore(file);
      await new VectorStoreMigrator({
        source: await filledMemory(makeRecords(RECORDS)),
        target: written,
        checkpoints: false,
      }).migrate({ sourceCollection: 'docs' });
      await written.close();
      // Without it the file is one that anybody made.
      await rm(`${path}.vsm.json`);
    }
    await writeFile(path, damage(await readFile(path)));

    const source = fileStore(file);
    const refusal = { code: 'INVALID_DATA', message: expect.stringMatching(place) };
    const opened = await source.openCollection('docs');
    let seen = 0;
    const reading = async (): Promise<void> => {
      for (let cursor: string | undefined; ;) {
        const page = await opened.scan({ limit: 100, cursor, include: ['vectors', 'metadata'] });
        seen += page.records.length;
        if (page.cursor === null) return;
        cursor = page.cursor;
      }
    };
    await expect(reading()).rejects.toMatchObject(refusal);
    expect(seen).toBeGreaterThanOrEqual(readable);

    const migrator = new VectorStoreMigrator({ source, target: fileStore('copy', 'parquet'), checkpoints: false });
    await expect(migrator.migrate({ sourceCollection: 'docs' })).rejects.toMatchObject(refusal);
    const left = await readdir(join(folder, 'copy')).catch(() => []);
    expect(left.filter((entry) => !entry.startsWith('.'))).toEqual([]);
  },
);
