import { fileURLToPath } from 'node:url';
import type { PGlite } from '@electric-sql/pglite';
import { createChroma } from '@vsm/adapter-chroma';
import { createFile } from '@vsm/adapter-file';
import { createMemory } from '@vsm/adapter-memory';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createPinecone } from '@vsm/adapter-pinecone';
import { createQdrant } from '@vsm/adapter-qdrant';
import type { CollectionSchema, JsonObject, VectorRecord, VectorStoreV1 } from '@vsm/core/adapter';
import { checkLayout, createLayout, detectLayout, guessLayouts } from '@vsm/layouts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainVector, SHAPES, type Sample } from './shapes.ts';
import { createPglite } from '../../adapter-pgvector/test/pglite.ts';

const SCOPE = '5f1b0c4e-6d1a-4a55-9d0e-1b2c3d4e5f60';

function samples(): Sample[] {
  return Array.from({ length: 30 }, (_, at) => ({
    id: `3b6e2a52-6b0e-4d0c-8f7c-0a8c2a7d9e${String(at + 10)}`,
    text: `text ${at}`,
    metadata: { title: `t${at}`, page: at, loc: { lines: { from: at, to: at + 9 } } },
    vector: [at, 1, 2],
    source: `doc-${at % 3}`,
    scope: SCOPE,
  }));
}

/** A store in memory that is taken for another: detection sees no more of a store than its facts and records. */
async function posing(
  as: VectorStoreV1,
  name: string,
  records: readonly VectorRecord[],
  schema: Partial<CollectionSchema> = {},
): Promise<VectorStoreV1> {
  const memory = createMemory();
  await memory.createCollection({ name, vectors: plainVector, ...schema });
  await (await memory.openCollection(name)).upsert(records);
  return { ...memory, adapter: as.adapter, capabilities: as.capabilities, location: as.location };
}

const ADAPTERS = {
  qdrant: createQdrant({ url: 'http://localhost:1' }),
  chroma: createChroma({ url: 'http://localhost:1' }),
  pinecone: createPinecone({ apiKey: 'none' }),
};

/** What section by section of docs/layouts.md says that a look can tell. */
const TELLING: readonly (readonly [keyof typeof ADAPTERS, string])[] = [
  ...[
    'langchain-py',
    'langchain-js',
    'llamaindex-py',
    'llamaindex-ts',
    'haystack',
    'dify',
    'open-webui',
    'spring-ai',
  ].map((framework) => ['qdrant', framework] as const),
  ...[
    'langchain-py',
    'langchain-js',
    'llamaindex-py',
    'llamaindex-ts',
    'haystack',
    'dify',
    'open-webui',
    'spring-ai',
  ].map((framework) => ['pinecone', framework] as const),
  ...['langchain-js', 'llamaindex-py', 'llamaindex-ts', 'dify'].map((framework) => ['chroma', framework] as const),
];

