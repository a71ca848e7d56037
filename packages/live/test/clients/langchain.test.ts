import { Document } from '@langchain/core/documents';
import { Embeddings } from '@langchain/core/embeddings';
import { VectorStore, type MaxMarginalRelevanceSearchOptions } from '@langchain/core/vectorstores';
import { createMemory } from '@vsm/adapter-memory';
import type { CollectionV1, Filter } from '@vsm/core';
import type { Live } from '@vsm/live';
import { collectionStore, liveVectorStore } from '@vsm/live/langchain';
import { describe, expect, test, vi } from 'vitest';
import { liveIn } from './live-in.ts';

/** How many a's and b's there are. */
class Letters extends Embeddings {
  async embedQuery(text: string): Promise<number[]> {
    return [text.split('a').length, text.split('b').length];
  }
  embedDocuments(texts: string[]): Promise<number[][]> {
    return Promise.all(texts.map((text) => this.embedQuery(text)));
  }
}

async function openStore() {
  const memory = createMemory();
  await memory.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } });
  const collection = await memory.openCollection('docs');
  return { collection, store: collectionStore(new Letters({}), collection) };
}
async function openBoth() {
  const [source, target] = [await openStore(), await openStore()];
  return { source, target, stores: { source: source.store, target: target.store } };
}

const document = (pageContent: string, id?: string): Document =>
  new Document({ pageContent, metadata: { length: pageContent.length }, ...(id !== undefined && { id }) });
const lengthIs = (value: number): Filter => ({ op: 'eq', path: 'length', value });
const ids = async (collection: CollectionV1): Promise<readonly string[]> =>
  (await collection.scan({ limit: 100, include: [] })).records.map(({ id }) => id).toSorted();

