import { createChroma } from '@vsm/adapter-chroma';
import { createMemory } from '@vsm/adapter-memory';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createPinecone } from '@vsm/adapter-pinecone';
import { createQdrant } from '@vsm/adapter-qdrant';
import { SchemaCompatibilityError, VectorStoreMigrator, type RecordLayout } from '@vsm/core';
import type { CollectionDescription, Metadata, StoreFacts, VectorRecord } from '@vsm/core/adapter';
import { createLayout } from '@vsm/layouts';
import { describe, expect, it } from 'vitest';
import { pythonJson } from './shapes.ts';

// What frameworks were seen to write, and to miss, when they were run.

const STORES = {
  qdrant: createQdrant({ url: 'http://localhost:1' }),
  chroma: createChroma({ url: 'http://localhost:1' }),
  pinecone: createPinecone({ apiKey: 'none' }),
  pgvector: createPgvector({ client: { query: () => Promise.resolve({ rows: [] }) } }),
} satisfies Record<string, StoreFacts>;
type Name = keyof typeof STORES;

function layout(from: string, to: string, source: Name, target: Name): RecordLayout {
  return createLayout({ from, to, source: STORES[source], target: STORES[target], sourceCollection: 'docs' });
}

function changed(step: RecordLayout, record: VectorRecord): VectorRecord {
  const found = step.change(record);
  if ('refused' in found) throw new Error(found.refused);
  return found;
}

const id = '3b6e2a52-6b0e-4d0c-8f7c-0a8c2a7d9e01';
const base = { id, vectors: { '': [1, 2] } };
const described: CollectionDescription = {
  name: 'docs',
  vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } },
};

describe('text that a layout makes', () => {
  it.each([
    ['llamaindex-py', 'pgvector'],
    ['dify:scope=g', 'pinecone'],
    ['llamaindex-py', 'chroma'],
  ] as const)('of %s in %s is the same whatever order the source gives keys in', (to, target) => {
    const step = layout('langchain-py', to, 'pinecone', target);
    const one = { ...base, document: 't', metadata: { b: { y: 1, x: [{ d: 1, c: 2 }] }, a: 2 } };
    const other = { ...base, document: 't', metadata: { a: 2, b: { x: [{ c: 2, d: 1 }], y: 1 } } };
    const sorted = (record: VectorRecord): unknown[] =>
      Object.entries(record.metadata)
        .filter(([, value]) => typeof value === 'string')
        .toSorted(([left], [right]) => (left < right ? -1 : 1));
    expect(sorted(changed(step, one))).toStrictEqual(sorted(changed(step, other)));
  });
});

describe('a blob of Haystack', () => {
  const blob = { data: [0, 255, 10], meta: { n: 1 }, mime_type: 'image/png' };
  const columns = { blob_data: '\\x00ff0a', blob_meta: { n: 1 }, blob_mime_type: 'image/png' };
  const row = { ...base, id: 'h-1', document: 't', metadata: { page: 1, ...columns } };

  it('is a part of the document in Qdrant and in Postgres, byte for byte', () => {
    const there = changed(layout('haystack', 'haystack', 'pgvector', 'qdrant'), row);
    expect(there.metadata).toStrictEqual({
      id: 'h-1',
      content: 't',
      blob,
      score: null,
      sparse_embedding: null,
      meta: { page: 1 },
    });
    expect(changed(layout('haystack', 'haystack', 'qdrant', 'pgvector'), there)).toStrictEqual(row);
  });

  it('is kept aside in Chroma, which the plan counts, and comes back', () => {
    const step = layout('haystack', 'haystack', 'pgvector', 'chroma');
    expect(step.adapt(described, [row]).notes).toContainEqual(
      expect.stringMatching(/1 of 1 sampled records have a blob/),
    );
    const there = changed(step, row);
    expect(Object.keys(there.metadata)).toStrictEqual(['page', '__vsm_layout']);
    expect(changed(layout('haystack', 'haystack', 'chroma', 'pgvector'), there)).toStrictEqual(row);
  });

  it('that is not there, and no sparse embedding, leave nothing aside', () => {
    const point = {
      ...base,
      metadata: { id: 'h-1', content: 't', blob: null, score: null, sparse_embedding: null, meta: { page: 1 } },
    };
    expect(changed(layout('haystack', 'haystack', 'qdrant', 'chroma'), point).metadata).toStrictEqual({ page: 1 });
  });
});

