import type { Form, Framework, LayoutOptions } from '../form.ts';
import { dottedPaths, splitLines } from '../rewrites.ts';

// LangChain for Python: langchain-qdrant, langchain-chroma, langchain-pinecone, langchain-postgres.

export const langchainPython: Framework = {
  name: 'langchain-py',
  title: 'LangChain for Python',
  options: {
    version: 'Postgres: 1 for PGVector (langchain_pg_embedding), 2 for PGVectorStore; default 2',
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
    pgvector: (options) => (options['version'] === '1' ? pythonVersion1 : pythonVersion2(options)),
  },
};

/** One table for all collections, told apart by the uuid of a row in `langchain_pg_collection`. */
const pythonVersion1: Form = {
  text: 'document',
  textRequired: true,
  metadata: 'root',
  scope: { field: 'collection_id', when: 'given' },
  vector: '',
  metric: 'cosine',
  table: {
    id: { column: 'id', type: 'varchar' },
    document: { column: 'document', type: 'varchar' },
    metadata: { column: 'cmetadata', type: 'jsonb' },
    vector: { column: 'embedding' },
    fields: [{ column: 'collection_id', type: 'uuid' }],
  },
};

function pythonVersion2(options: LayoutOptions): Form {
  return {
    text: 'document',
    textRequired: true,
    metadata: 'root',
    vector: '',
    metric: 'cosine',
    ids: ['uuid'],
    table: {
      id: { column: options['id_column'] ?? 'langchain_id', type: 'uuid' },
      document: { column: options['text_key'] ?? 'content', type: 'text', notNull: true },
      metadata: { column: options['metadata_key'] ?? 'langchain_metadata', type: 'json' },
      vector: { column: options['vector_name'] ?? 'embedding' },
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
