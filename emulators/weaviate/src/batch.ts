import { randomUUID } from 'node:crypto';
import { classConfig, classNameOf, property, propertyName } from './class-config.ts';
import { Collection, readId, show, type StoredObject } from './collection.ts';
import { isObject, listAt, print, textAt, type Json, type JsonObject } from './json.ts';
import { Problem } from './problem.ts';
import { find, type State } from './state.ts';
import { convert, guessed, Refused } from './values.ts';

const MAX_FLOAT32 = 3.4028234663852886e38;

/** Writes each object for itself; what is refused is told beside what is not. */
export function writeBatch(state: State, body: JsonObject): string {
  const objects = listAt(body, 'objects') as readonly JsonObject[];
  if (objects.length === 0) {
    throw new Problem(422, "invalid param 'objects': cannot be empty, need at least one object for batching");
  }
  objects.forEach(checkWhole);
  const now = state.now();
  const touched = new Map<Collection, StoredObject[]>();
  // References are looked up before anything of the batch is there.
  const planned = objects.map((given) => {
    try {
      return prepare(state, given, now);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { given, refused: error.message };
    }
  });
  const answers = planned.map((one) => {
    if ('refused' in one) return answerOf(state, one.given, one.refused, now);
    const { collection, object, tenant, complaint = state.complain(one.object.id) } = one;
    const problem = collection.readOnly
      ? 'store is read-only due to: manually set by user'
      : collection.lengthProblem(object.id, object);
    if (problem !== undefined) return answerOf(state, one.given, problem, now);
    collection.put(tenant, object);
    touched.set(collection, [...(touched.get(collection) ?? []), object]);
    if (complaint !== undefined) return answerOf(state, one.given, complaint, now);
    const shown = { ...object, id: textAt(one.given, 'id') || object.id };
    return withResult(show(collection, shown, tenant, { vector: true, tenant: true, weights: false }), undefined);
  });
  for (const [collection, written] of touched) collection.learn(written);
  return `[${answers.join(',')}]`;
}

/** What the reader of the body refuses it for as a whole. */
function checkWhole(given: JsonObject, at: number): void {
  const id = given['id'];
  const parsing = 'parsing body body from "" failed, because json: cannot unmarshal number';
  if (id !== undefined && typeof id !== 'string') {
    throw new Problem(400, `${parsing} into Go struct field Object.objects.id of type string`, 'code');
  }
  if (id !== undefined && readId(id) === undefined) {
    throw new Problem(422, `body.objects.${at}.id in body must be of type uuid: "${id}"`, 'code', 601);
  }
  const large = listAt(given, 'vector').find((one) => Math.abs(Number(one)) > MAX_FLOAT32 && !Array.isArray(one));
  if (large !== undefined) {
    const shown = Number(large).toExponential().replace('+', '');
    throw new Problem(400, `${parsing} ${shown} into Go struct field Object.objects.vector of type float32`, 'code');
  }
}

interface Prepared {
  readonly given: JsonObject;
  readonly collection: Collection;
  readonly object: StoredObject;
  readonly tenant: string;
  readonly complaint: string | undefined;
}

/** @throws Refused */
export function prepare(state: State, given: JsonObject, now: number): Prepared {
  const collection = find(state, textAt(given, 'class')) ?? createGuessed(state, given);
  const tenant = textAt(given, 'tenant');
  const problem = collection.tenantProblem(tenant);
  if (problem !== undefined) throw new Refused(problem);
  const { complaint, ...vectors } = collection.readVectors(given);
  const vectorizer = textAt(collection.config, 'vectorizer');
  if (vectorizer !== '' && vectorizer !== 'none' && vectors.vector === undefined) {
    throw new Refused('panic occurred: runtime error: invalid memory address or nil pointer dereference');
  }
  const id = readId(textAt(given, 'id')) ?? randomUUID();
  const properties = readProperties(state, collection, given);
  return { given, collection, tenant, complaint, object: { id, properties, ...vectors, created: now, updated: now } };
}

/** @throws Refused */
export function readProperties(state: State, collection: Collection, given: JsonObject): JsonObject {
  const properties = isObject(given['properties']) ? given['properties'] : {};
  const entries = Object.entries(properties);
  for (const [key, value] of entries) addMissing(state, collection, key, value);
  return Object.fromEntries(
    entries
      .filter(([, value]) => value !== null)
      .map(([key, value]) => {
        const name = propertyName(key);
        const known = collection.property(name) ?? {};
        checkReferences(state, collection.name, name, known, value);
        return [name, convert(value, known, { className: collection.name, name })];
      }),
  );
}

function addMissing(state: State, collection: Collection, key: string, value: Json): void {
  try {
    const name = propertyName(key, 'auto-schema: update collection: ');
    if (collection.property(name) === undefined) {
      collection.addProperty(property(guessed(name, value, state.date()), (other) => find(state, other) !== undefined));
    }
  } catch (error) {
    if (error instanceof Problem) throw new Refused(error.message);
    throw error;
  }
}

const isReference = (known: JsonObject): boolean =>
  listAt(known, 'dataType').some((type) => typeof type === 'string' && /^[A-Z]/.test(type));

function checkReferences(state: State, className: string, name: string, known: JsonObject, value: Json): void {
  if (!isReference(known) || !Array.isArray(value)) return;
  for (const one of value as readonly JsonObject[]) {
    const [, target = '', id = ''] = /^weaviate:\/\/localhost\/([^/]+)\/(.+)$/.exec(textAt(one, 'beacon')) ?? [];
    if (find(state, target)?.objects('').has(id) === true) continue;
    throw new Refused(`invalid cref: 'cref' ${className}:${name}: no object with id ${id} found`);
  }
}

/** The server makes a class of its own where there is none. */
function createGuessed(state: State, given: JsonObject): Collection {
  const name = classNameOf(textAt(given, 'class'));
  const description = `This property was generated by Weaviate's auto-schema feature on ${state.date()}`;
  const collection = new Collection(classConfig({ class: name, description }, () => true));
  state.collections.set(name, collection);
  return collection;
}

function answerOf(state: State, given: JsonObject, problem: string, now: number): string {
  const name = find(state, textAt(given, 'class'))?.name ?? textAt(given, 'class');
  const { vector, vectors, tenant } = given;
  const shown = {
    class: name,
    creationTimeUnix: now,
    id: textAt(given, 'id'),
    lastUpdateTimeUnix: now,
    properties: given['properties'] ?? {},
    ...(tenant !== undefined && { tenant }),
    ...(vector !== undefined && { vector }),
    ...(vectors !== undefined && { vectors }),
  };
  return withResult(print(shown), problem);
}

function withResult(object: string, problem: string | undefined): string {
  const errors = problem === undefined ? '' : `"errors":{"error":[{"message":${JSON.stringify(problem)}}]},`;
  const status = problem === undefined ? 'SUCCESS' : 'FAILED';
  return `${object.slice(0, -1)},"deprecations":null,"result":{${errors}"status":"${status}"}}`;
}
