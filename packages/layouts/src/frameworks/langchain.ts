import type { JsonObject } from '@vsm/core/adapter';
import type { Form, Framework, LayoutOptions, WantedCollection } from '../form.ts';
import { customIdColumn } from '../ids.ts';
import { mongodbCollection } from '../making.ts';
import { dottedPaths, splitLines } from '../rewrites.ts';

// LangChain for Python: langchain-qdrant, langchain-chroma, langchain-pinecone, langchain-postgres.

export const langchainPython: Framework = {
  name: 'langchain-py',
  title: 'LangChain for Python',
  options: {
    version:
      'Postgres: 1 for PGVector (langchain_pg_embedding), 2 for PGVectorStore, 0 for PGVector of langchain-community, which has custom_id; default 2',
    hybrid:
      'Postgres, PGVectorStore: true for HybridSearchConfig, whose tsvector column is made; default as in the source',
    language: 'Postgres, PGVectorStore: tsv_lang of HybridSearchConfig; default english',
    search_column:
      'Postgres, PGVectorStore: tsv_column of HybridSearchConfig; default the column of the text with "_tsv"',
  },
  forms: {
    qdrant: (options) => ({
      text: { field: options['text_key'] ?? 'page_content' },
      textRequired: true,
      metadata: { field: options['metadata_key'] ?? 'metadata' },
      vector: options['vector_name'] ?? '',
      sparse: options['sparse_vector_name'] ?? 'langchain-sparse',
      metric: 'cosine',
      ids: ['uuid', 'uint64'],
    }),
    chroma: () => ({ text: 'document', textRequired: true, metadata: 'root', vector: '', metric: 'euclidean' }),
    pinecone: (options) => ({
      text: { field: options['text_key'] ?? 'text' },
      textRequired: true,
      metadata: 'root',
      vector: '',
      metric: 'cosine',
    }),
    lancedb: () => ({
      text: 'document',
      textRequired: true,
      metadata: 'root',
      vector: '',
      metric: 'euclidean',
      sourceOnly: true,
    }),
    folder: () => folder,
    // Whatever the documents have is metadata there, which wants enable_dynamic_field=True of the application.
    milvus: () => beside(() => ({ wanted: { key: 'pk', document: 'text', vector: 'vector', sparse: 'sparse' } })),
    weaviate: () => ({
      ...beside(() => ({ class: { class: 'LangChain', properties: [{ name: 'text', dataType: ['text'] }] } })),
      ids: ['uuid'],
    }),
    // Two classes: ElasticsearchStore, and OpenSearchVectorSearch of langchain-community.
    elasticsearch: () =>
      beside(() => ({
        fields: {
          document: 'text',
          metadata: 'metadata',
          vector: { elasticsearch: 'vector', opensearch: 'vector_field' },
        },
      })),
    redis: () => ({ ...beside(redisFields), fills: ['_index_name'] }),
    mongodb: () =>
      beside((wanted) => mongodbCollection({ document: 'text', vector: 'embedding', index: 'vector_index' }, wanted)),
    pgvector: (options) => {
      if (options['version'] === '0') return pythonVersion0;
      return options['version'] === '1' ? pythonVersion1 : pythonVersion2(options);
    },
  },
};

/** FAISS, HNSWLib and the in-memory stores, as the adapter reads what they left. */
const folder: Form = { text: 'document', textRequired: true, metadata: 'root', vector: '', sourceOnly: true };

/** The stores in which the text has a place of its own, whatever it is called there, and the metadata all others. */
function beside(making: Form['making']): Form {
  return { text: 'document', textRequired: true, metadata: 'root', vector: '', making };
}

/** Of a hash: metadata as JSON text, which is read, and once more each by itself, which is filtered by. */
function redisFields({ fields }: WantedCollection): JsonObject {
  return {
    fields: {
      document: 'text',
      vector: 'embedding',
      metadata: '_metadata_json',
      name: '_index_name',
      filters: fields.flatMap(({ key, type }) => (type === 'boolean' ? [] : [{ field: key, type }])),
    },
  };
}

