/** The search of Atlas: exact, whatever is asked for. https://www.mongodb.com/docs/atlas/atlas-vector-search/vector-search-stage/ */
import { Binary, Double, type Document } from 'bson';
import { distance, type Metric } from '@vsm/core/adapter';
import { passes } from './filter.ts';
import { valueAt, type Collection, type SearchIndex } from './collection.ts';
import { numberOf } from './order.ts';
import { Refusal } from './refusal.ts';

const METRICS: Readonly<Record<string, Metric>> = { cosine: 'cosine', euclidean: 'euclidean', dotProduct: 'dot' };
const MOST_DIMENSIONS = 8192;

export function createSearchIndex(collection: Collection, given: Document, id: string): SearchIndex {
  const { name = 'default', type = 'search', definition } = given as Partial<SearchIndex>;
  if (collection.searchIndexes.some((index) => index.name === name))
    throw new Refusal(
      68,
      'IndexAlreadyExists',
      `Index ${name} already exists with a different definition. Drop it first.`,
    );
  const fields = (definition?.['fields'] ?? []) as readonly Document[];
  const vectors = fields.filter((field) => field['type'] === 'vector');
  if (type === 'vectorSearch' && vectors.length === 0) throw invalid('"fields" must contain a vector field');
  for (const field of vectors) {
    const dimensions = Number(numberOf(field['numDimensions']) ?? 0);
    if (dimensions < 1 || dimensions > MOST_DIMENSIONS)
      throw invalid(`"numDimensions" must be within bounds [1, ${MOST_DIMENSIONS}]`);
    if (!Object.hasOwn(METRICS, String(field['similarity'])))
      throw invalid('"similarity" must be one of [cosine, dotProduct, euclidean]');
  }
  const index = { id, name, type, definition: definition ?? {} };
  collection.searchIndexes.push(index);
  return index;
}

function invalid(message: string): Refusal {
  return new Refusal(2, 'BadValue', `"userCommand.indexes[0]" ${message}`);
}

export function describeSearchIndexes({ searchIndexes }: Collection): Document[] {
  return searchIndexes.map(({ id, name, type, definition }) => ({
    id,
    name,
    type,
    status: 'READY',
    queryable: true,
    latestVersion: 0,
    latestDefinition: definition,
  }));
}

/** The documents nearest to a vector, each with its score. Without such an index there are none, which is what Atlas says too. */
export function vectorSearch(collection: Collection, stage: Document): Uint8Array[] {
  const { index, path, queryVector, limit, numCandidates, exact = false, filter = {} } = stage;
  const field = collection.searchIndexes
    .filter(({ name }) => name === index)
    .flatMap(({ definition }) => (definition['fields'] ?? []) as readonly Document[])
    .find((one) => one['type'] === 'vector' && one['path'] === path);
  if (field === undefined) return [];
  if (exact !== true && numCandidates === undefined)
    throw new Refusal(
      8,
      'UnknownError',
      'PlanExecutor error during aggregation :: caused by :: "numCandidates" is required',
    );
  const wanted = numbersOf(queryVector) ?? [];
  const dimensions = Number(numberOf(field['numDimensions']));
  if (wanted.length !== dimensions)
    throw new Refusal(
      8,
      'UnknownError',
      `vector field is indexed with ${dimensions} dimensions but queried with ${wanted.length}`,
    );
  const metric = METRICS[String(field['similarity'])] ?? 'cosine'; // own key: checked when it was made
  return collection
    .find()
    .flatMap(({ bytes }) => {
      const vector = numbersOf(valueAt(bytes, String(path)));
      const isWanted = vector?.length === dimensions && passes(bytes, filter as Document);
      return isWanted ? [{ bytes, far: distance(metric, wanted, vector) }] : [];
    })
    .toSorted((left, right) => left.far - right.far)
    .slice(0, Number(numberOf(limit)))
    .map(({ bytes, far }) => {
      const row = Uint8Array.from(bytes);
      SCORES.set(row, new Double(scoreOf(metric, far)));
      return row;
    });
}

/** Of rows that a search found, which no field of theirs holds. */
const SCORES = new WeakMap<Uint8Array, Double>();

export const scoreIn = (row: Uint8Array): Double | undefined => SCORES.get(row);

function scoreOf(metric: Metric, far: number): number {
  if (metric === 'euclidean') return 1 / (1 + far);
  return metric === 'cosine' ? (2 - far) / 2 : (1 - far) / 2;
}

function numbersOf(value: unknown): number[] | undefined {
  if (Array.isArray(value)) {
    const numbers = value.map(numberOf);
    return numbers.every((one) => one !== undefined) ? numbers.map(Number) : undefined;
  }
  if (!(value instanceof Binary) || value.sub_type !== Binary.SUBTYPE_VECTOR) return undefined;
  const dtype = value.buffer[0];
  if (dtype === Binary.VECTOR_TYPE.PackedBit) return [...value.toBits()];
  return [...(dtype === Binary.VECTOR_TYPE.Int8 ? value.toInt8Array() : value.toFloat32Array())];
}
