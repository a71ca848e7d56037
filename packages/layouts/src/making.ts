/** What the adapters are asked for so that a collection which is made is the framework's own. */
import { metricOf, numberKind, type JsonObject, type Metric } from '@vsm/core/adapter';
import { decodeDocument } from './codec.ts';
import type { FilterField, Form, WantedCollection } from './form.ts';
import { SOURCE_FIELD } from './nodes.ts';
import type { StoredRecord } from './stored-record.ts';

/** Longer texts are read, and not filtered by. */
const LONGEST_FILTERED = 200;

/** Plain metadata of which all records that have it say the same type. */
export function filterFields(sample: readonly StoredRecord[], form: Form): FilterField[] {
  const types = new Map<string, FilterField['type'] | undefined>();
  for (const record of sample) {
    const { metadata, source } = decodeDocument(record, form);
    // The document that one is a chunk of, by which applications delete.
    if (source !== undefined) types.set(SOURCE_FIELD, 'text');
    for (const [key, value] of Object.entries(metadata)) {
      if (value === null) continue;
      const type =
        typeof value === 'string' && value.length <= LONGEST_FILTERED
          ? 'text'
          : typeof value === 'boolean'
            ? 'boolean'
            : numberKind(value) !== undefined
              ? 'number'
              : undefined;
      types.set(key, !types.has(key) || types.get(key) === type ? type : undefined);
    }
  }
  return [...types].flatMap(([key, type]) => (type === undefined ? [] : [{ key, type }]));
}

const SIMILARITIES: Readonly<Partial<Record<Metric, string>>> = {
  cosine: 'cosine',
  euclidean: 'euclidean',
  dot: 'dotProduct',
};

/** In MongoDB: the fields of documents, and the search index over the vector and what is filtered by. */
export function mongodbCollection(
  names: {
    readonly document: string;
    readonly vector: string;
    readonly index: string;
    readonly container?: string | undefined;
    /** Fields of the framework's own beside it. */
    readonly beside?: readonly string[];
  },
  { vector, fields }: WantedCollection,
): JsonObject {
  const { document, container, beside = [] } = names;
  const similarity = SIMILARITIES[metricOf(vector) ?? 'cosine'];
  const numDimensions = vector?.dimension;
  const path = (key: string): string => (container === undefined ? key : `${container}.${key}`);
  const definition = {
    fields: [
      { type: 'vector', path: names.vector, numDimensions: numDimensions ?? 0, similarity: similarity ?? 'cosine' },
      ...fields.map(({ key }) => ({ type: 'filter', path: path(key) })),
    ],
  };
  return {
    places: {
      vectors: [{ name: '', field: names.vector, form: 'array' }],
      document,
      ...(container !== undefined && { container }),
      beside: Object.fromEntries(beside.map((field) => [field, field])),
      ids: [],
    },
    searchIndexes:
      numDimensions === undefined || similarity === undefined
        ? []
        : [{ name: names.index, type: 'vectorSearch', definition }],
  };
}
