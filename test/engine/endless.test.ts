import { createMemory } from '@vsm/adapter-memory';
import { readPages, VectorStoreMigrator, type Cursor, type VectorStoreV1 } from '@vsm/core';
import { describe, expect, it } from 'vitest';
import { alterCollections, filledMemory, makeRecords } from './stores.ts';

// A server, or a proxy before it, that hands out places of a scan again: whoever reads it ends, and nothing counts as done.

/** After the last page comes one that was there before, so many pages back. Part by part: each has places of its own. */
function endless(store: VectorStoreV1, back: number): VectorStoreV1 {
  return alterCollections(store, (collection) => {
    const given = new Map<string, Cursor[]>();
    return {
      async scan(request, options) {
        const part = request.partition?.id ?? '';
        const places = request.cursor === undefined ? [] : (given.get(part) ?? []);
        given.set(part, places);
        const page = await collection.scan(request, options);
        if (page.cursor === null) return { ...page, cursor: places.at(-back) ?? places[0] ?? null };
        if (!places.includes(page.cursor)) places.push(page.cursor);
        return page;
      },
    };
  });
}

const stays = {
  code: 'INVALID_DATA',
  message: expect.stringMatching(/^Cannot read "docs" to its end: after \d+ pages/),
};

describe.each([
  ['the same page for ever', 1],
  ['two pages in turn', 2],
  ['some pages in turn', 7],
])('%s', (_, back) => {
  const make = async (): Promise<VectorStoreV1> => endless(await filledMemory(makeRecords(1000)), back);

  it('ends a migration, which is not done', async () => {
    const migrator = new VectorStoreMigrator({ source: await make(), target: createMemory() });
    await expect(migrator.migrate({ sourceCollection: 'docs', batchSize: 50 })).rejects.toMatchObject(stays);
    await expect(migrator.migrate({ sourceCollection: 'docs', batchSize: 50 })).rejects.toMatchObject(stays);
  });

  it('ends a synchronisation, of which it is the target', async () => {
    const source = await filledMemory(makeRecords(900));
    const migrator = new VectorStoreMigrator({ source, target: await make() });
    const removing = migrator.migrate({ sourceCollection: 'docs', batchSize: 50, mode: 'sync', deleteExtra: true });
    await expect(removing).rejects.toMatchObject(stays);
  });

  it.each(['source', 'target'] as const)('ends a verification of it as the %s', async (side) => {
    const sound = await filledMemory(makeRecords(1000));
    const sides = { source: sound, target: sound, [side]: await make() };
    const migrator = new VectorStoreMigrator(sides);
    await expect(migrator.verify({ sourceCollection: 'docs', batchSize: 50 })).rejects.toMatchObject(stays);
  });

  it('ends the reading of its pages', async () => {
    const collection = await (await make()).openCollection('docs');
    const read = async (): Promise<void> => {
      for await (const page of readPages(collection, { limit: 50 })) expect(page.length).toBeGreaterThan(0);
    };
    await expect(read()).rejects.toMatchObject(stays);
  });
});
