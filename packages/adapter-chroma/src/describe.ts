import type { CollectionDescription, JsonObject, Metric } from '@vsm/core/adapter';

/** A collection as the server describes it. */
export interface ChromaCollection {
  readonly id: string;
  readonly name: string;
  readonly dimension: number | null;
  readonly metadata: JsonObject | null;
  readonly configuration_json: {
    readonly hnsw?: JsonObject | null;
    readonly spann?: JsonObject | null;
    /** Which function made the vectors, for those who open the collection. Without secrets: it names the variable that holds the key. */
    readonly embedding_function?: JsonObject | null;
  };
  /** Indexes by key, from servers after 1.0. */
  readonly schema?: JsonObject | null;
}

/** Chroma's words for metrics. */
export const SPACES: Readonly<Record<string, Metric>> = { l2: 'euclidean', cosine: 'cosine', ip: 'dot' };

export function describeCollection(collection: ChromaCollection): CollectionDescription {
  const { hnsw, spann, embedding_function } = collection.configuration_json;
  const { schema } = collection;
  const space = hnsw?.['space'] ?? spann?.['space'] ?? collection.metadata?.['hnsw:space'];
  const name = embedding_function?.['name'];
  return {
    name: collection.name,
    vectors: {
      '': {
        kind: 'dense',
        // Null until the first record.
        dimension: collection.dimension ?? undefined,
        metric: typeof space === 'string' ? SPACES[space] : undefined,
      },
    },
    ids: 'string',
    native: {
      chroma: {
        configuration: withoutNulls({ hnsw, spann, embedding_function }),
        ...(schema !== undefined && schema !== null && { schema }),
        ...(collection.metadata !== null && { metadata: collection.metadata }),
      },
    },
    ...(typeof name === 'string' && {
      notes: [
        `the collection says that its vectors are made by the embedding function "${name}"${modelOf(embedding_function)}`,
      ],
    }),
  };
}

function modelOf(embeddingFunction: JsonObject | null | undefined): string {
  const config = embeddingFunction?.['config'];
  const model =
    typeof config === 'object' && config !== null && 'model_name' in config ? config['model_name'] : undefined;
  return typeof model === 'string' ? ` with the model "${model}"` : '';
}

function withoutNulls(object: Readonly<Record<string, JsonObject | null | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter(
      (entry): entry is [string, JsonObject] => entry[1] !== null && entry[1] !== undefined,
    ),
  );
}
