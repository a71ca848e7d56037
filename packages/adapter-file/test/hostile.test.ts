import { cp, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VectorStoreV1, VsmError } from '@vsm/core/adapter';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFile, createVdf } from '../src/index.ts';
import { digestOf, readAll } from './reading.ts';

// A backup comes from somebody else: nothing in it may lead out of its folder, and looking at it changes nothing.

const VECTORS = { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } as const;

let folder: string;
let backup: string;
const stores: VectorStoreV1[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-hostile-'));
  backup = join(folder, 'backup');
  await mkdir(backup);
  await filled(createFile({ path: join(folder, 'private') }), 'secret');
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  await rm(folder, { recursive: true });
});

function opened(store: VectorStoreV1): VectorStoreV1 {
  stores.push(store);
  return store;
}

async function filled(store: VectorStoreV1, name: string, id = 'secret-1'): Promise<void> {
  await store.createCollection({ name, vectors: VECTORS });
  const collection = await store.openCollection(name);
  await collection.upsert([{ id, vectors: { '': [1, 2] }, metadata: {}, document: 'private' }]);
  await collection.flush?.();
  await store.close();
}

/** Opens a collection, and gives the message of the error for leading outside. */
async function refusal(store: VectorStoreV1, name: string): Promise<string> {
  return opened(store)
    .openCollection(name)
    .then(
      () => 'opened',
      (error: unknown) => ((error as VsmError).code === 'INVALID_DATA' ? (error as VsmError).message : String(error)),
    );
}

const OUTSIDE = /leads to .* outside of/;

describe('a VDF directory', () => {
  async function withMeta(dataPath: string): Promise<void> {
    const entry = { namespace: '', data_path: dataPath, vector_columns: ['vector'], metric: 'Cosine', dimensions: 2 };
    await writeFile(join(backup, 'VDF_META.json'), JSON.stringify({ version: '0.1.248', indexes: { docs: [entry] } }));
  }

  it.each(['../private', 'docs/../../private', '../private/secret.parquet', 'backup/../../private'])(
    'whose data path is %s is refused',
    async (dataPath) => {
      await withMeta(dataPath);
      expect(await refusal(createVdf({ path: backup }), 'docs')).toMatch(OUTSIDE);
    },
  );

  it('whose data path is absolute is not read there', async () => {
    await withMeta(join(folder, 'private'));
    await expect(opened(createVdf({ path: backup })).openCollection('docs')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('with a link that leads elsewhere is refused, be it a folder or a file', async () => {
    await withMeta('docs');
    await symlink(join(folder, 'private'), join(backup, 'docs'));
    expect(await refusal(createVdf({ path: backup }), 'docs')).toMatch(OUTSIDE);
    await rm(join(backup, 'docs'));
    await mkdir(join(backup, 'docs'));
    await symlink(join(folder, 'private', 'secret.parquet'), join(backup, 'docs', '1.parquet'));
    expect(await refusal(createVdf({ path: backup }), 'docs')).toMatch(OUTSIDE);
  });
});

describe('a folder of files', () => {
  it('is not read through links that lead elsewhere, and those within it are', async () => {
    await symlink(join(folder, 'private', 'secret.parquet'), join(backup, 'docs.parquet'));
    expect(await refusal(createFile({ path: backup }), 'docs')).toMatch(OUTSIDE);
    // Who names the file means it.
    const named = opened(createFile({ path: join(backup, 'docs.parquet') }));
    expect(await readAll(await named.openCollection('docs'))).toHaveLength(1);
    await cp(join(folder, 'private', 'secret.parquet'), join(backup, 'own.parquet'));
    await symlink('own.parquet', join(backup, 'same.parquet'));
    const collection = await opened(createFile({ path: backup })).openCollection('same');
    expect(await readAll(collection)).toHaveLength(1);
  });

  it('is refused where a manifest or a journal is a link that leads elsewhere', async () => {
    await filled(createFile({ path: backup }), 'docs', 'own');
    await rename(join(backup, 'docs.parquet.vsm.json'), join(folder, 'manifest.json'));
    await symlink(join(folder, 'manifest.json'), join(backup, 'docs.parquet.vsm.json'));
    expect(await refusal(createFile({ path: backup }), 'docs')).toMatch(OUTSIDE);
    await rm(join(backup, 'docs.parquet.vsm.json'));
    await symlink(join(folder, 'private'), join(backup, '.docs.parquet.vsm'));
    expect(await refusal(createFile({ path: backup }), 'docs')).toMatch(OUTSIDE);
  });

  it('is not written through links either', async () => {
    await symlink(join(folder, 'private'), join(backup, '.docs.parquet.vsm'));
    const before = await digestOf(join(folder, 'private'));
    const store = opened(createFile({ path: backup }));
    await expect(store.createCollection({ name: 'docs', vectors: VECTORS })).rejects.toMatchObject({
      code: 'INVALID_DATA',
    });
    await rm(join(backup, '.docs.parquet.vsm'));
    const index = opened(createVdf({ path: backup }));
    await symlink(join(folder, 'private', 'secret.parquet'), join(backup, 'VDF_META.json.tmp'));
    await index.createCollection({ name: 'docs', vectors: VECTORS });
    await (await index.openCollection('docs')).flush?.();
    expect(await digestOf(join(folder, 'private'))).toEqual(before);
  });

  it('is not changed by looking, whatever lies beside a file as if a crash had left it', async () => {
    await filled(createFile({ path: backup }), 'docs', 'as reviewed');
    const journal = join(backup, '.docs.parquet.vsm');
    await mkdir(journal);
    await cp(join(folder, 'private', 'secret.parquet'), join(journal, 'data'));
    await cp(join(folder, 'private', 'secret.parquet.vsm.json'), join(journal, 'manifest.json'));
    await writeFile(join(journal, 'journal.json'), '{"schema":{"name":"docs","vectors":{}},"generation":2}');
    await writeFile(join(journal, 'log'), '');
    const before = await digestOf(backup);
    const collection = await opened(createFile({ path: backup })).openCollection('docs');
    await collection.describe();
    await collection.count();
    await expect(readAll(collection)).rejects.toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringContaining('vsm resume'),
    });
    expect(await digestOf(backup)).toEqual(before);
    // Nor does it need to be writable, which root is not held back from: nothing is even opened for writing.
    expect(await readdir(journal)).toEqual(['data', 'journal.json', 'log', 'manifest.json']);
  });
});
