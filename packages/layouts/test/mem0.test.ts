import { createChroma } from '@vsm/adapter-chroma';
import { createMemory } from '@vsm/adapter-memory';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createQdrant } from '@vsm/adapter-qdrant';
import { VectorStoreMigrator, type MigrateOptions } from '@vsm/core';
import type { StoreFacts, VectorRecord, VectorStoreV1 } from '@vsm/core/adapter';
import { checkLayout, createLayout, listScopes, resolveScopes } from '@vsm/layouts';
import { expect, it } from 'vitest';
import { allRecords } from '../../../test/engine/stores.ts';

// Mem0 finds only memories of a user, an agent or a run, and says so in metadata that applications know too.

const ID = '3b6e2a52-6b0e-4d0c-8f7c-0a8c2a7d9e0';
const FACTS = {
  qdrant: createQdrant({ url: 'http://localhost:1' }),
  chroma: createChroma({ url: 'http://localhost:1' }),
  pgvector: createPgvector({ client: { query: () => Promise.resolve({ rows: [] }) } }),
};

function posing(as: StoreFacts): VectorStoreV1 {
  return { ...createMemory(), adapter: as.adapter, capabilities: as.capabilities };
}

async function holding(
  as: StoreFacts,
  metadata: readonly VectorRecord['metadata'][],
  more: Partial<VectorRecord> = {},
): Promise<VectorStoreV1> {
  const store = posing(as);
  await store.createCollection({ name: 'home', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } });
  const records = metadata.map((fields, at) => ({
    id: `${ID}${at}`,
    vectors: { '': [1, at] },
    metadata: fields,
    ...more,
  }));
  await (await store.openCollection('home')).upsert(records);
  return store;
}

async function move(
  source: VectorStoreV1,
  target: VectorStoreV1,
  [from, to]: readonly [string, string],
  options: Partial<MigrateOptions> = {},
): Promise<unknown> {
  const request = { from, to, source, target, sourceCollection: 'home', targetCollection: 'away' };
  const layout = createLayout({ ...request, scopes: await resolveScopes(request) });
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
  const collections = { sourceCollection: 'home', targetCollection: 'away' };
  return migrator.migrate({ ...collections, layout, metric: 'cosine', ...options });
}

const MEMORIES = [
  { data: 'one', user_id: 'alice', run_id: 'r' },
  { data: 'two', user_id: 'bob' },
  { data: 'three', agent_id: 'planner' },
];

it('users are listed, and one of them moves alone, or all stay whose they are', async () => {
  const source = await holding(FACTS.qdrant, MEMORIES);
  expect(await listScopes(source, 'home', 'mem0')).toEqual([
    { path: 'user_id', value: 'alice', count: 1 },
    { path: 'user_id', value: 'bob', count: 1 },
  ]);
  const all = posing(FACTS.chroma);
  await move(source, all, ['mem0', 'mem0']);
  expect((await allRecords(all, 'away')).map(({ metadata }) => metadata)).toEqual(MEMORIES);

  const one = posing(FACTS.chroma);
  await move(source, one, ['mem0:scope=bob', 'mem0']);
  expect((await allRecords(one, 'away')).map(({ metadata }) => metadata)).toEqual([MEMORIES[1]]);
});

it('one of them is brought up to date in a collection of all, and nobody else is touched', async () => {
  const target = posing(FACTS.chroma);
  const all = [...MEMORIES, { data: 'four', user_id: 'bob' }];
  await move(await holding(FACTS.qdrant, all), target, ['mem0', 'mem0']);
  const [alice, , planner] = await allRecords(target, 'away');

  // Bob's second memory has changed, his fourth is gone, and what he calls the third is another one's in the target.
  const changed = { data: 'changed', user_id: 'bob' };
  const source = await holding(FACTS.qdrant, [{ data: 'unasked', user_id: 'alice' }, changed, changed]);
  const result = await move(source, target, ['mem0:scope=bob', 'mem0'], {
    mode: 'sync',
    deleteExtra: true,
    allowLoss: ['rejected-records'],
  });
  expect(result).toMatchObject({
    rejected: [{ id: `${ID}2`, detail: expect.stringContaining('belongs to another scope') }],
    metadata: { sync: { removed: 1 } },
  });
  expect(await allRecords(target, 'away')).toMatchObject([alice, { id: `${ID}1`, metadata: changed }, planner]);
});

it('in another framework, the user is one of the metadata', async () => {
  const source = await holding(FACTS.qdrant, MEMORIES);
  const target = posing(FACTS.chroma);
  await move(source, target, ['mem0', 'langchain-py']);
  expect((await allRecords(target, 'away')).map(({ document, metadata }) => ({ document, metadata }))).toEqual(
    MEMORIES.map(({ data, ...metadata }) => ({ document: data, metadata })),
  );
});

it('records that say of nobody are refused, or get who the layout says', async () => {
  const texts = [{ page: 1 }, { page: 2, agent_id: 'planner' }];
  const source = await holding(FACTS.chroma, texts, { document: 'text' });
  const refusing = posing(FACTS.chroma);
  await expect(move(source, refusing, ['langchain-py', 'mem0'])).rejects.toThrow(
    /Mem0 finds only records with "user_id", "agent_id" or "run_id".*scope=…/,
  );
  const target = posing(FACTS.chroma);
  await move(source, target, ['langchain-py', 'mem0:scope=alice']);
  const found = (await allRecords(target, 'away')).map(({ metadata }) => metadata);
  expect(found).toMatchObject([
    { data: 'text', page: 1, user_id: 'alice' },
    { data: 'text', page: 2, user_id: 'alice', agent_id: 'planner' },
  ]);
  const { passed, findings } = await checkLayout(source, 'home', 'mem0');
  expect(passed).toBe(false);
  expect(findings).toContainEqual({
    about: 'scope',
    level: 'problem',
    detail: expect.stringContaining('say in "user_id", "agent_id" or "run_id" whose they are ("planner")') as string,
  });
});

it('the sparse vector of words stays behind in a table, after a yes, and Qdrant gets none by itself', () => {
  const step = (from: 'qdrant' | 'pgvector', to: 'qdrant' | 'pgvector'): ReturnType<typeof createLayout> =>
    createLayout({ from: 'mem0', to: 'mem0', source: FACTS[from], target: FACTS[to], sourceCollection: 'home' });
  const dense = { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } as const;
  const there = step('qdrant', 'pgvector');
  const plan = there.adapt({ name: 'home', vectors: { ...dense, bm25: { kind: 'sparse', modifier: 'idf' } } });
  expect(plan.schema.vectors).toEqual(dense);
  expect(plan.losses).toEqual(['a table of Mem0 has one dense vector, so that the sparse vector "bm25" stays behind']);
  expect(plan.notes).toContainEqual(expect.stringContaining('CREATE INDEX'));
  const words = { indices: [1], values: [2] };
  const changed = there.change({ id: ID, vectors: { '': [1, 2], bm25: words }, metadata: { data: 'x', user_id: 'a' } });
  expect(changed).toMatchObject({ vectors: { '': [1, 2] } });
  expect(changed).not.toHaveProperty('vectors.bm25');
  expect(step('pgvector', 'qdrant').adapt({ name: 'home', vectors: dense }).notes).toContainEqual(
    expect.stringContaining('search by vectors alone'),
  );
});
