import { createChroma } from '@vsm/adapter-chroma';
import { createLanceDb } from '@vsm/adapter-lancedb';
import { createMemory } from '@vsm/adapter-memory';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createPinecone } from '@vsm/adapter-pinecone';
import { createQdrant } from '@vsm/adapter-qdrant';
import { VectorStoreMigrator, type MigrateOptions, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { startPineconeEmulator } from '@vsm/emulator-pinecone';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { createLayout, FRAMEWORKS, resolveScopes } from '@vsm/layouts';
import { startChroma } from '@vsm/service-chroma';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPglite } from '../../adapter-pgvector/test/pglite.ts';

// Every form that keeps several data sets, tenants or collections in one collection, in every store: whatever is done to one of them,
// the others stay as they are.

const STORES = ['memory', 'chroma', 'qdrant', 'pinecone', 'pgvector', 'lancedb'] as const;
type Name = (typeof STORES)[number];

let stores: Readonly<Record<Name, VectorStoreV1>>;
let close: () => Promise<unknown>;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vsm-shared-'));
  const [chroma, qdrant, pinecone, database] = await Promise.all([
    startChroma(),
    startQdrantEmulator(),
    startPineconeEmulator(),
    createPglite(),
  ]);
  stores = {
    memory: createMemory(),
    chroma: createChroma({ url: chroma.url }),
    qdrant: createQdrant({ url: qdrant.url }),
    pinecone: createPinecone({ apiKey: 'none', controllerHost: pinecone.url }),
    pgvector: createPgvector({ client: database }),
    lancedb: createLanceDb({ uri: folder }),
  };
  close = async () => {
    await Promise.all(Object.values(stores).map((store) => store.close()));
    await Promise.all([chroma.stop(), qdrant.close(), pinecone.close(), database.close()]);
    await rm(folder, { recursive: true });
  };
});
afterAll(() => close());

const FORMS = FRAMEWORKS.flatMap(({ name, forms, options }) =>
  Object.entries(forms).flatMap(([store, form]) =>
    [{}, ...(options?.['version'] === undefined ? [] : [{ version: '1' }])].flatMap((setting) => {
      const made = form({ scope: 'x', ...setting });
      const settings = Object.entries(setting).map(([key, value]) => `,${key}=${value}`);
      const length = made.padTo === undefined ? '' : ',length=8';
      return made.scope === undefined ? [] : [{ store, spec: `${name}:store=${store}${settings.join('')}${length}` }];
    }),
  ),
);

const PAIRS = FORMS.flatMap(({ store, spec }) =>
  // A table in Postgres is of the form that Postgres has, whose text is apart.
  STORES.filter((name) => (store === 'pgvector' ? name !== 'qdrant' && name !== 'pinecone' : name !== 'pgvector')).map(
    (name) => [spec, name] as const,
  ),
);

const uuid = (number: number): string => `3b6e2a52-6b0e-4d0c-8f7c-0a8c2a7d9e${String(number + 10)}`;
const SCOPES = ['5f1b0c4e-6d1a-4a55-9d0e-1b2c3d4e5f60', '5f1b0c4e-6d1a-4a55-9d0e-1b2c3d4e5f61'] as const;

const records = (numbers: readonly number[], version = 1): VectorRecord[] =>
  numbers.map((number) => ({
    id: uuid(number),
    vectors: { '': [Math.fround(Math.cos(number)), Math.fround(Math.sin(number)), 0] },
    metadata: { number, version },
    document: `text ${number}`,
  }));

async function sourceWith(given: readonly VectorRecord[]): Promise<VectorStoreV1> {
  const source = createMemory();
  await source.createCollection({
    name: 'docs',
    vectors: { '': { kind: 'dense', dimension: 3, metric: 'cosine' } },
  });
  await (await source.openCollection('docs')).upsert(given);
  return source;
}

