import type { HTTPMethods } from 'fastify';
import { prepare, readProperties, writeBatch } from './batch.ts';
import { checkClassName, classConfig, classNameOf, indexConfig, namedVectors, property } from './class-config.ts';
import { Collection, readId, show, type StoredObject } from './collection.ts';
import { answerQuery } from './graphql.ts';
import { isObject, listAt, objectAt, print, textAt, type Json, type JsonObject } from './json.ts';
import { notFound, Problem } from './problem.ts';
import { find, type State } from './state.ts';
import { Refused } from './values.ts';

interface Call {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Json;
}
interface Answer {
  readonly status?: number;
  readonly body?: string;
}
type Handler = (state: State, call: Call) => Answer;

const MOST = 10_000;
const line = (text: string): Answer => ({ body: `${text}\n` });
const objectOf = (body: Json): JsonObject => (isObject(body) ? body : {});

function theClass(state: State, { params }: Call): Collection {
  const found = find(state, params['class'] ?? '');
  if (found === undefined) throw notFound();
  return found;
}

const listSchema: Handler = ({ collections }) =>
  line(`{"classes":[${[...collections.values()].map(({ config }) => print(config)).join(',')}]}`);

const createClass: Handler = (state, { body }) => {
  const given = objectOf(body);
  const name = classNameOf(textAt(given, 'class'));
  checkClassName(name);
  if (state.collections.has(name)) throw new Problem(422, `class name ${name} already exists`, 'schema');
  if (state.aliases.has(name)) throw new Problem(422, `alias name ${name} already exists`, 'schema');
  const collection = new Collection(classConfig(given, (other) => state.collections.has(other)));
  state.collections.set(name, collection);
  return line(print(collection.config));
};

const updateClass: Handler = (state, call) => {
  const collection = theClass(state, call);
  const given = objectOf(call.body);
  const { config } = collection;
  const refuse = (message: string): Problem => new Problem(422, message, 'schema');
  if (objectAt(given, 'multiTenancyConfig')['enabled'] === true && !collection.isMultiTenant) {
    throw refuse('enabling multi-tenancy for an existing class is not supported');
  }
  const index = objectAt(config, 'vectorIndexConfig');
  const wanted = objectAt(given, 'vectorIndexConfig');
  const distance = wanted['distance'] ?? index['distance'];
  const immutable = 'updating schema: TYPE_UPDATE_CLASS: bad request :parse class update: validate vector index config';
  if (distance !== index['distance']) {
    throw refuse(
      `${immutable}: distance is immutable: attempted change from "${String(index['distance'])}" to "${String(distance)}"`,
    );
  }
  if (index['skip'] === true && wanted['skip'] === false) {
    throw refuse(
      'updating db: TYPE_UPDATE_CLASS: vector index config update: shard AAAAAAAAAAAA: cannot update vector index config on a non-indexed class. Delete and re-create without skip property',
    );
  }
  const named = namedVectors(objectAt(given, 'vectorConfig'));
  const gone = Object.keys(objectAt(config, 'vectorConfig')).find((name) => named[name] === undefined);
  if (gone !== undefined && Object.keys(named).length > 0) {
    throw refuse(
      `updating schema: TYPE_UPDATE_CLASS: bad request :parse class update: missing config for vector "${gone}"`,
    );
  }
  const description = textAt(given, 'description');
  collection.config = {
    ...config,
    ...(description !== '' && { description }),
    ...('vectorIndexConfig' in config && {
      vectorIndexConfig: indexConfig({ ...wanted, distance: String(distance) }, textAt(config, 'vectorIndexType'), ''),
    }),
    ...(Object.keys(named).length > 0 && { vectorConfig: { ...objectAt(config, 'vectorConfig'), ...named } }),
  };
  const { multiTenancyConfig: _tenancy, ...shown } = collection.config;
  return line(print({ ...shown, replicationConfig: { factor: 1, asyncEnabled: false } }));
};

const dropClass: Handler = (state, { params }) => {
  state.collections.delete(classNameOf(params['class'] ?? ''));
  return {};
};

const addProperty: Handler = (state, call) => {
  const collection = theClass(state, call);
  const made = property(objectOf(call.body), (other) => find(state, other) !== undefined);
  const name = textAt(made, 'name');
  if (collection.property(name) !== undefined) {
    const message = `class "${collection.name}": conflict for property "${name}": already in use or provided multiple times`;
    throw new Problem(422, message, 'schema');
  }
  collection.addProperty(made);
  return line(print(made));
};

const TENANT = /^[A-Za-z0-9_-]{1,64}$/;

const changeTenants: Handler = (state, call) => {
  const { tenants } = theClass(state, call);
  const list = (Array.isArray(call.body) ? call.body : []) as readonly JsonObject[];
  list.forEach((one, at) => {
    const name = textAt(one, 'name');
    if (name === '') throw new Problem(422, `tenant name at index ${at}: empty tenant name`);
    if (!TENANT.test(name)) {
      throw new Problem(
        422,
        `tenant name at index ${at}:  '${name}' is not a valid tenant name. should only contain alphanumeric characters (a-z, A-Z, 0-9), underscore (_), and hyphen (-), with a length between 1 and 64 characters`,
      );
    }
    if (one['activityStatus'] === 'OFFLOADED')
      throw new Problem(422, "can't offload tenants, because offload-s3 module is not enabled");
  });
  for (const one of list) tenants.set(textAt(one, 'name'), textAt(one, 'activityStatus') || 'HOT');
  return line(print(call.body));
};

