import { createPgvector } from '@vsm/adapter-pgvector';
import { createPinecone } from '@vsm/adapter-pinecone';
import { createQdrant } from '@vsm/adapter-qdrant';
import { createChroma } from '@vsm/adapter-chroma';
import type { RecordLayout } from '@vsm/core';
import type { StoreFacts, VectorRecord } from '@vsm/core/adapter';
import { createLayout, parseLayout, printLayout } from '@vsm/layouts';
import { describe, expect, it } from 'vitest';

const STORES = {
  qdrant: createQdrant({ url: 'http://localhost:1' }),
  chroma: createChroma({ url: 'http://localhost:1' }),
  pinecone: createPinecone({ apiKey: 'none' }),
  pgvector: createPgvector({ client: { query: () => Promise.resolve({ rows: [] }) } }),
} satisfies Record<string, StoreFacts>;
type Name = keyof typeof STORES;

function layout(from: string, to: string, source: Name, target: Name, more: object = {}): RecordLayout {
  const ends = { source: STORES[source], target: STORES[target], sourceCollection: 'docs' };
  return createLayout({ from, to, ...ends, ...more });
}

const record: VectorRecord = { id: 'a', vectors: { '': [1, 2, 3] }, metadata: { page: 1 }, document: 'text' };

describe('the scope of records', () => {
  it('is refused where the target has no place for it, unless it is the one that was chosen', () => {
    const inNamespace = { ...record, namespace: 'eu' };
    const many = layout('langchain-py', 'langchain-py', 'pinecone', 'qdrant');
    expect(many.change(inNamespace)).toMatchObject({ refused: expect.stringContaining('no place for "eu"') as string });
    expect(many.change(record)).toMatchObject({ id: 'a' });
    const one = layout('langchain-py', 'langchain-py', 'pinecone', 'qdrant', { namespaces: ['eu'] });
    expect(one.change(inNamespace)).toStrictEqual({
      id: 'a',
      vectors: { '': [1, 2, 3] },
      metadata: { page_content: 'text', metadata: { page: 1 } },
    });
    expect(one.description.namespaces).toBe('changed');
  });

  it('becomes a namespace where the store has them, and what it was on the way back', () => {
    const tenant = { ...record, document: undefined, metadata: { text: 't', metadata: {}, tenant_id: 'kb-1' } };
    const there = layout('open-webui', 'langchain-py', 'qdrant', 'pinecone');
    const moved = there.change(tenant);
    expect(moved).toMatchObject({ namespace: 'kb-1', document: 't', metadata: {} });
    const back = layout('langchain-py', 'open-webui', 'pinecone', 'qdrant');
    expect(back.change(moved as VectorRecord)).toMatchObject({
      metadata: { text: 't', metadata: {}, tenant_id: 'kb-1' },
    });
  });

  it('is asked for where a framework would find nothing without it', () => {
    expect(layout('dify', 'dify', 'chroma', 'qdrant').change(record)).toMatchObject({
      refused: expect.stringMatching(/Dify finds only records with "group_id".*scope=/) as string,
    });
    expect(layout('dify', 'dify:dataset=d-1', 'chroma', 'qdrant').change(record)).toMatchObject({
      metadata: { group_id: 'd-1' },
    });
    const named = { sourceCollection: 'vector_index_5f1b0c4e_6d1a_4a55_9d0e_1b2c3d4e5f60_node' };
    expect(layout('dify', 'dify', 'chroma', 'qdrant', named).change(record)).toMatchObject({
      metadata: { group_id: '5f1b0c4e-6d1a-4a55-9d0e-1b2c3d4e5f60' },
    });
  });

  it('of LangChain in Postgres is written only where its collection was named, and read from every row', () => {
    const row = { ...record, metadata: { page: 1, collection_id: 'c-1' } };
    expect(layout('langchain-py:version=1', 'langchain-py', 'pgvector', 'qdrant').change(row)).toHaveProperty(
      'refused',
    );
    expect(layout('langchain-py:version=1,scope=c-1', 'langchain-py', 'pgvector', 'qdrant').change(row)).toMatchObject({
      metadata: { page_content: 'text', metadata: { page: 1 } },
    });
    const target = layout('langchain-py', 'langchain-py:version=1,collection_id=c-2', 'chroma', 'pgvector');
    expect(target.change(record)).toMatchObject({ metadata: { page: 1, collection_id: 'c-2' } });
  });
});

