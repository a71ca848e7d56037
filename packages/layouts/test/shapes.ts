import type { Metadata, VectorRecord, VectorSchema } from '@vsm/core/adapter';
import { createHash } from 'node:crypto';

// Records as each framework's own class writes them, and as our adapters read them with their usual options: `document` of Qdrant
// is off the frameworks' keys, `text` of Pinecone is the key of LangChain. Written down from the frameworks' source, apart from
// the package's own tables.

export interface Sample {
  readonly id: string;
  readonly text: string;
  readonly metadata: Metadata;
  readonly vector: readonly number[];
  /** The document that it is a chunk of (LlamaIndex). */
  readonly source: string;
  /** The data set, tenant or logical collection. */
  readonly scope: string;
}

export type Shape = (sample: Sample) => VectorRecord;
type Store = 'qdrant' | 'chroma' | 'pinecone' | 'pgvector';

export interface FrameworkShapes {
  readonly shapes: Readonly<Partial<Record<Store, Shape>>>;
  /** Shapes of entries that come from a store where the framework keeps no nodes. */
  readonly rebuilt?: Readonly<Partial<Record<Store, Shape>>>;
  /** Options that the layout needs to write this shape. */
  readonly options?: Readonly<Partial<Record<Store, string>>>;
  readonly vectors?: Readonly<Partial<Record<Store, Readonly<Record<string, VectorSchema>>>>>;
  /** The name of its collections, where it says something. */
  readonly collections?: Readonly<Partial<Record<Store, string>>>;
}

export const base = ({ id, vector }: Sample): Pick<VectorRecord, 'id' | 'vectors'> => ({ id, vectors: { '': vector } });

/** One object in every store, with the MD5 of its text, and whose it is. */
const memory: Shape = (sample) => ({
  ...base(sample),
  metadata: {
    ...sample.metadata,
    user_id: sample.scope,
    data: sample.text,
    hash: createHash('md5').update(sample.text).digest('hex'),
    text_lemmatized: sample.text.toLowerCase(),
  },
});

export function uuid5(namespace: string, name: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  const hex = [...bytes.subarray(0, 16)]
    .map((byte, at) => (at === 6 ? (byte & 0x0f) | 0x50 : at === 8 ? (byte & 0x3f) | 0x80 : byte))
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** json.dumps of Python with `ensure_ascii=False`: spaces after commas and colons. */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${pythonJson(key)}: ${pythonJson(item)}`)
      .join(', ')}}`;
  }
  return JSON.stringify(value);
}

function nodeKeys(content: string, source: string): Metadata {
  return { _node_content: content, _node_type: 'TextNode', document_id: source, doc_id: source, ref_doc_id: source };
}

export function pythonNode({ id, text, metadata, source }: Sample, blank: boolean): Metadata {
  const node = {
    id_: id,
    embedding: null,
    metadata,
    excluded_embed_metadata_keys: ['file_name'],
    excluded_llm_metadata_keys: [],
    relationships: {
      '1': { node_id: source, node_type: '4', metadata: {}, hash: 'f00d', class_name: 'RelatedNodeInfo' },
    },
    metadata_template: '{key}: {value}',
    metadata_separator: '\n',
    text: blank ? '' : text,
    mimetype: 'text/plain',
    start_char_idx: 0,
    end_char_idx: 42,
    metadata_seperator: '\n',
    text_template: '{metadata_str}\n\n{content}',
    class_name: 'TextNode',
  };
  return nodeKeys(pythonJson(node), source);
}

function typescriptNode({ id, text, source }: Sample, blank: boolean): Metadata {
  const node = {
    id_: id,
    excludedEmbedMetadataKeys: ['file_name'],
    excludedLlmMetadataKeys: [],
    relationships: { SOURCE: { nodeId: source, metadata: {} } },
    text: blank ? '' : text,
    textTemplate: '',
    metadataSeparator: '\n',
    type: 'TEXT',
    hash: 'Vbif3e0Lmn2ObUH3z7u7CuTi7UyLScQmIvGU3wlsSIQ=',
  };
  return nodeKeys(JSON.stringify(node), source);
}