async function everything(store: VectorStoreV1, name: string): Promise<Map<string, string>> {
  const { records: found } = await (
    await store.openCollection(name)
  ).scan({
    limit: 1000,
    include: ['vectors', 'metadata'],
  });
  return new Map(found.map((record) => [record.id, inOrder(record)]));
}

/** Chroma answers with the keys in another order each time. */
function inOrder(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : part,
  );
}

describe.each(PAIRS)('%s in %s', (spec, storeName) => {
  it('keeps the parts of a collection apart', async () => {
    const target = stores[storeName];
    const collection = `shared-${PAIRS.findIndex((pair) => pair[0] === spec && pair[1] === storeName)}`;
    const [one, other] = spec.includes('version=1') && storeName === 'pgvector' ? ['one', 'other'] : SCOPES;
    const move = async (
      given: readonly VectorRecord[],
      scope: string,
      options: Partial<MigrateOptions> = {},
    ): Promise<Awaited<ReturnType<VectorStoreMigrator['migrate']>>> => {
      const source = await sourceWith(given);
      const request = {
        from: 'langchain-py:store=chroma',
        to: `${spec},scope=${scope}`,
        source,
        target,
        sourceCollection: 'docs',
        targetCollection: collection,
      };
      const layout = createLayout({ ...request, scopes: await resolveScopes(request) });
      const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
      return migrator.migrate({ sourceCollection: 'docs', targetCollection: collection, layout, ...options });
    };
    expect(await move(records([1, 2, 3]), one)).toMatchObject({ success: true, vectorsMigrated: 3 });
    expect(await move(records([4, 5, 6]), other)).toMatchObject({ success: true, vectorsMigrated: 3 });
    const before = await everything(target, collection);
    const ids = [...before.keys()];
    expect(ids).toHaveLength(6);

    // 1 has changed, 2 and 3 are gone, 4 is the other's, 7 is new.
    const now = [...records([1], 2), ...records([4], 2), ...records([7])];
    const syncing = { mode: 'sync', deleteExtra: true } as const;
    await expect(move(now, one, syncing)).rejects.toThrow(/belong to another part of .*\(1 of 3 sampled records\)/s);
    expect(await everything(target, collection)).toStrictEqual(before);

    const result = await move(now, one, { ...syncing, allowLoss: ['rejected-records'] });
    expect(result).toMatchObject({
      vectorsMigrated: 2,
      vectorsFailed: 1,
      metadata: { sync: { removed: 2 } },
      verification: { passed: true, expectedCount: 2, targetCount: 2 },
    });
    expect(result.rejected[0]?.detail).toContain('belongs to another scope');
    const after = await everything(target, collection);
    expect(after.size).toBe(5);
    const others = [...before].filter(([id]) => [4, 5, 6].some((number) => after.get(id)?.includes(`text ${number}`)));
    expect(others).toHaveLength(3);
    for (const [id, text] of others) expect(after.get(id)).toBe(text);

    // Out of it again, only one of the two goes.
    const home = createMemory();
    const back = {
      from: `${spec},scope=${one}`,
      to: 'langchain-py:store=chroma',
      source: target,
      target: home,
      sourceCollection: collection,
      targetCollection: 'back',
    };
    const layout = createLayout({ ...back, scopes: await resolveScopes(back) });
    const migrator = new VectorStoreMigrator({ source: target, target: home, checkpoints: false });
    const moved = await migrator.migrate({ sourceCollection: collection, targetCollection: 'back', layout });
    expect(moved).toMatchObject({ success: true, vectorsMigrated: 2 });
    const found = (await (await home.openCollection('back')).scan({ limit: 10, include: ['metadata'] })).records;
    expect(
      found.map(({ metadata }) => Number(metadata['number'])).toSorted((left, right) => left - right),
    ).toStrictEqual([1, 7]);
    expect(found.every(({ namespace }) => namespace === undefined)).toBe(true);
  });
});