describe('vectors filled up with zeros', () => {
  const rows = { ...record, vectors: { '': [1, 2, 0, 0] }, metadata: { collection_name: 'kb' } };

  it('are cut where the dimension is said, and only where nothing but zeros is cut', () => {
    const cut = layout('open-webui:dimension=2', 'open-webui', 'pgvector', 'qdrant');
    expect(cut.change(rows)).toMatchObject({ vectors: { '': [1, 2] } });
    expect(cut.adapt({ name: 'x', vectors: { '': { kind: 'dense', dimension: 4 } } }).schema.vectors['']).toMatchObject(
      {
        dimension: 2,
      },
    );
    expect(cut.change({ ...rows, vectors: { '': [1, 2, 0, 3] } })).toMatchObject({
      refused: expect.stringContaining('not filled up with zeros from dimension 2') as string,
    });
  });

  it('are filled up to the length of the table, and never cut', () => {
    const filled = layout('open-webui:scope=kb', 'open-webui:length=5', 'chroma', 'pgvector');
    expect(filled.change(record)).toMatchObject({ vectors: { '': new Float32Array([1, 2, 3, 0, 0]) } });
    const short = layout('open-webui:scope=kb', 'open-webui:length=2', 'chroma', 'pgvector');
    expect(short.change(record)).toMatchObject({ refused: expect.stringContaining('3 dimensions') as string });
  });
});

describe('what a plan is told', () => {
  it('is how the framework compares, which vector it searches and which indexes it filters by', () => {
    const source = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 3, metric: 'euclidean' } } } as const;
    const indexes = [{ path: 'page', type: 'integer' }] as const;
    const plan = layout('llamaindex-py', 'llamaindex-py', 'chroma', 'qdrant').adapt({ ...source, indexes });
    expect(plan.vectorNames).toStrictEqual({ '': '' });
    expect(plan.schema.indexes).toStrictEqual([
      { path: 'doc_id', type: 'keyword' },
      { path: 'page', type: 'integer' },
    ]);
    expect(plan.notes?.[0]).toMatch(
      /compares by cosine in qdrant unless it is told otherwise, and this collection by euc/,
    );
    const nested = layout('langchain-py', 'langchain-py', 'chroma', 'qdrant').adapt({ ...source, indexes });
    expect(nested.schema.indexes).toStrictEqual([{ path: 'metadata.page', type: 'integer' }]);
  });

  it('is what LlamaIndexTS does not keep in Postgres, unless it is told to', () => {
    const source = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 3 } } } as const;
    const plain = layout('llamaindex-ts', 'llamaindex-ts', 'qdrant', 'pgvector');
    expect(plain.adapt(source).losses?.[0]).toContain('relationships');
    const kept = layout('llamaindex-ts', 'llamaindex-ts:keep_node=true', 'qdrant', 'pgvector');
    expect(kept.adapt(source).losses).toStrictEqual([]);
    const node = { id_: 'a', relationships: { SOURCE: { nodeId: 'd' } }, text: 't', type: 'TEXT' };
    const stored = {
      ...record,
      document: undefined,
      metadata: { page: 1, _node_content: JSON.stringify(node), _node_type: 'TextNode', ref_doc_id: 'd' },
    };
    expect(plain.change(stored)).toMatchObject({
      document: 't',
      metadata: { page: 1, collection: 'data', external_id: '' },
    });
    const back = layout('llamaindex-ts:keep_node=true', 'llamaindex-ts', 'pgvector', 'qdrant');
    const returned = back.change(kept.change(stored) as VectorRecord) as VectorRecord;
    expect(JSON.parse(returned.metadata['_node_content'] as string)).toStrictEqual(node);
    expect(returned.metadata).toMatchObject({ page: 1, ref_doc_id: 'd' });
  });

  it('is which store’s form it is, where the records lie in a file', () => {
    const file: StoreFacts = { adapter: 'file', capabilities: STORES.chroma.capabilities };
    const ends = { source: file, target: STORES.chroma, sourceCollection: 'docs' };
    expect(() => createLayout({ from: 'langchain-py', ...ends })).toThrow(/not known; it is for.*store=qdrant/s);
    const backup = createLayout({ from: 'langchain-py:store=pinecone', ...ends });
    expect(backup.change({ ...record, metadata: { page: 1 } })).toStrictEqual(record);
  });
});

describe('the name of a layout', () => {
  it('takes the names of frameworks for options', () => {
    const choice = parseLayout('langchain-js:contentPayloadKey=body,metadata-payload-key=meta');
    expect(printLayout(choice)).toBe('langchain-js:metadata_key=meta,text_key=body');
  });

  it.each([
    ['langchain-pi', /Did you mean "langchain-py"\?/],
    ['', /There are langchain-py, langchain-js/],
    ['haystack:colour=red', /"colour=red" is not an option of the layout haystack.*text_key: the field/s],
    ['haystack:sparse', /is written haystack:key=value/],
  ])('"%s" is refused with what there is', (text, message) => {
    expect(() => parseLayout(text)).toThrow(message);
  });
});
