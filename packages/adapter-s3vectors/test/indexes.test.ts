import { GetVectorsCommand } from '@aws-sdk/client-s3vectors';
import { VsmError } from '@vsm/core/adapter';
import { describe, expect, it } from 'vitest';
import { testServer } from './server.ts';

const SCHEMA = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } } as const;

describe('an index that VSM made', () => {
  it('holds more than 2 KB of metadata: what is largest is kept where no filter sees it, and comes back', async () => {
    const { open, client } = await testServer();
    const store = open();
    await store.createCollection(SCHEMA);
    const docs = await store.openCollection('docs');
    const metadata = {
      long: 'x'.repeat(1900),
      longer: 'y'.repeat(1950),
      year: 2025,
      nested: { deep: null },
      big: 2n ** 70n,
    };
    const record = { id: 'a', vectors: { '': [1, -0] }, metadata, document: 'z'.repeat(10_000) };
    expect(await docs.upsert([record])).toEqual({ accepted: 1, rejected: [] });
    const [read] = await docs.fetch(['a']);
    expect(read).toEqual({ ...record, vectors: { '': Float32Array.of(1, -0) } });
    const index = { vectorBucketName: 'bucket', indexName: 'docs' };
    const { vectors } = await client.send(new GetVectorsCommand({ ...index, keys: ['a'], returnMetadata: true }));
    expect(Object.keys(vectors?.[0]?.metadata as object).toSorted()).toEqual(['document', 'long', 'vsm_rest', 'year']);
  });

  it('rejects by id what is over 40 KB, and writes the others', async () => {
    const { open } = await testServer();
    const store = open();
    await store.createCollection(SCHEMA);
    const docs = await store.openCollection('docs');
    const records = ['a', 'b'].map((id) => ({
      id,
      vectors: { '': [1, 2] },
      metadata: {},
      document: 'x'.repeat(id === 'a' ? 50_000 : 5),
    }));
    const foreseen = await docs.wouldReject?.(records);
    const { accepted, rejected } = await docs.upsert(records);
    expect(foreseen).toEqual(rejected);
    expect(accepted).toBe(1);
    expect(rejected).toMatchObject([{ id: 'a', reason: 'too-large', detail: expect.stringContaining('over 40960') }]);
  });

  it('keeps the text under a key of the choice of the user, and finds it again by itself', async () => {
    const { open } = await testServer();
    await open({ document: '_page_content' }).createCollection(SCHEMA);
    const docs = await open().openCollection('docs');
    const record = { id: 'a', vectors: { '': [1, 2] }, metadata: { document: 'no text' }, document: 'the text' };
    await docs.upsert([record]);
    expect(await docs.fetch(['a'])).toMatchObject([{ metadata: { document: 'no text' }, document: 'the text' }]);
  });
});

describe('an index of an application', () => {
  it('of LangChain has its text where LangChain puts it', async () => {
    const { open, application } = await testServer();
    const metadata = { _page_content: 'the text', source: 'a.pdf', page: 3, score: 2.5, tags: ['x'] };
    await application('langchain', [], [{ key: 'a', data: { float32: [1, 2] }, metadata }]);
    const docs = await open().openCollection('langchain');
    expect(await docs.fetch(['a'])).toMatchObject([
      { document: 'the text', metadata: { source: 'a.pdf', page: 3, score: 2.5, tags: ['x'] } },
    ]);
    const { reading } = await docs.describe();
    expect(reading).toContainEqual(expect.objectContaining({ field: '_page_content', role: 'document' }));
  });

  it('has no place for more than 2 KB: such a record is rejected with what to do', async () => {
    const { open, application } = await testServer();
    await application('plain', ['text'], [{ key: 'a', data: { float32: [1, 2] }, metadata: { text: 'long' } }]);
    const plain = await open().openCollection('plain');
    const records = [
      { id: 'b', vectors: { '': [1, 2] }, metadata: { note: 'x'.repeat(3000) } },
      { id: 'c', vectors: { '': [1, 2] }, metadata: { nested: { a: 1 } }, document: 'y'.repeat(5000) },
    ];
    const foreseen = await plain.wouldReject?.(records);
    const { rejected } = await plain.upsert(records);
    expect(foreseen).toEqual(rejected);
    expect(rejected).toMatchObject([
      { id: 'b', reason: 'too-large', detail: expect.stringContaining('an index that VSM makes has a place for more') },
    ]);
    expect(await plain.fetch(['c'])).toEqual([{ ...records[1], vectors: { '': Float32Array.of(1, 2) } }]);
    expect((await plain.describe()).notes).toEqual([expect.stringContaining('2 KB')]);
  });
});

it('a cursor that is no longer good is said to be, so that the scan begins again', async () => {
  const { open } = await testServer();
  const store = open();
  await store.createCollection(SCHEMA);
  const docs = await store.openCollection('docs');
  await docs.upsert(['a', 'b', 'c'].map((id) => ({ id, vectors: { '': [1, 2] }, metadata: {} })));
  const { cursor } = await docs.scan({ limit: 1, include: [] });
  await store.dropCollection?.('docs');
  await store.createCollection(SCHEMA);
  const again = await store.openCollection('docs');
  const scan = again.scan({ limit: 1, include: [], cursor: cursor ?? '' });
  await expect(scan).rejects.toSatisfy((error) => VsmError.isInstance(error) && error.code === 'INVALID_CURSOR');
});

it('without credentials the error says where they come from, and without a region too', async () => {
  const { open } = await testServer();
  const none = open({
    credentials: () => Promise.reject(Object.assign(new Error('none'), { name: 'CredentialsProviderError' })),
  });
  await expect(none.listCollections()).rejects.toMatchObject({
    code: 'UNAUTHORIZED',
    message: expect.stringContaining('AWS_PROFILE'),
  });
});
