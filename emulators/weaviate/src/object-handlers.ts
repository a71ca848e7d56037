import { prepare, readProperties, writeBatch } from './batch.ts';
import { type Collection, readId, show, type StoredObject } from './collection.ts';
import { line, objectOf, theClass, type Call, type Handler } from './handler.ts';
import { isObject, listAt, objectAt, print, textAt, type Json, type JsonObject } from './json.ts';
import { notFound, Problem } from './problem.ts';
import { find, type State } from './state.ts';
import { Refused } from './values.ts';

const MOST = 10_000;

const searchProblem = ({ name }: Collection, message: string): Problem =>
  new Problem(422, `msg:search index ${name.toLowerCase()} code:422 err:${message}`);

export const listObjects: Handler = (state, { query }) => {
  const [limit, offset] = [Number(query.get('limit') ?? 25), Number(query.get('offset') ?? 0)];
  const after = query.get('after');
  const cursor = "msg:cursor api: invalid 'after' parameter code:400 err:";
  if (after !== null && query.has('offset')) {
    throw new Problem(422, `${cursor}offset cannot be set with after and limit parameters`);
  }
  if (limit + offset > MOST) {
    throw new Problem(
      422,
      `msg:offset or limit code:400 err:query maximum results exceeded: the total limit calculated from the provided offset '${offset}' and limit '${limit}' exceeds the configured value for QUERY_MAXIMUM_RESULTS '10000'. If you've supplied a negative offset or limit, this may be an underflow error`,
    );
  }
  const from = after === null || after === '' ? '' : readId(after);
  if (from === undefined) {
    throw new Problem(
      422,
      `${cursor}after parameter '${after}' is not a valid uuid: invalid UUID length: ${after?.length}`,
    );
  }
  const given = query.get('class');
  const collection = given === null ? [...state.collections.values()][0] : find(state, given);
  if (collection === undefined) throw notFound();
  const tenant = query.get('tenant') ?? '';
  const problem = collection.tenantProblem(tenant);
  if (problem !== undefined) throw searchProblem(collection, problem);
  const include = { vector: query.get('include') === 'vector', tenant: false, weights: true };
  const objects = collection.behind(tenant, from, offset + limit).slice(offset);
  const shown = objects.map((object) => show(collection, object, tenant, include));
  const total = shown.length === 0 ? '' : `,"totalResults":${shown.length}`;
  return line(`{"deprecations":${given === null ? 'null' : '[]'},"objects":[${shown.join(',')}]${total}}`);
};

function theObject(state: State, call: Call): { collection: Collection; tenant: string; object: StoredObject } {
  const collection = theClass(state, call);
  const tenant = call.query.get('tenant') ?? '';
  const problem = collection.tenantProblem(tenant);
  if (problem !== undefined) throw searchProblem(collection, problem);
  const object = collection.objects(tenant).get(readId(call.params['id'] ?? '') ?? '');
  if (object === undefined) throw notFound();
  return { collection, tenant, object };
}

export const getObject: Handler = (state, call) => {
  const { collection, tenant, object } = theObject(state, call);
  const include = { vector: call.query.get('include') === 'vector', tenant: true, weights: true };
  return line(show(collection, object, tenant, include));
};

export const headObject: Handler = (state, call) => {
  theObject(state, call);
  return { status: 204 };
};

export const postObject: Handler = (state, { body }) => {
  const { collection, tenant, object } = refusing(() => prepare(state, objectOf(body), state.now()));
  if (collection.objects(tenant).has(object.id)) throw new Problem(422, `id '${object.id}' already exists`);
  collection.put(tenant, object);
  return line(show(collection, object, tenant, { vector: true, tenant: true, weights: false }));
};

