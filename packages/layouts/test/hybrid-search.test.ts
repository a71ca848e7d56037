import type { PGlite } from '@electric-sql/pglite';
import { createMemory } from '@vsm/adapter-memory';
import { createPgvector } from '@vsm/adapter-pgvector';
import { VectorStoreMigrator, type MigrationResult, type VectorStoreV1 } from '@vsm/core';
import { createLayout } from '@vsm/layouts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPglite } from '../../adapter-pgvector/test/pglite.ts';

// PGVectorStore of langchain-postgres with a HybridSearchConfig fills a tsvector column itself, and a table that it made has no default.

const TABLE = `(langchain_id uuid PRIMARY KEY, content text NOT NULL, embedding vector(2) NOT NULL, content_tsv tsvector NOT NULL,
  langchain_metadata json)`;
const FIRST = 'a8acb1d6-ce66-58f7-b77d-cbfbd8bcf341';
const SECOND = '01e99377-a431-58bf-8c03-1727130a3ba2';

let database: PGlite;
let store: VectorStoreV1;
beforeAll(async () => {
  database = await createPglite();
  store = createPgvector({ client: database });
});
afterAll(() => database.close());
beforeEach(() => database.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE EXTENSION vector;'));

async function sourceWith(text: string): Promise<VectorStoreV1> {
  const source = createMemory();
  await source.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } });
  const collection = await source.openCollection('docs');
  await collection.upsert([
    { id: FIRST, vectors: { '': [1, 0] }, metadata: {}, document: text },
    { id: SECOND, vectors: { '': [0, 1] }, metadata: {}, document: 'lanterns' },
  ]);
  return source;
}

async function move(source: VectorStoreV1, from: string, to: string, collection = 'docs'): Promise<MigrationResult> {
  const collections = { sourceCollection: collection, targetCollection: 'own' };
  const layout = createLayout({ from, to, source, target: store, ...collections });
  const migrator = new VectorStoreMigrator({ source, target: store, checkpoints: false });
  return migrator.migrate({ ...collections, layout, metric: 'cosine' });
}

async function searchVectors(language: string): Promise<string[]> {
  const { rows } = await database.query<{ content: string }>(
    'SELECT content FROM own WHERE content_tsv = to_tsvector($1::regconfig, content) ORDER BY content',
    [language],
  );
  return rows.map(({ content }) => content);
}

describe('a search vector that LangChain fills itself', () => {
  it('is filled in the table of an application, and again where a record is replaced', async () => {
    await database.exec(`CREATE TABLE own ${TABLE}`);
    expect(
      (await move(await sourceWith('rivers and bridges'), 'langchain-py:store=chroma', 'langchain-py')).success,
    ).toBe(true);
    expect(await searchVectors('english')).toEqual(['lanterns', 'rivers and bridges']);
    await move(await sourceWith('another text'), 'langchain-py:store=chroma', 'langchain-py');
    expect(await searchVectors('english')).toEqual(['another text', 'lanterns']);
  });

  it('is filled in the language that the layout names', async () => {
    await database.exec(`CREATE TABLE own ${TABLE}`);
    await move(await sourceWith('die Brücken'), 'langchain-py:store=chroma', 'langchain-py:language=german');
    expect(await searchVectors('german')).toEqual(['die Brücken', 'lanterns']);
    expect(await searchVectors('english')).toEqual(['lanterns']);
  });

  it('is made where the layout asks for it, or the table that is read has one', async () => {
    await move(await sourceWith('rivers and bridges'), 'langchain-py:store=chroma', 'langchain-py:hybrid=true');
    expect(await searchVectors('english')).toEqual(['lanterns', 'rivers and bridges']);
    await database.exec('ALTER TABLE own RENAME TO first');
    const source = createPgvector({ client: database });
    expect((await move(source, 'langchain-py', 'langchain-py', 'first')).success).toBe(true);
    expect(await searchVectors('english')).toEqual(['lanterns', 'rivers and bridges']);
  });

  it('is not made for anybody else', async () => {
    await move(await sourceWith('rivers and bridges'), 'langchain-py:store=chroma', 'langchain-py');
    const { rows } = await database.query("SELECT FROM information_schema.columns WHERE column_name = 'content_tsv'");
    expect(rows).toHaveLength(0);
  });

  it('is left empty, and the plan refuses, where no layout names it', async () => {
    await database.exec(`CREATE TABLE own ${TABLE}`);
    const ends = { source: await sourceWith('x'), target: store, sourceCollection: 'docs', targetCollection: 'own' };
    const { source, target, ...collections } = ends;
    const planned = new VectorStoreMigrator({ source, target, checkpoints: false }).plan(collections);
    await expect(planned).rejects.toThrow(/"content_tsv" must have a value/);
  });
});
