import { createHash } from 'node:crypto';
import { isMetadataObject } from '@vsm/core/adapter';
import type { StoredRecord } from './stored-record.ts';
import { haystackPointId } from './ids.ts';
import { dialectOf, isNodeContent } from './nodes.ts';
import { field, keysOf, type Observed } from './observed.ts';
import { sign, type Sign } from './sign.ts';
import { tableSigns } from './signs-tables.ts';

const textOf = (record: StoredRecord, key: string): string | undefined => {
  const value = field(record, key);
  return typeof value === 'string' ? value : undefined;
};
const isText = (record: StoredRecord, key: string): boolean => textOf(record, key) !== undefined;
const isObject = (record: StoredRecord, key: string): boolean => {
  const value = field(record, key);
  return value !== undefined && isMetadataObject(value);
};
/** Null where the framework was given no metadata. */
const isNested = (record: StoredRecord, key: string): boolean => field(record, key) === null || isObject(record, key);
const only = (record: StoredRecord, keys: readonly string[]): boolean =>
  keysOf(record).every((key) => keys.includes(key));
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The node of LlamaIndex, which both languages write, each in its own spelling. */
export function nodeSigns(): Sign[] {
  const writtenBy = (dialect: 'python' | 'typescript') => (record: StoredRecord) => {
    const content = field(record, '_node_content');
    return isText(record, '_node_type') && isNodeContent(content) && dialectOf(content) === dialect;
  };
  const evidence = (how: string): string => `"_node_content" is the JSON of a node, with keys in ${how}`;
  return [
    { layout: 'llamaindex-py', confidence: 0.98, evidence: evidence('snake case'), shows: writtenBy('python') },
    { layout: 'llamaindex-ts', confidence: 0.98, evidence: evidence('camel case'), shows: writtenBy('typescript') },
  ];
}

/** The memory of Mem0, which is the same object in every store. */
function memorySigns(columns?: Observed['columns']): Sign[] {
  const shows = (record: StoredRecord): boolean => {
    const text = textOf(record, 'data');
    return text !== undefined && textOf(record, 'hash') === createHash('md5').update(text).digest('hex');
  };
  const isTable = columns?.metadata === 'payload' && columns.vector === 'vector' && columns.fields.length === 0;
  return [
    { layout: 'mem0', confidence: 0.98, evidence: 'the field "hash" is the MD5 of the text in "data"', shows },
    {
      layout: 'mem0',
      confidence: isTable ? 0.85 : 0,
      evidence: 'columns "payload" and "vector", and a text in "data"',
      shows: (record) => isText(record, 'data'),
    },
  ];
}

