import { numberKind, type JsonObject, type MetadataValue } from '@vsm/core/adapter';
import type { FilterField, Form, Framework } from '../form.ts';
import { besideDocumentColumn, chunkIds, idBeside, nodeIdColumn } from '../ids.ts';
import { mongodbCollection } from '../making.ts';
import { plainTexts, textOf } from '../rewrites.ts';

const byDocument = [{ path: 'doc_id', type: 'keyword' }] as const;

const isEmptyForNull = (stored: MetadataValue, inside: MetadataValue): boolean => stored === '' && inside === null;
const isSameNumber = (stored: MetadataValue, inside: MetadataValue): boolean =>
  numberKind(stored) !== undefined && numberKind(inside) !== undefined && Number(stored) === Number(inside);

/** A storage folder, as the adapter reads it: the node as it was, and its text once more. Of a folder of Chroma, nodes without text. */
const folder = {
  text: 'document',
  metadata: 'root',
  nodes: { dialect: 'python', text: 'inside', same: isEmptyForNull },
  vector: '',
  sourceOnly: true,
} as const satisfies Form;

/** The stores in which the text lies beside the node, which has none then. */
const beside = {
  text: 'document',
  textRequired: true,
  metadata: 'root',
  nodes: { dialect: 'python', text: 'beside' },
  vector: '',
} as const satisfies Form;

/** As its class makes them, whatever it uses of them today. */
const weaviateProperties = ['text', 'ref_doc_id', 'node_info', 'relationships'].map((name) => ({
  name,
  dataType: ['text'],
}));

function redisFilters(fields: readonly FilterField[]): JsonObject[] {
  const own = ['id', 'doc_id'].map((field) => ({ field, type: 'text' }));
  return [...own, ...fields.flatMap(({ key, type }) => (type === 'boolean' ? [] : [{ field: key, type }]))];
}

export const llamaindexPython: Framework = {
  name: 'llamaindex-py',
  title: 'LlamaIndex for Python',
  options: {
    hybrid:
      'Postgres: true for hybrid_search, whose column text_search_tsv and index are made; default as in the source',
    language: 'Postgres: text_search_config of hybrid_search; default english',
  },
  forms: {
    folder: () => folder,
    qdrant: (options) => ({
      metadata: 'root',
      nodes: { dialect: 'python', text: 'inside' },
      vector: options['vector_name'] ?? '',
      ...(options['vector_name'] === undefined && { vectorBesideSparse: 'text-dense' }),
      sparse: options['sparse_vector_name'] ?? 'text-sparse-new',
      metric: 'cosine',
      ids: ['uuid'],
      indexes: byDocument,
    }),
    chroma: () => ({
      text: 'document',
      metadata: 'root',
      nodes: { dialect: 'python', text: 'beside', emptyForNull: true, same: isEmptyForNull },
      vector: '',
    }),
    pinecone: () => ({
      metadata: 'root',
      nodes: { dialect: 'python', text: 'inside' },
      id: chunkIds('#', 'plain'),
      vector: '',
    }),
    lancedb: () => ({
      text: 'document',
      metadata: 'root',
      nodes: { dialect: 'python', text: 'beside' },
      id: besideDocumentColumn,
      vector: '',
      metric: 'euclidean',
      sourceOnly: true,
    }),
    milvus: () => ({
      ...beside,
      making: () => ({
        wanted: { key: 'id', document: 'text', texts: ['doc_id'], vector: 'embedding', sparse: 'sparse_embedding' },
      }),
      sparse: 'sparse_embedding',
      metric: 'dot',
    }),
    weaviate: () => ({
      ...beside,
      // It takes whole numbers of records for floats.
      nodes: { ...beside.nodes, same: isSameNumber },
      making: () => ({ class: { class: 'LlamaIndex', properties: weaviateProperties } }),
      metric: 'cosine',
      ids: ['uuid'],
    }),
    elasticsearch: () => ({
      ...beside,
      making: () => ({
        fields: {
          document: 'content',
          metadata: 'metadata',
          vector: 'embedding',
          keywords: ['document_id', 'doc_id', 'ref_doc_id'],
        },
      }),
    }),
    redis: () => ({
      ...beside,
      nodes: { ...beside.nodes, same: (stored, inside) => textOf(stored) === textOf(inside) },
      rewrite: plainTexts,
      id: idBeside,
      making: ({ fields }) => ({
        fields: { document: 'text', vector: 'vector', separator: '_', filters: redisFilters(fields) },
      }),
      metric: 'cosine',
    }),
    mongodb: () => ({
      ...beside,
      making: (wanted) =>
        mongodbCollection(
          { document: 'text', vector: 'embedding', container: 'metadata', index: 'vector_index' },
          wanted,
        ),
    }),
    pgvector: (options) => ({
      text: 'document',
      textRequired: true,
      metadata: 'root',
      nodes: { dialect: 'python', text: 'beside' },
      id: nodeIdColumn,
      vector: '',
      metric: 'cosine',
      table: {
        // The framework adds a node again without looking whether it is there.
        id: { column: 'node_id', type: 'varchar', unique: false },
        document: { column: options['text_key'] ?? 'text', type: 'varchar', notNull: true },
        // It deletes by this key.
        metadata: { column: options['metadata_key'] ?? 'metadata_', type: 'json', keyIndexes: ['ref_doc_id'] },
        vector: { column: options['vector_name'] ?? 'embedding' },
        ...(options['hybrid'] === 'true' && {
          search: { column: 'text_search_tsv', language: options['language'] ?? 'english' },
        }),
        fields: [{ column: 'id', type: 'bigint', serial: true }],
      },
    }),
  },
};

export const llamaindexTypeScript: Framework = {
  name: 'llamaindex-ts',
  title: 'LlamaIndexTS',
  options: {
    keep_node: 'Postgres: true keeps the JSON of each node in a metadata field that the framework shows; default false',
  },
  forms: {
    folder: () => ({ ...folder, nodes: { dialect: 'typescript', text: 'inside' } }),
    qdrant: () => ({
      metadata: 'root',
      nodes: { dialect: 'typescript', text: 'inside' },
      vector: '',
      metric: 'cosine',
      ids: ['uuid', 'uint64'],
    }),
    chroma: () => ({
      text: 'document',
      metadata: 'root',
      nodes: { dialect: 'typescript', text: 'beside' },
      vector: '',
      metric: 'euclidean',
    }),
    pinecone: () => ({
      metadata: 'root',
      nodes: { dialect: 'typescript', text: 'inside' },
      id: chunkIds('_chunk_', 'prefixed'),
      vector: '',
    }),
    pgvector: (options) => ({
      text: 'document',
      metadata: 'root',
      // DEFAULT_COLLECTION of @llamaindex/core, by which its class filters unless told another; older versions left it empty.
      scope: { field: 'collection', when: 'known', otherwise: 'data' },
      constants: { external_id: '' },
      vector: '',
      metric: 'cosine',
      ids: ['uuid'],
      table: {
        id: { column: 'id', type: 'uuid' },
        document: { column: 'document', type: 'text' },
        metadata: { column: 'metadata', type: 'jsonb' },
        vector: { column: 'embeddings' },
        fields: [
          { column: 'external_id', type: 'varchar' },
          { column: 'collection', type: 'varchar' },
        ],
      },
      ...(options['keep_node'] !== 'true' && {
        drops: {
          node: 'LlamaIndexTS keeps text and metadata of a node in Postgres and nothing else: relationships, templates and excluded keys stay behind (the option keep_node=true keeps them in a metadata field)',
        },
      }),
    }),
  },
};
