import type { Collection, Db, Document, MongoClient } from 'mongodb';
import { toVsmError } from './errors.ts';
import type { Settings } from './options.ts';

export interface Connection {
  readonly location: string;
  readonly db: Db;
  /** Documents come as bytes, so that no type of BSON is lost on the way. */
  collection(name: string): Collection;
  /** What `ask` gives, and its failure as what came of the attempt. */
  run<Result>(action: string, ask: (db: Db) => Promise<Result>): Promise<Result>;
  /** Whether this is FerretDB, which refuses or changes values that MongoDB keeps. */
  isFerret(): Promise<boolean>;
  close(): Promise<void>;
}

/** Connects at the first command. */
export function connect({ client, database, given, location }: Settings): Connection {
  const db = client.db(database);
  let ferret: Promise<boolean> | undefined;
  const run: Connection['run'] = async (action, ask) => {
    try {
      return await ask(db);
    } catch (cause) {
      throw toVsmError({ adapter: 'mongodb', action, location }, cause);
    }
  };
  return {
    location,
    db,
    collection: (name) => db.collection(name),
    run,
    async isFerret() {
      ferret ??= run('ask the server what it is', async () => askFerret(client));
      try {
        return await ferret;
      } catch (error) {
        ferret = undefined;
        throw error;
      }
    },
    async close() {
      if (!given) await client.close();
    },
  };
}

async function askFerret(client: MongoClient): Promise<boolean> {
  const info: Document = await client.db('admin').command({ buildInfo: 1 });
  return info['ferretdbVersion'] !== undefined || info['ferretdb'] !== undefined;
}
