import { Chroma } from '@langchain/community/vectorstores/chroma';
import { PGVectorStore } from '@langchain/community/vectorstores/pgvector';
import { Document } from '@langchain/core/documents';
import { Embeddings } from '@langchain/core/embeddings';
import type { VectorStore } from '@langchain/core/vectorstores';
import { PineconeStore } from '@langchain/pinecone';
import { QdrantVectorStore } from '@langchain/qdrant';
import { Pinecone } from '@pinecone-database/pinecone';
import { VectorStoreMigrator } from '@vsm/core';
import { ChromaClient } from 'chromadb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHUNKS, DIMENSION, embed, QUESTIONS } from '../texts.ts';
import { migrate, startStores, type StoreName, type Stores } from './stores.ts';

// LangChain's own class writes documents into one store, VSM moves them, and LangChain's class for the other store reads them. It
// must find there just what it finds where it has written the same documents itself.

class HashedWords extends Embeddings {
  constructor() {
    super({});
  }
  override embedDocuments(texts: string[]): Promise<number[][]> {
    return Promise.resolve(texts.map(embed));
  }
  override embedQuery(text: string): Promise<number[]> {
    return Promise.resolve(embed(text));
  }
}

const embeddings = new HashedWords();
const ids = CHUNKS.map(({ id }) => id);
const documents = CHUNKS.map(
  ({ text, town, page, score, lines, source }) =>
    new Document({ pageContent: text, metadata: { town, page, score, source, loc: { lines } } }),
);

let stores: Stores;
beforeAll(async () => {
  stores = await startStores();
});
afterAll(() => stores.close());

/** LangChain's store of a collection, and how its users filter by town there. */
async function open(store: StoreName, name: string): Promise<{ lc: VectorStore; townIs: (town: string) => object }> {
  switch (store) {
    case 'chroma': {
      const index = new ChromaClient({ host: '127.0.0.1', port: stores.chromaPort });
      const lc = new Chroma(embeddings, {
        collectionName: name,
        index,
        collectionMetadata: { 'hnsw:space': 'cosine' },
      });
      return { lc, townIs: (town) => ({ town }) };
    }
    case 'qdrant': {
      const lc = new QdrantVectorStore(embeddings, { url: stores.qdrantUrl, collectionName: name });
      return { lc, townIs: (town) => ({ must: [{ key: 'metadata.town', match: { value: town } }] }) };
    }
    case 'pinecone': {
      const client = new Pinecone({ apiKey: 'none', controllerHostUrl: stores.pineconeUrl });
      const { indexes = [] } = await client.listIndexes();
      if (!indexes.some((index) => index.name === name)) {
        const spec = { serverless: { cloud: 'aws', region: 'us-east-1' } } as const;
        await client.createIndex({ name, dimension: DIMENSION, metric: 'cosine', spec, waitUntilReady: true });
      }
      const lc = await PineconeStore.fromExistingIndex(embeddings, { pineconeIndex: client.index(name) });
      return { lc, townIs: (town) => ({ town: { $eq: town } }) };
    }
    case 'pgvector': {
      const lc = await PGVectorStore.initialize(embeddings, {
        pool: stores.pool as never,
        tableName: name,
        dimensions: DIMENSION,
      });
      return { lc, townIs: (town) => ({ town }) };
    }
  }
}

/** All documents that the questions find, in their order, and those of one town. */
async function answers(store: StoreName, name: string): Promise<unknown[]> {
  const { lc, townIs } = await open(store, name);
  const found = [];
  for (const question of QUESTIONS) {
    const near = await lc.similaritySearchWithScore(question, 10);
    const ofTown = await lc.similaritySearchWithScore(question, 10, townIs('Kraków'));
    found.push(
      [near, ofTown].map((hits) =>
        hits.map(([document, score]) => [document.id, document.pageContent, document.metadata, score.toFixed(4)]),
      ),
    );
  }
  return found;
}

async function write(store: StoreName, name: string): Promise<void> {
  const { lc } = await open(store, name);
  await lc.addDocuments(documents, { ids });
  // Pinecone shows a write some moments later.
  const collection = await stores.vsm[store].openCollection(name);
  await expect.poll(async () => (await collection.count()).value).toBe(CHUNKS.length);
}

describe('LangChain JS finds the same', () => {
  it.each<[StoreName, StoreName]>([
    ['chroma', 'qdrant'],
    ['chroma', 'pgvector'],
    ['pinecone', 'qdrant'],
    ['pinecone', 'pgvector'],
    ['qdrant', 'pinecone'],
    ['qdrant', 'chroma'],
    ['pgvector', 'qdrant'],
  ])('after a move from %s to %s', async (from, to) => {
    // Names that all four stores allow.
    const [source, moved, own] = [`${from}${to}source`, `${from}${to}moved`, `${from}${to}own`];
    await write(from, source);
    await write(to, own);
    const result = await migrate(stores, {
      layout: 'langchain-js',
      from,
      to,
      sourceCollection: source,
      targetCollection: moved,
    });
    expect(result.verification).toMatchObject({ passed: true, valuesCompared: CHUNKS.length });
    expect(result).toMatchObject({ success: true, vectorsMigrated: CHUNKS.length });
    expect(await answers(to, moved)).toStrictEqual(await answers(to, own));
  });
});

it('Without a layout, the same copy is whole, and LangChain JS finds nothing in it', async () => {
  await write('chroma', 'plain-source');
  const [source, target] = [stores.vsm.chroma, stores.vsm.qdrant];
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
  const result = await migrator.migrate({ sourceCollection: 'plain-source', targetCollection: 'plain-moved' });
  expect(result).toMatchObject({ success: true, vectorsMigrated: CHUNKS.length });
  const { lc, townIs } = await open('qdrant', 'plain-moved');
  const hits = await lc.similaritySearch('water', 3);
  expect(hits.map(({ pageContent, metadata }) => [pageContent, metadata['town'] as unknown])).toStrictEqual(
    Array.from({ length: 3 }, () => ['', undefined]),
  );
  expect(await lc.similaritySearch('water', 3, townIs('Kraków'))).toStrictEqual([]);
});

it('LangChain JS finds the same in a table that it had made itself before', async () => {
  const [source, moved, own] = ['ownchromasource', 'ownpgmoved', 'ownpgown'];
  await write('chroma', source);
  await write('pgvector', own);
  await open('pgvector', moved);
  const move = { from: 'chroma', to: 'pgvector', sourceCollection: source, targetCollection: moved } as const;
  expect(await migrate(stores, { layout: 'langchain-js', ...move })).toMatchObject({
    success: true,
    metadata: { plan: { createTarget: false } },
  });
  expect(await answers('pgvector', moved)).toStrictEqual(await answers('pgvector', own));
});
