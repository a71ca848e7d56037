import { ChromaVectorStore } from '@llamaindex/chroma';
import { NodeRelationship, TextNode, type BaseNode } from '@llamaindex/core/schema';
import type { BaseVectorStore, VectorStoreQueryMode } from '@llamaindex/core/vector-store';
import { PineconeVectorStore } from '@llamaindex/pinecone';
import { PGVectorStore } from '@llamaindex/postgres';
import { QdrantVectorStore } from '@llamaindex/qdrant';
import { Pinecone } from '@pinecone-database/pinecone';
import type { Metric } from '@vsm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHUNKS, DIMENSION, embed, QUESTIONS } from '../texts.ts';
import { migrate, startStores, type StoreName, type Stores } from './stores.ts';

// The same for LlamaIndexTS, whose nodes are JSON text that has the text in it in two of the four stores, and beside it or not at
// all in the others.

const nodes = (): TextNode[] =>
  CHUNKS.map(
    ({ id, text, town, page, score, source }) =>
      new TextNode({
        id_: id,
        text,
        // Its class for Postgres would add the time of writing.
        metadata: { town, page, score, create_date: '2026-01-02T03:04:05Z' },
        relationships: { [NodeRelationship.SOURCE]: { nodeId: source, metadata: {} } },
        excludedLlmMetadataKeys: ['score'],
        embedding: embed(text),
      }),
  );

let stores: Stores;
beforeAll(async () => {
  stores = await startStores();
});
afterAll(() => stores.close());

/** By which LlamaIndexTS compares there. */
const METRICS: Readonly<Record<StoreName, Metric>> = {
  chroma: 'euclidean',
  qdrant: 'cosine',
  pinecone: 'cosine',
  pgvector: 'cosine',
};

// Any embedding model would do: nodes and queries bring their vectors along.
const embedModel = {} as never;

async function open(store: StoreName, name: string): Promise<BaseVectorStore> {
  switch (store) {
    case 'chroma':
      return new ChromaVectorStore({
        collectionName: name,
        chromaClientParams: { path: `http://127.0.0.1:${stores.chromaPort}` },
        embedModel,
      });
    case 'qdrant':
      return new QdrantVectorStore({ collectionName: name, url: stores.qdrantUrl, embedModel });
    case 'pinecone': {
      const { pinecone } = stores.vsm;
      if (!(await pinecone.listCollections()).includes(name)) {
        await pinecone.createCollection({
          name,
          vectors: { '': { kind: 'dense', dimension: DIMENSION, metric: 'cosine' } },
        });
      }
      const opened = new PineconeVectorStore({ indexName: name, apiKey: 'none', embedModel });
      // The class has no option for the host of another control plane; its client is made at first use.
      Object.assign(opened, { db: new Pinecone({ apiKey: 'none', controllerHostUrl: stores.pineconeUrl }) });
      return opened;
    }
    case 'pgvector':
      return new PGVectorStore({ client: stores.pool as never, tableName: name, dimensions: DIMENSION, embedModel });
  }
}

async function answers(store: StoreName, name: string): Promise<unknown[]> {
  const opened = await open(store, name);
  const found: unknown[] = [];
  for (const question of QUESTIONS) {
    for (const town of [undefined, 'Kraków']) {
      const result = await opened.query({
        queryEmbedding: embed(question),
        similarityTopK: 10,
        mode: 'default' as VectorStoreQueryMode,
        ...(town !== undefined && {
          filters: { filters: [{ key: 'town', value: town, operator: '==' }] },
        }),
      });
      // The class for Pinecone returns its nodes in another order than their ids.
      const byText = Object.fromEntries((result.nodes ?? []).map((node) => [(node as TextNode).text, told(node)]));
      found.push({ ids: result.ids, byText, similarities: result.similarities.map((value) => value.toFixed(4)) });
    }
  }
  return found;
}

/** What an application sees of a node. */
function told(node: BaseNode): unknown {
  const { text } = node as TextNode;
  return [Reflect.get(node, 'id_'), text, node.metadata, node.sourceNode?.nodeId, node.excludedLlmMetadataKeys];
}

async function write(store: StoreName, name: string): Promise<void> {
  await (await open(store, name)).add(nodes());
  const collection = await stores.vsm[store].openCollection(name);
  await expect.poll(async () => (await collection.count()).value).toBe(CHUNKS.length);
}

describe('LlamaIndexTS finds the same', () => {
  it.each<[StoreName, StoreName]>([
    ['chroma', 'qdrant'],
    ['chroma', 'pgvector'],
    ['pinecone', 'qdrant'],
    ['pinecone', 'pgvector'],
    ['qdrant', 'pinecone'],
    ['qdrant', 'chroma'],
  ])('after a move from %s to %s', async (from, to) => {
    const [source, moved, own] = [`${from}${to}source`, `${from}${to}moved`, `${from}${to}own`];
    await write(from, source);
    await write(to, own);
    const result = await migrate(stores, {
      layout: 'llamaindex-ts',
      from,
      to,
      sourceCollection: source,
      targetCollection: moved,
      metric: METRICS[to],
    });
    expect(result.verification).toMatchObject({ passed: true, valuesCompared: CHUNKS.length });
    expect(result).toMatchObject({ success: true, vectorsMigrated: CHUNKS.length });
    expect(await answers(to, moved)).toStrictEqual(await answers(to, own));
  });

  it('after a move from pgvector to qdrant, but for what it keeps of a node in Postgres', async () => {
    await write('pgvector', 'pgsource');
    await write('qdrant', 'pgown');
    const move = { from: 'pgvector', to: 'qdrant', sourceCollection: 'pgsource', targetCollection: 'pgmoved' } as const;
    await migrate(stores, { layout: 'llamaindex-ts', ...move, metric: 'cosine' });
    const plain = (found: unknown[]): unknown =>
      JSON.parse(
        JSON.stringify(found, (_key, value: unknown) =>
          // Text and metadata stay; source and excluded keys are not in Postgres.
          Array.isArray(value) && typeof value[2] === 'object' ? value.slice(0, 3) : value,
        ),
      );
    const expected = plain(await answers('qdrant', 'pgown'));
    expect(plain(await answers('qdrant', 'pgmoved'))).toStrictEqual(expected);
    expect(JSON.stringify(expected)).toContain('number');
  });
});