export const SIGNS: Readonly<Partial<Record<Observed['store'], (observed: Observed) => Sign[]>>> = {
  qdrant: ({ name, description }) => [
    ...nodeSigns(),
    ...memorySigns(),
    {
      layout: 'dify',
      confidence: 0.97,
      evidence: 'fields "page_content", "metadata" and "group_id"',
      shows: (record) => isText(record, 'page_content') && isNested(record, 'metadata') && isText(record, 'group_id'),
    },
    {
      layout: `langchain-py${vectorNamed(description)}`,
      confidence: 0.95,
      evidence: 'fields "page_content" and "metadata", and no others',
      shows: (record) =>
        isText(record, 'page_content') && isNested(record, 'metadata') && only(record, ['page_content', 'metadata']),
    },
    {
      layout: 'flowise',
      confidence: 0.93,
      evidence: 'fields "content" and "metadata", with "flowise_chatId" in it',
      shows: (record) => isText(record, 'content') && hasInside(record, 'metadata', 'flowise_chatId'),
    },
    {
      layout: 'langchain-js',
      confidence: 0.9,
      evidence: 'fields "content" and "metadata", and no others but "customPayload"',
      shows: (record) =>
        isText(record, 'content') &&
        isNested(record, 'metadata') &&
        only(record, ['content', 'metadata', 'customPayload']),
    },
    {
      layout: 'haystack:sparse=true',
      confidence: description.vectors['text-sparse'] === undefined ? 0 : 1,
      evidence:
        'every point id is the name-based UUID that Haystack makes of the field "id", beside a sparse vector "text-sparse"',
      shows: (record) => record.id === haystackPointId(textOf(record, 'id') ?? ''),
    },
    {
      layout: 'haystack',
      confidence: description.vectors['text-sparse'] === undefined ? 1 : 0,
      evidence: 'every point id is the name-based UUID that Haystack makes of the field "id"',
      shows: (record) => record.id === haystackPointId(textOf(record, 'id') ?? ''),
    },
    {
      layout: 'open-webui',
      confidence: 0.95,
      evidence: 'fields "text", "metadata" and "tenant_id"',
      shows: (record) => isText(record, 'text') && isNested(record, 'metadata') && isText(record, 'tenant_id'),
    },
    ...(/^open[-_]webui/.test(name)
      ? [
          {
            layout: 'open-webui',
            confidence: 0.9,
            evidence: `the collection is called "${name}", with fields "text" and "metadata"`,
            shows: (record: StoredRecord) => isText(record, 'text') && isNested(record, 'metadata'),
          },
        ]
      : []),
    {
      layout: 'spring-ai',
      confidence: 0.9,
      evidence: 'field "doc_content"',
      shows: (record) => isText(record, 'doc_content'),
    },
  ],
  pinecone: () => [
    ...nodeSigns(),
    ...memorySigns(),
    {
      layout: 'dify',
      confidence: 0.95,
      evidence: 'fields "page_content" and "group_id"',
      shows: (record) => isText(record, 'page_content') && isText(record, 'group_id'),
    },
    {
      layout: 'open-webui',
      confidence: 0.97,
      evidence: 'field "text", and "collection_name" that begins with "open-webui_"',
      shows: (record) =>
        isText(record, 'text') && textOf(record, 'collection_name')?.startsWith('open-webui_') === true,
    },
    {
      layout: 'spring-ai',
      confidence: 0.9,
      evidence: 'field "document_content"',
      shows: (record) => isText(record, 'document_content'),
    },
    {
      layout: 'haystack',
      confidence: 0.85,
      evidence: 'field "content", in the namespace "default"',
      shows: (record) => isText(record, 'content') && record.namespace === 'default',
    },
    {
      layout: 'langchain-js',
      confidence: 0.95,
      evidence: 'field "text", and paths with dots such as "loc.lines.from"',
      shows: (record) => isText(record, 'text') && keysOf(record).some((key) => key.startsWith('loc.')),
    },
    {
      layout: 'langchain-js',
      confidence: 0.75,
      evidence: 'field "text", paths with dots, and ids that are UUIDs',
      shows: (record) =>
        isText(record, 'text') && UUID.test(record.id) && keysOf(record).some((key) => /[^.]\.[^.]/.test(key)),
    },
    {
      layout: 'langchain-py',
      confidence: 0.6,
      evidence: 'field "text", and ids that are UUIDs',
      shows: (record) => isText(record, 'text') && UUID.test(record.id),
    },
  ],
  chroma: ({ name, location, description }) => [
    ...nodeSigns(),
    ...memorySigns(),
    {
      layout: 'langchain-js',
      confidence: 0.95,
      evidence: 'the fields "locFrom" and "locTo", into which it splits "loc"',
      shows: (record) => field(record, 'locFrom') !== undefined && field(record, 'locTo') !== undefined,
    },
    ...(/^langchain-[0-9a-f-]{36}$/.test(name)
      ? [{ layout: 'langchain-js', confidence: 0.9, evidence: `the name "${name}", which it gives by itself` }]
      : []),
    ...(name === 'langchain'
      ? [{ layout: 'langchain-py', confidence: 0.85, evidence: 'the name "langchain", which it gives by itself' }]
      : []),
    {
      layout: 'haystack',
      confidence: 0.9,
      evidence: 'ids of 64 hexadecimal digits, the hash that Haystack makes of a document',
      shows: (record) => /^[0-9a-f]{64}$/.test(record.id),
    },
    ...(location.includes('/SpringAiTenant/')
      ? [{ layout: 'spring-ai', confidence: 0.95, evidence: 'the tenant "SpringAiTenant"' }]
      : []),
    ...(hasMastraMetadata(description)
      ? [{ layout: 'mastra', confidence: 0.85, evidence: 'the metadata "dimension" of the collection, which is right' }]
      : []),
    ...(/vector_index_[0-9a-f_]{36}_node$/i.test(name)
      ? [{ layout: 'dify', confidence: 0.95, evidence: `the name "${name}"` }]
      : []),
    ...(/^(?:file|user-memory)-[0-9a-f-]{36}$/.test(name)
      ? [{ layout: 'open-webui', confidence: 0.85, evidence: `the name "${name}"` }]
      : []),
  ],
  pgvector: (observed) => [...tableSigns(observed), ...memorySigns(observed.columns)],
  folder: ({ description }) => [...nodeSigns(), ...folderSigns(description)],
};

/** `vector_name=…` where the one dense vector of a collection has a name. */
function vectorNamed({ vectors }: Observed['description']): string {
  const [first, ...more] = Object.keys(vectors).filter((name) => vectors[name]?.kind === 'dense');
  return first === undefined || first === '' || more.length > 0 ? '' : `:vector_name=${first}`;
}

function hasInside(record: StoredRecord, key: string, inner: string): boolean {
  const value = field(record, key);
  return value !== undefined && isMetadataObject(value) && Object.hasOwn(value, inner);
}

function hasMastraMetadata({ native, vectors }: Observed['description']): boolean {
  const metadata = native?.['chroma']?.['metadata'];
  if (typeof metadata !== 'object' || metadata === null || !('dimension' in metadata)) return false;
  return vectors['']?.kind === 'dense' && metadata['dimension'] === vectors[''].dimension;
}

/** The adapter knows by the files of whom they are. */
function folderSigns({ notes = [] }: Observed['description']): Sign[] {
  const said = notes.find((note) => /LangChain for (?:Python|JavaScript)/.test(note));
  if (said === undefined) return [];
  return [sign(said.includes('Python') ? 'langchain-py' : 'langchain-js', 0.98, said)];
}
