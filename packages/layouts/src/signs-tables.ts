import type { Observed } from './observed.ts';
import { sign, type Sign } from './sign.ts';

/** Names of columns say it all: each framework has its own. */
export function tableSigns({ name, columns }: Observed): Sign[] {
  if (columns === undefined) return [];
  const { id, document, metadata, vector, fields } = columns;
  const all = [id, document, metadata, vector, ...fields];
  const has = (...names: readonly string[]): boolean => names.every((one) => all.includes(one));
  const signs: (Sign | undefined)[] = [
    has('cmetadata', 'custom_id')
      ? sign('langchain-py:version=0', 0.99, 'the columns of PGVector of langchain-community: "custom_id", "cmetadata"')
      : undefined,
    has('cmetadata') && !has('custom_id')
      ? sign('langchain-py:version=1', 0.98, 'the columns of PGVector: "document", "cmetadata"')
      : undefined,
    has('langchain_id') || has('langchain_metadata')
      ? sign('langchain-py', 0.97, 'the columns of PGVectorStore: "langchain_id", "langchain_metadata"')
      : undefined,
    has('metadata_', 'node_id') ? sign('llamaindex-py', 0.98, 'columns "node_id" and "metadata_"') : undefined,
    has('embeddings', 'external_id')
      ? sign('llamaindex-ts', 0.98, 'columns "embeddings" and "external_id"')
      : undefined,
    has('vector_id', 'metadata') ? sign('mastra', 0.93, 'columns "vector_id" and "metadata"') : undefined,
    has('blob_meta', 'blob_mime_type') ? sign('haystack', 0.98, 'columns "blob_meta" and "blob_mime_type"') : undefined,
    has('vmetadata') ? sign('open-webui', 0.98, 'column "vmetadata"') : undefined,
    has('pageContent') ? sign('flowise', 0.95, 'column "pageContent"') : undefined,
    document === 'text' && metadata === 'meta' ? sign('dify', 0.9, 'columns "text" and "meta"') : undefined,
    document === 'content' && metadata === 'metadata' && vector === 'embedding' && id === 'id'
      ? sign('spring-ai', 0.8, 'columns "content", "metadata" and "embedding"')
      : undefined,
    document === 'text' && metadata === 'metadata' && vector === 'embedding' && id === 'id'
      ? sign(name.startsWith('n8n') ? 'n8n' : 'langchain-js', 0.85, 'columns "text", "metadata" and "embedding"')
      : undefined,
  ];
  return signs.filter((one) => one !== undefined);
}