describe('a node of LlamaIndex', () => {
  const node = (metadata: Metadata, text: string): Metadata => ({
    ...metadata,
    _node_content: pythonJson({
      id_: id,
      metadata: { ...metadata, document_id: 'my-0', doc_id: 0 },
      relationships: { '1': { node_id: 'file-1' } },
      text,
      start_char_idx: 3,
      class_name: 'TextNode',
    }),
    _node_type: 'TextNode',
    document_id: 'file-1',
    doc_id: 'file-1',
    ref_doc_id: 'file-1',
  });
  const record = { ...base, metadata: node({ page: 1 }, 'the text of the node') };

  it('keeps what an application calls as LlamaIndex calls its own fields', () => {
    const there = changed(layout('llamaindex-py', 'langchain-py', 'qdrant', 'chroma'), record);
    expect(there).toMatchObject({
      document: 'the text of the node',
      metadata: { page: 1, document_id: 'my-0', doc_id: 0 },
    });
    const back = changed(layout('langchain-py', 'llamaindex-py', 'chroma', 'qdrant'), there);
    expect(JSON.parse(back.metadata['_node_content'] as string)).toStrictEqual(
      JSON.parse(record.metadata['_node_content'] as string),
    );
    expect(back.metadata['document_id']).toBe('file-1');
  });

  it('says in the metadata of other frameworks of which document it is, unless an application calls something else so', () => {
    const there = changed(layout('llamaindex-py', 'langchain-py', 'qdrant', 'chroma'), record);
    expect(there.metadata['ref_doc_id']).toBe('file-1');
    const back = changed(layout('langchain-py', 'llamaindex-py', 'chroma', 'qdrant'), there);
    expect(back.metadata).toMatchObject({ ref_doc_id: 'file-1', doc_id: 'file-1', document_id: 'file-1' });
    expect(back.metadata['_node_content']).not.toContain('ref_doc_id');

    const own = { ...base, metadata: node({ ref_doc_id: 'mine' }, 't') };
    expect(changed(layout('llamaindex-py', 'haystack', 'qdrant', 'chroma'), own).metadata['ref_doc_id']).toBe('mine');
  });

  it('is kept aside without its text, which is there already', () => {
    const there = changed(layout('llamaindex-py', 'langchain-py', 'qdrant', 'chroma'), record);
    expect(there.metadata['__vsm_layout']).not.toContain('the text of the node');
  });
});

