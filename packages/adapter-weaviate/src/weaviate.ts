import {
  checkList,
  checkObject,
  collectionNotFound,
  guardStore,
  ifThere,
  textAt,
  type CallOptions,
  type VectorStoreV1,
} from '@vsm/core/adapter';
import { capabilities } from './capabilities.ts';
import { collectionNameOf, readClass, type ClassInfo } from './class.ts';
import { createClient, type Client } from './client.ts';
import { openClass } from './collection.ts';
import { classNameOf } from './names.ts';
import { readOptions, type WeaviateOptions } from './options.ts';
import { planCreation } from './schema.ts';
import { createTenants, type Tenants } from './tenants.ts';

/** The classes of a Weaviate server or cluster. Nothing is sent before the first call. */
export function createWeaviate(options: WeaviateOptions = {}): VectorStoreV1 {
  const connection = readOptions(options);
  const client = createClient(connection);
  const { location } = connection;
  const opened = new Map<string, Tenants>();

  return guardStore({
    specificationVersion: 'v1',
    adapter: 'weaviate',
    location,
    capabilities,
    listCollections: async (callOptions) => (await listClasses(client, callOptions)).map(collectionNameOf),
    async createCollection(schema, callOptions) {
      const classes = await listClasses(client, callOptions);
      const known = new Set(classes.map((one) => one.class));
      const { body, second, warnings } = planCreation(schema, known, connection.fields);
      const action = `create collection "${schema.name}"`;
      const path = 'schema';
      await client.ask({ method: 'POST', path, action, body, signal: callOptions?.signal }, () => undefined);
      if (second === undefined) return warnings;
      const request = { method: 'PUT', path: `${path}/${textAt(body, 'class')}`, action, body: second } as const;
      await client.ask({ ...request, signal: callOptions?.signal }, () => undefined);
      return warnings;
    },
    async openCollection(name, callOptions) {
      const found = await findClass(client, name, callOptions);
      if (found === undefined) throw collectionNotFound('weaviate', name, location);
      // One for all that are open, since it keeps who has to be put back.
      const { class: className } = found;
      const tenants = opened.get(className) ?? createTenants(client, className, found.tenants, connection.wakeTenants);
      opened.set(className, tenants);
      return openClass({ name, opened: found, client, tenants, connection });
    },
    async dropCollection(name, callOptions) {
      const found = await findClass(client, name, callOptions);
      // Never by another name, which others may have given it.
      if (found === undefined || collectionNameOf(found) !== name) return;
      opened.delete(found.class);
      const path = `schema/${found.class}`;
      const action = `drop collection "${name}"`;
      await client.ask({ method: 'DELETE', path, action, signal: callOptions?.signal }, () => undefined);
    },
    async close() {
      try {
        for (const tenants of opened.values()) await tenants.restore();
      } finally {
        client.close();
      }
    },
  });
}

async function listClasses(client: Client, options: CallOptions | undefined): Promise<ClassInfo[]> {
  const request = { method: 'GET', path: 'schema', action: 'list collections', signal: options?.signal } as const;
  return client.ask(request, (value) =>
    checkList(checkObject(value, 'the schema')['classes'] ?? [], 'the classes').map(readClass),
  );
}

/** By the name of the collection, of its class, or of an alias. */
async function findClass(
  client: Client,
  name: string,
  options: CallOptions | undefined,
): Promise<ClassInfo | undefined> {
  const wanted = classNameOf(name);
  const action = `open collection "${name}"`;
  const request = { method: 'GET', path: `schema/${wanted}`, action, signal: options?.signal } as const;
  const found = await ifThere(() => client.ask(request, readClass));
  if (found === undefined) return undefined;
  // The server takes a small first letter for a large one: "article" is not the collection "Article".
  const isNamed =
    collectionNameOf(found) === name || found.class === name || (found.class !== wanted && wanted === name);
  return isNamed ? found : undefined;
}