describe('detectLayout', () => {
  it.each(TELLING)('in %s names %s, with its evidence', async (store, framework) => {
    const { shapes, vectors, collections } = SHAPES[framework] ?? { shapes: {} };
    const shape = shapes[store];
    if (shape === undefined) throw new Error('a form is missing');
    const plain = samples().map(({ metadata: { loc, ...metadata }, ...sample }) => ({
      ...sample,
      // Only LangChain for JavaScript has a place for this in every store.
      metadata: framework === 'langchain-js' ? { ...metadata, loc: loc ?? null } : metadata,
    }));
    const name = collections?.[store] ?? 'docs';
    const schema = vectors?.[store] === undefined ? {} : { vectors: vectors[store] };
    const found = await detectLayout(await posing(ADAPTERS[store], name, plain.map(shape), schema), name);
    expect(found).toMatchObject({ layout: framework });
    expect(found?.confidence).toBeGreaterThanOrEqual(0.6);
    expect(found?.evidence.length).toBeGreaterThan(0);
  });

  it('names Flowise by its chats, and Mastra, Spring AI, Open WebUI and LangChain JS by what surrounds their records', async () => {
    const chat = samples().map(({ id, text }) => ({
      id,
      vectors: { '': [1, 2, 3] },
      metadata: { content: text, metadata: { flowise_chatId: 'c' } },
    }));
    const found = async (store: VectorStoreV1, name: string): Promise<string | undefined> =>
      (await detectLayout(store, name))?.layout;
    expect(await found(await posing(ADAPTERS.qdrant, 'docs', chat), 'docs')).toBe('flowise');

    const plain = samples().map(({ id, text }) => ({
      id,
      vectors: { '': [1, 2, 3] },
      metadata: { a: 1 },
      document: text,
    }));
    const withMetadata = (metadata: JsonObject): Promise<VectorStoreV1> =>
      posing(ADAPTERS.chroma, 'docs', plain, { native: { chroma: { metadata } } });
    expect(await found(await withMetadata({ dimension: 3 }), 'docs')).toBe('mastra');
    expect(await found(await withMetadata({ dimension: 3, 'hnsw:space': 'cosine' }), 'docs')).toBe('mastra');
    expect(await found(await withMetadata({ dimension: 'high' }), 'docs')).toBeUndefined();
    const spring = createChroma({ url: 'http://localhost:1', tenant: 'SpringAiTenant', database: 'SpringAiDatabase' });
    expect(await found(await posing(spring, 'docs', plain), 'docs')).toBe('spring-ai');
    for (const [name, layout] of [
      ['file-3b6e2a52-6b0e-4d0c-8f7c-0a8c2a7d9e01', 'open-webui'],
      ['langchain-3b6e2a52-6b0e-4d0c-8f7c-0a8c2a7d9e01', 'langchain-js'],
      ['langchain', 'langchain-py'],
    ] as const) {
      expect(await found(await posing(ADAPTERS.chroma, name, plain), name)).toBe(layout);
    }
  });

  it('counts the records that show it, and says nothing where they are few', async () => {
    const mixed = samples().map(({ id, text }, at) => ({
      id,
      vectors: { '': [1, 2, 3] },
      metadata: at < 18 ? { page_content: text, metadata: {} } : { other: 1 },
    }));
    const most = await detectLayout(await posing(ADAPTERS.qdrant, 'docs', mixed), 'docs');
    expect(most).toMatchObject({ layout: 'langchain-py', confidence: 0.57 });
    expect(most?.evidence[0]).toContain('(18 of 30 records)');
    const few = mixed.map((record, at) => (at < 10 ? record : { ...record, metadata: { other: 1 } }));
    expect(await detectLayout(await posing(ADAPTERS.qdrant, 'docs', few), 'docs')).toBeUndefined();
  });

  it('says nothing of the 1000 sample records, or of other plain ones, in any store', async () => {
    const path = fileURLToPath(new URL('../../../examples/demo/debian-packages-1k.parquet', import.meta.url));
    const file = createFile({ path });
    const [name = ''] = await file.listCollections();
    const { records } = await (await file.openCollection(name)).scan({ limit: 1000, include: ['vectors', 'metadata'] });
    expect(records).toHaveLength(1000);
    await file.close();
    const [first] = records.map(({ vectors }) => vectors[''] as readonly number[]);
    const dimension = first?.length ?? 0;
    const plain: VectorRecord[] = samples().map(({ id, text }, at) => ({
      id,
      vectors: { '': [1, 2, 3] },
      metadata: { title: text, content: 'x', source: { url: 'u' }, metadata: { a: 1 }, text: at },
    }));
    for (const adapter of Object.values(ADAPTERS)) {
      const schema: Partial<CollectionSchema> = { vectors: { '': { kind: 'dense', dimension } } };
      expect(await detectLayout(await posing(adapter, 'packages', records, schema), 'packages')).toBeUndefined();
      expect(await detectLayout(await posing(adapter, 'docs', plain), 'docs')).toBeUndefined();
    }
    expect(await detectLayout(createMemory(), 'nothing').catch((error: Error) => error.name)).toContain('NotFound');
  });
});