describe('a layout that the records contradict', () => {
  const points = [1, 2].map((page) => ({ ...base, metadata: { page_content: 'text', metadata: { page } } }));

  it('is a loss that wants a yes by name', () => {
    expect(layout('langchain-js', 'langchain-js', 'qdrant', 'chroma').adapt(described, points).losses).toStrictEqual([
      'you said langchain-js, but none of 2 sampled records has a text where that looks for it; these look like langchain-py (95 %: fields "page_content" and "metadata", and no others (2 of 2 records))',
    ]);
    const nodes = points.map((record) => ({
      ...base,
      document: 't',
      metadata: { ...record.metadata, _node_content: '{"class_name": "TextNode"}', _node_type: 'TextNode' },
    }));
    expect(layout('langchain-py', 'langchain-py', 'chroma', 'qdrant').adapt(described, nodes).losses?.[0]).toMatch(
      /^you said langchain-py; these look like llamaindex-py \(98 %/,
    );
  });

  it('is none where the records fit, or say nothing', () => {
    expect(layout('langchain-py', 'langchain-py', 'qdrant', 'chroma').adapt(described, points).losses).toStrictEqual(
      [],
    );
    expect(layout('langchain-js', 'langchain-js', 'qdrant', 'chroma').adapt(described, []).losses).toStrictEqual([]);
  });
});

describe('the table that is made', () => {
  const table = (to: string, sample: readonly VectorRecord[], source: CollectionDescription = described): unknown =>
    layout('langchain-py', to, 'chroma', 'pgvector').adapt(source, sample).schema.native?.['pgvector']?.['table'];
  const named = (given: string): VectorRecord => ({ ...base, id: given, metadata: {}, document: 't' });

  it('has a text column for ids that are no UUIDs, and says so', () => {
    expect(table('langchain-py', [named(id)])).toMatchObject({ id: { type: 'uuid' } });
    expect(table('langchain-py', [named('doc-1')])).toMatchObject({ id: { type: 'text' } });
    expect(table('langchain-py:id_type=varchar', [named('doc-1')])).toMatchObject({ id: { type: 'varchar' } });
    const { notes } = layout('langchain-py', 'langchain-py', 'chroma', 'pgvector').adapt(described, [named('doc-1')]);
    expect(notes).toContainEqual(expect.stringMatching(/1 of 1 sampled records have an id that is no UUID/));
  });

  it('has the columns of the source beside the JSON, and its search vector, where the framework is the same', () => {
    const native = {
      pgvector: {
        columns: [{ column: 'page', type: 'integer' }],
        computed: [{ column: 'text_search_tsv', type: 'tsvector' }],
      },
    };
    const from = { ...described, native };
    const own = layout('langchain-py', 'langchain-py', 'pgvector', 'pgvector').adapt(from, []);
    expect(own.schema.native?.['pgvector']?.['table']).toMatchObject({
      fields: [{ column: 'page', type: 'integer' }],
      search: { column: 'text_search_tsv', language: 'english' },
    });
    expect(own.notes).toHaveLength(2);
    const other = layout('langchain-py', 'haystack', 'pgvector', 'pgvector').adapt(from, []);
    expect(other.schema.native?.['pgvector']?.['table']).not.toHaveProperty('search');
  });
});

describe('the vector that a framework searches', () => {
  const named: CollectionDescription = {
    name: 'docs',
    vectors: { dense: { kind: 'dense', dimension: 2, metric: 'cosine' }, sparse: { kind: 'sparse' } },
  };
  const point = { id, vectors: { dense: [1, 2] }, metadata: { page_content: 't', metadata: {} } };

  async function planned(
    vectors: CollectionDescription['vectors'],
    { to = 'langchain-py', existing }: { to?: string; existing?: CollectionDescription['vectors'] } = {},
  ): Promise<Record<string, string>> {
    const memory = createMemory();
    await memory.createCollection({ ...named, vectors });
    await (await memory.openCollection('docs')).upsert([point]);
    const source = { ...memory, adapter: 'qdrant', capabilities: STORES.qdrant.capabilities };
    const other = createMemory();
    if (existing !== undefined) await other.createCollection({ name: 'docs', vectors: existing });
    const capabilities = STORES.qdrant.capabilities;
    const target = { ...other, adapter: 'qdrant', capabilities, effectiveCapabilities: async () => capabilities };
    const step = createLayout({ from: 'langchain-py:vector_name=dense', to, source, target, sourceCollection: 'docs' });
    const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
    return { ...(await migrator.plan({ sourceCollection: 'docs', layout: step })).vectorNames };
  }

  it('loses its name where the framework wants the unnamed one', async () => {
    expect(await planned(named.vectors)).toStrictEqual({ dense: '', sparse: 'langchain-sparse' });
  });

  it('has the name of LlamaIndex for hybrid search beside a sparse one alone, and in a collection that is there its own', async () => {
    const dense = { kind: 'dense', dimension: 2, metric: 'cosine' } as const;
    const to = 'llamaindex-py';
    expect(await planned({ dense }, { to })).toStrictEqual({ dense: '' });
    expect(await planned(named.vectors, { to })).toStrictEqual({ dense: 'text-dense', sparse: 'text-sparse-new' });
    expect(await planned({ dense }, { to, existing: { 'text-dense': dense } })).toStrictEqual({ dense: 'text-dense' });
    const both = { '': dense, 'text-sparse-new': { kind: 'sparse' } } as const;
    expect(await planned(named.vectors, { to, existing: both })).toMatchObject({ dense: '' });
    await expect(planned({ dense }, { existing: { 'text-dense': dense } })).rejects.toThrow(SchemaCompatibilityError);
  });

  it('is refused where the store has no unnamed one beside another', async () => {
    const two = { ...named.vectors, title: { kind: 'dense', dimension: 2, metric: 'cosine' } } as const;
    await expect(planned(two)).rejects.toThrow(SchemaCompatibilityError);
  });
});
