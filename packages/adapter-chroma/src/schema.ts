import {
  checkCount,
  checkObject,
  checkText,
  UnsupportedError,
  WrongAnswer,
  type CollectionDescription,
  type CollectionSchema,
  type JsonObject,
  type JsonValue,
  type Metric,
  type Warning,
  own,
} from '@vsm/core/adapter';

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
const SPACES: Readonly<Record<string, Metric>> = { l2: 'euclidean', cosine: 'cosine', ip: 'dot' };

/** @throws WrongAnswer for anything but a collection, and for another than the one that was asked for. */
export function readCollection(value: unknown, asked?: string): ChromaCollection {
  const {
    id,
    name,
    dimension = null,
    metadata = null,
    configuration_json = {},
    ...rest
  } = checkObject(value, 'a collection');
  const found = checkText(name, 'the name of a collection');
  if (asked !== undefined && found !== asked) {
    throw new WrongAnswer(`it must be the collection ${JSON.stringify(asked)}, but is ${JSON.stringify(found)}`);
  }
  return {
    ...rest,
    id: checkText(id, 'the id of a collection'),
    name: found,
    dimension: dimension === null ? null : checkCount(dimension, 'the dimension of a collection'),
    metadata: metadata === null ? null : (checkObject(metadata, 'the metadata of a collection') as JsonObject),
    configuration_json: checkObject(configuration_json, 'the configuration of a collection'),
  };
}

/** What creates a collection, with the settings of the one it comes from. */
export interface Creation {
  readonly body: string;
  readonly warnings: readonly Warning[];
  /** Of the index that was asked for. */
  readonly kind: 'hnsw' | 'spann';
}

/** @throws UnsupportedError where Chroma has no such collection. */
export function planCreation({ name, vectors, native }: CollectionSchema): Creation {
  const vector = vectors[''];
  if (vector?.kind !== 'dense' || Object.keys(vectors).length !== 1) {
    throw new UnsupportedError('vectors', `chroma: a collection has exactly one unnamed dense vector ("${name}")`, {
      adapter: 'chroma',
    });
  }
  const space = Object.keys(SPACES).find((key) => SPACES[key] === vector.metric);
  const { configuration, metadata } = native?.['chroma'] ?? {};
  const { hnsw, spann, embedding_function } = isObject(configuration) ? configuration : {};
  const kind = isObject(spann) ? 'spann' : 'hnsw';
  const wanted = isObject(spann) ? spann : hnsw;
  const index = { ...(isObject(wanted) && wanted), ...(space !== undefined && { space }) };
  const settings = { [kind]: index, ...(isObject(embedding_function) && { embedding_function }) };
  const body = { name, configuration: settings, ...(isObject(metadata) && { metadata }), get_or_create: false };
  const detail = 'no metric was given, so Chroma takes l2 (euclidean)';
  return {
    body: JSON.stringify(body),
    kind,
    warnings: space === undefined ? [{ type: 'approximated', feature: 'metric', detail }] : [],
  };
}

/** What the server did not take over. */
export function creationWarnings({ kind, warnings }: Creation, made: ChromaCollection): readonly Warning[] {
  if (isObject(made.configuration_json[kind])) return warnings;
  // Distributed servers have SPANN and single ones HNSW; each takes the other's space and drops its settings.
  const detail = `the server has no ${kind.toUpperCase()} index and takes the default settings of its own kind`;
  return [{ type: 'approximated', feature: 'index', detail }, ...warnings];
}

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
        metric: typeof space === 'string' ? own(SPACES, space) : undefined,
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

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
