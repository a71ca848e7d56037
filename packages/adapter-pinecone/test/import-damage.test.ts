import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecords, type VectorRecord } from '@vsm/core/adapter';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { flippedBits } from '../../../test/flips.ts';
import { createPineconeImport } from '../src/import/index.ts';

const FLIPS = 400;
const RECORDS = 60;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-import-damage-'));
  await using store = createPineconeImport({ path: folder });
  const vectors = { '': { kind: 'dense', dimension: 3, metric: 'cosine' } } as const;
  await store.createCollection({ name: 'docs', vectors, namespaces: true });
  const collection = await store.openCollection('docs');
  await collection.upsert(
    Array.from({ length: RECORDS }, (_, at) => ({
      id: `record-${at}`,
      namespace: at % 3 === 0 ? 'eu' : undefined,
      vectors: { '': [at, 1, 0.5] },
      metadata: { at, label: `label ${at}` },
      document: `text of ${at}`,
    })),
  );
  await collection.flush?.();
});
afterEach(() => rm(folder, { recursive: true }));

/** All that can be learnt of the collection, from a store that knows nothing of earlier ones. */
async function read(): Promise<readonly VectorRecord[]> {
  await using store = createPineconeImport({ path: folder });
  const collection = await store.openCollection('docs');
  await collection.describe();
  await collection.count();
  const records: VectorRecord[] = [];
  for await (const record of readRecords(collection)) records.push(record);
  return records;
}

async function files(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

it('an import directory with its manifest: any flipped bit, in the manifest too, is refused', async () => {
  const all = await files();
  expect(all).toHaveLength(3);
  expect(await read()).toHaveLength(RECORDS);
  const accepted: string[] = [];
  for await (const { file, at } of flippedBits(all, FLIPS)) {
    const outcome = await read().catch((error: unknown) => error);
    if (!(outcome instanceof Error && outcome.message.includes(folder))) accepted.push(`${file}, byte ${at}`);
  }
  expect(accepted).toEqual([]);
});

it('a manifest that lists one file less than it counts records of is refused, though its own hash is right', async () => {
  const manifest = join(folder, 'docs.vsm.json');
  const { hash: _old, ...written } = JSON.parse(await readFile(manifest, 'utf8')) as {
    readonly hash: string;
    readonly files: readonly object[];
  };
  await writeFile(manifest, sealed({ ...written, files: written.files.slice(1) }));
  await expect(read()).rejects.toMatchObject({
    code: 'INVALID_DATA',
    message: expect.stringMatching(/hold (20|40) records, and 60 were written/),
  });
  await writeFile(manifest, sealed(written));
  expect(await read()).toHaveLength(RECORDS);
});

/** As a tool that knows the form would write it. */
function sealed(value: object): string {
  const text = JSON.stringify(value, undefined, 2);
  const hash = createHash('sha256').update(text).digest('hex');
  return `${text.slice(0, -2)},\n  "hash": "${hash}"\n}\n`;
}
