import { createChroma } from '@vsm/adapter-chroma';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createPinecone } from '@vsm/adapter-pinecone';
import { createQdrant } from '@vsm/adapter-qdrant';
import { VectorStoreMigrator, type MigrationResult, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { startPineconeEmulator } from '@vsm/emulator-pinecone';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { createLayout } from '@vsm/layouts';
import { startChroma } from '@vsm/service-chroma';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHAPES, type Sample } from './shapes.ts';
import { createPglite } from '../../adapter-pgvector/test/pglite.ts';

// Whole migrations through real adapters, there and back: what arrives is what the framework would have written, and what comes
// back is what was there.

type Name = 'qdrant' | 'chroma' | 'pinecone' | 'pgvector';
const SCOPE = '5f1b0c4e-6d1a-4a55-9d0e-1b2c3d4e5f60';

let stores: Readonly<Record<Name, VectorStoreV1>>;
let close: () => Promise<unknown>;
beforeAll(async () => {
  const [chroma, qdrant, pinecone, database] = await Promise.all([
    startChroma(),
    startQdrantEmulator(),
    startPineconeEmulator(),
    createPglite(),
  ]);
  stores = {
    chroma: createChroma({ url: chroma.url }),
    qdrant: createQdrant({ url: qdrant.url }),
    pinecone: createPinecone({ apiKey: 'none', controllerHost: pinecone.url }),
    pgvector: createPgvector({ client: database }),
  };
  close = async () => {
    await Promise.all(Object.values(stores).map((store) => store.close()));
    await Promise.all([chroma.stop(), qdrant.close(), pinecone.close(), database.close()]);
  };
});
afterAll(() => close());

function samples(from: Name): Sample[] {
  return Array.from({ length: 25 }, (_, at) => ({
    id: `3b6e2a52-6b0e-4d0c-8f7c-0a8c2a7d9e${String(at + 10)}`,
    text: `Text ${at}: "ü" \\ 漢`,
    metadata: {
      title: `t${at}`,
      page: at,
      score: at / 2 + 0.25,
      final: at % 2 === 0,
      // Chroma of this version has no lists.
      ...(from !== 'chroma' && { tags: ['a', `b${at}`] }),
      loc: { lines: { from: at + 1, to: at + 9 } },
    },
    vector: [Math.cos(at), Math.sin(at), 0].map(Math.fround),
    source: `doc-${at % 3}`,
    scope: SCOPE,
  }));
}

async function fill(store: VectorStoreV1, name: string, records: readonly VectorRecord[]): Promise<void> {
  const metric = 'cosine';
  await store.createCollection({ name, vectors: { '': { kind: 'dense', dimension: 3, metric } } });
  const collection = await store.openCollection(name);
  expect((await collection.upsert(records)).rejected).toStrictEqual([]);
  await collection.flush?.();
}

async function contents(store: VectorStoreV1, name: string): Promise<object[]> {
  // Where rows have a number of their own, the framework's id is in another column.
  const adapterOptions = { pgvector: { usual: { id: 'node_id' } } };
  const page = await (
    await store.openCollection(name, { adapterOptions })
  ).scan({ limit: 1000, include: ['vectors', 'metadata'] });
  const records = page.records.map(({ vectors, namespace, ...record }) => ({
    ...record,
    ...(namespace !== undefined && { namespace }),
    names: Object.keys(vectors),
  }));
  return records.toSorted((left, right) => (left.id < right.id ? -1 : 1));
}

const expected = (records: readonly VectorRecord[]): object[] =>
  records
    .map(({ vectors, ...record }) => ({ ...record, names: Object.keys(vectors) }))
    .toSorted((left, right) => (left.id < right.id ? -1 : 1));

async function move(layout: string, from: Name, to: Name, source: string, target: string): Promise<MigrationResult> {
  const [sourceStore, targetStore] = [stores[from], stores[to]];
  const migrator = new VectorStoreMigrator({ source: sourceStore, target: targetStore, checkpoints: false });
  const specs = ['dify', 'open-webui'].includes(layout.replace(/:.*/, '')) ? `${layout}:scope=${SCOPE}` : layout;
  return migrator.migrate({
    sourceCollection: source,
    targetCollection: target,
    layout: createLayout({
      from: layout === 'open-webui' && from === 'pgvector' ? `${specs},dimension=3` : specs,
      to: layout === 'open-webui' && to === 'pgvector' ? `${specs},length=8` : specs,
      source: sourceStore,
      target: targetStore,
      sourceCollection: source,
    }),
    verify: 'search',
  });
}

// LlamaIndexTS keeps no nodes in Postgres: examples/layouts moves its records.
const FRAMEWORKS = Object.keys(SHAPES).filter((name) => !['flowise', 'n8n', 'llamaindex-ts'].includes(name));

describe.each<[Name, Name]>([
  ['chroma', 'qdrant'],
  ['pinecone', 'pgvector'],
])('from %s to %s and back', (from, to) => {
  it.each(FRAMEWORKS)('%s', async (framework) => {
    const { shapes } = SHAPES[framework] ?? { shapes: {} };
    const [before, after] = [shapes[from], shapes[to]];
    if (before === undefined || after === undefined) throw new Error('a form is missing');
    const given = samples(from).map(({ metadata: { loc, ...metadata }, ...sample }) => ({
      ...sample,
      metadata: framework === 'langchain-js' ? { ...metadata, loc: loc ?? null } : metadata,
    }));
    const name = `${framework.replaceAll('-', '')}${from}`;
    await fill(stores[from], name, given.map(before));

    const result = await move(framework, from, to, name, `${name}moved`);
    expect(result).toMatchObject({ success: true, vectorsMigrated: 25, verification: { valuesCompared: 25 } });
    expect(await contents(stores[to], `${name}moved`)).toStrictEqual(expected(given.map(after)));

    const back = await move(framework, to, from, `${name}moved`, `${name}back`);
    expect(back).toMatchObject({ success: true, vectorsMigrated: 25, verification: { passed: true } });
    expect(await contents(stores[from], `${name}back`)).toStrictEqual(expected(given.map(before)));
  });
});

it('ids that Qdrant refuses are mapped and come back, and nothing of that is among the metadata', async () => {
  const records = samples('chroma').map(({ text, vector: values }, at) => ({
    id: `my id ${at}`,
    vectors: { '': values },
    metadata: { page: at },
    document: text,
  }));
  await fill(stores.chroma, 'strings', records);
  await move('langchain-py', 'chroma', 'qdrant', 'strings', 'strings');
  const moved = (await contents(stores.qdrant, 'strings')) as VectorRecord[];
  expect(moved.every(({ metadata }) => typeof metadata['__vsm'] === 'string')).toBe(true);
  expect(moved.map(({ metadata }) => Object.keys(metadata['metadata'] as object))).toStrictEqual(
    records.map(() => ['page']),
  );
  await move('langchain-py', 'qdrant', 'chroma', 'strings', 'stringsback');
  expect(await contents(stores.chroma, 'stringsback')).toStrictEqual(expected(records));
});
