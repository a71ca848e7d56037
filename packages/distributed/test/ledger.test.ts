import { PGlite } from '@electric-sql/pglite';
import { memoryStorage } from '@vsm/distributed/memory';
import { sqliteStorage } from '@vsm/distributed/sqlite';
import { postgresStorage } from '@vsm/distributed/postgres';
import { ledgerSuite } from './ledger-suite.ts';

ledgerSuite({
  name: 'memory',
  async open() {
    const storage = memoryStorage();
    return [storage, storage];
  },
});

ledgerSuite({
  name: 'PGlite',
  async open() {
    const storage = postgresStorage(await PGlite.create());
    return [storage, storage];
  },
});

ledgerSuite({
  name: 'SQLite',
  async open() {
    const storage = await sqliteStorage(':memory:');
    return [storage, storage];
  },
});