/** One table for all collections, told apart by the uuid of a row in `langchain_pg_collection`. */
const pythonVersion1: Form = {
  text: 'document',
  textRequired: true,
  metadata: 'root',
  // It joins the two tables, and finds no row of no collection.
  scope: { field: 'collection_id', when: 'required', named: true },
  vector: '',
  metric: 'cosine',
  table: {
    id: { column: 'id', type: 'varchar' },
    document: { column: 'document', type: 'varchar' },
    metadata: { column: 'cmetadata', type: 'jsonb', index: 'ix_cmetadata_gin' },
    vector: { column: 'embedding' },
    fields: [
      {
        column: 'collection_id',
        type: 'uuid',
        references: { table: 'langchain_pg_collection', key: 'uuid', name: 'name', metadata: 'cmetadata' },
      },
    ],
  },
};

/** PGVector of langchain-community: rows have a random key, and the application's own id beside it. */
const pythonVersion0: Form = {
  text: 'document',
  textRequired: true,
  metadata: 'root',
  scope: { field: 'collection_id', when: 'required', named: true },
  id: customIdColumn,
  vector: '',
  metric: 'cosine',
  sourceOnly: true,
};

function pythonVersion2(options: LayoutOptions): Form {
  const text = options['text_key'] ?? 'content';
  const search = { column: options['search_column'] ?? `${text}_tsv`, language: options['language'] ?? 'english' };
  return {
    text: 'document',
    textRequired: true,
    metadata: 'root',
    vector: '',
    metric: 'cosine',
    ...((options['id_type'] ?? 'uuid') === 'uuid' && { ids: ['uuid'] }),
    table: {
      id: { column: options['id_column'] ?? 'langchain_id', type: options['id_type'] ?? 'uuid' },
      document: { column: text, type: 'text', notNull: true },
      metadata: { column: options['metadata_key'] ?? 'langchain_metadata', type: 'json' },
      vector: { column: options['vector_name'] ?? 'embedding' },
      filledSearch: search,
      ...(options['hybrid'] === 'true' && { search: { ...search, filled: true } }),
    },
  };
}

// LangChain for JavaScript: @langchain/qdrant, @langchain/community, @langchain/pinecone. Flowise and n8n are built on it.

export const langchainJavaScript: Framework = javaScript('langchain-js', 'LangChain for JavaScript', 'text');
export const flowise: Framework = javaScript('flowise', 'Flowise', 'pageContent');
export const n8n: Framework = javaScript('n8n', 'n8n', 'text');

function javaScript(name: string, title: string, textColumn: string): Framework {
  return {
    name,
    title,
    forms: {
      folder: () => folder,
      qdrant: (options) => ({
        text: { field: options['text_key'] ?? 'content' },
        textRequired: true,
        metadata: { field: options['metadata_key'] ?? 'metadata' },
        vector: '',
        metric: 'cosine',
        ids: ['uuid', 'uint64'],
      }),
      chroma: () => ({
        text: 'document',
        textRequired: true,
        metadata: 'root',
        rewrite: splitLines,
        vector: '',
        metric: 'euclidean',
      }),
      pinecone: (options) => ({
        text: { field: options['text_key'] ?? 'text' },
        textRequired: true,
        metadata: 'root',
        rewrite: dottedPaths,
        vector: '',
      }),
      pgvector: (options) => ({
        text: 'document',
        textRequired: true,
        metadata: 'root',
        scope: { field: 'collection_id', when: 'given' },
        vector: '',
        metric: 'cosine',
        ids: ['uuid'],
        table: {
          id: { column: options['id_column'] ?? 'id', type: 'uuid' },
          document: { column: options['text_key'] ?? textColumn, type: 'text' },
          metadata: { column: options['metadata_key'] ?? 'metadata', type: 'jsonb' },
          vector: { column: options['vector_name'] ?? 'embedding' },
          ...(options['scope'] !== undefined && { fields: [{ column: 'collection_id', type: 'uuid' }] }),
        },
      }),
    },
  };
}
