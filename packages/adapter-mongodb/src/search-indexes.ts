import { objectAt, own, textAt, type JsonObject, type JsonValue, type Metric, type Warning } from '@vsm/core/adapter';
import type { Document } from 'mongodb';
import type { Connection } from './client.ts';
import { isUnknown } from './errors.ts';

/** What a search index says of a vector. */
export interface IndexedVector {
  readonly path: string;
  readonly dimension: number;
  readonly metric: Metric | undefined;
}

/** A vector search index of Atlas, or of a server with mongot. */
export interface SearchIndex {
  readonly name: string;
  readonly type: string;
  /** Whether it answers searches. */
  readonly ready: boolean;
  readonly definition: JsonObject;
  readonly vectors: readonly IndexedVector[];
}

const SIMILARITIES: Readonly<Record<string, Metric>> = { cosine: 'cosine', euclidean: 'euclidean', dotProduct: 'dot' };

export function similarityOf(metric: Metric): string | undefined {
  return Object.keys(SIMILARITIES).find((similarity) => SIMILARITIES[similarity] === metric);
}

/** The indexes over a collection; `undefined` where the server has no search. */
export async function listSearchIndexes(
  connection: Connection,
  name: string,
): Promise<readonly SearchIndex[] | undefined> {
  try {
    const found = await connection.run(`list the search indexes of "${name}"`, () =>
      connection.collection(name).listSearchIndexes().toArray(),
    );
    return found.map(readIndex);
  } catch (error) {
    if (isUnknown(error)) return undefined;
    throw error;
  }
}

function readIndex(found: Document): SearchIndex {
  const definition = (found['latestDefinition'] ?? {}) as JsonObject;
  return {
    name: String(found['name']),
    type: String(found['type'] ?? 'search'),
    ready: found['queryable'] === true,
    definition,
    vectors: [...vectorFields(definition), ...knnFields(definition)],
  };
}

function vectorFields({ fields }: JsonObject): IndexedVector[] {
  return (Array.isArray(fields) ? (fields as readonly JsonObject[]) : []).flatMap((field) =>
    field['type'] === 'vector' ? [indexed(textAt(field, 'path'), field['numDimensions'], field['similarity'])] : [],
  );
}

/** As indexes for text held vectors before there were those for vectors. */
function knnFields(definition: JsonObject): IndexedVector[] {
  const fields = objectAt(objectAt(definition, 'mappings') ?? {}, 'fields') ?? {};
  return Object.entries(fields).flatMap(([path, given]) =>
    [given].flat().flatMap((field: JsonValue | undefined) => {
      const { type, dimensions, similarity } = (field ?? {}) as JsonObject;
      return type === 'knnVector' ? [indexed(path, dimensions, similarity)] : [];
    }),
  );
}

function indexed(path: string, dimension: unknown, similarity: unknown): IndexedVector {
  return {
    path,
    dimension: Number(dimension),
    metric: own(SIMILARITIES, typeof similarity === 'string' ? similarity : 'euclidean'),
  };
}

/** Makes indexes. What the server does not have or take is told, since records are kept without. */
export async function createSearchIndexes(
  connection: Connection,
  name: string,
  indexes: readonly Pick<SearchIndex, 'name' | 'type' | 'definition'>[],
): Promise<Warning[]> {
  const warnings: Warning[] = [];
  for (const index of indexes) {
    try {
      await connection.run(`create the search index "${index.name}"`, () =>
        connection.collection(name).createSearchIndex({ ...index, definition: { ...index.definition } }),
      );
    } catch (error) {
      const detail = isUnknown(error)
        ? 'this server has no vector search (it is in Atlas, or beside a server with mongot): the records are kept without an index'
        : `the search index "${index.name}" was not made: ${error instanceof Error ? error.message : String(error)}`;
      warnings.push({ type: 'unsupported', feature: 'index', detail });
    }
  }
  return warnings;
}
