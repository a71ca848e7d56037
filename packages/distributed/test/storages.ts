import { PGlite } from '@electric-sql/pglite';
import type { LedgerStorage } from '@vsm/distributed';
import { memoryStorage } from '@vsm/distributed/memory';
import { postgresStorage } from '@vsm/distributed/postgres';
import { sqliteStorage } from '@vsm/distributed/sqlite';

export interface StorageUnderTest {
  readonly name: string;
  /** Two of one place, as two processes have them. */
  readonly open: () => Promise<readonly [LedgerStorage, LedgerStorage]>;
}

/** Storages that need no server; those of servers are in test/servers. */
export const STORAGES: readonly StorageUnderTest[] = [
  inProcess('memory', async () => memoryStorage()),
  inProcess('SQLite', () => sqliteStorage(':memory:')),
  inProcess('PGlite', async () => postgresStorage(await PGlite.create())),
];

function inProcess(name: string, open: () => Promise<LedgerStorage>): StorageUnderTest {
  return {
    name,
    async open() {
      const storage = await open();
      return [storage, storage];
    },
  };
}
