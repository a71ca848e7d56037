import { existsSync } from 'node:fs';
import type { Connection } from '@lancedb/lancedb';
import { toVsmError } from './errors.ts';
import type { LanceDbOptions } from './options.ts';

export interface Client {
  connect(): Promise<Connection>;
  /** All tables; none where the folder is not there, which connecting would make. */
  tableNames(): Promise<string[]>;
  /** The folder, where it is one of this machine. */
  readonly folder: string | undefined;
  /** Whether there is no such folder. */
  isAbsent(): boolean;
  close(): Promise<void>;
}

export function createClient(where: string, { connection, storageOptions }: LanceDbOptions): Client {
  const folder = where.includes('://') ? undefined : where;
  let opened: Promise<Connection> | undefined;
  const open = (): Promise<Connection> => {
    if (connection !== undefined) return Promise.resolve(connection);
    opened ??= connect(where, storageOptions).catch((cause: unknown) => {
      opened = undefined;
      throw toVsmError(cause, `open ${where}`);
    });
    return opened;
  };
  const isAbsent = (): boolean => connection === undefined && folder !== undefined && !existsSync(folder);
  return {
    folder,
    isAbsent,
    connect: open,
    async tableNames() {
      if (isAbsent()) return [];
      const names: string[] = [];
      const listing = await open();
      // A listing comes in pages of 100 where nothing is said.
      for (let page = await listing.tableNames({ limit: 1000 }); page.length > 0;) {
        names.push(...page);
        page = await listing.tableNames({ limit: 1000, startAfter: page.at(-1) ?? '' });
      }
      return names;
    },
    async close() {
      (await opened?.catch(() => undefined))?.close();
      opened = undefined;
    },
  };
}

/** Loaded only now: the engine is a native library of 155 MB. */
async function connect(uri: string, storageOptions: LanceDbOptions['storageOptions']): Promise<Connection> {
  const lancedb = await import('@lancedb/lancedb');
  return lancedb.connect(uri, {
    // Every read looks for newer versions first: what another connection wrote is seen at once.
    readConsistencyInterval: 0,
    ...(storageOptions !== undefined && { storageOptions: { ...storageOptions } }),
  });
}
