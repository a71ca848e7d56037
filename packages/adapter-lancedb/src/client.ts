import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '@lancedb/lancedb';
import { toVsmError } from './errors.ts';
import type { LanceDbOptions } from './options.ts';

/** Without these, connecting to a folder makes a register of its tables in it, also for whoever only reads. */
const NO_REGISTER = { manifest_enabled: 'false', dir_listing_enabled: 'true' };

export interface Client {
  connect(): Promise<Connection>;
  /** A connection that makes and drops tables, and keeps the register of a folder that has one. */
  connectToChange(): Promise<Connection>;
  /** All tables; none where the folder is not there, which connecting would make. */
  tableNames(): Promise<string[]>;
  /** The folder, where it is one of this machine. */
  readonly folder: string | undefined;
  /** Whether there is no such folder. */
  isAbsent(): boolean;
  close(): Promise<void>;
}

export function createClient(where: string, { connection, storageOptions }: LanceDbOptions): Client {
  const opened = new Map<'plain' | 'register', Promise<Connection>>();
  const folder = where.includes('://') ? undefined : where;
  const open = (kind: 'plain' | 'register'): Promise<Connection> => {
    if (connection !== undefined) return Promise.resolve(connection);
    const known = opened.get(kind);
    if (known !== undefined) return known;
    const opening = connect(where, storageOptions, kind).catch((cause: unknown) => {
      opened.delete(kind);
      throw toVsmError(cause, `open ${where}`);
    });
    opened.set(kind, opening);
    return opening;
  };
  const isAbsent = (): boolean => connection === undefined && folder !== undefined && !existsSync(folder);
  return {
    folder,
    isAbsent,
    connect: () => open('plain'),
    connectToChange: () => open(folder !== undefined && existsSync(join(folder, '__manifest')) ? 'register' : 'plain'),
    async tableNames() {
      if (isAbsent()) return [];
      const names: string[] = [];
      const listing = await open('plain');
      // A listing comes in pages of 100 where nothing is said.
      for (let page = await listing.tableNames({ limit: 1000 }); page.length > 0;) {
        names.push(...page);
        page = await listing.tableNames({ limit: 1000, startAfter: page.at(-1) ?? '' });
      }
      return names;
    },
    async close() {
      for (const one of opened.values()) (await one.catch(() => undefined))?.close();
      opened.clear();
    },
  };
}

/** Loaded only now: the engine is a native library of 155 MB. */
async function connect(
  uri: string,
  storageOptions: LanceDbOptions['storageOptions'],
  kind: 'plain' | 'register',
): Promise<Connection> {
  const lancedb = await import('@lancedb/lancedb');
  return lancedb.connect(uri, {
    // Every read looks for newer versions first: what another connection wrote is seen at once.
    readConsistencyInterval: 0,
    ...(kind === 'plain' && { namespaceClientProperties: NO_REGISTER }),
    ...(storageOptions !== undefined && { storageOptions: { ...storageOptions } }),
  });
}
