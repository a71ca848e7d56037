import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemory } from '@vsm/adapter-memory';
import type { VectorStoreV1 } from '@vsm/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { backup, checkBackup, createBackup, listSnapshots, pruneBackup } from '@vsm/adapter-file/backup';
import { createFile, createVdf } from '@vsm/adapter-file';

// Texts whose own hash is right, as anybody can print them, and that hold nothing of what they should.

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-shapeless-'));
});
afterEach(() => rm(folder, { recursive: true }));

const vectors = { '': { kind: 'dense', dimension: 2, metric: 'euclidean' } } as const;

async function write(store: VectorStoreV1): Promise<void> {
  await store.createCollection({ name: 'docs', vectors });
  const collection = await store.openCollection('docs');
  await collection.upsert([{ id: 'a', vectors: { '': [1, 2] }, metadata: { n: 1 } }]);
  await collection.flush?.();
  await store.close();
}

function sealed(value: object): string {
  const text = JSON.stringify(value, undefined, 2);
  const hash = createHash('sha256').update(text).digest('hex');
  return `${text.slice(0, -2)},\n  "hash": "${hash}"\n}\n`;
}

/** The value in the file with one part replaced by each of what it is not; `undefined` takes it away. */
async function spoiled(path: string, parts: readonly string[]): Promise<readonly (readonly [string, string])[]> {
  const { hash: _own, ...whole } = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  return parts.flatMap((part) =>
    [undefined, null, 5.5, 'text', [null], { a: null }].flatMap((value) =>
      JSON.stringify(value) === JSON.stringify(whole[part]) || (part === 'name' && value === 'text')
        ? []
        : [[`${part}: ${JSON.stringify(value)}`, sealed({ ...whole, [part]: value })] as const],
    ),
  );
}

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

const isDamage = (error: unknown): boolean =>
  error instanceof Error &&
  (error as { readonly code?: unknown }).code === 'INVALID_DATA' &&
  error.message.includes('nothing that was ever written there');

it.each(['docs.jsonl', 'docs.parquet', 'docs'] as const)(
  'a manifest beside %s that is none is called damage, part by part',
  async (file) => {
    const open = (): ReturnType<typeof createFile> =>
      file === 'docs' ? createVdf({ path: folder }) : createFile({ path: join(folder, file) });
    await write(open());
    const path = join(folder, `${file}.vsm.json`);
    const original = await readFile(path);
    const parts = ['schema', 'vectors', 'fields', 'texts', 'generation', 'records', 'namespaces', 'files'];
    const taken: string[] = [];
    for (const [what, text] of await spoiled(path, parts)) {
      await writeFile(path, text);
      await using again = open();
      if (!isDamage(await failureOf(again.openCollection('docs')))) taken.push(what);
    }
    expect(taken).toEqual([]);
    await writeFile(path, original);
    await using whole = open();
    expect((await (await whole.openCollection('docs')).count()).value).toBe(1);
  },
);

it('a snapshot that is none is called damage by whoever reads, and nothing is pruned', async () => {
  const source = createMemory();
  await source.createCollection({ name: 'docs', vectors });
  await (await source.openCollection('docs')).upsert([{ id: 'a', vectors: { '': [1, 2] }, metadata: {} }]);
  await backup({ source, collection: 'docs', path: folder });
  const [name = ''] = await readdir(join(folder, 'snapshots'));
  const path = join(folder, 'snapshots', name);
  const original = await readFile(path);
  const parts = ['schema', 'records', 'written', 'rejected', 'notes', 'parts'];
  const taken: string[] = [];
  for (const [what, text] of await spoiled(path, parts)) {
    await writeFile(path, text);
    const failures = await Promise.all([
      failureOf(createBackup({ path: folder }).openCollection('docs')),
      failureOf(listSnapshots(folder)),
      failureOf(pruneBackup({ path: folder, keepLast: 1 })),
    ]);
    if (!failures.every(isDamage) || (await checkBackup({ path: folder })).passed) taken.push(what);
  }
  expect(taken).toEqual([]);
  await writeFile(path, original);
  expect(await checkBackup({ path: folder })).toMatchObject({ passed: true });
});
