import { journaled } from '@vsm/live/chroma';
import { startChroma, type ChromaServer } from '@vsm/service-chroma';
import { ChromaClient, type Collection } from 'chromadb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLIENT_METHODS, COLLECTION_METHODS } from '../../src/chroma-methods.ts';
import { functionsOf, liveIn } from './live-in.ts';

let server: ChromaServer;
let raw: ChromaClient;
beforeAll(async () => {
  server = await startChroma();
  const { hostname, port } = new URL(server.url);
  raw = new ChromaClient({ host: hostname, port: Number(port) });
});
afterAll(() => server.stop());

let made = 0;
/** Four records, of which b and d are even. */
async function fresh(count = 4): Promise<Collection> {
  const collection = await raw.createCollection({ name: `docs-${(made += 1)}`, embeddingFunction: null });
  const numbers = Array.from({ length: count }, (_, at) => at);
  await collection.add({
    ids: numbers.map((at) => String.fromCodePoint(97 + at)),
    embeddings: numbers.map((at) => [at, 1]),
    metadatas: numbers.map((at) => ({ even: at % 2 === 1 })),
    documents: numbers.map((at) => `text ${at}`),
  });
  return collection;
}
const ids = async (collection: Collection): Promise<readonly string[]> =>
  (await collection.get({ include: [] })).ids.toSorted();

describe('the lists of methods', () => {
  // What the classes keep for themselves, which TypeScript refuses.
  const INTERNAL = [
    'applySparseEmbeddingsToMetadatas',
    'embed',
    'embedKnnLiteral',
    'embedRankLiteral',
    'embedSearchPayload',
    'getSchemaEmbeddingFunction',
    'getSparseEmbeddingTargets',
    'path',
    'prepareQuery',
    'prepareRecords',
    'sparseEmbed',
    'validateDelete',
    'validateGet',
  ];

  test('name every method of a collection, and none that it does not have', async () => {
    const found = functionsOf(await fresh()).filter((name) => !INTERNAL.includes(name));
    expect(Object.keys(COLLECTION_METHODS).toSorted()).toEqual(found);
  });

  test('name every method of a client, and none that it does not have', () => {
    expect(Object.keys(CLIENT_METHODS).toSorted()).toEqual(functionsOf(raw));
  });
});

describe('writes', () => {
  test('leave marks of the records that they name', async () => {
    const { live, marked } = await liveIn('drain');
    const collection = await fresh();
    const docs = journaled(collection, live);
    await docs.add({ ids: ['new'], embeddings: [[1, 0]] });
    await docs.upsert({ ids: ['a'], embeddings: [[1, 0]] });
    await docs.update({ ids: ['b'], metadatas: [{ even: false }] });
    await docs.delete({ ids: ['c'] });
    expect(await marked()).toEqual(['/a', '/b', '/c', '/new']);
    expect(await ids(collection)).toEqual(['a', 'b', 'd', 'new']);
  });

  test('by filter mark what it selects, and delete nothing that came to match meanwhile', async () => {
    const { live, marked } = await liveIn('drain');
    const collection = await fresh();
    let late = 0;
    const docs = journaled(collection, {
      ...live,
      async write(names, actions) {
        late += 1;
        if (late === 1) await collection.add({ ids: ['z'], embeddings: [[1, 0]], metadatas: [{ even: true }] });
        // What came meanwhile is found by the next look, and has a mark then.
        expect(names).toEqual(late === 1 ? ['b', 'd'] : ['z']);
        return live.write(names, actions);
      },
    });
    await docs.delete({ where: { even: true } });
    expect(await marked()).toEqual(['/b', '/d', '/z']);
    expect(await ids(collection)).toEqual(['a', 'c']);
  });

  test('by filter go on until nothing is left, or as many as they were told', async () => {
    const { live, marked } = await liveIn('drain');
    const collection = await fresh(700);
    const docs = journaled(collection, live);
    await docs.delete({ where: { even: true }, limit: 310 });
    expect(await marked()).toHaveLength(310);
    expect(await ids(collection)).toHaveLength(390);
    await docs.delete({ where: { even: true }, whereDocument: { $contains: 'text' } });
    expect(await ids(collection)).toHaveLength(350);
    expect(await marked()).toHaveLength(350);
    expect(await docs.delete({ where: { even: true } })).toEqual({ deleted: 0 });
  });

  test('of texts are begun once their vectors are computed', async () => {
    const { live, journal, marked } = await liveIn('drain');
    const { name } = await fresh();
    const marks: boolean[] = [];
    const embeddingFunction = {
      name: 'slow',
      async generate(texts: string[]) {
        marks.push(await journal.anyMarks());
        return texts.map(() => [1, 0]);
      },
    };
    const docs = journaled(await raw.getCollection({ name, embeddingFunction }), live);
    await docs.upsert({ ids: ['a'], documents: ['text'] });
    expect(marks).toEqual([false]);
    expect(await marked()).toEqual(['/a']);
  });

  test('that the move would not follow are refused', async () => {
    const { live } = await liveIn('drain');
    const docs = journaled(await fresh(), live);
    await expect(docs.modify({ name: 'another' })).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await docs.modify({ metadata: { owner: 'me' } });
  });

  test('go to the other store once it serves, and fail without it', async () => {
    const { live, marked } = await liveIn('switched');
    const [here, there] = [await fresh(), await fresh()];
    await expect(journaled(here, live).delete({ ids: ['a'] })).rejects.toThrow('the target of the move "move"');
    const docs = journaled(here, live, { other: () => there });
    await docs.delete({ where: { even: true } });
    expect(await docs.count()).toBe(2);
    expect(await ids(here)).toHaveLength(4);
    expect(await marked()).toEqual(['/b', '/d']);
  });
});

describe('a client', () => {
  test('wraps the collection of the move when it gives it out, and no other', async () => {
    const { live, marked } = await liveIn('drain');
    const [ours, other] = [await fresh(), await fresh()];
    const client = journaled(raw, live, { collection: ours.name });
    await (await client.getCollection({ name: other.name })).delete({ ids: ['a'] });
    expect(await marked()).toEqual([]);
    await (await client.getOrCreateCollection({ name: ours.name, embeddingFunction: null })).delete({ ids: ['a'] });
    const [listed] = (await client.listCollections({ limit: 100 })).filter(({ name }) => name === ours.name);
    await listed?.delete({ ids: ['b'] });
    expect(await marked()).toEqual(['/a', '/b']);
  });

  test('does not drop it', async () => {
    const { live } = await liveIn('drain');
    const [ours, other] = [await fresh(), await fresh()];
    const client = journaled(raw, live, { collection: ours.name });
    await expect(client.deleteCollection({ name: ours.name })).rejects.toThrow('leaves no marks');
    await expect(client.reset()).rejects.toThrow('leaves no marks');
    expect(() => client.collection(ours.id)).toThrow('does not know the name');
    await client.deleteCollection({ name: other.name });
    expect(await ids(ours)).toHaveLength(4);
  });
});
