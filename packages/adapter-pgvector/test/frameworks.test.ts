import type { CollectionDescription } from '@vsm/core/adapter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, readAll, type TestDatabase } from './database.ts';

// Tables as the frameworks create them. They are opened with no option beyond their name.

let database: TestDatabase;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.close());

const A = '3b6e2a52-6b0e-4d0c-8f7c-0a8c2a7d9e01';
const B = '3b6e2a52-6b0e-4d0c-8f7c-0a8c2a7d9e02';

function rolesIn({ reading = [], undecided }: CollectionDescription): Record<string, string> {
  expect(undecided).toBeUndefined();
  return Object.fromEntries(reading.map(({ field, role, unfolded }) => [field, unfolded === true ? 'entries' : role]));
}

describe('the table of', () => {
  it('LangChain for Python, first version', async () => {
    await database.run(`
      CREATE TABLE langchain_pg_collection (uuid uuid PRIMARY KEY, name varchar NOT NULL UNIQUE, cmetadata json);
      CREATE TABLE langchain_pg_embedding (id varchar NOT NULL PRIMARY KEY,
        collection_id uuid REFERENCES langchain_pg_collection (uuid) ON DELETE CASCADE,
        embedding vector, document varchar, cmetadata jsonb);
      CREATE INDEX ix_cmetadata_gin ON langchain_pg_embedding USING gin (cmetadata jsonb_path_ops);
      INSERT INTO langchain_pg_collection VALUES ('${A}', 'state_of_the_union', NULL);
      INSERT INTO langchain_pg_embedding VALUES
        ('doc-1', '${A}', '[1,2,3]', 'first', '{"source": "a.pdf", "page": 1}'),
        ('doc-2', '${A}', '[4,5,6]', NULL, NULL)`);
    const table = await database.open('langchain_pg_embedding');
    expect(await readAll(table, 1)).toStrictEqual([
      {
        id: 'doc-1',
        vectors: { '': [1, 2, 3] },
        metadata: { collection_id: A, source: 'a.pdf', page: 1 },
        document: 'first',
      },
      { id: 'doc-2', vectors: { '': [4, 5, 6] }, metadata: { collection_id: A } },
    ]);
    const described = await table.describe();
    expect(described.vectors).toStrictEqual({
      '': { kind: 'dense', dimension: 3, metric: undefined, datatype: undefined },
    });
    expect(described.native).toMatchObject({ pgvector: { metadataIndex: 'jsonb_path_ops' } });
    expect(rolesIn(described)).toStrictEqual({
      id: 'id',
      collection_id: 'metadata',
      embedding: 'vector',
      document: 'document',
      cmetadata: 'entries',
    });
    expect(described.notes).toContain('column "embedding" has no dimension of its own; its first vectors have 3');
  });

  it('LangChain for Python, first version, one namespace for each collection if asked', async () => {
    const table = await database.open('langchain_pg_embedding', { namespace: 'collection_id' });
    expect(await table.listNamespaces?.()).toStrictEqual([A]);
    const [record] = (await table.scan({ limit: 1, include: [], namespace: A })).records;
    expect(record).toMatchObject({ id: 'doc-1', namespace: A });
    expect(await table.count({ namespace: B })).toStrictEqual({ value: 0, exact: true });
  });

  it('LangChain for Python, second version', async () => {
    await database.run(`
      CREATE TABLE langchain_v2 (langchain_id uuid PRIMARY KEY DEFAULT gen_random_uuid(), content text NOT NULL,
        embedding vector(3) NOT NULL, category text, published timestamptz, langchain_metadata json);
      INSERT INTO langchain_v2 VALUES ('${A}', 'first', '[1,2,3]', 'news', '2026-01-02T03:04:05.678901+02', '{"page": 1.0}')`);
    const table = await database.open('langchain_v2');
    expect(await readAll(table)).toMatchObject([
      {
        id: A,
        document: 'first',
        metadata: { category: 'news', published: '2026-01-02T01:04:05.678901Z', page: { value: 1 } },
      },
    ]);
    expect(await table.describe()).toMatchObject({
      ids: 'uuid',
      fields: { category: 'string', published: 'datetime' },
    });
  });

  it('LangChain for JavaScript', async () => {
    await database.run(`
      CREATE TABLE testlangchainjs (id uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY, text text, metadata jsonb, embedding vector);
      INSERT INTO testlangchainjs VALUES ('${A}', 'first', '{"loc": {"lines": {"from": 1, "to": 9}}}', '[1,2,3]')`);
    const table = await database.open('testlangchainjs');
    expect(await readAll(table)).toStrictEqual([
      {
        id: A,
        vectors: { '': [1, 2, 3] },
        metadata: { loc: { lines: { from: 1, to: 9 } } },
        document: 'first',
      },
    ]);
  });

  it('LlamaIndex for Python', async () => {
    await database.run(`
      CREATE TABLE data_llamaindex (id bigserial PRIMARY KEY, text varchar NOT NULL, metadata_ json, node_id varchar,
        embedding vector(3), text_search_tsv tsvector GENERATED ALWAYS AS (to_tsvector('english', text)) STORED);
      CREATE INDEX ON data_llamaindex USING hnsw (embedding vector_cosine_ops) WITH (m = 8, ef_construction = 32);
      INSERT INTO data_llamaindex (text, metadata_, node_id, embedding) VALUES
        ('first', '{"_node_type": "TextNode", "_node_content": "{\\"text\\": \\"\\"}"}', 'node-a', '[1,2,3]'),
        ('second', '{}', 'node-b', '[4,5,6]')`);
    const table = await database.open('data_llamaindex');
    expect(await readAll(table, 1)).toStrictEqual([
      {
        id: '1',
        vectors: { '': [1, 2, 3] },
        metadata: { node_id: 'node-a', _node_type: 'TextNode', _node_content: '{"text": ""}' },
        document: 'first',
      },
      { id: '2', vectors: { '': [4, 5, 6] }, metadata: { node_id: 'node-b' }, document: 'second' },
    ]);
    const described = await table.describe();
    expect(described.vectors['']).toMatchObject({ dimension: 3, metric: 'cosine' });
    expect(rolesIn(described)).toMatchObject({ id: 'id', node_id: 'metadata', text_search_tsv: 'ignored' });

    const byNode = await database.open('data_llamaindex', { id: 'node_id' });
    expect((await readAll(byNode, 1)).map(({ id }) => id)).toStrictEqual(['node-a', 'node-b']);
    expect((await byNode.fetch(['node-b']))[0]?.document).toBe('second');
  });

  it('LlamaIndex for TypeScript', async () => {
    await database.run(`
      CREATE TABLE llamaindex_embedding (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, external_id varchar, collection varchar,
        document text, metadata jsonb DEFAULT '{}', embeddings vector(3));
      INSERT INTO llamaindex_embedding VALUES ('${A}', 'x-1', 'default', 'first', '{"page": 1}', '[1,2,3]')`);
    expect(await readAll(await database.open('llamaindex_embedding'))).toStrictEqual([
      {
        id: A,
        vectors: { '': [1, 2, 3] },
        metadata: { external_id: 'x-1', collection: 'default', page: 1 },
        document: 'first',
      },
    ]);
  });

  it('Mastra, by the id that the application knows', async () => {
    await database.run(`
      CREATE TABLE mastra (id serial PRIMARY KEY, vector_id text UNIQUE NOT NULL, embedding vector(3), metadata jsonb DEFAULT '{}');
      INSERT INTO mastra (vector_id, embedding, metadata) VALUES ('chunk-a', '[1,2,3]', '{"text": "first"}'), ('chunk-b', '[4,5,6]', '{}')`);
    const table = await database.open('mastra');
    expect(await readAll(table, 1)).toStrictEqual([
      { id: 'chunk-a', vectors: { '': [1, 2, 3] }, metadata: { text: 'first' } },
      { id: 'chunk-b', vectors: { '': [4, 5, 6] }, metadata: {} },
    ]);
    expect(rolesIn(await table.describe())).toMatchObject({ id: 'ignored', vector_id: 'id' });

    // Newer ones have namespaces, and its ids are unique within them.
    await database.run(`
      ALTER TABLE mastra DROP CONSTRAINT mastra_vector_id_key, ADD COLUMN namespace varchar(255) NOT NULL DEFAULT 'default';
      CREATE UNIQUE INDEX ON mastra (namespace, vector_id)`);
    const newer = await database.open('mastra');
    expect((await readAll(newer, 1)).map(({ id, namespace }) => [id, namespace])).toStrictEqual([
      ['chunk-a', 'default'],
      ['chunk-b', 'default'],
    ]);
    expect(rolesIn(await newer.describe())).toMatchObject({ id: 'ignored', vector_id: 'id', namespace: 'namespace' });
  });

  it('Haystack', async () => {
    await database.run(`
      CREATE TABLE haystack_documents (id varchar(128) PRIMARY KEY, embedding halfvec(3), content text, blob_data bytea,
        blob_meta jsonb, blob_mime_type varchar(255), meta jsonb);
      CREATE INDEX ON haystack_documents USING hnsw (embedding halfvec_cosine_ops);
      INSERT INTO haystack_documents VALUES ('a', '[0.5,2,-3]', 'first', '\\x00ff', '{"size": 2}', 'image/png', '{"page": 1}')`);
    const table = await database.open('haystack_documents');
    expect(await readAll(table)).toStrictEqual([
      {
        id: 'a',
        vectors: { '': [0.5, 2, -3] },
        metadata: { blob_data: '\\x00ff', blob_meta: { size: 2 }, blob_mime_type: 'image/png', page: 1 },
        document: 'first',
      },
    ]);
    expect((await table.describe()).vectors['']).toMatchObject({ datatype: 'float16', metric: 'cosine' });
  });

  it('Dify', async () => {
    await database.run(`
      CREATE TABLE embedding_vector_index_x_node (id uuid PRIMARY KEY, text text NOT NULL, meta jsonb NOT NULL, embedding vector(3) NOT NULL) USING heap;
      CREATE INDEX embedding_cosine_v1_idx ON embedding_vector_index_x_node USING hnsw (embedding vector_cosine_ops) WITH (m = 16, ef_construction = 64);
      INSERT INTO embedding_vector_index_x_node VALUES ('${A}', 'first', '{"doc_id": "${B}"}', '[1,2,3]')`);
    expect(await readAll(await database.open('embedding_vector_index_x_node'))).toStrictEqual([
      { id: A, vectors: { '': [1, 2, 3] }, metadata: { doc_id: B }, document: 'first' },
    ]);
  });

  it('Flowise, with its column in camel case', async () => {
    await database.run(`
      CREATE TABLE documents (id uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY, "pageContent" text, metadata jsonb, embedding vector);
      INSERT INTO documents VALUES ('${A}', 'first', '{"flowise_chatId": "c1"}', '[1,2,3]')`);
    const table = await database.open('documents');
    expect(await readAll(table)).toStrictEqual([
      { id: A, vectors: { '': [1, 2, 3] }, metadata: { flowise_chatId: 'c1' }, document: 'first' },
    ]);
    expect(rolesIn(await table.describe())).toMatchObject({ pageContent: 'document', metadata: 'entries' });
  });

  it('Open WebUI', async () => {
    await database.run(`
      CREATE TABLE document_chunk (id text PRIMARY KEY, vector vector(4), collection_name text NOT NULL, text text, vmetadata jsonb);
      CREATE INDEX idx_document_chunk_vector ON document_chunk USING ivfflat (vector vector_cosine_ops) WITH (lists = 1);
      CREATE INDEX idx_document_chunk_collection_name ON document_chunk (collection_name);
      INSERT INTO document_chunk VALUES ('a', '[1,2,0,0]', 'file-1', 'first', '{"name": "a.pdf"}')`);
    const table = await database.open('document_chunk');
    expect(await readAll(table)).toStrictEqual([
      {
        id: 'a',
        vectors: { '': [1, 2, 0, 0] },
        metadata: { collection_name: 'file-1', name: 'a.pdf' },
        document: 'first',
      },
    ]);
    expect(await table.describe()).toMatchObject({
      indexes: [{ path: 'collection_name', type: 'keyword' }],
      native: { pgvector: { indexes: [{ vector: '', method: 'ivfflat', options: { lists: '1' } }] } },
    });
  });

  it('Spring AI', async () => {
    await database.run(`
      CREATE TABLE vector_store (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, content text, metadata json, embedding vector(3));
      CREATE INDEX spring_ai_vector_index ON vector_store USING hnsw (embedding vector_cosine_ops);
      INSERT INTO vector_store VALUES ('${A}', 'first', '{"distance": 12345678901234567890123456789012, "price": 1.0}', '[1,2,3]')`);
    const [record] = await readAll(await database.open('vector_store'));
    expect(record).toMatchObject({ id: A, document: 'first' });
    // A json column keeps what was written, and so does the reader.
    expect(record?.metadata).toMatchObject({ distance: 12345678901234567890123456789012n, price: { value: 1 } });
  });

  it('the Vercel AI template, which has no metadata column', async () => {
    await database.run(`
      CREATE TABLE resources (id varchar(191) PRIMARY KEY, content text NOT NULL, created_at timestamp NOT NULL DEFAULT now());
      CREATE TABLE embeddings (id varchar(191) PRIMARY KEY, resource_id varchar(191) REFERENCES resources (id) ON DELETE CASCADE,
        content text NOT NULL, embedding vector(3) NOT NULL);
      INSERT INTO resources (id, content) VALUES ('r1', 'whole');
      INSERT INTO embeddings VALUES ('a', 'r1', 'first', '[1,2,3]')`);
    expect(await readAll(await database.open('embeddings'))).toStrictEqual([
      { id: 'a', vectors: { '': [1, 2, 3] }, metadata: { resource_id: 'r1' }, document: 'first' },
    ]);
  });
});