export const putObject: Handler = (state, call) => {
  const { collection, tenant, object: old } = theObject(state, call);
  const { object } = refusing(() => prepare(state, objectOf(call.body), state.now()));
  const problem = collection.lengthProblem(object.id, object);
  if (problem !== undefined) {
    const where = `put object: import into index ${collection.name.toLowerCase()}: put local object: shard="AAAAAAAAAAAA": store object in LSM store`;
    throw new Problem(500, `${where}: ${problem}`);
  }
  const replaced = { ...object, created: old.created };
  collection.put(tenant, replaced);
  const shown = show(collection, replaced, tenant, { vector: true, tenant: true, weights: false });
  return line('properties' in objectOf(call.body) ? shown : shown.replace('"properties":{},', ''));
};

export const patchObject: Handler = (state, call) => {
  const { collection, tenant, object } = theObject(state, call);
  const properties = refusing(() => readProperties(state, collection, objectOf(call.body)));
  collection.put(tenant, { ...object, properties: { ...object.properties, ...properties }, updated: state.now() });
  return { status: 204 };
};

function refusing<Result>(action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    if (error instanceof Refused) throw new Problem(422, `invalid object: ${error.message}`);
    throw error;
  }
}

export const validateObject: Handler = (state, { body }) => {
  refusing(() => prepare(state, objectOf(body), state.now()));
  return {};
};

export const deleteObject: Handler = (state, call) => {
  const collection = theClass(state, call);
  collection.remove(call.query.get('tenant') ?? '', call.params['id'] ?? '');
  return { status: 204 };
};

/** By ids, which is all that is imitated; a filter on a property matches nothing. */
export const deleteByFilter: Handler = (state, { body, query }) => {
  const { match, dryRun = false, output = 'minimal' } = objectOf(body) as Record<string, Json>;
  const where = objectAt({ match: match ?? {} }, 'match')['where'] ?? {};
  const collection = find(state, textAt(objectAt({ match: match ?? {} }, 'match'), 'class'));
  if (collection === undefined) throw notFound();
  const tenant = query.get('tenant') ?? '';
  const problem = collection.tenantProblem(tenant);
  if (problem !== undefined) throw searchProblem(collection, problem);
  const all = isObject(where) && where['valueText'] === '*' ? [...collection.objects(tenant).keys()] : [];
  const ids = [...all, ...(isObject(where) ? listAt(where, 'valueTextArray').map(String) : [])];
  const there = ids.filter((id) => collection.objects(tenant).has(id)).slice(0, MOST);
  if (dryRun !== true) for (const id of there) collection.remove(tenant, id);
  return line(
    print({
      deletionTimeUnixMilli: -62_135_596_800_000,
      dryRun,
      match: { ...objectAt({ match: match ?? {} }, 'match'), where: { operands: null, ...(isObject(where) && where) } },
      output,
      results: { failed: 0, limit: MOST, matches: there.length, objects: null, successful: there.length },
    }),
  );
};

/** Looks at the object that a reference leaves, never at the one it leads to. */
export const addReferences: Handler = (state, { body }) => {
  const list = (Array.isArray(body) ? body : []) as readonly JsonObject[];
  const answers = list.map((one) => {
    const [, name = '', id = '', key = ''] =
      /^weaviate:\/\/localhost\/([^/]+)\/([^/]+)\/(.+)$/.exec(textAt(one, 'from')) ?? [];
    const collection = find(state, name);
    const object = collection?.objects('').get(id);
    if (collection === undefined || object === undefined) {
      const error = [{ message: `ref batch: object with id ${id} not found` }];
      return { ...one, result: { errors: { error }, status: 'FAILED' } };
    }
    const beacon = textAt(one, 'to');
    const properties = { ...object.properties, [key]: [...listAt(object.properties, key), { beacon }] };
    collection.put('', { ...object, properties, updated: state.now() });
    return { ...one, result: { status: 'SUCCESS' } };
  });
  return line(print(answers));
};

export const batchObjects: Handler = (state, { body }) => line(writeBatch(state, objectOf(body)));
