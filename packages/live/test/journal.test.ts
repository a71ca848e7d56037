import { PGlite } from '@electric-sql/pglite';
import { memoryStorage } from '@vsm/distributed/memory';
import { postgresStorage } from '@vsm/distributed/postgres';
import { sqliteStorage } from '@vsm/distributed/sqlite';
import { journalSuite } from './journal-suite.ts';

journalSuite({
  name: 'memory',
  async open() {
    const storage = memoryStorage();
    return [storage, storage];
  },
});

journalSuite({
  name: 'SQLite',
  async open() {
    const storage = await sqliteStorage(':memory:');
    return [storage, storage];
  },
});

journalSuite({
  name: 'PGlite',
  async open() {
    const storage = postgresStorage(await PGlite.create());
    return [storage, storage];
  },
});
