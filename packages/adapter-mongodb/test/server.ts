import { startMongodbEmulator, type MongodbEmulator } from '@vsm/emulator-mongodb';
import { MongoClient } from 'mongodb';
import { afterAll, beforeEach } from 'vitest';

// The same tests on a server: MONGODB_URL=mongodb://host:27017/db, whose collections of these names are dropped.
const given = process.env['MONGODB_URL'];

/** Whether the tests run on a server that keeps what MongoDB keeps, and has the search of Atlas. */
export const isEmulated = given === undefined;

/** The server that MONGODB_URL names, else an emulator. */
export async function startMongodb(): Promise<MongodbEmulator> {
  if (given === undefined) return startMongodbEmulator();
  const nothing = (): void => undefined;
  return { url: given, refuse: nothing, onCommand: undefined, hangUp: nothing, close: async () => undefined };
}

export interface TestServer {
  readonly server: MongodbEmulator;
  readonly client: MongoClient;
}

/** A server for the tests of a file, with the driver beside ours. Before each of them there is no collection "docs". */
export async function testServer(start: () => Promise<MongodbEmulator> = startMongodb): Promise<TestServer> {
  const server = await start();
  const client = new MongoClient(server.url);
  beforeEach(async () => {
    await client.db().dropCollection('docs');
  });
  afterAll(async () => {
    await client.close();
    await server.close();
  });
  return { server, client };
}
