import { own, uuidText } from '@vsm/core/adapter';
import { createHash } from 'node:crypto';
import type { IdRule } from './form.ts';
import { NO_SOURCE } from './nodes.ts';

/** https://github.com/deepset-ai/haystack-core-integrations, document_stores/qdrant/converters.py: `UUID_NAMESPACE`. */
const HAYSTACK_NAMESPACE = Buffer.from('3896d3141e954a3ab45a945f9f0b541d', 'hex');

/** The point id that Haystack makes of a document's id, so that it finds the point again when it deletes or writes. */
export function haystackPointId(id: string): string {
  return nameUuid(HAYSTACK_NAMESPACE, id);
}

/** A UUID of version 5. */
export function nameUuid(namespace: Buffer, name: string): string {
  const hash = createHash('sha1').update(namespace).update(name).digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return uuidText(hash.toString('hex'));
}

/** The client of Weaviate, weaviate/util.py: `generate_uuid5`, in the namespace of DNS. */
const WEAVIATE_NAMESPACE = Buffer.from('6ba7b8109dad11d180b400c04fd430c8', 'hex');

/** The id that Haystack has the client of Weaviate make of a document's. */
export function haystackObjectId(id: string): string {
  return nameUuid(WEAVIATE_NAMESPACE, id);
}

/** A name-based UUID, with the document's own id in a field. */
function namedIds(field: string, uuidOf: (id: string) => string): IdRule {
  return {
    kind: 'uuid',
    fields: [field],
    encode: ({ id }) => ({ id: uuidOf(id), fields: { [field]: id } }),
    decode: ({ id, payload }) => {
      const kept = own(payload, field);
      return typeof kept === 'string' ? kept : id;
    },
  };
}

export const haystackPointIds: IdRule = namedIds('id', haystackPointId);
export const haystackObjectIds: IdRule = namedIds('_original_id', haystackObjectId);

/** LlamaIndex in Pinecone: the id of the document in front, by which it finds all chunks of a document to delete them. */
export function chunkIds(separator: string, withoutSource: 'plain' | 'prefixed'): IdRule {
  const prefixOf = (source: string | undefined): string =>
    source === undefined && withoutSource === 'plain' ? '' : `${source ?? NO_SOURCE}${separator}`;
  return {
    kind: 'string',
    fields: [],
    encode: ({ id, source }) => ({ id: `${prefixOf(source)}${id}` }),
    decode: ({ id, source }) => {
      const prefix = prefixOf(source);
      return id.startsWith(prefix) && id.length > prefix.length ? id.slice(prefix.length) : id;
    },
  };
}

/** LlamaIndex for Python in LanceDB has the document's id in a column too, which says what the node says. */
export const besideDocumentColumn: IdRule = {
  kind: 'same',
  fields: ['doc_id'],
  encode: ({ id, source }) => ({ id, fields: { doc_id: source ?? NO_SOURCE } }),
  decode: ({ id }) => id,
};

/** Rows have a key of their own, and the application's id is in a column beside it. */
function idInColumn(column: string): IdRule {
  return {
    kind: 'same',
    fields: [column],
    encode: ({ id }) => ({ id }),
    decode: ({ id, payload }) => {
      const kept = own(payload, column);
      return typeof kept === 'string' ? kept : id;
    },
  };
}

/** In a field beside the key, which may be another (LlamaIndex in Redis, Haystack in MongoDB). */
export const idBeside: IdRule = {
  kind: 'string',
  fields: ['id'],
  encode: ({ id }) => ({ id, fields: { id } }),
  decode: ({ id, payload }) => {
    const kept = own(payload, 'id');
    return typeof kept === 'string' ? kept : id;
  },
};

/** LlamaIndex for Python in Postgres: rows are numbered. */
export const nodeIdColumn: IdRule = idInColumn('node_id');

/** PGVector of langchain-community: rows have random UUIDs. */
export const customIdColumn: IdRule = idInColumn('custom_id');
