import { Pinecone, type Index } from '@pinecone-database/pinecone';
import { startPineconeEmulator } from '@vsm/emulator-pinecone';
import { journaled } from '@vsm/live/pinecone';
import { expect, onTestFinished, test } from 'vitest';
import { INDEX_METHODS } from '../../src/pinecone-methods.ts';
import { functionsOf, liveIn } from './live-in.ts';

async function openIndex(namespace?: string, maxRetries = 0): Promise<Index> {
  const emulator = await startPineconeEmulator({ readyAfterMs: 0, faults: { writeLagMs: 0 } });
  onTestFinished(() => emulator.close());
  const client = new Pinecone({ apiKey: 'key', controllerHostUrl: emulator.url, maxRetries });
  const { host } =
    (await client.createIndex({
      name: 'docs',
      dimension: 2,
      metric: 'cosine',
      spec: { serverless: { cloud: 'aws', region: 'us-east-1' } },
    })) ?? {};
  return client.index({ host: host ?? '', ...(namespace !== undefined && { namespace }) });
}

const record = (id: string) => ({ id, values: [1, 0] });

test('every method of the client is in the list, and none that it does not have', async () => {
  // What the class keeps for itself, which TypeScript refuses.
  const internal = [
    '_createNamespaceCommand',
    '_deleteAll',
    '_deleteNamespaceCommand',
    '_describeNamespaceCommand',
    '_listNamespacesCommand',
  ];
  const found = functionsOf(await openIndex()).filter((name) => !internal.includes(name));
  // The one part of it that is no function.
  const listed = Object.keys(INDEX_METHODS).filter((name) => name !== 'documents');
  expect(listed.toSorted()).toEqual(found);
});

test('writes leave marks by the namespace that they go to', async () => {
  const { live, marked } = await liveIn('switched');
  const raw = await openIndex('a');
  const index = journaled(raw, live);
  await index.upsert({ records: [record('1'), record('2')] });
  await index.upsert({ records: [record('1')], namespace: '__default__' });
  await index.namespace('b').upsert({ records: [record('3')] });
  await index.update({ id: '2', metadata: { seen: true } });
  await index.deleteOne({ id: '4' });
  await index.deleteMany({ ids: ['5'] });
  expect(await marked()).toEqual(['/1', '1/a1', '1/a2', '1/a4', '1/a5', '1/b3']);
  const { namespaces } = await raw.describeIndexStats();
  expect(namespaces).toMatchObject({ a: { recordCount: 2 }, b: { recordCount: 1 }, __default__: { recordCount: 1 } });
});

test('those whose records are not known are refused', async () => {
  const { live, marked } = await liveIn('switched');
  const index = journaled(await openIndex(), live);
  for (const refused of [
    index.deleteMany({ filter: { seen: true } }),
    index.update({ filter: { seen: true }, metadata: { seen: false } }),
    index.deleteAll(),
    index.deleteNamespace('a'),
    index.upsertRecords({ records: [{ text: 'no id' }] }),
  ]) {
    await expect(refused).rejects.toThrow('list their ids, and name them');
  }
  expect(() => index.documents).toThrow('are not moved');
  await expect(index.deleteOne({ id: '__vsm:%C3%A9' })).rejects.toThrow('called otherwise in the source');
  expect(await marked()).toEqual([]);
});

test('while the source serves, it is not written to', async () => {
  const { live } = await liveIn('drain');
  const index = journaled(await openIndex(), live);
  await expect(index.upsert({ records: [record('1')] })).rejects.toThrow('the source of the move "move" takes writes');
});

test('marks are kept where the client sends again by itself', async () => {
  const held = async (index: Index): Promise<number | undefined> => {
    const { live, journal } = await liveIn('switched');
    await journaled(index, live).upsert({ records: [record('1')] });
    return (await journal.marksOf(['/1'])).get('/1')?.recheck;
  };
  expect(await held(await openIndex())).toBe(0);
  expect(await held(await openIndex(undefined, 3))).toBeGreaterThan(0);
});