describe('a live vector store', () => {
  test('marks what it adds and deletes, under ids that are made before the write', async () => {
    const { live, marked } = await liveIn('drain');
    const { source, target, stores } = await openBoth();
    const store = liveVectorStore(live, stores);
    const [made] = await store.addDocuments([document('aaa'), document('aab', 'x')]);
    await store.addDocuments([document('abb', 'not this')], { ids: ['y'] });
    await store.delete({ ids: ['x', 'never there'] });
    expect(await marked()).toEqual(expect.arrayContaining([`/${made}`, '/never there', '/x', '/y']));
    expect(new Set(await ids(source.collection))).toEqual(new Set([made, 'y']));
    expect(await ids(target.collection)).toEqual([]);
  });

  test('keeps marks where a client within sends again by itself', async () => {
    const held = async (retries?: 'client'): Promise<number | undefined> => {
      const { live, journal } = await liveIn('drain');
      const { stores } = await openBoth();
      await liveVectorStore(live, { ...stores, retries }).addDocuments([document('a', 'x')]);
      return (await journal.marksOf(['/x'])).get('/x')?.recheck;
    };
    expect(await held()).toBe(0);
    expect(await held('client')).toBeGreaterThan(0);
  });

  test('embeds before the write begins', async () => {
    const { live, journal } = await liveIn('drain');
    const { stores } = await openBoth();
    const embed = vi.spyOn(stores.source.embeddings, 'embedDocuments');
    const marks: boolean[] = [];
    embed.mockImplementation(async (texts) => {
      marks.push(await journal.anyMarks());
      return texts.map(() => [1, 0]);
    });
    await liveVectorStore(live, stores).addDocuments([document('a')]);
    expect(marks).toEqual([false]);
    expect(await journal.anyMarks()).toBe(true);
  });

  test('writes to and searches the target once it is switched', async () => {
    const { live } = await liveIn('switched');
    const { source, target, stores } = await openBoth();
    const store = liveVectorStore(live, stores);
    await store.addDocuments([document('aaaa', '1'), document('bbbb', '2')]);
    const [best] = await store.similaritySearch('aa', 1);
    expect(best).toEqual(document('aaaa', '1'));
    const [retrieved] = await store.asRetriever(1).invoke('bb');
    expect(retrieved?.id).toBe('2');
    expect(await ids(source.collection)).toEqual([]);
    expect(await ids(target.collection)).toEqual(['1', '2']);
  });

  test('is compared with the target in a shadow, after the reply', async () => {
    const { live } = await liveIn('shadow');
    const { stores } = await openBoth();
    const asked = vi.spyOn(stores.target, 'similaritySearchVectorWithScore');
    const store = liveVectorStore(live, stores);
    await store.addDocuments([document('a', '1')]);
    expect((await store.similaritySearch('a', 1)).map(({ id }) => id)).toEqual(['1']);
    await live.close();
    expect(asked).toHaveBeenCalledTimes(1);
  });

  test('does not agree with a target that finds a document and not its text', async () => {
    const { live } = await liveIn('shadow');
    const { stores } = await openBoth();
    const named: (readonly string[])[] = [];
    const watched: Live = {
      ...live,
      async read(actions) {
        const [source, target] = [await actions.source(), await actions.target()];
        for (const answer of [source, target]) named.push(actions.ids?.(answer) ?? []);
        return source;
      },
    };
    await stores.source.addDocuments([document('a', '1')]);
    await stores.target.addVectors([[2, 1]], [document('', '1')]);
    await liveVectorStore(watched, stores).similaritySearch('a', 1);
    expect(named).toEqual([['1\na'], ['1\n']]);
  });

  test('deletes by ids alone', async () => {
    const { live, marked } = await liveIn('drain');
    const { stores } = await openBoth();
    const store = liveVectorStore(live, stores);
    await expect(store.delete({ filter: { a: 1 } })).rejects.toThrow('but was told "filter"');
    await expect(store.delete({ ids: ['a'], namespace: 'b' })).rejects.toThrow('but was told "namespace"');
    await expect(store.delete({ deleteAll: true })).rejects.toThrow('but was told "deleteAll"');
    await expect(store.delete()).rejects.toThrow('but was told nothing');
    await store.delete({ ids: [] });
    expect(await marked()).toEqual([]);
  });

  test('asks the target with a filter only as that takes it', async () => {
    const { live } = await liveIn('switched');
    const { source, target } = await openBoth();
    await target.store.addDocuments([document('a', '1'), document('aa', '2')]);
    const other = new OwnIds();
    const stores = { source: other, target: target.store };
    const plain = liveVectorStore(live, stores);
    await expect(plain.similaritySearch('a', 2, 'length = 2')).rejects.toThrow('say how it is written there');
    const told = liveVectorStore(live, { ...stores, filterInTarget: () => lengthIs(2) });
    expect((await told.similaritySearch('a', 2, 'length = 2')).map(({ id }) => id)).toEqual(['2']);
    const alike = liveVectorStore(live, { source: source.store, target: target.store });
    expect((await alike.similaritySearch('a', 2, lengthIs(1))).map(({ id }) => id)).toEqual(['1']);
  });

  test('searches for diverse answers where both stores do', async () => {
    const { live } = await liveIn('switched');
    const { target } = await openBoth();
    const store = liveVectorStore(live, { source: new Diverse('old'), target: new Diverse('new') });
    const found = await store.asRetriever({ searchType: 'mmr', k: 1, filter: 'any' }).invoke('a');
    expect(found).toEqual([document('new, 1, "any"')]);
    expect(liveVectorStore(live, { source: new Diverse('old'), target: target.store })).not.toHaveProperty(
      'maxMarginalRelevanceSearch',
    );
  });

  test('says so where a store gives ids of its own, and marks these', async () => {
    const { live, marked } = await liveIn('drain');
    const { target } = await openBoth();
    const store = liveVectorStore(live, { source: new OwnIds(), target: target.store });
    await expect(store.addDocuments([document('a', 'mine')])).rejects.toThrow('gave documents ids of its own');
    expect(await marked()).toEqual(['/mine', '/own-0']);
  });
});

test('a rejected document is told of', async () => {
  const { store, collection } = await openStore();
  const added = store.addVectors([[1, 0], [1]], [document('a', '1'), document('b', '2')]);
  await expect(added).rejects.toThrow('rejected 1 of 2 documents, first "2"');
  expect(await ids(collection)).toEqual(['1']);
});

/** A store that takes no ids. */
class OwnIds extends VectorStore {
  constructor() {
    super(new Letters({}), {});
  }
  _vectorstoreType(): string {
    return 'own-ids';
  }
  async addVectors(vectors: number[][]): Promise<string[]> {
    return vectors.map((_, at) => `own-${at}`);
  }
  addDocuments(documents: Document[]): Promise<string[]> {
    return this.addVectors(documents.map(() => []));
  }
  async similaritySearchVectorWithScore(): Promise<[Document, number][]> {
    return [];
  }
}

/** A store that answers by its name and by what it was asked. */
class Diverse extends OwnIds {
  readonly #name: string;
  constructor(name: string) {
    super();
    this.#name = name;
  }
  override async maxMarginalRelevanceSearch(
    _query: string,
    { k, filter }: MaxMarginalRelevanceSearchOptions<string | object>,
  ): Promise<Document[]> {
    return [document(`${this.#name}, ${k}, ${JSON.stringify(filter)}`)];
  }
}
