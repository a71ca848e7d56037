import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CollectionDescription, VectorRecord } from '@vsm/core/adapter';
import { documentCapabilities } from '../capabilities.ts';
import type { Content, Include, Kind, Shelf } from '../content.ts';
import { declared } from '../declared.ts';
import { damaged } from '../errors.ts';
import { indexObjects } from '../json/index-json.ts';
import type { Members } from '../json/spans.ts';
import { RandomFile } from '../random-file.ts';
import { contentOf } from '../rows.ts';
import { numbersOf } from '../vector-text.ts';
import { lostNode, readNode, type LlamaNode } from './node.ts';

/** `default__vector_store.json` of Python, by namespace; `vector_store.json` of TypeScript and of older versions. */
const VECTOR_STORE = /^(?:(.+)__)?vector_store\.json$/;
const DEFAULT = 'default';
/** Python and TypeScript. */
const DICTIONARIES = ['embedding_dict', 'embeddingDict'];
const DOCUMENTS = ['docstore.json', 'doc_store.json'];
const NODES = 'docstore/data';
/** As large as a store without vectors is: three empty dictionaries. */
const EMPTY_BYTES = 80;

/** What `storage_context.persist` of Python and TypeScript writes for the stores that need no server. */
export const llamaindex: Kind = {
  name: 'LlamaIndex',
  recognises: (files) => [...files].some((file) => VECTOR_STORE.test(file)),
  capabilities: documentCapabilities,
  only(files, path) {
    const stores = [...files].filter((file) => VECTOR_STORE.test(file));
    const [store, ...others] = stores.filter(
      (file) => stores.length === 1 || statSync(join(path, file)).size > EMPTY_BYTES,
    );
    return store === undefined || others.length > 0 ? undefined : namespaceOf(store);
  },
  open: async (path, files) => {
    const stores = [...files].filter((file) => VECTOR_STORE.test(file));
    const opened = new Map<string, VectorFile>();
    try {
      for (const file of stores) {
        const vectors = openVectors(join(path, file));
        // Python writes one for images whether there are any or not.
        if (vectors.members.size === 0 && stores.length > 1) vectors.file.close();
        else opened.set(namespaceOf(file), vectors);
      }
      // Beside it Python writes one for images, which is no reason to take the folder for an empty one.
      if (!stores.some((file) => namespaceOf(file) === DEFAULT) && holdsNothing(opened))
        throw damaged(join(path, `${DEFAULT}__vector_store.json`), 'the file is missing');
    } catch (cause) {
      for (const { file } of opened.values()) file.close();
      throw cause;
    }
    return shelfOf(path, opened);
  },
};

function namespaceOf(file: string): string {
  return VECTOR_STORE.exec(file)?.[1] ?? DEFAULT;
}

function holdsNothing(opened: ReadonlyMap<string, VectorFile>): boolean {
  return [...opened.values()].every(({ members }) => members.size === 0);
}

interface VectorFile {
  readonly file: RandomFile;
  readonly members: Members;
}

interface Documents {
  readonly file: RandomFile;
  readonly nodes: Members;
}

function openVectors(path: string): VectorFile {
  const file = new RandomFile(path);
  try {
    const [members] = indexObjects(file, DICTIONARIES).values();
    if (members === undefined) throw damaged(path, `it has neither ${DICTIONARIES.join(' nor ')}`);
    return { file, members };
  } catch (cause) {
    file.close();
    throw cause;
  }
}

function openDocuments(path: string): Documents | undefined {
  const found = DOCUMENTS.map((name) => join(path, name)).find((candidate) => existsSync(candidate));
  if (found === undefined) return undefined;
  const file = new RandomFile(found);
  try {
    const nodes = indexObjects(file, [NODES]).get(NODES);
    if (nodes === undefined) throw damaged(found, `it has no ${NODES}`);
    return { file, nodes };
  } catch (cause) {
    file.close();
    throw cause;
  }
}

function shelfOf(path: string, stores: ReadonlyMap<string, VectorFile>): Shelf {
  let documents: Documents | undefined;
  const files = [...stores.values()].map(({ file }) => file.path);
  return {
    names: [...stores.keys()],
    files,
    async open(name) {
      const store = stores.get(name);
      if (store === undefined) return undefined;
      documents ??= openDocuments(path);
      if (documents !== undefined) files.push(documents.file.path);
      return contentOfStore(name, store, documents);
    },
    async close() {
      for (const { file } of stores.values()) file.close();
      documents?.file.close();
    },
  };
}

function contentOfStore(name: string, { file, members }: VectorFile, documents: Documents | undefined): Content {
  const first = members.size === 0 ? undefined : numbersOf(members.at(0).text);
  return contentOf({
    description: describe(name, file.path, first?.length, members, documents),
    count: members.size,
    record: (place, include) => recordAt(members, place, documents, include),
    find: (id) => members.find(id),
  });
}

function recordAt(members: Members, place: number, documents: Documents | undefined, include: Include): VectorRecord {
  const { key: id, text } = members.at(place);
  const { metadata, document } = include.includes('metadata') ? nodeOf(id, documents) : NOTHING;
  const vector = include.includes('vectors') ? numbersOf(text) : undefined;
  return {
    id,
    vectors: vector === undefined ? {} : { '': vector },
    metadata,
    ...(document !== undefined && { document }),
  };
}

const NOTHING: LlamaNode = { document: undefined, metadata: {} };

function nodeOf(id: string, documents: Documents | undefined): LlamaNode {
  if (documents === undefined) return NOTHING;
  const entry = documents.nodes.get(id);
  if (entry === undefined)
    return { document: undefined, metadata: lostNode(`${basename(documents.file.path)} has no node of it`) };
  try {
    return readNode(entry);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    return { document: undefined, metadata: lostNode(`its node is no JSON that others read: ${cause.message}`) };
  }
}

function describe(
  name: string,
  path: string,
  dimension: number | undefined,
  members: Members,
  documents: Documents | undefined,
): CollectionDescription {
  const notes = ['it is the vector store in a storage folder of LlamaIndex'];
  if (documents === undefined)
    notes.push('there is no docstore.json beside it, so that the records have vectors alone');
  const others = (documents?.nodes.size ?? 0) - members.size;
  if (others > 0) {
    notes.push(
      `${basename(documents?.file.path ?? '')} has ${others} entries more than there are vectors: whole documents, parents, or what is in another vector store. They are no records of this one`,
    );
  }
  return {
    name,
    vectors: { '': { kind: 'dense', dimension, metric: 'cosine' } },
    ids: 'string',
    notes,
    reading: [
      declared('embedding_dict', 'vector', `the vectors by node, in ${basename(path)}`, ''),
      declared('id_', 'id', 'the id of the node'),
      declared('text', 'document', 'the text of the node'),
      declared('metadata', 'metadata', 'its entries become fields, beside the whole node as JSON in _node_content'),
    ],
  };
}