/** What every node has, and nothing that only its first writer knew. */
function freshNode({ id, text }: Sample, blank: boolean): Metadata {
  const node = {
    id_: id,
    excludedEmbedMetadataKeys: [],
    excludedLlmMetadataKeys: [],
    relationships: {},
    text: blank ? '' : text,
    textTemplate: '',
    metadataSeparator: '\n',
    type: 'TEXT',
  };
  return nodeKeys(JSON.stringify(node), 'None');
}

export const withText: Shape = (sample) => ({ ...base(sample), metadata: sample.metadata, document: sample.text });

function dotted(metadata: Metadata): Metadata {
  const { loc, ...rest } = metadata as { loc: { lines: { from: number; to: number }; pageNumber?: number } };
  const { lines, pageNumber } = loc;
  return {
    ...rest,
    ...(pageNumber !== undefined && { 'loc.pageNumber': pageNumber }),
    'loc.lines.from': lines.from,
    'loc.lines.to': lines.to,
  };
}

const javaScript: FrameworkShapes = {
  shapes: {
    qdrant: (sample) => ({ ...base(sample), metadata: { content: sample.text, metadata: sample.metadata } }),
    chroma: (sample) => {
      const { loc, ...rest } = sample.metadata as { loc: { lines: { from: number; to: number } } };
      return {
        ...base(sample),
        metadata: { ...rest, locFrom: loc.lines.from, locTo: loc.lines.to },
        document: sample.text,
      };
    },
    pinecone: (sample) => ({ ...base(sample), metadata: dotted(sample.metadata), document: sample.text }),
    pgvector: withText,
  },
};

