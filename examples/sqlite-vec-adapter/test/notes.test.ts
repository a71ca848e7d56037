import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { testAdapter } from '@vsm/conformance/vitest';
import { afterAll } from 'vitest';
import { createNotes, openLocation } from '../index.ts';
import { toRecord, type Row } from '../mapping.ts';

const folder = mkdtempSync(join(tmpdir(), 'vsm-notes-'));
const path = join(folder, 'notes.db');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

testAdapter({
  adapter: 'notes',
  connect: () => createNotes({ path }),
  locations: {
    open: openLocation,
    of: (collection) => `notes:${path}?collection=${encodeURIComponent(collection)}`,
    inFolder: (where, collection) => `notes:${where}/notes.db?collection=${encodeURIComponent(collection)}`,
  },
  // Past the adapter, with a connection of its own.
  raw: {
    async read(collection, id) {
      const database = new DatabaseSync(path, { readOnly: true });
      try {
        const row = database
          .prepare('select id, embedding, body, fields from notes where collection = ? and id = ?')
          .get(collection, id) as unknown as Row | undefined;
        return row === undefined ? undefined : toRecord(row, ['vectors', 'metadata']);
      } finally {
        database.close();
      }
    },
  },
});
