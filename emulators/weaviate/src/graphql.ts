import { own, distance, type Metric } from '@vsm/core/adapter';
import type { Collection, StoredObject, StoredVector } from './collection.ts';
import { objectAt, print, textAt, type Json } from './json.ts';
import { Problem } from './problem.ts';
import { find, type State } from './state.ts';

const METRICS: Readonly<Record<string, Metric>> = {
  'l2-squared': 'euclidean',
  cosine: 'cosine',
  dot: 'dot',
  manhattan: 'manhattan',
  hamming: 'hamming',
};

/** What the adapter asks: counts, and the nearest to a vector. Conditions are not imitated. */
export function answerQuery(state: State, query: string): string {
  if (state.collections.size === 0) {
    throw new Problem(
      422,
      'no graphql provider present, this is most likely because no schema is present. Import a schema first!',
    );
  }
  const aggregate = /^\{Aggregate\{(\w+)(?:\(tenant:("[^"]*")\))?\{meta\{count\}\}\}\}$/.exec(query);
  if (aggregate !== null) {
    const [, name = '', tenant = '""'] = aggregate;
    return run(state, 'Aggregate', name, JSON.parse(tenant) as string, 12, (collection, inside) => [
      { meta: { count: collection.objects(inside).size } },
    ]);
  }
  const some =
    /^\{Get\{(\w+)\((?:tenant:("[^"]*"),)?limit:\d+,where:\{path:\["id"\],operator:ContainsAny,valueText:(\[[^\]]*\])\}\)\{(.*?) ?_additional\{id( vector)?(?: vectors\{([^}]*)\})?\}\}\}\}$/.exec(
      query,
    );
  if (some !== null) {
    const [, name = '', tenant = '""', ids = '[]', properties = '', unnamed, named = ''] = some;
    const wanted = new Set(JSON.parse(ids) as string[]);
    const asked = { properties: listed(properties), unnamed: unnamed !== undefined, named: listed(named) };
    return run(state, 'Get', name, JSON.parse(tenant) as string, 6, (collection, inside) =>
      [...collection.objects(inside).values()]
        .filter(({ id }) => wanted.has(id))
        .map((object) => pick(collection, object, asked)),
    );
  }
  const near = /^\{Get\{(\w+)\((.*)\)\{_additional\{id distance\}\}\}\}$/s.exec(query);
  if (near === null) return refusal('Get', '', 6, 'this stand-in does not imitate such a query');
  const [, name = '', words = ''] = near;
  const tenant = /tenant:("[^"]*")/.exec(words)?.[1] ?? '""';
  const limit = Number(/limit:(\d+)/.exec(words)?.[1] ?? 100);
  const target = /targetVectors:\["([^"]*)"\]/.exec(words)?.[1] ?? '';
  const vector = JSON.parse(/vector:(\[[-+.,0-9eE[\]]*\])/.exec(words)?.[1] ?? '[]') as number[] | number[][];
  return run(state, 'Get', name, JSON.parse(tenant) as string, 6, (collection, inside) =>
    nearest(collection, inside, target, vector, limit),
  );
}

const listed = (text: string): string[] => text.split(' ').filter((word) => word !== '');

interface Asked {
  readonly properties: readonly string[];
  readonly unnamed: boolean;
  readonly named: readonly string[];
}

/** An Int of GraphQL has 32 bits, and what is beyond comes as null. */
function shown(collection: Collection, { properties }: StoredObject, name: string): Json {
  const value = own(properties, name) ?? null;
  const isInt = JSON.stringify(collection.property(name)?.['dataType']) === '["int"]';
  return isInt && Math.abs(Number(value)) >= 2 ** 31 ? null : value;
}

/** What was asked of an object: what it lacks is null among its properties, and empty among its vectors. */
function pick(collection: Collection, object: StoredObject, { properties, unnamed, named }: Asked): Json {
  const numbers = (vector: StoredVector | undefined): Json => (vector instanceof Float32Array ? [...vector] : []);
  return {
    ...Object.fromEntries(properties.map((name) => [name, shown(collection, object, name)])),
    _additional: {
      id: object.id,
      ...(unnamed && { vector: numbers(vectorOf(object, '')) }),
      ...(named.length > 0 && {
        vectors: Object.fromEntries(named.map((name) => [name, numbers(vectorOf(object, name))])),
      }),
    },
  };
}

class QueryRefused extends Error {}

function run(
  state: State,
  kind: string,
  name: string,
  tenant: string,
  column: number,
  answer: (collection: Collection, tenant: string) => readonly Json[],
): string {
  const collection = find(state, name);
  if (collection === undefined)
    return refusal(kind, name, column, `Cannot query field "${name}" on type "${kind}ObjectsObj".`);
  const problem = collection.tenantProblem(tenant);
  if (problem !== undefined) return refusal(kind, name, column, problem);
  try {
    return print({ data: { [kind]: { [name]: answer(collection, tenant) } } });
  } catch (error) {
    if (error instanceof QueryRefused) return refusal(kind, name, column, error.message);
    throw error;
  }
}

function refusal(kind: string, name: string, column: number, message: string): string {
  return print({
    data: { [kind]: { [name]: null } },
    errors: [{ locations: [{ column, line: 1 }], message, path: [kind, name] }],
  });
}

function nearest(
  collection: Collection,
  tenant: string,
  target: string,
  vector: number[] | number[][],
  limit: number,
): Json[] {
  const config = target === '' ? collection.config : objectAt(objectAt(collection.config, 'vectorConfig'), target);
  const metric = own(METRICS, textAt(objectAt(config, 'vectorIndexConfig'), 'distance')) ?? 'cosine';
  const asked = toVector(vector);
  const found = [...collection.objects(tenant).values()].flatMap((object) => {
    const stored = vectorOf(object, target);
    if (stored === undefined) return [];
    const other = toVector(stored);
    if ('length' in asked && 'length' in other && asked.length !== other.length) {
      throw new QueryRefused(
        `explorer: get class: concurrentTargetVectorSearch): explorer: get class: vector search: object vector search at index ${collection.name.toLowerCase()}: shard ${collection.name.toLowerCase()}_AAAAAAAAAAAA: vector search: knn search: distance between entrypoint and query node: ${other.length} vs ${asked.length}: vector lengths don't match`,
      );
    }
    const apart = distance(metric, asked, other);
    return [{ id: object.id, distance: metric === 'euclidean' ? apart ** 2 : apart }];
  });
  return found
    .toSorted((left, right) => left.distance - right.distance || (left.id < right.id ? -1 : 1))
    .slice(0, limit)
    .map(({ id, distance: apart }) => ({ _additional: { id, distance: Math.fround(apart) } }));
}

const vectorOf = (object: StoredObject, target: string): StoredVector | undefined =>
  target === '' ? (object.vector ?? object.vectors['default']) : own(object.vectors, target);

function toVector(
  vector: StoredVector | number[] | number[][],
): Float32Array | { readonly rows: readonly Float32Array[] } {
  if (vector instanceof Float32Array) return vector;
  const rows = vector as readonly (number | Float32Array | number[])[];
  if (typeof rows[0] === 'number') return Float32Array.from(rows as readonly number[]);
  return { rows: rows.map((row) => Float32Array.from(row as number[])) };
}