export const SHAPES: Readonly<Record<string, FrameworkShapes>> = {
  'langchain-py': {
    shapes: {
      qdrant: (sample) => ({ ...base(sample), metadata: { page_content: sample.text, metadata: sample.metadata } }),
      chroma: withText,
      pinecone: withText,
      pgvector: withText,
    },
  },
  'langchain-js': javaScript,
  flowise: javaScript,
  n8n: javaScript,
  'llamaindex-py': {
    shapes: {
      qdrant: (sample) => ({ ...base(sample), metadata: { ...sample.metadata, ...pythonNode(sample, false) } }),
      chroma: (sample) => ({
        ...base(sample),
        metadata: { ...sample.metadata, ...pythonNode(sample, true) },
        document: sample.text,
      }),
      pinecone: (sample) => ({
        ...base(sample),
        id: `${sample.source}#${sample.id}`,
        metadata: { ...sample.metadata, ...pythonNode(sample, false) },
      }),
      pgvector: (sample) => ({
        ...base(sample),
        metadata: { ...sample.metadata, ...pythonNode(sample, true) },
        document: sample.text,
      }),
    },
  },
  'llamaindex-ts': {
    shapes: {
      qdrant: (sample) => ({ ...base(sample), metadata: { ...sample.metadata, ...typescriptNode(sample, false) } }),
      chroma: (sample) => ({
        ...base(sample),
        metadata: { ...sample.metadata, ...typescriptNode(sample, true) },
        document: sample.text,
      }),
      pinecone: (sample) => ({
        ...base(sample),
        id: `${sample.source}_chunk_${sample.id}`,
        metadata: { ...sample.metadata, ...typescriptNode(sample, false) },
      }),
      pgvector: (sample) => ({
        ...base(sample),
        metadata: { ...sample.metadata, external_id: '', collection: 'data' },
        document: sample.text,
      }),
    },
    rebuilt: {
      qdrant: (sample) => ({ ...base(sample), metadata: { ...sample.metadata, ...freshNode(sample, false) } }),
      chroma: (sample) => ({
        ...base(sample),
        metadata: { ...sample.metadata, ...freshNode(sample, true) },
        document: sample.text,
      }),
      pinecone: (sample) => ({
        ...base(sample),
        id: `None_chunk_${sample.id}`,
        metadata: { ...sample.metadata, ...freshNode(sample, false) },
      }),
    },
  },
  haystack: {
    shapes: {
      qdrant: (sample) => ({
        ...base(sample),
        id: uuid5('3896d314-1e95-4a3a-b45a-945f9f0b541d', sample.id),
        metadata: {
          id: sample.id,
          content: sample.text,
          blob: null,
          meta: sample.metadata,
          score: null,
          sparse_embedding: null,
        },
      }),
      chroma: withText,
      pinecone: (sample) => ({
        ...base(sample),
        namespace: 'default',
        metadata: { ...sample.metadata, content: sample.text },
      }),
      pgvector: withText,
    },
  },
  dify: {
    shapes: {
      qdrant: (sample) => ({
        ...base(sample),
        metadata: { page_content: sample.text, metadata: sample.metadata, group_id: sample.scope },
      }),
      chroma: withText,
      pinecone: (sample) => ({
        ...base(sample),
        metadata: {
          ...Object.fromEntries(
            Object.entries(sample.metadata).map(([key, value]) => [
              key,
              typeof value === 'object' &&
              value !== null &&
              !(Array.isArray(value) && value.every((item) => typeof item === 'string'))
                ? JSON.stringify(value)
                : value,
            ]),
          ),
          page_content: sample.text,
          group_id: sample.scope,
        },
      }),
      pgvector: withText,
    },
    collections: {
      chroma: 'vector_index_5f1b0c4e_6d1a_4a55_9d0e_1b2c3d4e5f60_node',
      qdrant: 'Vector_index_5f1b0c4e_6d1a_4a55_9d0e_1b2c3d4e5f60_Node',
      pgvector: 'embedding_vector_index_5f1b0c4e_6d1a_4a55_9d0e_1b2c3d4e5f60_node',
    },
  },
  'open-webui': {
    shapes: {
      qdrant: (sample) => ({
        ...base(sample),
        metadata: { text: sample.text, metadata: sample.metadata, tenant_id: sample.scope },
      }),
      chroma: withText,
      pinecone: (sample) => ({
        ...base(sample),
        metadata: { ...sample.metadata, collection_name: `open-webui_${sample.scope}` },
        document: sample.text,
      }),
      pgvector: (sample) => ({
        id: sample.id,
        vectors: { '': [...sample.vector, ...Array.from({ length: 5 }, () => 0)] },
        metadata: { ...sample.metadata, collection_name: sample.scope },
        document: sample.text,
      }),
    },
    options: { pgvector: 'length=8' },
    vectors: { pgvector: { '': { kind: 'dense', dimension: 8, metric: 'cosine' } } },
  },
  'spring-ai': {
    shapes: {
      qdrant: (sample) => ({ ...base(sample), metadata: { ...sample.metadata, doc_content: sample.text } }),
      chroma: withText,
      pinecone: (sample) => ({ ...base(sample), metadata: { ...sample.metadata, document_content: sample.text } }),
      pgvector: withText,
    },
  },
  mem0: {
    shapes: {
      qdrant: memory,
      chroma: memory,
      pinecone: memory,
      pgvector: memory,
    },
  },
  mastra: {
    shapes: {
      qdrant: (sample) => ({ ...base(sample), metadata: { ...sample.metadata, text: sample.text } }),
      chroma: (sample) => ({
        ...base(sample),
        metadata: { ...sample.metadata, text: sample.text },
        document: sample.text,
      }),
      // The key under which our adapter for Pinecone looks for the document.
      pinecone: withText,
      pgvector: (sample) => ({
        ...base(sample),
        namespace: 'default',
        metadata: { ...sample.metadata, text: sample.text },
      }),
    },
  },
};

export const plainVector: Readonly<Record<string, VectorSchema>> = {
  '': { kind: 'dense', dimension: 3, metric: 'cosine' },
};
