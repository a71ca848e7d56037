import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChroma } from '@vsm/adapter-chroma';
import { createFile } from '@vsm/adapter-file';
import { createMemory } from '@vsm/adapter-memory';
import { VectorStoreMigrator, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allRecords } from '../engine/stores.ts';
import { COUNTS, EMBEDDING_FUNCTION, KEY, startFilledCloud, TOTAL, type FilledCloud } from './cloud.ts';

let filled: FilledCloud;
let folder: string;
let cloud: VectorStoreV1;
beforeAll(async () => {
  [filled, folder] = await Promise.all([startFilledCloud(), mkdtemp(join(tmpdir(), 'vsm-cloud-'))]);
  cloud = createChroma({ url: filled.cloud.url, apiKey: KEY, database: '*' });
});
afterAll(async () => {
  await cloud.close();
  await filled.stop();
  await rm(folder, { recursive: true, force: true });
});

async function moveAll(source: VectorStoreV1, target: VectorStoreV1): Promise<void> {
  let moved = 0;
  const names = await source.listCollections();
  filled.cloud.loseEvery = 9;
  for (const name of names) {
    const migrator = new VectorStoreMigrator({
      source,
      target,
      checkpoints: false,
      maxRetries: 5,
      retryDelaySeconds: 0.001,
    });
    const result = await migrator.migrate({ sourceCollection: name });
    expect(result).toMatchObject({
      success: true,
      vectorsMigrated: COUNTS[name],
      verification: { passed: true, differences: [] },
    });
    moved += result.vectorsMigrated;
  }
  filled.cloud.loseEvery = 0;
  expect(moved).toBe(TOTAL);
}

const byId = (records: readonly VectorRecord[]): Map<string, VectorRecord> =>
  new Map(records.map((record) => [record.id, record]));

describe('leaving Chroma Cloud, with 300 records a read and lost connections', () => {
  it('every database that the key sees is read, and none that it does not', async () => {
    expect(await cloud.listCollections()).toEqual(Object.keys(COUNTS));
    const narrow = createChroma({ url: filled.cloud.url, apiKey: 'ck-one-database', database: '*' });
    expect(await narrow.listCollections()).toEqual(Object.keys(COUNTS).filter((name) => name.startsWith('archive/')));
    await expect(narrow.openCollection('app/faq')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await narrow.close();
    const images = await cloud.openCollection('app/images');
    const ids = Array.from({ length: 650 }, (_, row) => `record ${row}`);
    expect((await images.fetch(ids)).map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    const one = createChroma({ url: filled.cloud.url, apiKey: KEY, tenant: 'my-team', database: 'app' });
    expect((await one.listCollections()).toSorted()).toEqual(['articles', 'faq', 'images', 'notes']);
    await one.close();
    const wrong = createChroma({ url: filled.cloud.url, apiKey: 'wrong', database: '*' });
    const refusal = await wrong.listCollections().catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'UNAUTHORIZED', message: expect.stringContaining('API key') });
    expect(String(refusal)).not.toContain('wrong');
  });

  it('all records of 7 collections in 2 databases arrive in a backup and verify; from there they come back with their settings', async () => {
    const backup = createFile({ path: join(folder, 'backup') });
    await moveAll(cloud, backup);
    expect((await readdir(join(folder, 'backup'))).toSorted()).toEqual(['app', 'archive']);
    expect(await readdir(join(folder, 'backup/archive'))).toContain('tickets.parquet');
    // The quota was found by its refusal, once, and connections were lost on the way.
    expect(filled.cloud.lostConnections).toBeGreaterThan(5);
    expect(filled.cloud.refused.filter((line) => line.startsWith('422')).length).toBeLessThan(10);

    // On another day, into a server of one's own.
    const own = createChroma({ url: filled.server, tenant: 'default_tenant', database: '*' });
    await moveAll(backup, own);
    const behind = createChroma({ url: filled.server, tenant: 'my-team', database: '*' });
    for (const name of Object.keys(COUNTS)) {
      expect(byId(await allRecords(own, name))).toEqual(byId(await allRecords(behind, name)));
      const { notes, ...description } = await (await own.openCollection(name)).describe();
      expect(description).toEqual({ ...(await (await behind.openCollection(name)).describe()), notes: undefined });
      expect(notes?.join()).toContain('"openai" with the model "text-embedding-3-small"');
      expect(description.native?.['chroma']).toMatchObject({
        configuration: { embedding_function: EMBEDDING_FUNCTION },
      });
    }
    await Promise.all([backup.close(), own.close(), behind.close()]);
  });

  it('goes straight into another store, a database at a time, and goes on where it was interrupted', async () => {
    const source = createChroma({ url: filled.cloud.url, apiKey: KEY, tenant: 'my-team', database: 'app' });
    const target = createMemory();
    const interrupt = new AbortController();
    filled.cloud.loseEvery = 9;
    const settings = { source, target, checkpoints: join(folder, 'runs'), retryDelaySeconds: 0.001 };
    const stopped = new VectorStoreMigrator({
      ...settings,
      onProgress: ({ vectorsProcessed }) => {
        if (vectorsProcessed >= 300) interrupt.abort();
      },
    });
    const interruption = await stopped
      .migrate({ sourceCollection: 'articles', batchSize: 100, signal: interrupt.signal })
      .catch((error: unknown) => error);
    expect(interruption).toMatchObject({ code: 'INTERRUPTED', runId: expect.any(String) });
    const before = filled.cloud.requests.length;
    const result = await new VectorStoreMigrator(settings).resume((interruption as { runId: string }).runId);
    expect(result).toMatchObject({ success: true, verification: { passed: true } });
    expect(filled.cloud.requests.length).toBeGreaterThan(before);
    expect((await (await target.openCollection('articles')).count()).value).toBe(1000);
    await Promise.all([source.close(), target.close()]);
  });

  it('only reads: nothing else was asked of the server, except whether it takes lists', () => {
    const refused = filled.cloud.refused.filter((line) => line.startsWith('403 POST') || line.startsWith('403 DELETE'));
    expect(refused.filter((line) => !line.includes('/collections/00000000-0000-0000-0000-000000000000/'))).toEqual([]);
  });
});