describe('in Postgres', () => {
  let database: PGlite;
  let store: VectorStoreV1;
  beforeAll(async () => {
    database = await createPglite();
    store = createPgvector({ client: database });
  });
  afterAll(() => database.close());

  const layouts = ['langchain-py:version=1', ...Object.keys(SHAPES)];
  it.each(layouts)('a table made by VSM for %s is its own, and passes the check', async (layout) => {
    const name = `t_${layout.replaceAll(/\W/g, '_')}`;
    const framework = layout.replace(/:.*/, '');
    const shape = SHAPES[framework]?.shapes.pgvector;
    if (shape === undefined) throw new Error('a form is missing');
    const options = framework === 'open-webui' ? ':length=8' : '';
    const scoped = layout === 'langchain-py:version=1' ? `${layout},scope=${SCOPE}` : `${layout}${options}`;
    const step = createLayout({
      from: 'langchain-py:store=chroma',
      to: framework === 'open-webui' ? `${scoped},scope=kb` : framework === 'mem0' ? `${scoped}:scope=kb` : scoped,
      source: createMemory(),
      target: store,
      sourceCollection: 'docs',
    });
    const { schema } = step.adapt({ name, vectors: plainVector });
    const { scopes, opening } = step;
    const open = async () => store.openCollection(name, { adapterOptions: opening?.target });
    await store.createCollection({ ...schema, name });
    // A row of this table belongs to a row of another.
    const scope = { path: 'collection_id', ...scopes?.target, name: 'kb' };
    if (layout === 'langchain-py:version=1') await (await store.openCollection(name)).makeScope?.(scope);
    const records = samples().flatMap(({ id, text, vector: values }) => {
      const formed = step.change({ id, vectors: { '': values }, metadata: { page: 1 }, document: text });
      return 'refused' in formed ? [] : [formed];
    });
    expect(await (await open()).upsert(records)).toStrictEqual({ accepted: 30, rejected: [] });

    const found = await detectLayout(store, name);
    // n8n and LangChain JS have the same columns; only the usual name of the table tells.
    expect(found?.layout).toBe(framework === 'n8n' ? 'langchain-js' : layout);
    const check = await checkLayout(store, name, scoped);
    expect(check.findings.filter(({ level }) => level === 'problem')).toStrictEqual([]);
    expect(check.passed).toBe(true);
  });

  it('a table that VSM made for itself is nobody else’s', async () => {
    await store.createCollection({ name: 'plain', vectors: plainVector });
    const record = { id: 'a', vectors: { '': [1, 2, 3] }, metadata: { text: 'x' }, document: 'y' };
    await (await store.openCollection('plain')).upsert([record]);
    expect(await detectLayout(store, 'plain')).toBeUndefined();
    expect(await guessLayouts(store, 'plain')).toStrictEqual([]);
  });

  it('the tables that frameworks make are told by their columns', async () => {
    await database.exec(`
      CREATE TABLE data_llamaindex (id bigserial PRIMARY KEY, text varchar NOT NULL, metadata_ json, node_id varchar, embedding vector(3));
      CREATE TABLE haystack_documents (id varchar(128) PRIMARY KEY, embedding vector(3), content text, blob_data bytea, blob_meta jsonb,
        blob_mime_type varchar(255), meta jsonb);
      CREATE TABLE n8n_vectors (id uuid PRIMARY KEY, text text, metadata jsonb, embedding vector);
      CREATE TABLE embeddings (id varchar(191) PRIMARY KEY, resource_id varchar(191), content text NOT NULL, embedding vector(3) NOT NULL);`);
    const found = async (name: string): Promise<string | undefined> => (await detectLayout(store, name))?.layout;
    expect(await found('data_llamaindex')).toBe('llamaindex-py');
    expect(await found('haystack_documents')).toBe('haystack');
    expect(await found('n8n_vectors')).toBe('n8n');
    expect(await found('embeddings')).toBeUndefined();
    expect(await guessLayouts(store, 'embeddings')).toStrictEqual([]);
    const check = await checkLayout(store, 'data_llamaindex', 'llamaindex-py');
    expect(check).toMatchObject({ passed: true });
  });
});
