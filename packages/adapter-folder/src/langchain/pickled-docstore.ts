import { basename } from 'node:path';
import { isMetadataObject } from '@vsm/core/adapter';
import { damaged, unreadable } from '../errors.ts';
import { readPickleFile } from '../pickle/read-pickle-file.ts';
import { foreignClass } from '../pickle/read-pickle.ts';
import { toMetadata } from '../pickle/to-metadata.ts';
import { PickledObject, type PickleValue } from '../pickle/values.ts';
import type { Docstore } from './docstore.ts';
import { lostDocument, type LangChainDocument } from './document.ts';

/** By the places that LangChain has moved them to. */
const TYPES: ReadonlySet<string> = new Set([
  'langchain_core.documents.base.Document',
  'langchain.schema.document.Document',
  'langchain.schema.Document',
  'langchain.docstore.document.Document',
  'langchain_community.docstore.document.Document',
  'langchain_community.docstore.in_memory.InMemoryDocstore',
  'langchain.docstore.in_memory.InMemoryDocstore',
]);

/** `index.pkl` of FAISS in Python: the documents by id, and which vector has which id. It is parsed, and never run. */
export function openPickledDocstore(path: string): Docstore {
  // Metadata may be of any class: what is of another has its record rejected.
  const pickled = readPickleFile(path, TYPES, 'kept');
  if (pickled instanceof PickledObject) throw damaged(path, foreignClass(pickled.type).message);
  const [docstore, ids] = Array.isArray(pickled) ? pickled : [];
  const documents = docstore instanceof PickledObject ? docstore.get('_dict') : undefined;
  if (!(documents instanceof Map) || !(ids instanceof Map)) {
    throw damaged(path, 'it is no pair of a document store and the ids of its vectors');
  }
  const idOf = (place: number): string => {
    const id = ids.get(place);
    if (typeof id === 'string') return id;
    // FAISS takes whole numbers for ids as well.
    if (typeof id === 'number' || typeof id === 'bigint') return String(id);
    if (id === undefined) throw damaged(path, `vector ${place} has no id in it`);
    throw unreadable(
      path,
      `the id of vector ${place} is neither a text nor a whole number. Add the texts to another index, with ids that are.`,
    );
  };
  return {
    size: ids.size,
    idOf,
    document: (place) => documentOf(documents.get(ids.get(place) ?? null), path),
    close: () => undefined,
  };
}

function documentOf(value: PickleValue | undefined, path: string): LangChainDocument {
  if (!(value instanceof PickledObject)) return lostDocument(`${basename(path)} has no document of it`);
  const text = value.fields?.get('page_content');
  if (typeof text !== 'string') return lostDocument('its document has no text');
  const metadata = toMetadata(value.fields?.get('metadata') ?? new Map());
  return isMetadataObject(metadata) ? { text, metadata } : { text, metadata: { metadata } };
}