const listTenants: Handler = (state, call) => {
  const list = [...theClass(state, call).tenants].map(([name, activityStatus]) => ({ activityStatus, name }));
  return line(print(list));
};

const getTenant: Handler = (state, call) => {
  const name = call.params['tenant'] ?? '';
  const activityStatus = theClass(state, call).tenants.get(name);
  if (activityStatus === undefined) throw notFound();
  return line(print({ activityStatus, name }));
};

const headTenant: Handler = (state, call) => {
  getTenant(state, call);
  return {};
};

const deleteTenants: Handler = (state, call) => {
  const collection = theClass(state, call);
  for (const name of Array.isArray(call.body) ? call.body : []) collection.dropTenant(String(name));
  return {};
};

const searchProblem = ({ name }: Collection, message: string): Problem =>
  new Problem(422, `msg:search index ${name.toLowerCase()} code:422 err:${message}`);

const listObjects: Handler = (state, { query }) => {
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

const getObject: Handler = (state, call) => {
  const { collection, tenant, object } = theObject(state, call);
  const include = { vector: call.query.get('include') === 'vector', tenant: true, weights: true };
  return line(show(collection, object, tenant, include));
};

const headObject: Handler = (state, call) => {
  theObject(state, call);
  return { status: 204 };
};

const postObject: Handler = (state, { body }) => {
  const { collection, tenant, object } = refusing(() => prepare(state, objectOf(body), state.now()));
  if (collection.objects(tenant).has(object.id)) throw new Problem(422, `id '${object.id}' already exists`);
  collection.put(tenant, object);
  return line(show(collection, object, tenant, { vector: true, tenant: true, weights: false }));
};

const putObject: Handler = (state, call) => {
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

const patchObject: Handler = (state, call) => {
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

const validateObject: Handler = (state, { body }) => {
  refusing(() => prepare(state, objectOf(body), state.now()));
  return {};
};

const deleteObject: Handler = (state, call) => {
  const collection = theClass(state, call);
  collection.remove(call.query.get('tenant') ?? '', call.params['id'] ?? '');
  return { status: 204 };
};

/** By ids, which is all that is imitated; a filter on a property matches nothing. */
const deleteByFilter: Handler = (state, { body, query }) => {
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
const addReferences: Handler = (state, { body }) => {
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

const listAliases: Handler = ({ aliases }, { query }) => {
  const wanted = query.get('class');
  const list = [...aliases].filter(([, name]) => wanted === null || name === wanted);
  return line(print({ aliases: list.map(([alias, name]) => ({ alias, class: name })) }));
};

const createAlias: Handler = ({ aliases }, { body }) => {
  const given = objectOf(body);
  aliases.set(textAt(given, 'alias'), textAt(given, 'class'));
  return line(print(given));
};

const deleteAlias: Handler = ({ aliases }, { params }) => {
  aliases.delete(params['alias'] ?? '');
  return { status: 204 };
};

const setShardStatus: Handler = (state, call) => {
  const status = textAt(objectOf(call.body), 'status');
  theClass(state, call).readOnly = status === 'READONLY';
  return line(print({ status }));
};

const one = '/v1/schema/:class';
const object = '/v1/objects/:class/:id';

export const handlers: readonly (readonly [HTTPMethods, string, Handler])[] = [
  ['GET', '/v1/.well-known/ready', () => ({})],
  ['GET', '/v1/.well-known/live', () => ({})],
  ['GET', '/v1/.well-known/openid-configuration', () => ({ status: 404 })],
  ['GET', '/v1/meta', () => line('{"grpcMaxMessageSize":104858000,"modules":{},"version":"1.38.11"}')],
  ['GET', '/v1/schema', listSchema],
  ['POST', '/v1/schema', createClass],
  ['GET', one, (state, call) => line(print(theClass(state, call).config))],
  ['PUT', one, updateClass],
  ['DELETE', one, dropClass],
  ['POST', `${one}/properties`, addProperty],
  ['GET', `${one}/tenants`, listTenants],
  ['POST', `${one}/tenants`, changeTenants],
  ['PUT', `${one}/tenants`, changeTenants],
  ['DELETE', `${one}/tenants`, deleteTenants],
  ['GET', `${one}/tenants/:tenant`, getTenant],
  ['HEAD', `${one}/tenants/:tenant`, headTenant],
  ['PUT', `${one}/shards/:shard`, setShardStatus],
  ['GET', '/v1/objects', listObjects],
  ['POST', '/v1/objects', postObject],
  ['POST', '/v1/objects/validate', validateObject],
  ['GET', object, getObject],
  ['HEAD', object, headObject],
  ['PUT', object, putObject],
  ['PATCH', object, patchObject],
  ['DELETE', object, deleteObject],
  ['POST', '/v1/batch/objects', (state, { body }) => line(writeBatch(state, objectOf(body)))],
  ['DELETE', '/v1/batch/objects', deleteByFilter],
  ['POST', '/v1/batch/references', addReferences],
  ['POST', '/v1/graphql', (state, { body }) => line(answerQuery(state, textAt(objectOf(body), 'query')))],
  ['GET', '/v1/aliases', listAliases],
  ['POST', '/v1/aliases', createAlias],
  ['DELETE', '/v1/aliases/:alias', deleteAlias],
];
