import { checkClassName, classConfig, classNameOf, indexConfig, namedVectors, property } from './class-config.ts';
import { Collection } from './collection.ts';
import { line, objectOf, theClass, type Handler } from './handler.ts';
import { objectAt, print, textAt, type JsonObject } from './json.ts';
import { notFound, Problem } from './problem.ts';
import { find } from './state.ts';

export const listSchema: Handler = ({ collections }) =>
  line(`{"classes":[${[...collections.values()].map(({ config }) => print(config)).join(',')}]}`);

export const createClass: Handler = (state, { body }) => {
  const given = objectOf(body);
  const name = classNameOf(textAt(given, 'class'));
  checkClassName(name);
  if (state.collections.has(name)) throw new Problem(422, `class name ${name} already exists`, 'schema');
  if (state.aliases.has(name)) throw new Problem(422, `alias name ${name} already exists`, 'schema');
  const collection = new Collection(classConfig(given, (other) => state.collections.has(other)));
  state.collections.set(name, collection);
  return line(print(collection.config));
};

export const updateClass: Handler = (state, call) => {
  const collection = theClass(state, call);
  const given = objectOf(call.body);
  const { config } = collection;
  const refuse = (message: string): Problem => new Problem(422, message, 'schema');
  if (objectAt(given, 'multiTenancyConfig')['enabled'] === true && !collection.isMultiTenant) {
    throw refuse('enabling multi-tenancy for an existing class is not supported');
  }
  const index = objectAt(config, 'vectorIndexConfig');
  const wanted = objectAt(given, 'vectorIndexConfig');
  const distance = textAt(wanted, 'distance') || textAt(index, 'distance');
  const immutable = 'updating schema: TYPE_UPDATE_CLASS: bad request :parse class update: validate vector index config';
  if (distance !== textAt(index, 'distance')) {
    throw refuse(
      `${immutable}: distance is immutable: attempted change from "${textAt(index, 'distance')}" to "${distance}"`,
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
      vectorIndexConfig: indexConfig({ ...wanted, distance }, textAt(config, 'vectorIndexType'), ''),
    }),
    ...(Object.keys(named).length > 0 && { vectorConfig: { ...objectAt(config, 'vectorConfig'), ...named } }),
  };
  const { multiTenancyConfig: _tenancy, ...shown } = collection.config;
  return line(print({ ...shown, replicationConfig: { factor: 1, asyncEnabled: false } }));
};

export const dropClass: Handler = (state, { params }) => {
  state.collections.delete(classNameOf(params['class'] ?? ''));
  return {};
};

export const addProperty: Handler = (state, call) => {
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

export const changeTenants: Handler = (state, call) => {
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

export const listTenants: Handler = (state, call) => {
  const list = [...theClass(state, call).tenants].map(([name, activityStatus]) => ({ activityStatus, name }));
  return line(print(list));
};

export const getTenant: Handler = (state, call) => {
  const name = call.params['tenant'] ?? '';
  const activityStatus = theClass(state, call).tenants.get(name);
  if (activityStatus === undefined) throw notFound();
  return line(print({ activityStatus, name }));
};

export const headTenant: Handler = (state, call) => {
  getTenant(state, call);
  return {};
};

export const deleteTenants: Handler = (state, call) => {
  const collection = theClass(state, call);
  for (const name of Array.isArray(call.body) ? call.body : []) collection.dropTenant(String(name));
  return {};
};

export const listAliases: Handler = ({ aliases }, { query }) => {
  const wanted = query.get('class');
  const list = [...aliases].filter(([, name]) => wanted === null || name === wanted);
  return line(print({ aliases: list.map(([alias, name]) => ({ alias, class: name })) }));
};

export const createAlias: Handler = ({ aliases }, { body }) => {
  const given = objectOf(body);
  aliases.set(textAt(given, 'alias'), textAt(given, 'class'));
  return line(print(given));
};

export const deleteAlias: Handler = ({ aliases }, { params }) => {
  aliases.delete(params['alias'] ?? '');
  return { status: 204 };
};

export const setShardStatus: Handler = (state, call) => {
  const status = textAt(objectOf(call.body), 'status');
  theClass(state, call).readOnly = status === 'READONLY';
  return line(print({ status }));
};

export const listShards: Handler = (state, call) => {
  const { tenants, shards, isMultiTenant } = theClass(state, call);
  const cold = [...tenants].find(([, status]) => status === 'COLD')?.[0];
  if (cold !== undefined)
    throw new Problem(500, `shard ${cold}: status code: 500 body: (local ${cold} shard not found\n)`);
  const names = isMultiTenant ? [...tenants.keys()] : shards;
  return line(print(names.map((name) => ({ name, status: 'READY', vectorQueueSize: 0 }))));
};
