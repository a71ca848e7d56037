import {
  collectionNotFound,
  guardStore,
  onlyVector,
  UnsupportedError,
  VsmError,
  type CallOptions,
  type CollectionSchema,
  type DisposableStore,
  type Warning,
} from '@vsm/core/adapter';
import { capabilities } from './capabilities.ts';
import { createAccountClient, createIndexClient, similarityOf, type IndexClient, type IndexEntry } from './client.ts';
import { openIndex } from './collection.ts';
import { readOptions, type UpstashOptions } from './options.ts';

/** The indexes of an Upstash account, or one index by its token. Nothing is sent before the first call. */
export function createUpstash(options: UpstashOptions = {}): DisposableStore {
  const connection = readOptions(options);
  const { location, index: only, region, plan, sparseName, flushTimeoutMs } = connection;
  const account = connection.account === undefined ? undefined : createAccountClient(connection.account);
  const clients = new Map<string, IndexClient>();

  const entries = async (action: string, callOptions: CallOptions | undefined): Promise<readonly IndexEntry[]> =>
    only === undefined ? ((await account?.list(action, callOptions)) ?? []) : [{ ...only, id: undefined }];
  const entryOf = async (name: string, callOptions: CallOptions | undefined): Promise<IndexEntry | undefined> =>
    (await entries(`open collection "${name}"`, callOptions)).find((one) => one.name === name);
  const clientOf = (entry: IndexEntry): IndexClient => {
    // One that was dropped and made anew has another token.
    const key = `${entry.url} ${entry.token}`;
    const client = clients.get(key) ?? createIndexClient(connection, entry);
    clients.set(key, client);
    return client;
  };

  return guardStore({
    specificationVersion: 'v1',
    adapter: 'upstash',
    location,
    capabilities,
    listCollections: async (callOptions) => (await entries('list collections', callOptions)).map(({ name }) => name),
    async createCollection(schema, callOptions) {
      const { name } = schema;
      const { body, warnings } = planCreation(schema, { region, plan });
      if ((await entryOf(name, callOptions)) !== undefined) {
        throw new VsmError('CONFLICT', `upstash: the index "${name}" exists already`, { adapter: 'upstash' });
      }
      if (account === undefined) {
        const message = `upstash: cannot create collection "${name}": the token is for the index "${only?.name}" alone; give \`email\` and \`apiKey\` of the account, or write to that one`;
        throw new UnsupportedError('access', message, { adapter: 'upstash' });
      }
      await account.create(JSON.stringify(body), `create collection "${name}"`, callOptions);
      return warnings;
    },
    async openCollection(name, callOptions) {
      const entry = await entryOf(name, callOptions);
      if (entry === undefined) throw collectionNotFound('upstash', name, location);
      return openIndex({ name, client: clientOf(entry), sparseName, flushTimeoutMs }, callOptions);
    },
    async dropCollection(name, callOptions) {
      const id = (await entryOf(name, callOptions))?.id;
      if (id !== undefined) await account?.delete(id, `drop collection "${name}"`, callOptions);
    },
    async close() {
      account?.close();
      for (const client of clients.values()) client.close();
    },
  });
}

interface Place {
  readonly region: string;
  readonly plan: string;
}

/** @throws VsmError with code `INVALID_OPTIONS` where the service has to know more */
function planCreation(
  schema: CollectionSchema,
  { region, plan }: Place,
): { readonly body: object; readonly warnings: readonly Warning[] } {
  const nameProblem = /^[A-Za-z0-9_-]{1,64}$/.test(schema.name)
    ? undefined
    : 'the name of an index has 1 to 64 letters of ASCII, digits, "-" and "_"';
  const { dimension, metric, warnings } = onlyVector(schema, 'upstash', nameProblem);
  return {
    body: {
      name: schema.name,
      region,
      type: plan,
      similarity_function: similarityOf(metric),
      dimension_count: dimension,
      index_type: 'DENSE',
    },
    warnings,
  };
}
