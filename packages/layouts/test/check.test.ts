import { createMemory } from '@vsm/adapter-memory';
import { createPinecone } from '@vsm/adapter-pinecone';
import { createQdrant } from '@vsm/adapter-qdrant';
import type { CollectionSchema, VectorRecord, VectorStoreV1 } from '@vsm/core/adapter';
import { checkLayout, detectLayout, haystackPointId, proposeLayout } from '@vsm/layouts';
import { expect, it } from 'vitest';

const QDRANT = createQdrant({ url: 'http://localhost:1' });
const PINECONE = createPinecone({ apiKey: 'none' });

async function posing(
  as: VectorStoreV1,
  records: readonly VectorRecord[],
  vectors: CollectionSchema['vectors'] = { '': { kind: 'dense', dimension: 2, metric: 'cosine' } },
): Promise<VectorStoreV1> {
  const memory = createMemory();
  await memory.createCollection({ name: 'docs', vectors });
  await (await memory.openCollection('docs')).upsert(records);
  return { ...memory, adapter: as.adapter, capabilities: as.capabilities };
}

const id = '3b6e2a52-6b0e-4d0c-8f7c-0a8c2a7d9e01';
const vectors = { '': [1, 2] };

async function findings(store: VectorStoreV1, layout: string): Promise<Record<string, string>> {
  const check = await checkLayout(store, 'docs', layout);
  expect(check.passed).toBe(check.findings.every(({ level }) => level !== 'problem'));
  return Object.fromEntries(check.findings.map(({ about, level, detail }) => [about, `${level}: ${detail}`]));
}

it('What a framework wrote is fine in every respect', async () => {
  const record = { id, vectors, metadata: { page_content: 'text', metadata: { page: 1 } } };
  expect(await findings(await posing(QDRANT, [record]), 'langchain-py')).toStrictEqual({
    text: 'fine: all 1 sampled records have a text in the field "page_content", where LangChain for Python looks for it',
    metadata: 'fine: all 1 sampled records have their metadata in the field "metadata", where filters look for it',
    ids: 'fine: all 1 sampled records have an id that LangChain for Python can address (uuid or uint64)',
    vector: 'fine: the unnamed vector is there, which LangChain for Python searches',
    dimension: 'fine: it has 2 dimensions: so must the embedding model',
    metric: 'fine: it is compared by cosine, as LangChain for Python does unless told otherwise',
  });
});

it('A faithful copy that no layout was given for is not', async () => {
  const record = { id, vectors: { text: [1, 2] }, metadata: { page: 1 }, document: 'text' };
  const store = await posing(QDRANT, [record], { text: { kind: 'dense', dimension: 2, metric: 'euclidean' } });
  expect(await findings(store, 'langchain-py')).toMatchObject({
    text: expect.stringMatching(/^problem: none of 1/) as string,
    metadata: expect.stringMatching(/^problem: none of 1/) as string,
    vector: 'problem: LangChain for Python searches the unnamed vector, and there is "text"',
  });
});

it('Either name by which a framework finds its vector is fine', async () => {
  const content = JSON.stringify({ id_: id, text: 'text', class_name: 'TextNode' });
  const metadata = { _node_content: content, _node_type: 'TextNode', doc_id: 'a', document_id: 'a', ref_doc_id: 'a' };
  for (const name of ['', 'text-dense']) {
    const schema = { [name]: { kind: 'dense', dimension: 2, metric: 'cosine' } } as const;
    const store = await posing(QDRANT, [{ id, vectors: { [name]: [1, 2] }, metadata }], schema);
    expect((await findings(store, 'llamaindex-py'))['vector']).toMatch(/^fine: .* is there/);
  }
});

it('The metric is a note, since the framework may have been told', async () => {
  const record = { id, vectors, metadata: { content: 'text', metadata: null } };
  const store = await posing(QDRANT, [record], { '': { kind: 'dense', dimension: 2, metric: 'euclidean' } });
  const check = await checkLayout(store, 'docs', 'langchain-js');
  expect(check.passed).toBe(true);
  expect(check.findings.find(({ about }) => about === 'metric')).toMatchObject({
    level: 'note',
    detail: expect.stringContaining('compared by euclidean') as string,
  });
});

it('A scope that is missing means that nothing is found', async () => {
  const record = { id, vectors, metadata: { page_content: 'text', metadata: {} } };
  expect((await findings(await posing(QDRANT, [record]), 'dify'))['scope']).toMatch(/^problem: none.*finds no others$/);
  const scoped = { ...record, metadata: { ...record.metadata, group_id: 'd' } };
  expect((await findings(await posing(QDRANT, [scoped]), 'dify'))['scope']).toBe(
    'fine: all 1 sampled records say in "group_id" whose they are ("d")',
  );
});

it('Ids are those by which the framework deletes', async () => {
  const haystack = (point: string): VectorRecord => ({
    id: point,
    vectors,
    metadata: { id: 'doc', content: 'text', meta: {} },
  });
  expect((await findings(await posing(QDRANT, [haystack(haystackPointId('doc'))]), 'haystack'))['ids']).toMatch(
    /^fine/,
  );
  expect((await findings(await posing(QDRANT, [haystack(id)]), 'haystack'))['ids']).toMatch(/^problem: none of 1/);
  const node = { _node_content: '{"id_": "n", "class_name": "TextNode", "text": "t"}', _node_type: 'TextNode' };
  const chunk = { vectors, metadata: { ...node, ref_doc_id: 'd' } };
  expect((await findings(await posing(PINECONE, [{ id: 'd#n', ...chunk }]), 'llamaindex-py'))['ids']).toMatch(/^fine/);
  expect((await findings(await posing(PINECONE, [{ id: 'n', ...chunk }]), 'llamaindex-py'))['ids']).toMatch(/^problem/);
});

it('What VSM keeps aside is said', async () => {
  const record = {
    id,
    vectors,
    metadata: { page_content: 't', metadata: {}, __vsm: '{"vsm":1,"id":"x"}', __vsm_layout: '{}' },
  };
  const { findings: found } = await checkLayout(await posing(QDRANT, [record]), 'docs', 'langchain-py');
  expect(
    found.filter(({ about }) => about === 'kept aside').map(({ detail }) => /"(__vsm\w*)"/.exec(detail)?.[1]),
  ).toEqual(['__vsm', '__vsm_layout']);
});

it('An empty collection says so, and an unknown layout what there is', async () => {
  expect((await findings(await posing(QDRANT, []), 'langchain-py'))['text']).toBe('note: the collection is empty');
  await expect(checkLayout(QDRANT, 'docs', 'langchain')).rejects.toThrow(/There is no layout "langchain"/);
});

it('A layout is proposed where the framework would not find its records, and only there', async () => {
  const record = { id, vectors, metadata: { page_content: 'text', metadata: { page: 1 } } };
  const detected = await detectLayout(await posing(QDRANT, [record]), 'docs');
  if (detected === undefined) throw new Error('nothing was detected');
  expect(proposeLayout(detected, QDRANT, PINECONE)).toMatchObject({
    from: 'langchain-py',
    to: 'langchain-py',
    note: expect.stringContaining('add --layout-from langchain-py --layout-to langchain-py') as string,
  });
  expect(proposeLayout(detected, QDRANT, QDRANT)).toBeUndefined();
  expect(proposeLayout(detected, QDRANT, { adapter: 'lancedb' })).toBeUndefined();
  expect(proposeLayout({ ...detected, confidence: 0.5 }, QDRANT, PINECONE)).toBeUndefined();
});
