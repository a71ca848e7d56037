import type { VectorRecord } from '@vsm/core/adapter';
import { createLayout } from '@vsm/layouts';
import { describe, expect, it } from 'vitest';
import { FIELD_STORES } from './shapes-fields.ts';

// What the adapters are asked for, so that a collection which is made is the framework's own.

describe('a collection that is made', () => {
  const wanted = { name: 'docs', vectors: { '': { kind: 'dense', dimension: 3, metric: 'cosine' } } } as const;
  const record: VectorRecord = {
    id: 'a',
    vectors: { '': [1, 2, 3] },
    metadata: { page: 1, title: 'x', tags: ['a'] },
    document: 'text',
  };
  const nativeFor = (framework: string, store: keyof typeof FIELD_STORES): unknown => {
    const target = FIELD_STORES[store];
    const layout = createLayout({ from: framework, source: FIELD_STORES.milvus, target, sourceCollection: 'docs' });
    return layout.adapt(wanted, [record]).schema.native?.[target.adapter];
  };

  it('is one of LangChain', () => {
    expect(nativeFor('langchain-py', 'milvus')).toStrictEqual({
      wanted: { key: 'pk', document: 'text', vector: 'vector', sparse: 'sparse' },
    });
    expect(nativeFor('langchain-py', 'weaviate')).toMatchObject({
      class: { properties: [{ name: 'text', dataType: ['text'] }] },
    });
    expect(nativeFor('langchain-py', 'elasticsearch')).toStrictEqual({
      fields: {
        document: 'text',
        metadata: 'metadata',
        vector: { elasticsearch: 'vector', opensearch: 'vector_field' },
      },
    });
    expect(nativeFor('langchain-py', 'redis')).toStrictEqual({
      fields: {
        document: 'text',
        vector: 'embedding',
        metadata: '_metadata_json',
        name: '_index_name',
        // What an application may filter by.
        filters: [
          { field: 'page', type: 'number' },
          { field: 'title', type: 'text' },
        ],
      },
    });
    expect(nativeFor('langchain-py', 'mongodb')).toMatchObject({
      places: { document: 'text', vectors: [{ name: '', field: 'embedding' }] },
      searchIndexes: [{ name: 'vector_index', type: 'vectorSearch' }],
    });
  });

  it('is one of LlamaIndex', () => {
    expect(nativeFor('llamaindex-py', 'milvus')).toStrictEqual({
      wanted: { key: 'id', document: 'text', texts: ['doc_id'], vector: 'embedding', sparse: 'sparse_embedding' },
    });
    expect(nativeFor('llamaindex-py', 'elasticsearch')).toMatchObject({
      fields: { document: 'content', metadata: 'metadata', vector: 'embedding' },
    });
    expect(nativeFor('llamaindex-py', 'redis')).toMatchObject({
      fields: { document: 'text', vector: 'vector', separator: '_' },
    });
    expect(nativeFor('llamaindex-py', 'mongodb')).toMatchObject({
      places: { document: 'text', container: 'metadata', vectors: [{ field: 'embedding' }] },
    });
  });

  it('is one of Haystack', () => {
    expect(nativeFor('haystack', 'milvus')).toStrictEqual({
      wanted: { key: 'id', document: 'text', vector: 'vector' },
    });
    expect(nativeFor('haystack', 'elasticsearch')).toMatchObject({
      fields: { document: 'content', vector: 'embedding', texts: 'keyword' },
    });
    expect(nativeFor('haystack', 'mongodb')).toMatchObject({
      places: { document: 'content', container: 'meta', beside: { id: 'id', blob: 'blob' } },
    });
    expect(nativeFor('haystack', 'weaviate')).toHaveProperty('class.properties.0.name', '_original_id');
  });

  it.each([
    ['milvus', { fields: [{ name: 'pk' }, { name: 'text' }, { name: 'vector' }] }],
    ['elasticsearch', { mappings: { properties: { text: {}, metadata: {}, vector: {} } } }],
  ] as const)('in %s has the fields of its own framework, and never those of the one before', (store, had) => {
    const source = FIELD_STORES[store];
    const madeFor = (to: string): unknown => {
      const layout = createLayout({ from: 'langchain-py', to, source, target: source, sourceCollection: 'docs' });
      return layout.adapt({ ...wanted, native: { [store]: had } }, [record]).schema.native?.[store];
    };
    expect(madeFor('haystack')).toStrictEqual(nativeFor('haystack', store));
    expect(madeFor('langchain-py')).toStrictEqual({ ...(nativeFor('langchain-py', store) as object), ...had });
  });
});
