import { startMongodbEmulator, type MongodbEmulator } from '@vsm/emulator-mongodb';

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
