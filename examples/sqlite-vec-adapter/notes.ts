import { resolve } from 'node:path';
import { collectionNotFound, guardStore, UnsupportedError, VsmError, type DisposableStore } from '@vsm/core/adapter';
import { capabilities } from './capabilities.ts';
import { isKnown, openCollection } from './collection.ts';
import { Notes } from './database.ts';

export interface NotesOptions {
  /** The SQLite file. The first write makes it. */
  readonly path: string;
}

/** Collections of notes in one SQLite file. */
export function createNotes({ path }: NotesOptions): DisposableStore {
  const notes = new Notes(resolve(path));
  const { location } = notes;
  const names = (): string[] =>
    notes.reading('list collections', (database) =>
      database
        .prepare('select name from collections order by name')
        .all()
        .map((row) => String(row['name'])),
    ) ?? [];
  return guardStore({
    specificationVersion: 'v1',
    adapter: 'notes',
    location,
    capabilities,
    async listCollections() {
      return names();
    },
    async createCollection({ name, vectors }) {
      const vector = vectors[''];
      if (vector?.kind !== 'dense') {
        throw new UnsupportedError('vectors', `notes: cannot create "${name}": a note has one dense vector`, {
          adapter: 'notes',
        });
      }
      const { metric, dimension } = vector;
      notes.writing(`create "${name}"`, (database) => {
        if (database.prepare('select 1 from collections where name = ?').get(name) !== undefined) {
          throw new VsmError('CONFLICT', `notes: "${name}" is there already`, { adapter: 'notes' });
        }
        database
          .prepare('insert into collections (name, metric, dimension) values (?, ?, ?)')
          .run(name, isKnown(metric) ? metric : 'cosine', dimension ?? null);
      });
      if (isKnown(metric)) return [];
      const detail = 'notes are compared by one metric and none is known, so it is cosine';
      return [{ type: 'approximated', feature: 'metric', detail }];
    },
    async openCollection(name) {
      if (!names().includes(name)) throw collectionNotFound('notes', name, location);
      return openCollection(notes, name);
    },
    async dropCollection(name) {
      notes.writing(`drop "${name}"`, (database) => {
        database.prepare('delete from notes where collection = ?').run(name);
        database.prepare('delete from collections where name = ?').run(name);
      });
    },
    async close() {
      notes.close();
    },
  });
}
