import { unfit, type DenseVector, type Metric, type VectorRecord } from '@vsm/core/adapter';
import type { Content } from '../content.ts';
import { declared } from '../declared.ts';
import { contentOf, finderOf } from '../rows.ts';
import type { Docstore } from './docstore.ts';

/** What goes with a document store: where its vectors lie. */
export interface Store {
  readonly name: string;
  readonly docstore: Docstore;
  readonly dimension: number | undefined;
  readonly metric: Metric | undefined;
  /** The vector of a place; `undefined` where it has none. */
  readonly vector: (place: number) => DenseVector | undefined;
  readonly notes: readonly string[];
  /** Where ids and vectors were found, for people. */
  readonly evidence: { readonly id: string; readonly vector: string };
}

export function contentOfStore({ name, docstore, dimension, metric, vector, notes, evidence }: Store): Content {
  return contentOf({
    description: {
      name,
      vectors: { '': { kind: 'dense', dimension, metric } },
      ids: 'string',
      notes,
      reading: [
        declared('id', 'id', evidence.id),
        declared('vector', 'vector', evidence.vector, ''),
        declared('page_content', 'document', 'the text of the document'),
        declared('metadata', 'metadata', 'the metadata of the document, whose entries become fields'),
      ],
    },
    count: docstore.size,
    record(place, include): VectorRecord {
      const id = docstore.idOf(place);
      const found = include.includes('vectors') ? vector(place) : undefined;
      const lacks = include.includes('vectors') && found === undefined;
      const { text, metadata } = include.includes('metadata') ? docstore.document(place) : NOTHING;
      return {
        id,
        vectors: found === undefined ? {} : { '': found },
        metadata: lacks ? { ...metadata, '(vector)': unfit('the index has no vector of it') } : metadata,
        ...(text !== undefined && { document: text }),
      };
    },
    find: finderOf(docstore.size, (place) => docstore.idOf(place)),
  });
}

const NOTHING = { text: undefined, metadata: {} };
