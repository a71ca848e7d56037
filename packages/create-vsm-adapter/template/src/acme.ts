import { guardStore, type DisposableStore } from '@vsm/core/adapter';
import { capabilities } from './capabilities.ts';
import { openAcmeCollection } from './collection.ts';
import { ask } from './errors.ts';
import { toTable } from './schema.ts';
import { Client } from './server.ts';

export interface AcmeOptions {
  /** Where the server is, such as `https://acme.example:1234`. */
  readonly url: string;
  /** Default: `ACME_API_KEY`. */
  readonly apiKey?: string | undefined;
}

/** Collections of one Acme server. Nothing is asked of it before the first call. */
export function createAcme({ url, apiKey = process.env['ACME_API_KEY'] ?? '' }: AcmeOptions): DisposableStore {
  const client = new Client(url, apiKey);
  // The guard checks arguments, keeps batches within the limits, and refuses what the capabilities do not promise.
  return guardStore({
    specificationVersion: 'v1',
    adapter: 'acme',
    location: url,
    capabilities,
    // TODO 3 (collections/): names. An unknown one is NOT_FOUND and creates nothing, a taken one is CONFLICT and changes nothing.
    async listCollections() {
      return ask('list collections', () => client.listTables());
    },
    async createCollection(schema) {
      const { table, warnings } = toTable(schema);
      await ask(`create collection "${schema.name}"`, () => client.createTable(schema.name, table));
      return warnings;
    },
    async openCollection(name) {
      await ask(`open collection "${name}"`, () => client.readTable(name));
      return openAcmeCollection(client, name);
    },
    async dropCollection(name) {
      await ask(`drop collection "${name}"`, () => client.dropTable(name));
    },
    // A client that the user made stays open; one of your own is closed here.
    async close() {},
  });
}
